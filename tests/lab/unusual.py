# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that the contract allows and hardly any service gives: for tests of clients, by the setting ``unusual``.

The setting names kinds: ``nulls`` (what may be null is), ``absent`` (what may be left out is), ``unknown_properties``,
``unknown_members`` (a text that the contract does not restrict is one that nobody knows), ``empty_pages`` (before each
page of a collection comes one without objects), ``long_lists`` (a collection has many objects more). Which of the
possible places are hit is drawn with the setting ``unusual_seed`` and the request's place in the journal, so that a
run can be repeated. Only reads are changed: an answer to a write is the service's word on what it did.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .contract import document, operation_of
from .core import DEFAULT_SETTINGS
from .coverage import resolved, schemas
from .graph_query import page_token

if TYPE_CHECKING:
    from .pipeline import Call, Reply

DEFAULT_SETTINGS.update({"unusual": [], "unusual_seed": 0})
KINDS = ("nulls", "absent", "unknown_properties", "unknown_members", "empty_pages", "long_lists")
LONG = 300
_SPOILT = ("graph", "exchange", "connect")  # whose answers our modules decide on
_SKIP = {"$ref": "#/components/parameters/skiptoken"}
# A collection's key, and what OData needs in every answer: without them an answer is no longer of its kind.
_KEPT = ("value", "@odata.context", "@odata.nextLink")

Change = Callable[[random.Random, dict[str, Any], dict[str, Any]], None]


def spoil(call: Call, reply: Reply, settings: dict[str, Any]) -> None:
    """Change the answer to a read in place, by the kinds that the settings name."""
    kinds = settings["unusual"]
    if not kinds or call.entry.write or call.entry.service not in _SPOILT or reply.status != 200:
        return
    operation = operation_of(call)
    if operation is None:
        return
    try:
        body = json.loads(reply.body)
    except ValueError:
        return
    chance = random.Random(f"{settings['unusual_seed']}/{call.entry.n}")
    responses = operation["responses"]
    for schema in schemas(document(call.entry.service), responses.get("200", responses.get("default", {}))):
        for kind in kinds:
            if kind in _CHANGES:
                _walk(call.entry.service, schema, body, chance, _CHANGES[kind])
    if "long_lists" in kinds and call.entry.service == "graph" and "filter=" not in call.entry.query:
        _lengthen(body)
    if "empty_pages" in kinds and "value" in body and _SKIP in operation.get("parameters", ()):
        body = _empty_first(call, body)
    reply.body = json.dumps(body).encode()
    reply.headers = [(name, value) for name, value in reply.headers if name.lower() != b"content-length"]
    reply.headers.append((b"content-length", str(len(reply.body)).encode()))


def _walk(service: str, schema: dict[str, Any], value: Any, chance: random.Random, change: Change) -> None:
    schema = resolved(document(service), schema)
    for part in schema.get("allOf", ()):
        _walk(service, part, value, chance, change)
    if isinstance(value, list):
        for item in value:
            _walk(service, schema.get("items", {}), item, chance, change)
    elif isinstance(value, dict):
        for key, below in schema.get("properties", {}).items():
            if key in value:
                _walk(service, below, value[key], chance, change)
        if "properties" in schema:
            change(chance, schema | {"lab_service": service}, value)


def _candidates(schema: dict[str, Any], value: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    known = document(schema["lab_service"])
    return [
        (key, resolved(known, below))
        for key, below in schema["properties"].items()
        if key in value and key not in _KEPT
    ]


def _nulls(chance: random.Random, schema: dict[str, Any], value: dict[str, Any]) -> None:
    for key, below in _candidates(schema, value):
        if below.get("nullable") and chance.random() < 0.5:
            value[key] = None


def _absent(chance: random.Random, schema: dict[str, Any], value: dict[str, Any]) -> None:
    for key, _below in _candidates(schema, value):
        if key not in schema.get("required", ()) and chance.random() < 0.3:
            del value[key]


def _unknown_properties(chance: random.Random, schema: dict[str, Any], value: dict[str, Any]) -> None:
    value["unknownFutureProperty"] = chance.choice([None, True, 7, "text", ["text"], {"deep": {"er": []}}])


def _unknown_members(chance: random.Random, schema: dict[str, Any], value: dict[str, Any]) -> None:
    for key, below in _candidates(schema, value):
        free = below.get("type") == "string" and not {"enum", "format", "pattern"} & set(below)
        if free and isinstance(value[key], str) and key.endswith(("Type", "type", "state", "Audience")):
            value[key] = "unknownFutureValue"


_CHANGES: dict[str, Change] = {
    "nulls": _nulls,
    "absent": _absent,
    "unknown_properties": _unknown_properties,
    "unknown_members": _unknown_members,
}


def _lengthen(body: dict[str, Any]) -> None:
    """Put many objects that are none of the caller's business behind the objects of a collection.

    They are copies of the last object with other ids and names, and a collection that was filtered stays as it is:
    the service would not answer what the filter leaves out.
    """
    value = body.get("value")
    if (
        not isinstance(value, list)
        or not value
        or not isinstance(value[-1], dict)
        or "@odata.nextLink" in body
    ):
        return
    if "id" not in value[-1]:
        return
    last = value[-1]
    for number in range(LONG):
        other = copy.deepcopy(last)
        for key in other:
            if key in _NAMES and isinstance(other[key], str):
                other[key] = _other(other[key], number)
        value.append(other)


_NAMES = (
    "id",
    "appId",
    "Guid",
    "uniqueName",
    "displayName",
    "Name",
    "Identity",
    "appRoleId",
    "resourceId",
    "scope",
)


def _other(text: str, number: int) -> str:
    if len(text) == 36 and text.count("-") == 4:
        return f"{number:08x}{text[8:]}"
    return f"{text} {number}"


def _empty_first(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """An empty page that leads to the page asked for."""
    query = call.scope["query_string"].decode("latin-1")
    if "skiptoken=" in query:
        return body
    host = call.headers.get("host", "localhost")
    link = f"https://{host}{call.scope['path']}?{query}{'&' if query else ''}%24skiptoken={page_token(0)}"
    return {
        **{key: item for key, item in body.items() if key != "value"},
        "@odata.nextLink": link,
        "value": [],
    }
