# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Graph's ``/$batch``: up to twenty requests in one, each with its own answer.

Source: Microsoft Graph, "Combine multiple HTTP requests using JSON batching".
"""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .core import Lab
from .graph_http import Context, endpoint
from .graph_rights import everyone
from .pipeline import Reply


def handler(lab: Lab) -> Any:
    """The handler of the batch route: checks the envelope, then runs the parts in order."""

    async def run(request: Request) -> Response:
        checked = await endpoint(lab, everyone, _check)(request)
        answers: dict[str, dict[str, Any]] = {}
        for part in (await request.json())["requests"]:
            answers[part["id"]] = await _run(request, part, answers)
        return JSONResponse(
            {"responses": list(answers.values())}, headers={"request-id": checked.headers["request-id"]}
        )

    return run


def _check(context: Context) -> Response:
    seen: set[str] = set()
    for part in context.body["requests"]:
        if part["id"] in seen:
            context.refuse(400, "BadRequest", f"Request Id {part['id']} has duplicate occurrences.")
        if not seen.issuperset(part.get("dependsOn", [])):
            context.refuse(400, "BadRequest", f"Invalid dependsOn of request {part['id']}.")
        seen.add(part["id"])
    return context.done()


async def _run(request: Request, part: dict[str, Any], answers: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if any(answers[other]["status"] >= 400 for other in part.get("dependsOn", [])):
        failure = {"code": "FailedDependency", "message": "A request this one depends on has failed."}
        return {"id": part["id"], "status": 424, "headers": {}, "body": {"error": failure}}
    headers = {name.lower(): value for name, value in part.get("headers", {}).items()}
    for name in ("authorization", "host"):
        headers[name] = request.headers[name]
    body = json.dumps(part["body"]).encode() if "body" in part else b""
    call, pipeline = request.state.call, request.state.pipeline
    reply = await pipeline.part(call, part["method"], f"/v1.0{part['url']}", headers, body)
    return {"id": part["id"], "status": reply.status, "headers": _headers(reply), "body": _body(reply)}


def _headers(reply: Reply) -> dict[str, str]:
    return {
        name.decode("latin-1").title(): value.decode("latin-1")
        for name, value in reply.headers
        if name.lower() != b"content-length"
    }


def _body(reply: Reply) -> Any:
    try:
        return json.loads(reply.body) if reply.body else None
    except ValueError:
        return None
