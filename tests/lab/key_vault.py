# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Azure Key Vault: getting and setting secrets.

Sources: learn.microsoft.com/rest/api/keyvault/secrets (set-secret, get-secret, 7.4) and
key-vault/general/common-error-codes; the answer about a deleted secret's name: Azure/azure-sdk-for-python issue 9743.
"""

from __future__ import annotations

import json
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .contract import operations
from .core import Caller, Lab
from .permissions import AUDIENCES, KEY_VAULT
from .problems import Problem

NAME = re.compile(r"[0-9a-zA-Z-]{1,127}")


def error(status: int, code: str, message: str, inner: str | None = None) -> Response:
    """An error answer."""
    body: dict[str, Any] = {"code": code, "message": message}
    if inner:
        body["innererror"] = {"code": inner}
    return JSONResponse({"error": body}, status)


class KeyVault:
    """The vault of each tenant: ``tenant["key_vault"]``: officers (client ids), secrets, deleted (names)."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def _admitted(self, request: Request) -> dict[str, Any]:
        def refuse(_reason: str) -> Response:
            return error(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.")

        caller: Caller = self.lab.caller(request, AUDIENCES[KEY_VAULT], refuse)
        vault = caller.tenant.get("key_vault")
        if vault is None or caller.client_id not in vault["officers"]:
            raise Problem(error(403, "Forbidden", "Caller is not authorized.", "ForbiddenByRbac"))
        if request.state.findings:
            raise Problem(error(400, "BadParameter", "The request is malformed."))
        return vault

    async def get(self, request: Request) -> Response:
        """The latest version of a secret."""
        vault, name = self._admitted(request), request.path_params["name"]
        found = next((item for item in vault["secrets"] if item["name"] == name), None)
        if found is None:
            raise Problem(
                error(404, "SecretNotFound", "A secret with this name was not found in this key vault.")
            )
        return self._shown(request, found)

    async def set(self, request: Request) -> Response:
        """A new version of a secret."""
        vault, name = self._admitted(request), request.path_params["name"]
        if not NAME.fullmatch(name):
            raise Problem(error(400, "BadParameter", "The request URI contains an invalid name."))
        if name in vault["deleted"]:
            raise Problem(
                error(
                    409,
                    "Conflict",
                    "Secret is in a deleted but recoverable state.",
                    "ObjectIsDeletedButRecoverable",
                )
            )
        made = {
            "name": name,
            "version": self.lab.new_id().replace("-", ""),
            **json.loads(await request.body()),
        }
        vault["secrets"] = [item for item in vault["secrets"] if item["name"] != name] + [made]
        request.state.applied = True
        return self._shown(request, made)

    def _shown(self, request: Request, secret: dict[str, Any]) -> Response:
        now = int(self.lab.now().timestamp())
        attributes = {**secret.get("attributes", {}), "created": now, "updated": now}
        identifier = f"{request.base_url}secrets/{secret['name']}/{secret['version']}"
        shown = {key: secret[key] for key in ("value", "contentType", "tags") if key in secret}
        return JSONResponse({**shown, "id": identifier, "attributes": attributes})


def routes(lab: Lab) -> list[Route]:
    """The routes of the service, named by the contract."""
    vault, names, path = KeyVault(lab), operations("key_vault"), "/secrets/{name}"
    return [
        Route(path, work, methods=[method.upper()], name=names[method, path])
        for method, work in (("get", vault.get), ("put", vault.set))
    ]
