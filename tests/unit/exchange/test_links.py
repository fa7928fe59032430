# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Exchange sends a client: other hosts, and further pages."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.modules.exchange_forwarding import MODULE as FORWARDING
from ansible_collections.ccops.webex_email.plugins.modules.exchange_outbound_policy import MODULE as OUTBOUND
from ansible_collections.ccops.webex_email.plugins.modules.o365_mailbox import MODULE as MAILBOX

SUPPORT = "support@contoso.example"


def enable(task):
    """Begins with a batch."""
    return task.run(MAILBOX, identity=SUPPORT, smtp_auth="enabled")


def forward(task):
    """Begins with a single request."""
    return task.run(FORWARDING, identity=SUPPORT, forward_to="a@mail-us.imiconnect.io")


def redirect(times=1, operation="Get-Mailbox", **headers):
    match = {"service": "exchange", "operation": operation, "times": times}
    return {"match": match, "do": "status", "status": 302, "headers": headers}


@pytest.mark.parametrize(
    "target",
    [
        "https://mail.example.net/adminapi/beta/x/InvokeCommand",
        "http://eur.outlook.office365.com/x",
        "https://outlook.office365.com.example.net/x",
        "https://mail.example.net\\.outlook.office365.com/x",
        "https://user@eur.outlook.office365.com/x",
        "https://127.0.0.1:1/x",
        "//mail.example.net/x",
    ],
)
@pytest.mark.parametrize(
    ("first", "operation"),
    [(forward, "Get-Mailbox"), (enable, "Get-Mailbox"), (enable, "invokeCommandBatch")],
)
def test_a_redirect_to_a_foreign_host_is_refused(task, target, first, operation):
    task.cloud.faults([redirect(operation=operation, Location=target)])
    refused = first(task)
    assert refused["error"]["code"] == "protocol"
    assert "not its own" in refused["msg"]


def test_a_redirect_on_the_same_host_is_followed_with_the_same_request(task):
    tenant = task.cloud.state()["tenants"][0]["domain"]
    task.cloud.faults([redirect(Location=f"/adminapi/beta/{tenant}/InvokeCommand")])
    assert forward(task)["changed"]
    first, second, *others = task.requests("exchange")
    assert second["method"] == "POST"
    assert second["request_body"] == first["request_body"]
    assert {entry["path"] for entry in (second, *others)} == {f"/adminapi/beta/{tenant}/InvokeCommand"}


def test_a_batch_follows_the_tenant_to_its_own_host_with_all_its_parts(task):
    own = task.cloud.url.replace("localhost", "127.0.0.1")
    task.cloud.settings(exchange_redirect=own)
    # The suffix of Exchange's hosts keeps a client of the real service from going there.
    refused = enable(task)
    assert "not its own: 127.0.0.1" in refused["msg"]
    assert task.writes() == []


@pytest.mark.parametrize("status", [400, 404, 405])
def test_without_batches_it_takes_longer_and_no_more(task, status):
    task.cloud.faults([redirect(operation="invokeCommandBatch", times=None) | {"status": status}])
    assert enable(task)["changed"]
    assert task.operations("exchange")[1:4] == ["Get-Mailbox", "Get-CASMailbox", "Get-TransportConfig"]


@pytest.mark.parametrize("headers", [{"Location": ""}, {}])
def test_a_redirect_in_a_circle(task, headers):
    task.cloud.faults([redirect(times=None, **headers)])
    refused = forward(task)
    assert refused["error"]["code"] == "protocol"
    assert "circle" in refused["msg"]
    assert task.operations("exchange").count("Get-Mailbox") == 3


def many_domains(cloud):
    for number in range(4):
        domain = {"Name": f"r{number}", "DomainName": f"r{number}.example"}
        cloud.edit([{"op": "add", "path": "/tenants/0/remote_domains/-", "value": domain}])


def test_all_pages_are_read(task):
    many_domains(task.cloud)
    state = task.cloud.state()
    state["tenants"][0]["remote_domains"][0].update(DomainName="r9.example")
    state["tenants"][0]["remote_domains"][4].update(DomainName="*", AutoForwardEnabled=False)
    task.cloud.reset(state)
    task.cloud.settings(page_size=2)
    verdict = task.run(OUTBOUND, senders=[SUPPORT], destination="mail-us.imiconnect.io")["verdicts"][0]
    assert (verdict["verdict"], verdict["decided_by"]) == ("blocked", "remote domain r3")
    pages = [entry for entry in task.requests("exchange") if entry["operation"] == "Get-RemoteDomain"]
    assert len(pages) == 3


@pytest.mark.parametrize(
    ("mode", "words"), [("repeat", "repeated"), ("foreign", "not its own"), ("expired", "no error type")]
)
def test_pages_that_lead_nowhere(task, mode, words):
    many_domains(task.cloud)
    task.cloud.settings(page_size=2, exchange_paging=mode)
    refused = task.run(OUTBOUND, senders=[SUPPORT])
    assert refused["error"]["code"] == "protocol"
    assert words in refused["msg"]
    assert task.writes() == []
