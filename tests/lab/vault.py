# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""HashiCorp Vault, as far as a KV engine of version 2 at ``secret`` and the AppRole sign-in go.

Sources: developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2 and .../auth/approle. A deleted version answers 404
with its metadata; check-and-set compares with the number of the latest version, deleted or not.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .contract import operations
from .core import Lab

BASE = "/v1/secret/data/{folder}/{name}"
MISMATCH = "check-and-set parameter did not match the current version"


class Refused(Exception):
    """A refused request; Vault says why in a list."""

    def __init__(self, status: int, *errors: str) -> None:
        super().__init__(status)
        self.answer = JSONResponse({"errors": list(errors)}, status)


class Vault:
    """The service for one lab. ``world["vault"]``: namespace, tokens, roles, and data: path -> list of versions."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    @property
    def _world(self) -> dict[str, Any]:
        return self.lab.world["vault"]

    def _admit(self, request: Request) -> None:
        scheme, _space, bearer = request.headers.get("authorization", "").partition(" ")
        token = request.headers.get("x-vault-token") or (bearer if scheme.lower() == "bearer" else "")
        known = [entry["value"] for entry in self._world["tokens"]]
        if token not in known or request.headers.get("x-vault-namespace") != self._world.get("namespace"):
            raise Refused(403, "permission denied")

    async def login(self, request: Request) -> Response:
        """A token for an AppRole; it is one more of the world's tokens from then on."""
        given = json.loads(await request.body())
        for role in self._world["roles"]:
            if (role["role_id"], role["secret_id"]) == (given["role_id"], given["secret_id"]):
                token = f"hvs.CANARY-approle-{self.lab.new_id()}+/="
                self.lab.issued_secrets.add(token)
                self._world["tokens"].append({"value": token})
                return JSONResponse(
                    {"auth": {"client_token": token, "lease_duration": 1200, "renewable": True}}
                )
        raise Refused(400, "invalid role or secret ID")

    async def read(self, request: Request) -> Response:
        """The latest version of a path."""
        self._admit(request)
        versions = self._versions(request)
        if not versions:
            raise Refused(404)
        latest = versions[-1]
        metadata = {
            "created_time": latest["created"],
            "custom_metadata": None,
            "deletion_time": latest.get("deleted", ""),
            "destroyed": False,
            "version": len(versions),
        }
        gone = bool(latest.get("deleted"))
        data = {"data": None if gone else latest["data"], "metadata": metadata}
        return JSONResponse({"request_id": self.lab.new_id(), "data": data}, 404 if gone else 200)

    async def write(self, request: Request) -> Response:
        """A new version, if ``options.cas`` names the latest one; it is not optional here."""
        self._admit(request)
        given = json.loads(await request.body())
        versions = self._versions(request)
        if "cas" not in given.get("options", {}):
            raise Refused(400, "check-and-set parameter required for this call")
        if given["options"]["cas"] != len(versions):
            raise Refused(400, MISMATCH)
        versions.append({"created": self.lab.timestamp(), "data": given["data"]})
        self._world["data"][self._path(request)] = versions
        request.state.applied = True
        metadata = {"created_time": self.lab.timestamp(), "deletion_time": "", "destroyed": False}
        answer = {**metadata, "custom_metadata": None, "version": len(versions)}
        return JSONResponse({"request_id": self.lab.new_id(), "data": answer})

    def _versions(self, request: Request) -> list[dict[str, Any]]:
        return list(self._world["data"].get(self._path(request), []))

    @staticmethod
    def _path(request: Request) -> str:
        return f"{request.path_params['folder']}/{request.path_params['name']}"


def _guarded(work: Callable[[Request], Any]) -> Callable[[Request], Any]:
    async def handle(request: Request) -> Response:
        if request.state.findings:
            return JSONResponse({"errors": ["unsupported or malformed request"]}, 400)
        try:
            return await work(request)
        except Refused as refusal:
            return refusal.answer

    return handle


def routes(lab: Lab) -> list[Route]:
    """The routes of the service, named by the contract."""
    vault, names = Vault(lab), operations("vault")
    table = (
        ("post", "/v1/auth/approle/login", vault.login),
        ("get", BASE, vault.read),
        ("post", BASE, vault.write),
    )
    return [
        Route(path, _guarded(work), methods=[method.upper()], name=names[method, path])
        for method, path, work in table
    ]
