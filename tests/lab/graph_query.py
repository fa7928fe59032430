# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The OData part of Graph: ``$select``, ``$filter``, ``$top`` and paging.

A filter is made of clauses joined with and: ``eq``, ``startswith(name,'text')`` and ``list/any(x:x eq 'text')``, the
forms that this collection and public clients use (Microsoft Graph, "Use the $filter query parameter").
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from starlette.responses import JSONResponse, Response

from .contract import properties
from .graph_http import METADATA, Context

_TEXT = r"'(?:[^']|'')*'"
_VALUE = rf"{_TEXT}|[0-9a-fA-F-]{{36}}|true|false|null"
_CLAUSE = re.compile(
    rf"(?P<equal>\w+) eq (?P<value>{_VALUE})"
    rf"|startswith\(\s*(?P<start>\w+)\s*,\s*(?P<text>{_TEXT})\s*\)"
    rf"|(?P<member>\w+)/any\((?P<item>\w+):\s*(?P=item) eq (?P<one>{_TEXT})\)",
    re.IGNORECASE,
)
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_LITERALS: dict[str, Any] = {"true": True, "false": False, "null": None}


def selected(context: Context, schema: str) -> list[str] | None:
    """The properties named by ``$select``, None without that option; 400 for one that does not exist."""
    raw = context.request.query_params.get("$select")
    if not raw:
        return None
    names = [name.strip() for name in raw.split(",")]
    for name in names:
        if name not in properties("graph", schema):
            context.refuse(
                400,
                "BadRequest",
                f"Parsing OData Select and Expand failed: Could not find a property named '{name}' on type "
                f"'microsoft.graph.{schema[0].lower()}{schema[1:]}'.",
            )
    return names


def project(data: dict[str, Any], names: list[str] | None) -> dict[str, Any]:
    """``data`` with only the properties selected."""
    return data if names is None else {name: data[name] for name in names if name in data}


def filtered(
    context: Context, objects: Iterable[dict[str, Any]], filterable: Iterable[str]
) -> list[dict[str, Any]]:
    """The objects that ``$filter`` lets through; 400 for a filter that this collection does not support."""
    raw = context.request.query_params.get("$filter")
    if raw is None:
        return list(objects)
    tests = [_test(context, clause, filterable) for clause in _clauses(context, raw.strip())]
    return [item for item in objects if all(test(item) for test in tests)]


def _clauses(context: Context, raw: str) -> Iterator[re.Match[str]]:
    position = 0
    while position <= len(raw):
        clause = _CLAUSE.match(raw, position)
        if clause is None:
            context.refuse(400, "BadRequest", "Invalid filter clause: syntax error in the filter.")
        yield clause
        joint = _AND.match(raw, clause.end())
        if joint is None and clause.end() < len(raw):
            context.refuse(400, "BadRequest", "Invalid filter clause: syntax error in the filter.")
        position = joint.end() if joint else len(raw) + 1


def _test(
    context: Context, clause: re.Match[str], filterable: Iterable[str]
) -> Callable[[dict[str, Any]], bool]:
    """Whether an object passes one clause of a filter."""
    name = clause["equal"] or clause["start"] or clause["member"]
    if name not in filterable:
        context.refuse(
            400,
            "Request_UnsupportedQuery",
            f"Unsupported or invalid query filter clause specified for property '{name}'.",
        )
    wanted = _literal(clause["value"] or clause["text"] or clause["one"])
    if clause["start"]:
        return lambda item: str(item.get(name) or "").casefold().startswith(wanted.casefold())
    if clause["member"]:
        return lambda item: any(_same(entry, wanted) for entry in item.get(name) or [])
    return lambda item: _same(item.get(name), wanted)


def _literal(text: str) -> Any:
    if text in _LITERALS:
        return _LITERALS[text]
    return text[1:-1].replace("''", "'") if text.startswith("'") else text


def _same(actual: Any, wanted: Any) -> bool:
    if isinstance(actual, str) and isinstance(wanted, str):
        return actual.casefold() == wanted.casefold()
    return actual is wanted


def page(
    context: Context,
    kind: str,
    schema: str,
    objects: list[dict[str, Any]],
    shown: Callable[[dict[str, Any]], dict[str, Any]],
) -> Response:
    """One page of a collection, with ``@odata.nextLink`` to the next; ``shown`` makes the wire form."""
    query = context.request.query_params
    names = selected(context, schema)
    size = min(int(query.get("$top", 999)), context.lab.settings["page_size"])
    start = _offset(context, query.get("$skiptoken"))
    body: dict[str, Any] = {"@odata.context": METADATA + kind}
    if start + size < len(objects):
        body["@odata.nextLink"] = _next_link(context, start + size)
    body["value"] = [project(shown(item), names) for item in objects[start : start + size]]
    return JSONResponse(body)


def _next_link(context: Context, offset: int) -> str:
    query = {**context.request.query_params, "$skiptoken": page_token(offset)}
    return f"{str(context.request.url).partition('?')[0]}?{urlencode(query)}"


def page_token(offset: int) -> str:
    """What names a page. Opaque, as the real one: a client must follow the link and not count itself."""
    return base64.urlsafe_b64encode(f"lab:{offset}".encode()).decode()


def _offset(context: Context, token: str | None) -> int:
    """Where the page begins that a token names; 400 for one that was not made here."""
    if not token:
        return 0
    try:
        mark, _colon, offset = base64.urlsafe_b64decode(token).decode().partition(":")
        if mark == "lab":
            return int(offset)
    except ValueError:
        pass
    return context.refuse(
        400,
        "Directory_ExpiredPageToken",
        "The specified page token value has expired and can no longer be included in your request.",
    )
