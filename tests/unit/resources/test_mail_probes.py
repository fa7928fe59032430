# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sign-in probe, the test mail and the message trace against the lab, over real SMTP and HTTP."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.modules.email_smtp_sign_in_info import MODULE as SIGN_IN
from ansible_collections.ccops.webex_email.plugins.modules.email_test_message import MODULE as MESSAGE
from ansible_collections.ccops.webex_email.plugins.modules.exchange_message_trace_info import MODULE as TRACE

SUPPORT, SALES = "support@contoso.example", "sales@contoso.example"
CUSTOMER = "customer@outside.example"
BOX = "/tenants/0/mailboxes/0"
SWITCH = f"{BOX}/SmtpClientAuthenticationDisabled"


@pytest.fixture
def mail(cloud):
    """The cloud with both mailboxes open to SMTP, and the app with all that app-only SMTP needs."""
    cloud.let_the_app_use_smtp()
    return cloud


def tried(task, **given):
    return task.run(SIGN_IN, identity=SUPPORT, **given)["sign_in"]


def test_the_app_signs_in(task, mail):
    found = tried(task)
    assert (found["verdict"], found["signed_in"], found["code"], found["remedy"]) == (
        "allowed",
        True,
        None,
        None,
    )
    assert found["server"] == f"localhost:{mail.smtp_port}"
    assert task.operations("smtp") == ["AUTH"]


@pytest.mark.parametrize(
    ("path", "value", "verdict", "cause"),
    [
        (SWITCH, None, "blocked", "smtp_auth_off_for_tenant"),
        (SWITCH, True, "blocked", "smtp_auth_off_for_mailbox"),
        ("/tenants/0/security_defaults", True, "blocked", "security_defaults"),
        ("/tenants/0/conditional_access_blocks", [SUPPORT], "blocked", "sign_in_criteria"),
        (f"{BOX}/lab_full_access", [], "indeterminate", "token_refused"),
        ("/tenants/0/exchange_service_principals", [], "indeterminate", "token_refused"),
        (
            "/tenants/0/callers/0/exchange_app_roles",
            ["Exchange.ManageAsApp"],
            "indeterminate",
            "no_permission",
        ),
    ],
)
def test_a_refusal_is_a_result_with_cause_and_remedy(task, mail, path, value, verdict, cause):
    mail.edit([{"op": "add", "path": path, "value": value}])
    found = tried(task)
    assert (found["verdict"], found["signed_in"], found["cause"]) == (verdict, False, cause)
    assert found["detail"]
    assert found["remedy"]
    assert "outlook.com" not in str(found)


def test_an_app_without_the_permission_is_not_sent_to_the_door(task, cloud):
    assert tried(task)["cause"] == "no_permission"
    assert task.operations("smtp") == []


def test_a_users_token_is_used_and_never_shown(task, mail):
    token = mail.user_token("contoso.onmicrosoft.com", SUPPORT)
    found = tried(task, smtp_access_token=token)
    assert (found["verdict"], found["detail"].endswith("lets the user sign in.")) == ("allowed", True)
    assert task.operations("signin") == []
    refused = tried(task, smtp_access_token=mail.user_token("contoso.onmicrosoft.com", SALES))
    assert (refused["verdict"], refused["code"]) == ("indeterminate", "535 5.7.3")
    assert token not in str((found, refused))


def test_a_server_that_cannot_be_reached_is_a_failure(task, mail):
    result = task.run(SIGN_IN, identity=SUPPORT, smtp_port=1)
    assert (result["failed"], result["error"]["code"]) == (True, "unreachable")


def send(task, check=False, **given):
    return task.run(MESSAGE, check=check, **{"sender": SALES, "recipient": SUPPORT, **given})


def test_a_test_mail_is_delivered_and_can_be_found_by_its_subject(task, mail):
    one, other = send(task)["message"], send(task)["message"]
    assert one["subject"] != other["subject"]
    letters = mail.inboxes()["mailboxes"][SUPPORT]
    assert [letter["subject"] for letter in letters] == [one["subject"], other["subject"]]
    [found] = task.run(TRACE, sender=SALES, recipients=[SUPPORT], subject=one["subject"])["messages"]
    assert (found["status"], found["message_id"]) == ("Delivered", one["message_id"])


def test_check_mode_sends_nothing_and_asks_nobody(task, mail):
    mail.clear_journal()
    result = send(task, check=True)
    assert (result["changed"], result["message"]["predicted"]) == (True, True)
    assert result["actions"] == [f"send a test mail from {SALES} to {SUPPORT}"]
    assert mail.journal() == []


@pytest.mark.parametrize(
    ("path", "value", "code", "cause"),
    [
        ("/tenants/0/mailboxes/1/SmtpClientAuthenticationDisabled", True, "policy_blocked", "switched off"),
        ("/tenants/0/mailboxes/1/lab_full_access", [], "denied", "not good for this mailbox"),
    ],
)
def test_a_refused_test_mail_fails_with_cause_and_remedy(task, mail, path, value, code, cause):
    mail.edit([{"op": "add", "path": path, "value": value}])
    result = send(task)
    assert (result["failed"], result["error"]["code"]) == (True, code)
    assert cause in result["msg"]
    assert result["error"]["hint"] in result["msg"]


