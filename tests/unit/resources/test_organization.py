# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for all mailboxes of an organization, against the embedded cloud."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.modules.exchange_organization_info import MODULE
from ansible_collections.ccops.webex_email.plugins.modules.exchange_outbound_policy import MODULE as OUTBOUND

TENANT = "/tenants/0"


def read(task, **given):
    found = task.run(MODULE, **given)
    assert not found.get("failed"), found
    assert task.writes() == []
    return found["organization"]


def change(task, path, value):
    task.cloud.edit([{"op": "add", "path": f"{TENANT}/{path}", "value": value}])


def test_policies_stand_in_the_order_in_which_they_decide(task):
    task.run(OUTBOUND, senders=["support@contoso.example"], enabled=False)
    task.cloud.clear_journal()
    ours, default = read(task)["outbound_policies"]
    assert ours == {
        "name": "Webex Connect forwarding",
        "mode": "On",
        "rule": "Webex Connect forwarding",
        "enabled": False,
        "priority": 0,
    }
    assert (default["name"], default["enabled"], default["priority"]) == ("Default", True, None)


REJECT = {"RejectMessageReasonText": "no", "MessageTypeMatches": "AutoForward"}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("organization/IsDehydrated", True, "Enable-OrganizationCustomization"),
        ("outbound_policies/0/AutoForwardingMode", "On", "Set it to Off once"),
        ("remote_domains/0/AutoForwardEnabled", False, "Mail flow > Remote domains"),
        (
            "transport_rules/-",
            {"Name": "No forwarding", **REJECT},
            "What a mailbox itself forwards passes it",
        ),
    ],
)
def test_what_is_worth_knowing_is_told_with_where_to_go(task, path, value, words):
    assert [note for note in read(task)["notes"] if words in note] == []
    change(task, path, value)
    assert len([note for note in read(task)["notes"] if words in note]) == 1


def test_smtp_auth_that_is_off_for_all_need_not_be_switched_on_for_all(task):
    assert "leave it off" in read(task)["notes"][0]
    change(task, "transport/SmtpClientAuthenticationDisabled", False)
    found = read(task)
    assert found["smtp_auth"] == "enabled"
    assert found["notes"] == []


@pytest.mark.parametrize(("allows", "notes"), [(False, 1), (True, 0)])
def test_the_authentication_policy_of_everybody(task, allows, notes):
    change(task, "transport/SmtpClientAuthenticationDisabled", False)
    change(task, "authentication_policies", [{"Name": "Modern only", "AllowBasicAuthSmtp": allows}])
    change(task, "organization/DefaultAuthenticationPolicy", "Modern only")
    found = read(task)
    assert found["authentication_policy"] == {"name": "Modern only", "basic_smtp": allows}
    assert len(found["notes"]) == notes


def test_it_is_one_request(task):
    read(task)
    assert task.operations("exchange")[0] == "invokeCommandBatch"
    assert task.operations("exchange").count("invokeCommandBatch") == 1
    assert len(task.operations("exchange")) == 7


def test_what_the_app_may_not_read_is_null_and_said(task):
    change(task, "callers/0/directory_roles", ["Exchange Recipient Administrator"])
    found = read(task)
    unread = ("smtp_auth", "outbound_policies", "remote_domains", "mail_flow_rules")
    assert [found[name] for name in unread] == [None] * 4
    assert "View-Only Configuration" in found["notes"][0]
    assert all(name in found["notes"][0] for name in unread)
