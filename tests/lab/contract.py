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
import re
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
# Judging an exchange takes longer than serving it, and tests ask the same again and again.
REMEMBERED = 4096
UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
ANY_UUID, ANY_TOKEN = "00000000-0000-4000-8000-000000000000", "Bearer eyJ.any.token"


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
        return list(_request_findings(_sent(call))) if self._judges(call) else []

    def check_response(self, call: Call, reply: Reply) -> list[Finding]:
        """How the answer departs from its contract; nothing for a path that no contract knows."""
        if not self._judges(call):
            return []
        judgement = _response_judgement(_sent(call), reply.status, _headers(reply.headers), reply.body)
        RECORDER.add(judgement.points)
        return list(judgement.findings)

    def _judges(self, call: Call) -> bool:
        return self._settings()["contract_checks"] and call.entry.service not in WITHOUT


def operation_of(call: Call) -> dict[str, Any] | None:
    """The contract's operation that a request asks for, as plain data; None for a path that no contract knows."""
    return _operation(_sent(call))


def _operation(sent: _Sent) -> dict[str, Any] | None:
    request = sent.request()
    try:
        found = APICallPathFinder(_api(sent.service).spec).find(request.method, ORIGIN + request.path)
    except PathError:
        return None
    return _raw(sent.service)[(found.operation / "operationId").read_str()]


@functools.cache
def _raw(service: str) -> dict[str, dict[str, Any]]:
    """Each operation of a contract by its operationId, as plain data."""
    return {
        operation["operationId"]: operation
        for item in document(service)["paths"].values()
        for method, operation in item.items()
        if method in METHODS
    }


@dataclass(frozen=True)
class _Sent:
    """A request without what makes it unlike all others, so that the same one is judged once."""

    service: str
    method: str
    path: str
    query: bytes
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def request(self) -> _Request:
        """The request as openapi-core wants it."""
        query = parse_qsl(self.query.decode("latin-1"), keep_blank_values=True)
        headers = Headers(list(self.headers))
        parameters = RequestParameters(
            query=ImmutableMultiDict(query), header=headers, cookie=ImmutableMultiDict()
        )
        path = quote(self.path, safe="/$()',:@=")
        content_type = headers.get("content-type", "")
        return _Request(self.method.lower(), path, parameters, content_type, self.body or None)


def _sent(call: Call) -> _Sent:
    scope = call.scope
    return _Sent(
        call.entry.service,
        scope["method"],
        scope["path"],
        scope["query_string"],
        _headers(scope["headers"]),
        _plain(call.entry.service, call.body),
    )


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    """Headers as texts; ids and tokens, which differ each time, are all the same id and token."""
    found = ((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw)
    return tuple(
        (name, ANY_TOKEN if value.startswith("Bearer ey") else UUID.sub(ANY_UUID, value))
        for name, value in found
    )


@functools.lru_cache(REMEMBERED)
def _request_findings(sent: _Sent) -> tuple[Finding, ...]:
    api, request = _api(sent.service), sent.request()
    try:
        found = APICallPathFinder(api.spec).find(request.method, ORIGIN + request.path)
    except PathError as error:
        return (Finding("path", "", "", type(error).__name__),)
    declared = [*found.operation.get("parameters", []), *found.path.get("parameters", [])]
    known = {(item / "name").read_str() for item in declared if (item / "in").read_str() == "query"}
    unknown = [name for name in request.parameters.query if name not in known]
    return (
        *(
            Finding("query", name, "additionalProperties", "not a parameter of this operation")
            for name in unknown
        ),
        *_findings(api.iter_request_errors(request)),
    )


@dataclass(frozen=True)
class _Judgement:
    """How an exchange departs from its contract, and which points of it (see ``coverage``) a faultless one shows."""

    findings: tuple[Finding, ...]
    points: frozenset[str] = frozenset()


@functools.lru_cache(REMEMBERED)
def _response_judgement(
    sent: _Sent, status: int, headers: tuple[tuple[str, str], ...], body: bytes
) -> _Judgement:
    known = Headers(list(headers))
    kind = known.get("content-type", "")
    errors = _api(sent.service).iter_response_errors(
        sent.request(), _Response(status, known, kind, body or None)
    )
    findings = tuple(_findings(error for error in errors if not isinstance(error, PathError)))
    operation = None if findings else _operation(sent)
    if operation is None:
        return _Judgement(findings)
    asked = decode(sent.body, sent.request().content_type)
    points = seen(sent.service, document(sent.service), operation, (asked, status, decode(body, kind)))
    return _Judgement((), frozenset(points))


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