def test_a_sender_restricted_for_spam_and_a_mailbox_that_cannot_be_logged_on_to(task, mail):
    mail.edit([{"op": "add", "path": "/tenants/0/restricted_senders", "value": [SALES]}])
    assert "restricted" in send(task, recipient=CUSTOMER)["msg"]
    mail.edit([{"op": "add", "path": "/tenants/0/mailboxes/1/lab_full_access", "value": []}])
    mail.settings(smtp_missing_full_access="data")
    assert "430 4.2.0" in send(task)["msg"]


@pytest.mark.parametrize(
    "given",
    [{"recipient": SALES}, {"sender": "nobody"}, {"recipient": "x"}, {"subject": "a\r\nBcc: x@y.example"}],
)
def test_bad_input_is_told_before_anybody_is_asked(task, cloud, given):
    result = send(task, **given)
    assert result["error"]["code"] == "invalid_input"
    assert task.operations("signin") == []


def traced(task, *recipients, **given):
    return task.run(TRACE, recipients=list(recipients or [SUPPORT]), **given)["messages"]


def test_the_trace_waits_for_what_it_does_not_show_yet(task, cloud):
    cloud.mail(CUSTOMER, SUPPORT)
    cloud.settings(mail_trace_lag=2)
    cloud.mail(CUSTOMER, SALES)
    assert [item["status"] for item in traced(task, SUPPORT, SALES)] == ["Delivered", None]
    found = traced(task, SUPPORT, SALES, wait=15)
    assert [item["status"] for item in found] == ["Delivered", "Delivered"]
    assert task.operations("exchange") == ["Get-MessageTraceV2"] * 3


def test_what_is_not_there_in_time_is_said_so(task, cloud):
    [found] = traced(task, wait=1)
    assert (found["status"], found["code"]) == (None, None)
    assert found["remedy"] == "The trace is some minutes behind: look again later."


def test_a_failure_is_explained_by_its_last_event(task, cloud):
    alias = "0123456789abcdef0123456789abcdef@mail-us.imiconnect.io"
    cloud.edit([{"op": "replace", "path": f"{BOX}/ForwardingSmtpAddress", "value": f"smtp:{alias}"}])
    cloud.mail(CUSTOMER, SUPPORT, "first")
    cloud.edit([{"op": "replace", "path": "/tenants/0/remote_domains/0/AutoForwardEnabled", "value": False}])
    cloud.mail(CUSTOMER, SUPPORT, "second")
    found = {word: traced(task, alias, subject=word)[0] for word in ("first", "second")}
    assert found["first"]["cause"] == "forwarding_not_allowed"
    assert found["second"]["cause"] == "remote_domain"
    assert "AS(7555)" not in str(found)
    assert traced(task, SUPPORT)[0]["detail"] == "The mail was passed on to other recipients."


def test_states_that_are_neither_delivered_nor_failed_are_explained(task, cloud):
    states = ["Quarantined", "FilteredAsSpam", "Pending", "GettingStatus", "Unheard"]
    cloud.mail(CUSTOMER, SUPPORT)
    now = cloud.state()["tenants"][0]["message_traces"][0]["Received"]
    rows = [
        {
            "Received": now,
            "SenderAddress": CUSTOMER,
            "RecipientAddress": f"{state}@x.example",
            "Subject": "",
            "Status": state,
            "MessageId": "<1>",
            "MessageTraceId": "0f47778c-61c2-4b0a-8e94-3f05e737a1dd",
        }
        for state in states
    ]
    cloud.edit([{"op": "add", "path": "/tenants/0/message_traces", "value": rows}])
    found = traced(task, *(f"{state}@x.example" for state in states))
    assert [item["detail"] for item in found] == [
        "The mail is held in quarantine.",
        "The mail was taken for spam.",
        "The mail is still being delivered.",
        "Exchange Online is still finding the state out.",
        "Exchange Online says Unheard.",
    ]


def test_an_app_that_may_not_trace_is_told_the_role(task, cloud):
    caller = cloud.state()["tenants"][0]["callers"][0]
    group = {"Name": "Policies", "Roles": ["Transport Hygiene"], "Members": [caller["client_id"]]}
    cloud.edit(
        [
            {"op": "add", "path": "/tenants/0/role_groups", "value": [group]},
            {"op": "replace", "path": "/tenants/0/callers/0/directory_roles", "value": []},
        ]
    )
    result = task.run(TRACE, recipients=[SUPPORT])
    assert (result["error"]["code"], "View-Only Recipients" in result["msg"]) == ("denied", True)


@pytest.mark.parametrize(
    "given", [{"recipients": []}, {"recipients": ["x"]}, {"recipients": [SUPPORT], "sender": "x"}]
)
def test_addresses_are_checked_first(task, cloud, given):
    assert task.run(TRACE, **given)["error"]["code"] == "invalid_input"
    assert task.operations("signin") == []
