# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entry points of Webex Contact Center's configuration API: what a larger deployment does with an asset.

The collection itself never calls it; the example in docs/examples/contact_center does. Source of paths, body,
statuses and scopes: the schema ``EntryPointDTO`` and its operations in Cisco's public-spec/webex-contact-center.json of
webex/webex-openapi-specs. That list answers hold ``data`` and ``meta`` is seen in public clients of the same API.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .core import Lab
from .problems import Problem

READ, WRITE = "cjp:config_read", "cjp:config_write"
PAGE_SIZE = 100

Work = Callable[[Request, dict[str, Any]], Awaitable[Response]]


def routes(lab: Lab) -> list[Route]:
    """The routes of the service."""
    service = ContactCenter(lab)
    base = "/organization/{orgId}"
    make, one = f"{base}/entry-point", f"{base}/entry-point/{{id}}"
    return [
        Route(make, service.handler(service.create, WRITE), methods=["POST"], name="createEntryPoint"),
        Route(
            f"{base}/v2/entry-point",
            service.handler(service.list, READ),
            methods=["GET"],
            name="listEntryPoints",
        ),
        Route(one, service.handler(service.retrieve, READ), methods=["GET"], name="getEntryPoint"),
        Route(one, service.handler(service.replace, WRITE), methods=["PUT"], name="updateEntryPoint"),
    ]


def refused(status: int, reason: str) -> Problem:
    """The service's answer to a request that it does not carry out."""
    error = {"trackingId": str(uuid.uuid4()), "error": {"message": [{"description": reason}]}}
    return Problem(JSONResponse(error, status))


class ContactCenter:
    """The service for one lab."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def handler(self, work: Work, scope: str) -> Callable[[Request], Awaitable[Response]]:
        """A route handler around ``work(request, organization)`` for callers with ``scope``."""

        async def handle(request: Request) -> Response:
            organization = self._admitted(request, scope)
            if request.state.findings:
                raise refused(400, "; ".join(map(str, request.state.findings)))
            return await work(request, organization)

        return handle

    def _admitted(self, request: Request, scope: str) -> dict[str, Any]:
        kind, _space, value = request.headers.get("authorization", "").partition(" ")
        organizations = self.lab.world["contact_center"]
        owners = [
            (organization, token)
            for organization in organizations
            for token in organization["tokens"]
            if kind.lower() == "bearer" and token["value"] == value.strip()
        ]
        if not owners:
            raise refused(401, "The access token is missing or not valid.")
        organization, token = owners[0]
        wanted = request.path_params["orgId"]
        if organization["organization_id"] != wanted or scope not in token["scopes"]:
            raise refused(403, f"The token does not allow {scope} in this organization.")
        return organization

    async def create(self, request: Request, organization: dict[str, Any]) -> Response:
        """Make an entry point; its name is unique in the organization."""
        body = json.loads(await request.body())
        self._check_name(organization, body)
        made = {
            **body,
            "id": str(uuid.uuid4()),
            "version": 0,
            "organizationId": organization["organization_id"],
        }
        organization["entry_points"].append(made)
        request.state.applied = True
        return JSONResponse(made, 201)

    async def list(self, request: Request, organization: dict[str, Any]) -> Response:
        """A page of entry points, those whose name holds ``search`` if it is given."""
        words = request.query_params.get("search", "").lower()
        found = [item for item in organization["entry_points"] if words in item["name"].lower()]
        page, size = (int(request.query_params.get(*pair)) for pair in (("page", 0), ("pageSize", PAGE_SIZE)))
        shown = found[page * size : (page + 1) * size]
        meta = {
            "page": page,
            "pageSize": size,
            "totalPages": -(-len(found) // size),
            "totalRecords": len(found),
        }
        return JSONResponse({"meta": meta, "data": shown})

    async def retrieve(self, request: Request, organization: dict[str, Any]) -> Response:
        """Show an entry point."""
        return JSONResponse(self._find(request, organization))

    async def replace(self, request: Request, organization: dict[str, Any]) -> Response:
        """Replace an entry point whole, of the version that the caller has read."""
        found, body = self._find(request, organization), json.loads(await request.body())
        if body.get("id") != found["id"]:
            raise refused(400, "The body has to hold the id of the entry point.")
        if body.get("version", found["version"]) != found["version"]:
            raise refused(409, "The entry point has been changed since it was read.")
        self._check_name(organization, body)
        fixed = {"version": found["version"] + 1, "organizationId": found["organizationId"]}
        organization["entry_points"][organization["entry_points"].index(found)] = changed = body | fixed
        request.state.applied = True
        return JSONResponse(changed)

    @staticmethod
    def _find(request: Request, organization: dict[str, Any]) -> dict[str, Any]:
        wanted = request.path_params["id"]
        found = [item for item in organization["entry_points"] if item["id"] == wanted]
        if not found:
            raise refused(404, "There is no such entry point.")
        return found[0]

    @staticmethod
    def _check_name(organization: dict[str, Any], body: dict[str, Any]) -> None:
        others = [item for item in organization["entry_points"] if item["id"] != body.get("id")]
        if any(item["name"] == body["name"] for item in others):
            raise refused(409, "An entry point of this name exists.")
