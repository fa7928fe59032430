# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exchange that refuses, misbehaves or answers oddly, over real HTTP and TLS."""

from __future__ import annotations

import json
import time

import pytest
from ansible_collections.ccops.webex_email.plugins.modules.exchange_forwarding import MODULE as FORWARDING
from ansible_collections.ccops.webex_email.plugins.modules.exchange_outbound_policy import MODULE as OUTBOUND
from ansible_collections.ccops.webex_email.plugins.modules.o365_mailbox import MODULE as MAILBOX

SUPPORT = "support@contoso.example"
ALIAS = "a41a0ba3566ed2091155f13e48e6d4f8@mail-us.imiconnect.io"
TENANT = "/tenants/0"
HTML = "<html><body>The service is unavailable.</body></html>"


def fault(operation, do="status", times=1, **more):
    return {"match": {"service": "exchange", "operation": operation, "times": times}, "do": do, **more}


def enable(task, **given):
    return task.run(MAILBOX, **{"identity": SUPPORT, "smtp_auth": "enabled", **given})


def add(cloud, part, value):
    cloud.edit([{"op": "add", "path": f"{TENANT}/{part}/-", "value": value}])


# -- who is meant --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 400])
def test_unknown_mailbox(task, status):
    task.cloud.settings(exchange_not_found_status=status)
    refused = enable(task, identity="nobody@contoso.example")
    assert refused["error"]["code"] == "not_found"
    assert "nobody@contoso.example" in refused["msg"]
    assert "Check address and tenant" in refused["msg"]
    assert task.writes() == []


def test_a_mailbox_that_is_still_on_premises(task):
    state = task.cloud.state()
    user = {"Guid": "4b2a5d0e-7f0c-4c11-9d0e-0c6b1a1f0aff", "PrimarySmtpAddress": "old@contoso.example"}
    state["tenants"][0]["recipients"] = [{**user, "Alias": "old", "RecipientTypeDetails": "MailUser"}]
    task.cloud.reset(state)
    refused = enable(task, identity="old@contoso.example")
    assert refused["error"]["code"] == "not_found"
    assert "MailUser" in refused["msg"]
    assert "on-premises" in refused["error"]["hint"]


def test_ambiguous_mailbox(task):
    for number in (0, 1):
        path = f"{TENANT}/mailboxes/{number}/DisplayName"
        task.cloud.edit([{"op": "replace", "path": path, "value": "Contact centre"}])
    refused = enable(task, identity="Contact centre")
    assert refused["error"]["code"] == "ambiguous"
    assert "sales@contoso.example, support@contoso.example" in refused["msg"]
    assert task.writes() == []


@pytest.mark.parametrize("module", [MAILBOX, FORWARDING])
@pytest.mark.parametrize("identity", ["", "   "])
def test_an_empty_identity_is_never_sent(task, module, identity):
    """Exchange would answer with every mailbox."""
    refused = task.run(module, identity=identity, smtp_auth="enabled", forward_to=ALIAS)
    assert refused["error"]["code"] == "invalid_input"
    assert task.requests("exchange") == []


def test_an_identity_that_no_header_can_hold(task):
    refused = enable(task, identity="müller@contoso.example")
    assert refused["error"]["code"] == "not_found"


# -- who asks ------------------------------------------------------------------------------------------------------


def test_without_a_role_the_body_of_the_answer_is_no_json(task):
    refused = enable(task, caller="no-exchange-role")
    assert refused["error"]["code"] == "denied"
    assert refused["error"]["status"] == 403
    assert "Exchange Administrator" in refused["error"]["hint"]
    assert "Get-Mailbox" in refused["msg"]


def test_without_permission_and_role(task):
    refused = enable(task, caller="expired-secret", auth_client_secret=_unexpired(task))
    assert refused["error"]["code"] == "unauthenticated"
    assert refused["error"]["status"] == 401
    assert "Exchange.ManageAsApp" in refused["error"]["hint"]


def _unexpired(task):
    """A secret of the identity without any Exchange right that has not expired."""
    callers = task.cloud.state()["tenants"][0]["callers"]
    place = next(number for number, caller in enumerate(callers) if caller["name"] == "expired-secret")
    secret = {"value": "CANARY-client-secret-contoso-new-9~x+y/z=", "expires": "2030-01-01T00:00:00Z"}
    add(task.cloud, f"callers/{place}/secrets", secret)
    return secret["value"]


def test_a_token_is_renewed_once_when_it_is_refused(task):
    task.cloud.faults([fault("Get-Mailbox", status=401)])
    assert enable(task)["changed"]
    assert task.operations("exchange").count("Get-Mailbox") == 2


def test_a_tenant_that_exchange_does_not_know(task):
    """The service answers 404 without a word then."""
    task.cloud.faults([fault("Get-Mailbox", status=404)])
    refused = enable(task)
    assert refused["error"]["code"] == "protocol"
    assert "auth_tenant" in refused["error"]["hint"]


