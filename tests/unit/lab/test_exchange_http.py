# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Exchange service of the lab over HTTP: rights, envelopes, pages, batch and misbehaviour."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from lab.app import create_app

ADMINISTRATOR = "29232cdf-9323-42fd-ade2-1d097af3e4de"
RECIPIENT_ADMINISTRATOR = "31392ffb-586c-42d1-9346-e59415a2cc4e"
SUPPORT = "support@contoso.example"
FORWARD = "b6b9072d0d5c4d0c9f1e2a3b4c5d6e7f@mail-us.imiconnect.io"


class Service:
    """A client of a fresh lab, signed in as an Exchange administrator."""

    def __init__(self):
        self.app = create_app()
        self.lab = self.app.lab
        self.tenant = self.lab.world["tenants"][0]
        self.transport = httpx.ASGITransport(self.app)
        self.base = f"/adminapi/beta/{self.tenant['id']}"

    def request(self, method, path, **sent):
        async def once():
            async with httpx.AsyncClient(transport=self.transport, base_url="https://localhost") as http:
                return await http.request(method, path, **sent)

        return asyncio.run(once())

    def token(self, roles=("Exchange.ManageAsApp",), wids=(ADMINISTRATOR,), **other):
        claims = {
            "aud": "https://outlook.office365.com",
            "tid": self.tenant["id"],
            "appid": "app",
            "oid": "object",
            "roles": list(roles),
            "wids": list(wids),
            "exp": self.lab.now().timestamp() + 600,
        }
        return self.lab.signer.issue(claims | other)

    def post(self, path, body, token=None, **headers):
        headers = {
            "Authorization": f"Bearer {token or self.token()}",
            "Accept-Encoding": "identity",
            **headers,
        }
        return self.request("POST", path, json=body, headers=headers)

    def invoke(self, name, parameters=None, query="", token=None, headers=None):
        body = {"CmdletInput": {"CmdletName": name, "Parameters": parameters or {}}}
        return self.post(f"{self.base}/InvokeCommand{query}", body, token, **(headers or {}))


@pytest.fixture
def service():
    return Service()


@pytest.mark.parametrize(
    ("roles", "wids", "status"),
    [
        (["Exchange.ManageAsApp"], [ADMINISTRATOR], 200),
        (["Exchange.ManageAsApp"], [], 403),
        (["Mail.Send"], [ADMINISTRATOR], 403),
        ([], [], 401),
    ],
)
def test_permission_and_role_are_both_needed(service, roles, wids, status):
    answer = service.invoke("Get-TransportConfig", token=service.token(roles, wids))
    assert answer.status_code == status


def test_tokens_are_checked(service):
    expired = service.token(exp=service.lab.now().timestamp() - 1)
    foreign = service.token(aud="https://graph.microsoft.com")
    for token in (expired, foreign, "nonsense"):
        answer = service.invoke("Get-TransportConfig", token=token)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer ")
    elsewhere = service.token(tid=service.lab.world["tenants"][1]["id"])
    assert service.invoke("Get-TransportConfig", token=elsewhere).status_code == 404


def test_a_cmdlet_out_of_reach_answers_nul_bytes_called_gzip(service):
    recipient = service.token(wids=[RECIPIENT_ADMINISTRATOR])
    for name, token in (("Get-Nothing", None), ("Get-HostedOutboundSpamFilterPolicy", recipient)):
        answer = service.invoke(name, token=token)
        assert (answer.status_code, answer.content) == (403, bytes(300))
        assert "content-encoding" not in answer.headers
        with pytest.raises(httpx.DecodingError):
            service.invoke(name, token=token, headers={"Accept-Encoding": "gzip, deflate"})


