# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The OData part of Graph: ``$select``, ``$filter`` (eq, joined with and), ``$top`` and paging."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from starlette.responses import JSONResponse, Response

from .contract import properties
from .graph_http import METADATA, Context

_CLAUSE = r"(\w+) eq ('(?:[^']|'')*'|[0-9a-fA-F-]{36}|true|false|null)"
_FILTER = re.compile(rf"\s*{_CLAUSE}(?:\s+and\s+{_CLAUSE})*\s*")
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
    if not _FILTER.fullmatch(raw):
        context.refuse(400, "BadRequest", "Invalid filter clause: syntax error in the filter.")
    wanted = {name: _literal(value) for name, value in re.findall(_CLAUSE, raw)}
    for name in wanted:
        if name not in filterable:
            context.refuse(
                400,
                "Request_UnsupportedQuery",
                f"Unsupported or invalid query filter clause specified for property '{name}'.",
            )
    return [item for item in objects if all(_same(item.get(name), value) for name, value in wanted.items())]


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
    start = _offset(query.get("$skiptoken"))
    body: dict[str, Any] = {"@odata.context": METADATA + kind}
    if start + size < len(objects):
        body["@odata.nextLink"] = _next_link(context, start + size)
    body["value"] = [project(shown(item), names) for item in objects[start : start + size]]
    return JSONResponse(body)


def _next_link(context: Context, offset: int) -> str:
    # Opaque, as the real one: a client must follow the link and not count itself.
    token = base64.urlsafe_b64encode(f"lab:{offset}".encode()).decode()
    query = {**context.request.query_params, "$skiptoken": token}
    return f"{str(context.request.url).partition('?')[0]}?{urlencode(query)}"


def _offset(token: str | None) -> int:
    return int(base64.urlsafe_b64decode(token).decode().partition(":")[2]) if token else 0
