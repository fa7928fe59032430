# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which parts of the contracts were exercised: operations, statuses, and properties of bodies.

Each process notes what it validated as short texts, *points*, and writes them at its end into the folder that the
environment variable names; who ran them all holds their union against what the contracts declare. A property
belongs to the named schema that lists it, or to its operation where the schema has no name.
"""

from __future__ import annotations

import atexit
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

FOLDER_VARIABLE = "WEBEX_EMAIL_LAB_COVERAGE"
METHODS = ("get", "put", "post", "delete", "patch")
_MARK = "#/components/schemas/"

Document = dict[str, Any]
Schema = dict[str, Any]


def declared(service: str, document: Document) -> set[str]:
    """Every point of a service's contract."""
    points: set[str] = set()
    for name, operation in _operations(document):
        points.add(_operation(service, name))
        for status, response in operation["responses"].items():
            points.add(_status(service, name, status))
            points |= _declared_below(service, document, name, "answer", response)
        points |= _declared_below(service, document, name, "request", operation.get("requestBody", {}))
    return points


def seen(
    service: str, document: Document, operation: Schema, exchange: tuple[Any, int, Any]
) -> Iterator[str]:
    """The points that one valid exchange shows: request body, status and body of the answer (None for none)."""
    request, status, answer = exchange
    name = operation["operationId"]
    responses = operation["responses"]
    key = str(status) if str(status) in responses else "default"
    yield _operation(service, name)
    if key in responses:
        yield _status(service, name, key)
        yield from _shown(service, document, name, "answer", responses[key], answer)
    yield from _shown(service, document, name, "request", operation.get("requestBody", {}), request)


def _operation(service: str, name: str) -> str:
    return f"{service} operation {name}"


def _status(service: str, name: str, status: str) -> str:
    return f"{service} status {name} {status}"


def _operations(document: Document) -> Iterator[tuple[str, Schema]]:
    for item in document["paths"].values():
        for method in METHODS:
            if method in item:
                yield item[method]["operationId"], item[method]


def resolved(document: Document, part: Schema) -> Schema:
    while "$ref" in part:
        target: Any = document
        for key in part["$ref"].removeprefix("#/").split("/"):
            target = target[key.replace("~1", "/").replace("~0", "~")]
        part = target
    return part


def schemas(document: Document, holder: Schema) -> Iterator[Schema]:
    """The schemas of a request body or an answer, one for each content type."""
    for content in resolved(document, holder).get("content", {}).values():
        yield content.get("schema", {})


def _named(document: Document, schema: Schema, place: str) -> tuple[Schema, str]:
    """A schema with the place its properties belong to: its own name, or the place where it was found."""
    while "$ref" in schema:
        if schema["$ref"].startswith(_MARK):
            place = schema["$ref"].removeprefix(_MARK)
        schema = resolved(document, {"$ref": schema["$ref"]})
    return schema, place


def _parts(schema: Schema) -> Iterator[Schema]:
    for keyword in ("allOf", "oneOf", "anyOf"):
        yield from schema.get(keyword, ())


def _declared_below(service: str, document: Document, name: str, direction: str, holder: Schema) -> set[str]:
    points: set[str] = set()
    open_: list[tuple[Schema, str]] = [
        (schema, f"{name} {direction}") for schema in schemas(document, holder)
    ]
    known: set[tuple[int, str]] = set()
    while open_:
        schema, place = _named(document, *open_.pop())
        if (id(schema), place) in known:
            continue
        known.add((id(schema), place))
        for key, below in schema.get("properties", {}).items():
            points.add(f"{service} property {place}.{key}")
            open_.append((below, f"{place}.{key}"))
        if isinstance(schema.get("items"), dict):
            open_.append((schema["items"], f"{place}[]"))
        open_ += [(part, place) for part in _parts(schema)]
    return points


def _shown(
    service: str, document: Document, name: str, direction: str, holder: Schema, body: Any
) -> Iterator[str]:
    for schema in schemas(document, holder):
        yield from _walk(service, document, schema, f"{name} {direction}", body)


def _walk(service: str, document: Document, schema: Schema, place: str, value: Any) -> Iterator[str]:
    schema, place = _named(document, schema, place)
    for part in _parts(schema):
        if _fits(document, part, value):
            yield from _walk(service, document, part, place, value)
    if isinstance(value, dict):
        for key, below in schema.get("properties", {}).items():
            if key in value:
                yield f"{service} property {place}.{key}"
                yield from _walk(service, document, below, f"{place}.{key}", value[key])
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for item in value:
            yield from _walk(service, document, schema["items"], f"{place}[]", item)


def _fits(document: Document, part: Schema, value: Any) -> bool:
    """Whether a value can belong to one of several schemas, told by the properties that name its kind."""
    part = resolved(document, part)
    if not isinstance(value, dict):
        return part.get("type") not in ("object", None) or "properties" not in part
    kinds = {key: resolved(document, below).get("enum") for key, below in part.get("properties", {}).items()}
    return all(
        value.get(key) in kind for key, kind in kinds.items() if kind and len(kind) == 1 and key in value
    )


class Recorder:
    """The points of this process, written to the folder of the environment variable when the process ends."""

    def __init__(self, folder: str | None) -> None:
        self.points: set[str] = set()
        if folder:
            atexit.register(self.write, Path(folder), os.getpid())

    def add(self, points: Iterable[str]) -> None:
        """Note some points."""
        self.points.update(points)

    def write(self, folder: Path, process: int) -> None:
        """Write the points down; not from a copy of the process that was forked to do something else."""
        if not self.points or os.getpid() != process:
            return
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".json", delete=False) as file:
            json.dump(sorted(self.points), file)


RECORDER = Recorder(os.environ.get(FOLDER_VARIABLE))


def collected(folder: Path) -> set[str]:
    """The points that all processes wrote into a folder."""
    return {point for path in folder.glob("*.json") for point in json.loads(path.read_text("utf-8"))}
