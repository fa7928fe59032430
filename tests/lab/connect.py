# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Webex Connect digital asset API for email: create, retrieve, update; no list and no delete.

Path of the create call, headers, regions and token rules: developer.webex.com (evidence D). The rest of the
wire is an assumption, see ``connect_assets``.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import connect_assets as assets
from .connect_assets import AssetError
from .core import DEFAULT_SETTINGS, Lab

# How the service behaves where Cisco says nothing; connect_secret_echo and connect_put are in the core's
# table.
SETTINGS: dict[str, Any] = {
    "connect_delete": False,  # whether DELETE is offered: documented for another channel only
    "connect_error_in_200": False,  # errors answered as 200 with a code inside, as older Connect APIs do
    "connect_unique_email": False,  # whether a second asset with the same address is refused with 409
}
DEFAULT_SETTINGS.update(SETTINGS)

BASE = "/connectapi/v2/digital/app"
# A personal access token lives this long (developer.webex.com, "Getting your personal access token").
TOKEN_LIFETIME = timedelta(hours=12)
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

Work = Callable[[Request, dict[str, Any]], Awaitable[dict[str, Any]]]


def routes(lab: Lab) -> list[Route]:
    """The routes of the service; the last one answers whatever is not offered in the service's own
    envelope.
    """
    service = Connect(lab)
    one = BASE + "/{appId}"
    return [
        Route(BASE, service.handler(service.create), methods=["POST"], name="createEmailAsset"),
        Route(one, service.handler(service.retrieve), methods=["GET"], name="getEmailAsset"),
        Route(one, service.handler(service.update), methods=["PUT"], name="updateEmailAsset"),
        Route(one, service.handler(service.delete), methods=["DELETE"], name="deleteEmailAsset"),
        Route("/connectapi/{rest:path}", service.not_offered, methods=METHODS, name="notOffered"),
    ]


class Connect:
    """The service for one lab."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def handler(self, work: Work) -> Callable[[Request], Awaitable[Response]]:
        """A route handler around ``work(request, connect tenant)``: checks before it, envelope after it."""

        async def handle(request: Request) -> Response:
            try:
                connect = self.admitted(request)
                if request.query_params.get("channel") != "email":
                    raise AssetError(400, assets.INVALID_VALUE, "The query parameter channel must be email.")
                return self._answer(200, assets.SUCCESS_CODE, "Success", await work(request, connect))
            except AssetError as error:
                return self._refused(error)

        return handle

    def admitted(self, request: Request) -> dict[str, Any]:
        """The Connect tenant that the caller may manage. Raises AssetError 401, 403 or 400.

        Three independent checks are documented: the token, access to the organization, the right to manage
        assets.
        """
        owner, token = self._token(request)
        organization = request.headers.get("x-organization-id")
        if not organization:
            raise AssetError(400, assets.INVALID_VALUE, "The header x-organization-id is missing.")
        if self.lab.connect_tenant(organization) is not owner:
            raise AssetError(403, assets.FORBIDDEN, "No access to this organization.")
        if token.get("role", "full") != "full":
            raise AssetError(403, assets.FORBIDDEN, "No permission to manage digital assets.")
        return owner

    def _token(self, request: Request) -> tuple[dict[str, Any], dict[str, Any]]:
        scheme, _space, value = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and value.strip() not in self.lab.revoked:
            for connect in self.lab.world["connect"]:
                for token in connect["tokens"]:
                    if token["value"] == value.strip() and self.lab.now() < _end(token):
                        return connect, token
        raise AssetError(401, assets.NOT_AUTHENTICATED, "The access token is missing, not valid or expired.")

    async def create(self, request: Request, connect: dict[str, Any]) -> dict[str, Any]:
        """Make an asset."""
        body = await _body(request)
        unique = self.lab.settings["connect_unique_email"]
        asset = assets.create(connect, body, self.lab.now(), unique_email=unique)
        request.state.applied = True
        return {"asset": self._shown(asset)}

    async def retrieve(self, request: Request, connect: dict[str, Any]) -> dict[str, Any]:
        """Show an asset."""
        return {"asset": self._shown(assets.find(connect, request.path_params["appId"]))}

    async def update(self, request: Request, connect: dict[str, Any]) -> dict[str, Any]:
        """Change an asset, merging or replacing by ``connect_put``."""
        app_id, body = request.path_params["appId"], await _body(request)
        replace = self.lab.settings["connect_put"] == "replace"
        request.state.applied = assets.update(connect, app_id, body, replace=replace)
        return {"asset": self._shown(assets.find(connect, app_id))}

    async def delete(self, request: Request, connect: dict[str, Any]) -> dict[str, Any]:
        """Remove an asset, where the setting says that this is offered."""
        if not self.lab.settings["connect_delete"]:
            raise AssetError(405, assets.NOT_OFFERED, "The method is not offered.")
        assets.delete(connect, request.path_params["appId"])
        request.state.applied = True
        return {}

    async def not_offered(self, request: Request) -> Response:
        """The answer to anything else: 405 on a path that exists, 404 elsewhere."""
        tail = request.url.path.removeprefix(BASE)
        known = tail != request.url.path and (not tail or (tail.startswith("/") and "/" not in tail[1:]))
        status = 405 if known else 404
        return self._refused(AssetError(status, assets.NOT_OFFERED, "The operation is not offered."))

    def _shown(self, asset: dict[str, Any]) -> dict[str, Any]:
        return assets.shown(asset, self.lab.settings["connect_secret_echo"])

    def _refused(self, error: AssetError) -> Response:
        inside = self.lab.settings["connect_error_in_200"] and error.status in (400, 404, 409)
        return self._answer(200 if inside else error.status, error.code, error.description, {})

    def _answer(self, status: int, code: str, description: str, more: dict[str, Any]) -> Response:
        envelope = {"code": code, "description": description, "transid": self.lab.new_id()}
        return JSONResponse(envelope | more, status)


def _end(token: dict[str, Any]) -> datetime:
    """When a token ends: its ``expires``, or twelve hours after ``issued``."""
    if token.get("expires"):
        return _time(token["expires"])
    return _time(token["issued"]) + TOKEN_LIFETIME


def _time(value: str) -> datetime:
    return datetime.fromisoformat(value.replace("Z", "+00:00"))


async def _body(request: Request) -> Any:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise AssetError(400, assets.INVALID_JSON, "The content type must be application/json.")
    try:
        return json.loads(await request.body())
    except ValueError:
        raise AssetError(400, assets.INVALID_JSON, "The request body is not valid JSON.") from None