# -- not now -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wait", ["0.4", "0", None])
def test_throttled_with_and_without_a_time_to_wait(task, wait):
    headers = {"Retry-After": wait} if wait else {}
    text = "You have reached the maximum number of concurrent requests per tenant. Please wait and try again"
    task.cloud.faults([fault("Get-Mailbox", status=429, headers=headers, text=text, times=2)])
    started = time.monotonic()
    assert enable(task)["changed"]
    assert time.monotonic() - started > 0.7
    assert task.operations("exchange").count("Get-Mailbox") == 3


def test_throttled_for_longer_than_there_is_time(task):
    task.cloud.faults([fault("Get-Mailbox", status=429, headers={"Retry-After": "600"})])
    started = time.monotonic()
    refused = enable(task)
    assert time.monotonic() - started < 5
    assert refused["error"]["code"] == "throttled"
    assert refused["error"]["retryable"] is True
    assert task.operations("exchange").count("Get-Mailbox") == 1


def test_a_write_that_failed_for_a_moment_is_repeated(task):
    task.cloud.faults([fault("Set-CASMailbox", status=503, text=HTML, content_type="text/html", times=2)])
    assert enable(task)["changed"]
    assert task.operations("exchange").count("Set-CASMailbox") == 3


def test_the_same_request_keeps_its_id_over_all_tries(task):
    task.cloud.faults([fault("Set-CASMailbox", status=503)])
    enable(task)
    tries = [entry for entry in task.requests("exchange") if entry["operation"] == "Set-CASMailbox"]
    assert len({entry["request_headers"]["client-request-id"] for entry in tries}) == 1
    everything = task.requests("exchange")
    assert len({entry["request_headers"]["connection-id"] for entry in everything}) == 1
    assert len({entry["request_headers"]["client-request-id"] for entry in everything}) == len(everything) - 1


def test_a_service_that_keeps_failing(task):
    task.cloud.faults([fault("Get-Mailbox", status=503, text=HTML, times=None)])
    refused = enable(task, deadline=2)
    assert refused["error"] == {
        "code": "service_error",
        "status": 503,
        "request_id": None,
        "retryable": True,
        "hint": "Run again later.",
    }
    assert "html" not in refused["msg"]


def test_no_request_outlasts_the_deadline(task):
    task.cloud.faults([fault("Get-Mailbox", do="delay", seconds=8)])
    started = time.monotonic()
    refused = enable(task, deadline=1)
    assert time.monotonic() - started < 4
    assert refused["error"]["code"] == "timeout"


def test_a_passing_fault_of_the_cmdlet(task):
    transient = {
        "error": {"code": "x", "message": "|Microsoft.Exchange.Data.Directory.ADTransientException|later"}
    }
    task.cloud.faults([fault("Set-CASMailbox", status=400, json=transient)])
    assert enable(task)["changed"]


# -- an answer that gets lost --------------------------------------------------------------------------------------

LOST = [
    {"do": "status", "status": 503, "text": HTML, "content_type": "text/html"},
    {"do": "reset"},
    {"do": "body", "text": '{"value": [{"Name": "Webex', "content_type": "application/json"},
    {"do": "status", "status": 400, "json": {"error": {"message": "|x.CmdletProxyException|later"}}},
]


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("thing", ["Policy", "Rule"])
def test_a_create_whose_answer_is_lost_is_not_repeated(task, thing, lost):
    operation = f"New-HostedOutboundSpamFilter{thing}"
    task.cloud.faults([fault(operation, phase="after", **lost)])
    result = task.run(OUTBOUND, senders=[SUPPORT])
    assert result["changed"]
    assert "failed" not in result
    assert task.operations("exchange").count(operation) == 1
    tenant = task.cloud.state()["tenants"][0]
    assert len(tenant["outbound_policies"]) == 2
    assert len(tenant["outbound_rules"]) == 1


@pytest.mark.parametrize("lost", LOST)
def test_a_create_that_was_not_applied_is_repeated_after_a_look(task, lost):
    operation = "New-HostedOutboundSpamFilterPolicy"
    task.cloud.faults([fault(operation, **lost)])
    assert task.run(OUTBOUND, senders=[SUPPORT])["changed"]
    asked = task.operations("exchange")
    places = [number for number, name in enumerate(asked) if name == operation]
    assert len(places) == 2
    assert "Get-HostedOutboundSpamFilterPolicy" in asked[places[0] : places[1]]


def test_a_create_that_was_applied_but_is_not_to_be_seen_yet(task):
    """The repeat meets its own object: a clash of names then means that it is there."""
    operation = "New-HostedOutboundSpamFilterPolicy"
    task.cloud.settings(exchange_replication_reads=2)
    task.cloud.faults([fault(operation, phase="after", status=503)])
    result = task.run(OUTBOUND, senders=[SUPPORT])
    assert "failed" not in result
    assert len(task.cloud.state()["tenants"][0]["outbound_policies"]) == 2


def test_a_clash_of_names_without_a_lost_answer_is_an_error(task):
    clash = {"error": {"message": "|Microsoft.Exchange.ManagementObjectAlreadyExistsException|taken"}}
    task.cloud.faults([fault("New-HostedOutboundSpamFilterPolicy", status=400, json=clash)])
    assert task.run(OUTBOUND, senders=[SUPPORT])["error"]["code"] == "conflict"


