# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Webex Connect service of the lab over HTTP: admission, envelope, and what is not offered."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from lab.app import create_app
from lab.connect_assets import MASK, SUCCESS_CODE

APP = "/connectapi/v2/digital/app"
BODY = {"name": "Support", "emailId": "support@contoso.example", "clientSecret": "CANARY-asset-secret~+/="}


class Service:
    """A client of a fresh lab with the token of its first Connect tenant."""

    def __init__(self):
        app = create_app()
        self.lab = app.lab
        self.connect = self.lab.world["connect"][0]
        self.transport = httpx.ASGITransport(app)
        self.headers = {
            "Authorization": f"Bearer {self.connect['tokens'][0]['value']}",
            "x-organization-id": self.connect["organization_id"],
        }

    def request(self, method, path, **sent):
        async def once():
            async with httpx.AsyncClient(transport=self.transport, base_url="https://localhost") as http:
                return await http.request(method, path, **sent)

        return asyncio.run(once())

    def send(self, method, path=APP, body=None, channel="email", **headers):
        parameters = {"channel": channel} if channel else {}
        sent = {name: value for name, value in {**self.headers, **headers}.items() if value is not None}
        return self.request(method, path, params=parameters, json=body, headers=sent)

    def created(self):
        return self.send("POST", body=BODY).json()["asset"]


@pytest.fixture
def service():
    return Service()


def test_create_retrieve_and_update(service):
    answer = service.send("POST", body=BODY)
    assert answer.status_code == 200
    envelope = answer.json()
    assert (envelope["code"], set(envelope)) == (SUCCESS_CODE, {"code", "description", "transid", "asset"})
    path = f"{APP}/{envelope['asset']['appId']}"
    assert service.send("GET", path).json()["asset"] == envelope["asset"]
    assert service.send("PUT", path, {"name": "Desk"}).json()["asset"]["name"] == "Desk"
    assert service.lab.violations == []
    entries = service.lab.journal.render([])
    assert [(entry["operation"], entry["write"], entry["applied"]) for entry in entries] == [
        ("createEmailAsset", True, True),
        ("getEmailAsset", False, False),
        ("updateEmailAsset", True, True),
    ]
    assert "CANARY" not in str(entries)


def test_the_secret_is_masked_unless_told_otherwise(service):
    asset = service.created()
    assert asset["clientSecret"] == MASK
    service.lab.change_settings({"connect_secret_echo": "echoed"})
    assert (
        service.send("GET", f"{APP}/{asset['appId']}").json()["asset"]["clientSecret"] == BODY["clientSecret"]
    )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": None}, 401),
        ({"Authorization": "Bearer unknown"}, 401),
        ({"x-organization-id": None}, 400),
        ({"x-organization-id": "5a1f2d3c-8e4b-4f6a-9c7d-0b1a2c3d4e02"}, 403),
        ({"x-organization-id": "5a1f2d3c-8e4b-4f6a-9c7d-000000000000"}, 403),
    ],
)
def test_admission(service, headers, status):
    answer = service.send("POST", body=BODY, **headers)
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "description", "transid"}
    assert service.connect["assets"] == []


def test_a_token_without_role_or_past_its_end_is_refused(service):
    tokens = {token["role"]: token for token in service.connect["tokens"]}
    answer = service.send("POST", body=BODY, Authorization=f"Bearer {tokens['none']['value']}")
    assert answer.status_code == 403
    issued = service.lab.now().isoformat()
    service.connect["tokens"] = [{"value": "fresh", "issued": issued, "role": "full"}]
    assert service.send("POST", body=BODY, Authorization="Bearer fresh").status_code == 200
    service.lab.change_settings({"clock_offset_seconds": 12 * 3600 + 1})
    assert service.send("POST", body=BODY, Authorization="Bearer fresh").status_code == 401


@pytest.mark.parametrize("channel", [None, "wa", "EMAIL"])
def test_the_channel_is_needed(service, channel):
    assert service.send("POST", body=BODY, channel=channel).status_code == 400


def test_unknown_ids_and_broken_bodies(service):
    assert service.send("GET", f"{APP}/a_000000000000000000").status_code == 404
    assert (
        service.request("POST", APP + "?channel=email", content="{", headers=service.headers).status_code
        == 400
    )
    headers = {**service.headers, "Content-Type": "application/json"}
    assert service.request("POST", APP + "?channel=email", content="{", headers=headers).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", APP, 405),
        ("DELETE", f"{APP}/a_000000000000000000", 405),
        ("PATCH", f"{APP}/a_000000000000000000", 405),
        ("POST", f"{APP}/a_000000000000000000/token", 404),
        ("GET", "/connectapi/v2/other", 404),
    ],
)
def test_what_is_not_offered_answers_in_the_envelope(service, method, path, status):
    answer = service.send(method, path)
    assert (answer.status_code, set(answer.json())) == (status, {"code", "description", "transid"})


def test_delete_where_it_is_offered(service):
    asset = service.created()
    service.lab.change_settings({"connect_delete": True})
    assert service.send("DELETE", f"{APP}/{asset['appId']}").status_code == 200
    assert service.connect["assets"] == []
    assert service.lab.violations == []


def test_errors_inside_a_200(service):
    service.lab.change_settings({"connect_error_in_200": True, "connect_unique_email": True})
    service.created()
    for body in (BODY, {"name": "x"}):
        answer = service.send("POST", body=body)
        assert answer.status_code == 200
        assert answer.json()["code"] != SUCCESS_CODE
        assert "asset" not in answer.json()
    assert service.send("POST", body=BODY, Authorization=None).status_code == 401