def test_a_read_answers_typed_records(service):
    answer = service.invoke("Get-Mailbox", {"Identity": SUPPORT}, "?$select=Guid,EmailAddresses")
    (record,) = answer.json()["value"]
    assert set(record) == {
        "@odata.type",
        "Guid",
        "Guid@odata.type",
        "EmailAddresses",
        "EmailAddresses@odata.type",
    }
    assert record["Guid@odata.type"] == "#Guid"
    assert answer.json()["@adminapi.warnings"] == []
    assert answer.headers["request-id"]
    assert service.lab.violations == []


def test_a_write_is_journaled_as_the_cmdlet_and_as_applied(service):
    parameters = {"Identity": SUPPORT, "ForwardingSmtpAddress": FORWARD}
    first = service.invoke("set-mailbox", parameters, headers={"X-AnchorMailbox": f"UPN:{SUPPORT}"})
    second = service.invoke("Set-Mailbox", parameters)
    assert first.json()["value"] == []
    assert "no settings of 'support' have been modified" in second.json()["@adminapi.warnings"][0]
    entries = service.lab.journal.render([])
    assert [(entry["operation"], entry["write"], entry["applied"]) for entry in entries] == [
        ("Set-Mailbox", True, True),
        ("Set-Mailbox", True, False),
    ]
    assert entries[0]["request_headers"]["x-anchormailbox"] == f"UPN:{SUPPORT}"


@pytest.mark.parametrize(
    ("form", "status", "body"), [("empty", 200, []), ("null", 200, None), ("none", 204, None)]
)
def test_a_write_answers_in_three_forms(service, form, status, body):
    service.lab.change_settings({"exchange_write_answer": form})
    answer = service.invoke(
        "Set-CASMailbox", {"Identity": SUPPORT, "SmtpClientAuthenticationDisabled": False}
    )
    assert answer.status_code == status
    assert status == 204 or answer.json()["value"] == body


@pytest.mark.parametrize("status", [404, 400])
def test_not_found_has_the_status_of_the_setting(service, status):
    service.lab.change_settings({"exchange_not_found_status": status})
    answer = service.invoke("Get-Mailbox", {"Identity": "nobody@contoso.example"})
    assert answer.status_code == status
    internal = answer.json()["error"]["innererror"]["internalexception"]["message"]
    assert internal.split("|", 2)[1].endswith("ManagementObjectNotFoundException")


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"CmdletInput": {"CmdletName": "Get-Mailbox"}, "More": 1},
        {"CmdletInput": {"CmdletName": 1}},
        {"CmdletInput": {"CmdletName": "Get-Mailbox", "Parameters": []}},
    ],
)
def test_bodies_of_another_shape_are_refused(service, body):
    assert service.post(f"{service.base}/InvokeCommand", body).status_code == 400
    assert service.lab.violations


def test_a_true_confirm_only_validates(service):
    parameters = {"Identity": SUPPORT, "ForwardingSmtpAddress": FORWARD, "Confirm": True}
    answer = service.invoke("Set-Mailbox", parameters)
    assert answer.json()["@adminapi.confirmationmessage"]
    assert service.tenant["mailboxes"][0]["ForwardingSmtpAddress"] is None
    assert service.lab.journal.render([])[0]["applied"] is False


def test_the_old_version_answers_405(service):
    path = service.base.replace("beta", "v1.0")
    assert service.post(f"{path}/InvokeCommand", {}).status_code == 405


def test_pages_are_followed_with_the_same_request(service):
    service.lab.change_settings({"page_size": 1})
    first = service.invoke(
        "Get-Mailbox", headers={"connection-id": "5b7b2c36-6a0d-4f0c-8f0a-000000000001"}
    ).json()
    link = first["@odata.nextLink"]
    query = link.partition("/InvokeCommand")[2]
    second = service.invoke(
        "Get-Mailbox", query=query, headers={"connection-id": "5b7b2c36-6a0d-4f0c-8f0a-000000000001"}
    ).json()
    assert "@odata.nextLink" not in second
    assert first["value"][0]["Guid"] != second["value"][0]["Guid"]
    other = service.invoke("Get-Mailbox", query=query)
    assert other.status_code == 400
    assert "pagination request" in other.json()["error"]["message"]


