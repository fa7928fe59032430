# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Graph's envelope: who calls, with which rights, a body that is in order, and answers in Graph's form."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from . import graph_throttling as throttling
from .contract import Finding, without_annotations
from .core import Caller, Lab
from .permissions import AUDIENCES, GRAPH
from .problems import Problem

METADATA = "https://graph.microsoft.com/v1.0/$metadata#"

_REFUSALS = {
    "missing": "Access token is empty.",
    "malformed": "IDX14100: JWT is not well formed.",
    "expired": "Lifetime validation failed, the token is expired.",
    "audience": "Access token validation failure. Invalid audience.",
    "tenant": "The tenant of the access token does not exist.",
}


def error(
    request: Request, status: int, code: str, message: str, details: list[dict[str, Any]] | None = None
) -> Response:
    """An error answer (Microsoft: "Microsoft Graph error responses and resource types")."""
    body: dict[str, Any] = {"code": code, "message": message}
    if details:
        body["details"] = details
    body["innerError"] = {
        "date": _lab(request).now().strftime("%Y-%m-%dT%H:%M:%S"),
        "request-id": request_id(request),
        "client-request-id": request.headers.get("client-request-id", request_id(request)),
    }
    return _stamped(request, JSONResponse({"error": body}, status))


def request_id(request: Request) -> str:
    """The id the service gives to this request: the same in header and error body."""
    if not hasattr(request.state, "request_id"):
        request.state.request_id = Lab.new_id()
    return request.state.request_id


def _lab(request: Request) -> Lab:
    return request.state.pipeline.lab


def _stamped(request: Request, response: Response) -> Response:
    response.headers["request-id"] = request_id(request)
    if "client-request-id" in request.headers:
        response.headers["client-request-id"] = request.headers["client-request-id"]
    return response


@dataclass
class Context:
    """One authorised Graph request; ``body`` is its JSON body, {} if there is none."""

    lab: Lab
    request: Request
    caller: Caller
    body: dict[str, Any]

    @property
    def tenant(self) -> dict[str, Any]:
        return self.caller.tenant

    def path(self, name: str) -> str:
        """A parameter of the path; a quote in a key is written twice (OData URL conventions)."""
        return self.request.path_params[name].replace("''", "'")

    def refuse(self, status: int, code: str, message: str, *details: dict[str, Any]) -> NoReturn:
        """End the request with an error answer."""
        raise Problem(error(self.request, status, code, message, list(details)))

    def bad_request(self, message: str, *details: dict[str, Any]) -> NoReturn:
        self.refuse(400, "Request_BadRequest", message, *details)

    def not_found(self, name: str) -> NoReturn:
        self.refuse(
            404,
            "Request_ResourceNotFound",
            f"Resource '{name}' does not exist or one of its queried reference-property objects are not "
            "present.",
        )

    def denied(self, message: str = "Insufficient privileges to complete the operation.") -> NoReturn:
        self.refuse(403, "Authorization_RequestDenied", message)

    def applied(self) -> None:
        """Note that this request has changed the tenant."""
        self.request.state.applied = True

    def entity(self, kind: str, data: dict[str, Any], status: int = 200) -> Response:
        """One object as an answer; ``kind`` is what follows ``$metadata#``."""
        return JSONResponse({"@odata.context": METADATA + kind, **data}, status)

    @staticmethod
    def done() -> Response:
        return Response(status_code=204)


Operation = Callable[[Context], Response]
Right = Callable[[Caller], bool]


def endpoint(lab: Lab, right: Right, operation: Operation) -> Any:
    """Make a Starlette handler of ``operation``: 401 before 429, 403 and 400, as Graph checks them."""
    throttle = throttling.of(lab)

    async def handler(request: Request) -> Response:
        context = Context(lab, request, _caller(lab, request), {})
        if wait := throttle.wait(request, context.caller):
            refusal = error(request, 429, "TooManyRequests", "Too many requests.")
            return throttling.mark(refusal, request, wait)
        if not right(context.caller):
            context.denied()
        _refuse_malformed(context)
        content = await request.body()
        context.body = without_annotations(json.loads(content)) if content else {}
        async with _alone(context):
            return throttling.mark(_stamped(request, operation(context)), request)

    return handler


@contextlib.asynccontextmanager
async def _alone(context: Context) -> AsyncIterator[None]:
    """Hold an application for ``graph_write_ms`` while it is written; 409 for a write that comes meanwhile.

    Seen on addPassword: nais/azurerator issue 448 (Directory_ConcurrencyViolation).
    """
    milliseconds, name = context.lab.settings["graph_write_ms"], _written_application(context)
    if not milliseconds or name is None:
        yield
        return
    if name in context.lab.being_written:
        context.refuse(
            409,
            "Directory_ConcurrencyViolation",
            "Error due to concurrent requests being made to the tenant. Please wait briefly and retry.",
        )
    context.lab.being_written.add(name)
    try:
        await asyncio.sleep(milliseconds / 1000)
        yield
    finally:
        context.lab.being_written.discard(name)


def _written_application(context: Context) -> str | None:
    """What tells the application that a request writes; None for any other request."""
    request = context.request
    if request.method == "GET" or not request.url.path.startswith("/v1.0/applications"):
        return None
    named = {str(value).lower() for value in request.path_params.values()}
    for app in context.tenant["applications"]:
        if named & {str(app[key]).lower() for key in ("id", "appId", "uniqueName")}:
            return app["id"]
    return next(iter(sorted(named)), None)


def _caller(lab: Lab, request: Request) -> Caller:
    def refuse(reason: str) -> Response:
        response = error(request, 401, "InvalidAuthenticationToken", _REFUSALS[reason])
        response.headers["WWW-Authenticate"] = "Bearer"
        return response

    return lab.caller(request, AUDIENCES[GRAPH], refuse)


def _refuse_malformed(context: Context) -> None:
    findings: list[Finding] = [
        f for f in context.request.state.findings if f.where != "SecurityValidationError"
    ]
    if findings:
        _explain(context, findings[0])


def _explain(context: Context, finding: Finding) -> NoReturn:
    """Graph's 400 for one departure from the contract.

    Graph's page of error codes names the codes; the texts are what callers commonly report and are not
    promised, so nothing may depend on them.
    """
    kind = context.request.url.path.split("/")[2].split("(")[0]
    where = finding.where
    if where == "path":
        context.refuse(404, "BadRequest", f"Resource not found for the segment '{kind}'.")
    if "Parameter" in where and finding.pointer == "id":
        context.bad_request(f"Invalid object identifier '{context.path('id')}'.")
    if "Body" in where and not finding.rule:
        context.refuse(
            400,
            "BadRequest",
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of "
            "valid JSON format.",
        )
    if finding.rule == "maxItems" and finding.pointer == "requests":
        context.refuse(400, "BadRequest", "Number of batch request steps exceeds the maximum value of 20.")
    if finding.rule == "additionalProperties":
        context.bad_request(f"Invalid property '{finding.pointer}'.")
    if finding.rule == "required":
        context.bad_request(f"A value is required: {finding.text} in the body for '{kind}'.")
    context.bad_request(f"Invalid value specified for property '{finding.pointer}' of resource '{kind}'.")
