# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lab in this process, and a client of it that signs in: what the tests of sign-in and Graph share."""

from __future__ import annotations

import asyncio

import httpx

from lab.app import create_app

CONTOSO = "0f47778c-61c2-4b0a-8e94-3f05e737a1dd"
GRAPH_SCOPE = "https://graph.microsoft.com/.default"
EXCHANGE_SCOPE = "https://outlook.office365.com/.default"
EXCHANGE_APP = "00000002-0000-0ff1-ce00-000000000000"
GRAPH_APP = "00000003-0000-0000-c000-000000000000"


class Cloud:
    """A fresh lab; requests go straight into its ASGI application."""

    def __init__(self, world=None):
        self.app = create_app(world)
        self.lab = self.app.lab
        self.as_roles(
            "Application.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All", "Policy.Read.All"
        )

    @property
    def tenant(self):
        return self.lab.tenant(CONTOSO)

    def caller(self, name="automation"):
        return next(item for item in self.tenant["callers"] if item["name"] == name)

    def request(self, method, path, **sent):
        async def once():
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="https://localhost") as http:
                return await http.request(method, path, **sent)

        return asyncio.run(once())

    def sign_in(self, client_id=None, scope=GRAPH_SCOPE, tenant=CONTOSO, **fields):
        form = {"client_id": client_id or self.caller()["client_id"], "grant_type": "client_credentials"}
        return self.request("POST", f"/{tenant}/oauth2/v2.0/token", data={**form, "scope": scope, **fields})

    def claims(self, answer):
        audiences = [scope.removesuffix("/.default") for scope in (GRAPH_SCOPE, EXCHANGE_SCOPE)]
        return self.lab.signer.read(answer.json()["access_token"], audiences, self.lab.now())

    def as_roles(self, *roles, object_id="automation-object", **claims):
        """Send later Graph requests with a token that carries these application permissions."""
        token = self.lab.signer.issue(
            {
                "aud": "https://graph.microsoft.com",
                "tid": CONTOSO,
                "appid": "automation",
                "oid": object_id,
                "roles": list(roles),
                "exp": self.lab.now().timestamp() + 600,
                **claims,
            }
        )
        self.authorization = {"Authorization": f"Bearer {token}"}

    def graph(self, method, path, body=None, **headers):
        sent = {"json": body} if body is not None else {}
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request(method, f"/v1.0{path}", headers={**self.authorization, **headers}, **sent)

    def make(self, path, body):
        """POST that must succeed; answers the object made."""
        answer = self.graph("POST", path, body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def make_app(self, name="WebexConnect", **body):
        return self.make("/applications", {"displayName": name, **body})

    def make_principal(self, **body):
        """An application with its service principal, as (application, service principal)."""
        app = self.make_app(**body)
        return app, self.make("/servicePrincipals", {"appId": app["appId"]})

    def principal(self, app_id):
        return self.graph("GET", f"/servicePrincipals(appId='{app_id}')").json()

    def assignment(self, principal, resource, value="Mail.Send"):
        role = next(role["id"] for role in resource["appRoles"] if role["value"] == value)
        return {"principalId": principal["id"], "resourceId": resource["id"], "appRoleId": role}


def code(answer):
    """(status, Graph error code) of an answer."""
    return answer.status_code, answer.json()["error"]["code"]


def message(answer):
    return answer.json()["error"]["message"]
