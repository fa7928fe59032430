# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds every request and every answer against the OpenAPI file of its service.

Requests are held to exactly what the file lists (its request schemas forbid further properties); answers may
carry more than listed, as the real services' answers do. Findings never quote a value: it may be a secret.
"""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

import yaml
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.templating.paths.exceptions import PathError
from openapi_core.templating.paths.finders import APICallPathFinder
from werkzeug.datastructures import Headers, ImmutableMultiDict

from .coverage import METHODS, RECORDER, seen
from .journal import decode

if TYPE_CHECKING:
    from .pipeline import Call, Reply

FOLDER = Path(__file__).with_name("contracts")
ORIGIN = "https://localhost"
# SOAP, which no OpenAPI file describes; the host itself is strict about it.
WITHOUT = ("winrm",)


@dataclass(frozen=True)
class Finding:
    """One departure from the contract. ``rule`` is the broken JSON Schema keyword, if a schema was broken."""

    where: str
    pointer: str
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}{' ' + self.pointer if self.pointer else ''}: {self.text}"


@dataclass
class _Request:
    """A request as openapi-core's protocol wants it."""

    method: str
    path: str
    parameters: RequestParameters
    content_type: str
    body: bytes | None
    host_url: str = ORIGIN


@dataclass
class _Response:
    """An answer as openapi-core's protocol wants it."""

    status_code: int
    headers: Headers
    content_type: str
    data: bytes | None


def without_annotations(value: Any) -> Any:
    """A JSON value without OData's control information, which Graph takes in any request body.

    Microsoft's SDKs send ``@odata.type`` with each object (OData JSON format 4.01, section 4).
    """
    if isinstance(value, dict):
        return {
            key: without_annotations(item) for key, item in value.items() if not key.startswith("@odata.")
        }
    return [without_annotations(item) for item in value] if isinstance(value, list) else value


def _plain(service: str, body: bytes) -> bytes:
    if service != "graph" or b'"@odata.' not in body:
        return body
    with contextlib.suppress(ValueError):
        return json.dumps(without_annotations(json.loads(body))).encode()
    return body


def services() -> list[str]:
    """Names of the services that have a contract."""
    return sorted(path.name.partition(".")[0] for path in FOLDER.glob("*.openapi.yaml"))


@functools.cache
def document(service: str) -> dict[str, Any]:
    """The contract of a service as plain data."""
    text = (FOLDER / f"{service}.openapi.yaml").read_text("utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@functools.cache
def _api(service: str) -> OpenAPI:
    return OpenAPI.from_dict(document(service))


class Contract:
    """Checks exchanges, unless the setting ``contract_checks`` is off.

    Without the checks Graph accepts bodies it would refuse: meant only for tests that measure load.
    """

    def __init__(self, settings: Callable[[], dict[str, Any]]) -> None:
        self._settings = settings

    def check_request(self, call: Call) -> list[Finding]:
        """How the request departs from its contract."""
        if not self._settings()["contract_checks"] or call.entry.service in WITHOUT:
            return []
        api, request = _api(call.entry.service), _request(call)
        try:
            found = APICallPathFinder(api.spec).find(request.method, ORIGIN + request.path)
        except PathError as error:
            return [Finding("path", "", "", type(error).__name__)]
        declared = [*found.operation.get("parameters", []), *found.path.get("parameters", [])]
        known = {(item / "name").read_str() for item in declared if (item / "in").read_str() == "query"}
        unknown = [name for name in request.parameters.query if name not in known]
        return [
            *(
                Finding("query", name, "additionalProperties", "not a parameter of this operation")
                for name in unknown
            ),
            *_findings(api.iter_request_errors(request)),
        ]

    def check_response(self, call: Call, reply: Reply) -> list[Finding]:
        """How the answer departs from its contract; nothing for a path that no contract knows."""
        if not self._settings()["contract_checks"] or call.entry.service in WITHOUT:
            return []
        headers = Headers([(k.decode("latin-1"), v.decode("latin-1")) for k, v in reply.headers])
        response = _Response(reply.status, headers, reply.header("content-type"), reply.body or None)
        errors = _api(call.entry.service).iter_response_errors(_request(call), response)
        findings = list(_findings(error for error in errors if not isinstance(error, PathError)))
        if not findings:
            _record(call, reply)
        return findings


def operation_of(call: Call) -> dict[str, Any] | None:
    """The contract's operation that a request asks for, as plain data; None for a path that no contract knows."""
    service = call.entry.service
    try:
        found = APICallPathFinder(_api(service).spec).find(call.scope["method"].lower(), ORIGIN + _path(call))
    except PathError:
        return None
    return _raw(service)[(found.operation / "operationId").read_str()]


def _record(call: Call, reply: Reply) -> None:
    """Note which parts of the contract this valid answer and its request show."""
    service, operation = call.entry.service, operation_of(call)
    if operation is not None:
        request = decode(call.body, call.headers.get("content-type", ""))
        exchange = (request, reply.status, decode(reply.body, reply.header("content-type")))
        RECORDER.add(seen(service, document(service), operation, exchange))


@functools.cache
def _raw(service: str) -> dict[str, dict[str, Any]]:
    """Each operation of a contract by its operationId, as plain data."""
    return {
        operation["operationId"]: operation
        for item in document(service)["paths"].values()
        for method, operation in item.items()
        if method in METHODS
    }


def _path(call: Call) -> str:
    return quote(call.scope["path"], safe="/$()',:@=")


def _request(call: Call) -> _Request:
    scope, headers = call.scope, call.headers
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    parameters = RequestParameters(
        query=ImmutableMultiDict(query), header=Headers(list(headers.items())), cookie=ImmutableMultiDict()
    )
    return _Request(
        scope["method"].lower(),
        _path(call),
        parameters,
        headers.get("content-type", ""),
        _plain(call.entry.service, call.body) or None,
    )


def _findings(errors: Iterable[Exception]) -> Iterator[Finding]:
    for error in errors:
        name = getattr(error, "name", "")
        cause = error.__cause__
        where = type(error).__name__
        schema_errors = getattr(cause, "schema_errors", None)
        if not schema_errors:
            yield Finding(where, name, "", type(cause or error).__name__)
        for broken in schema_errors or ():
            yield _broken(where, name, broken)


def _broken(where: str, name: str, error: Any) -> Finding:
    pointer = "/".join(map(str, (name, *error.absolute_path) if name else error.absolute_path))
    if error.validator == "additionalProperties":
        surplus = sorted(set(error.instance) - set(error.schema.get("properties", {})))
        return Finding(
            where, "/".join(filter(None, (pointer, surplus[0]))), error.validator, "no such property"
        )
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return Finding(where, pointer, error.validator, f"{', '.join(missing)} missing")
    return Finding(where, pointer, error.validator, f"breaks {error.validator} {error.validator_value!r}")


@functools.cache
def properties(service: str, schema: str) -> frozenset[str]:
    """Names of the properties that the contract of ``service`` lists for one of its schemas."""
    return frozenset((_api(service).spec / "components" / "schemas" / schema / "properties").keys())


@functools.cache
def operations(service: str) -> dict[tuple[str, str], str]:
    """The operationId of each method (lower case) and path template of a service."""
    paths = _api(service).spec / "paths"
    return {
        (method, path): (operation / "operationId").read_str()
        for path, item in paths.items()
        for method, operation in item.items()
        if method in METHODS
    }