@pytest.mark.parametrize("times", [1, 2])
def test_a_cut_connection_is_tried_again(task, times):
    task.cloud.faults([fault("Get-Mailbox", do="reset", times=times)])
    assert enable(task)["changed"]


def test_a_read_that_is_cut_short_is_never_taken_for_nothing(task):
    """As an empty list of rules it would lead to a second rule."""
    task.run(OUTBOUND, senders=[SUPPORT])
    task.cloud.clear_journal()
    text = '{"@odata.context": "x", "value": [{"Name": "Webex Connect forw'
    for answer in (
        {"text": text, "content_type": "application/json"},
        {"text": HTML},
        {"text": ""},
        {"json": []},
    ):
        task.cloud.faults([fault("Get-HostedOutboundSpamFilterRule", do="body", **answer)])
        refused = task.run(OUTBOUND, senders=[SUPPORT])
        assert refused["error"]["code"] == "protocol"
        assert refused["error"]["status"] == 200
        assert "Webex Connect forw" not in refused["msg"]
    assert task.writes() == []


@pytest.mark.parametrize("form", ["empty", "null", "none"])
def test_a_write_may_answer_with_nothing(task, form):
    task.cloud.settings(exchange_write_answer=form)
    assert enable(task)["changed"]
    assert task.run(OUTBOUND, senders=[SUPPORT])["changed"]
    assert task.run(OUTBOUND, state="absent")["changed"]


# -- errors beside or inside a success -----------------------------------------------------------------------------


def test_errors_beside_a_success_are_errors(task):
    text = "Ex6F9304|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|no such thing"
    for errors in ([text], text, [{"ClassName": "x.ManagementObjectNotFoundException", "Message": "no"}]):
        task.cloud.faults(
            [fault("Set-CASMailbox", do="body", json={"value": [], "@adminapi.errors": errors})]
        )
        refused = enable(task)
        assert refused["failed"]
        assert refused["error"]["code"] == "not_found"
        assert refused["actions_left"] == [f"set SMTP AUTH of {SUPPORT} to enabled"]


def test_what_exchange_says_is_not_passed_on(task):
    secret = {"error": {"code": "x", "message": "|Some.OddException|a sentence that quotes a value"}}
    task.cloud.faults([fault("Set-CASMailbox", status=400, json=secret)])
    refused = enable(task)
    assert "OddException" in refused["msg"]
    assert "quotes" not in json.dumps(refused)


def test_the_request_id_is_passed_on(task):
    answer = fault(
        "Get-Mailbox", status=400, headers={"request-id": "4711"}, json={"error": {"message": "|A.B|c"}}
    )
    task.cloud.faults([answer])
    assert enable(task)["error"]["request_id"] == "4711"


def test_a_removal_of_what_is_gone_already_is_done(task):
    task.run(OUTBOUND, senders=[SUPPORT])
    gone = {"error": {"message": "|x.ManagementObjectNotFoundException|gone"}}
    operations = ("Remove-HostedOutboundSpamFilterRule", "Remove-HostedOutboundSpamFilterPolicy")
    task.cloud.faults([fault(operation, status=404, json=gone) for operation in operations])
    assert "failed" not in task.run(OUTBOUND, state="absent")


# -- what is sent --------------------------------------------------------------------------------------------------


def test_requests_fit_the_contract_and_carry_no_secret(task):
    enable(task)
    task.run(FORWARDING, identity=SUPPORT, forward_to=ALIAS)
    task.run(OUTBOUND, senders=[SUPPORT])
    task.run(OUTBOUND, state="absent")
    task.run(FORWARDING, identity=SUPPORT, state="absent")
    assert task.cloud.violations() == []
    assert "<secret>" not in json.dumps(task.requests("exchange"))
    for entry in task.requests("exchange"):
        assert entry["request_headers"]["accept-encoding"] == "identity"
        assert entry["request_headers"].get("x-cmdletname", "invokeCommandBatch") == entry["operation"]


def test_the_anchor_is_the_mailbox_or_the_system_mailbox(task):
    enable(task)
    anchors = {
        entry["operation"]: entry["request_headers"]["x-anchormailbox"] for entry in task.requests("exchange")
    }
    assert anchors["Get-Mailbox"] == f"UPN:{SUPPORT}"
    assert anchors["Get-TransportConfig"].startswith(
        "APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@"
    )


@pytest.mark.parametrize("url", ["http://localhost", "https://localhost/adminapi", "https://", "localhost"])
def test_a_malformed_url(task, url):
    refused = enable(task, exchange_url=url)
    assert refused["error"]["code"] == "invalid_input"
    assert "exchange_url" in refused["msg"]


def test_a_host_that_is_not_there(task):
    refused = enable(task, exchange_url="https://localhost:1", deadline=2)
    assert refused["error"]["code"] == "unreachable"
    assert "localhost:1" in refused["msg"]


def test_a_certificate_that_is_not_trusted(task, monkeypatch):
    enable(task)  # the token is in the run's cache then
    refused = enable(task, ca_bundle=None)
    assert refused["error"]["code"] == "tls"
    assert "ca_bundle" in refused["error"]["hint"]