@pytest.mark.parametrize("mode", ["repeat", "foreign", "expired"])
def test_paging_misbehaves_on_demand(service, mode):
    service.lab.change_settings({"page_size": 1, "exchange_paging": mode})
    link = service.invoke("Get-Mailbox").json()["@odata.nextLink"]
    assert link.startswith("https://mail.example.net/" if mode == "foreign" else "https://localhost/")
    answer = service.invoke("Get-Mailbox", query=link.partition("/InvokeCommand")[2])
    if mode == "expired":
        assert answer.status_code == 400
    if mode == "repeat":
        assert answer.json()["@odata.nextLink"] == link


def test_a_tenant_with_a_host_of_its_own_redirects(service):
    service.lab.change_settings({"exchange_redirect": "https://prefix.localhost"})
    answer = service.invoke("Get-Mailbox", query="?$select=Guid")
    assert answer.status_code == 302
    assert answer.headers["location"] == f"https://prefix.localhost{service.base}/InvokeCommand?$select=Guid"
    assert service.invoke("Get-Mailbox", headers={"Host": "prefix.localhost"}).status_code == 200


def test_reads_lag_behind_a_write_while_told_so(service):
    service.lab.change_settings({"exchange_replication_reads": 2})
    service.invoke("Set-CASMailbox", {"Identity": SUPPORT, "SmtpClientAuthenticationDisabled": False})
    seen = [
        service.invoke("Get-CASMailbox", {"Identity": SUPPORT}).json()["value"][0][
            "SmtpClientAuthenticationDisabled"
        ]
        for _index in range(3)
    ]
    assert seen == [None, None, False]


def part(service, number, name, parameters):
    return {
        "id": str(number),
        "method": "POST",
        "url": f"https://outlook.office365.com{service.base}/InvokeCommand",
        "headers": {"Content-Type": "application/json"},
        "body": {"CmdletInput": {"CmdletName": name, "Parameters": parameters}},
    }


def test_a_batch_answers_each_part_by_id_in_another_order(service):
    parts = [
        part(service, 1, "Get-Mailbox", {"Identity": SUPPORT}),
        part(service, 2, "Get-Mailbox", {"Identity": "nobody@contoso.example"}),
        part(service, 3, "Set-Mailbox", {"Identity": SUPPORT, "DeliverToMailboxAndForward": True}),
        part(service, 4, "Get-TransportConfig", {}),
    ]
    answers = service.post(f"{service.base}/$batch", {"requests": parts}).json()["responses"]
    assert [answer["id"] for answer in answers] == ["4", "3", "2", "1"]
    assert {answer["id"]: answer["status"] for answer in answers} == {"1": 200, "2": 404, "3": 200, "4": 200}
    assert service.tenant["mailboxes"][0]["DeliverToMailboxAndForward"] is True
    assert service.lab.violations == []
    entries = service.lab.journal.render([])
    assert [entry["operation"] for entry in entries] == [
        "invokeCommandBatch",
        "Get-Mailbox",
        "Get-Mailbox",
        "Set-Mailbox",
        "Get-TransportConfig",
    ]
    assert [entry["write"] for entry in entries] == [False, False, False, True, False]


def test_a_batch_has_ten_parts_at_most_and_ids_that_differ(service):
    parts = [part(service, number, "Get-TransportConfig", {}) for number in range(11)]
    assert service.post(f"{service.base}/$batch", {"requests": parts}).status_code == 400
    assert service.post(f"{service.base}/$batch", {"requests": parts[:1] * 2}).status_code == 400
    assert service.post(f"{service.base}/$batch", {"requests": []}).status_code == 400


def test_a_null_identity_breaks_the_contract_though_the_service_takes_it(service):
    assert len(service.invoke("Get-Mailbox", {"Identity": None}).json()["value"]) == 2
    assert service.lab.violations
