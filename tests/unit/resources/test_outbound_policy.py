# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Outbound forwarding for our senders only, against the embedded cloud."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.outbound_policy import NAME
from ansible_collections.ccops.webex_email.plugins.modules.exchange_outbound_policy import MODULE
from ansible_collections.ccops.webex_email.plugins.modules.exchange_outbound_policy_info import MODULE as INFO

from unit.resources.outbound import (
    POLICY,
    RULE,
    SALES,
    SUPPORT,
    add_ours,
    add_policy,
    add_rule,
    policies,
    rules,
)

TENANT = "/tenants/0"


def switch(cloud, path, value):
    cloud.edit([{"op": "replace", "path": f"{TENANT}/{path}", "value": value}])


def test_present_again_absent_again(task):
    first = task.run(MODULE, senders=[SUPPORT, SALES])
    assert first["actions"] == [
        f"create outbound policy {NAME} with forwarding on",
        f"create outbound rule {NAME} for {SALES}, {SUPPORT}",
    ]
    assert first["diff"] == {"before": {}, "after": first["policy"]}
    assert first["policy"] == {
        "name": NAME,
        "mode": "On",
        "enabled": True,
        "senders": [SALES, SUPPORT],
        "priority": 0,
    }
    assert [item["verdict"] for item in first["verdicts"]] == ["allowed", "allowed"]
    assert [item["sender"] for item in first["verdicts"]] == [SUPPORT, SALES]
    assert task.warnings == []

    again = task.run(MODULE, senders=[SALES, SUPPORT.upper()])
    assert not again["changed"]
    assert again["policy"] == first["policy"]

    gone = task.run(MODULE, senders=[SUPPORT, SALES], state="absent")
    assert gone["actions"] == [f"remove outbound rule {NAME}", f"remove outbound policy {NAME}"]
    assert gone["policy"] is None
    assert gone["diff"]["after"] == {}
    assert not task.run(MODULE, senders=[SUPPORT, SALES], state="absent")["changed"]
    assert not task.run(MODULE, state="absent")["changed"]
    assert rules(task.cloud) == []
    assert set(policies(task.cloud)) == {"Default"}


def test_default_is_never_changed_and_its_limits_are_carried(task):
    switch(task.cloud, "outbound_policies/0/RecipientLimitPerDay", 500)
    switch(task.cloud, "outbound_policies/0/NotifyOutboundSpamRecipients", ["soc@contoso.example"])
    before = policies(task.cloud)["Default"]
    task.run(MODULE, senders=[SUPPORT])
    made = policies(task.cloud)
    assert made["Default"] == before
    assert made[NAME]["RecipientLimitPerDay"] == 500
    assert made[NAME]["NotifyOutboundSpamRecipients"] == ["soc@contoso.example"]
    assert made[NAME]["ActionWhenThresholdReached"] == "BlockUserForToday"
    assert made[NAME]["AutoForwardingMode"] == "On"


def test_senders_are_merged_and_purged_only_when_asked(task):
    add_ours(task.cloud, [SALES])
    merged = task.run(MODULE, senders=[SUPPORT])
    assert merged["actions"] == [f"set the senders of outbound rule {NAME} to {SALES}, {SUPPORT}"]
    assert rules(task.cloud)[0]["From"] == [SALES, SUPPORT]
    purged = task.run(MODULE, senders=[SUPPORT], purge=True)
    assert purged["actions"] == [f"set the senders of outbound rule {NAME} to {SUPPORT}"]
    assert rules(task.cloud)[0]["From"] == [SUPPORT]
    assert not task.run(MODULE, senders=[SUPPORT], purge=True)["changed"]


def test_absent_takes_out_only_what_it_names(task):
    add_ours(task.cloud, [SALES, SUPPORT])
    result = task.run(MODULE, senders=[SALES], state="absent")
    assert result["actions"] == [f"set the senders of outbound rule {NAME} to {SUPPORT}"]
    assert result["policy"]["senders"] == [SUPPORT]
    assert result["verdicts"][0]["verdict"] == "indeterminate"
    assert not task.run(MODULE, senders=[SALES], state="absent")["changed"]


def test_absent_neither_repairs_nor_creates(task):
    """Taking a sender out is no reason to switch anything on."""
    add_ours(task.cloud, [SUPPORT], mode="Off", State="Disabled")
    assert not task.run(MODULE, senders=[SALES], state="absent")["changed"]
    assert policies(task.cloud)[NAME]["AutoForwardingMode"] == "Off"
    assert rules(task.cloud)[0]["State"] == "Disabled"


def test_absent_of_an_unknown_sender_is_no_error(task):
    add_ours(task.cloud, [SUPPORT])
    assert not task.run(MODULE, senders=["left@contoso.example"], state="absent")["changed"]


def test_absent_without_senders_removes_everything_of_that_name(task):
    add_ours(task.cloud, [SUPPORT])
    assert len(task.run(MODULE, state="absent")["actions"]) == 2
    add_policy(task.cloud, NAME)
    assert task.run(MODULE, state="absent")["actions"] == [f"remove outbound policy {NAME}"]


@pytest.mark.parametrize(
    ("mode", "state", "actions"),
    [
        ("Off", "Enabled", [f"switch forwarding on in outbound policy {NAME}"]),
        ("Automatic", "Enabled", [f"switch forwarding on in outbound policy {NAME}"]),
        ("On", "Disabled", [f"enable outbound rule {NAME}"]),
    ],
)
def test_what_was_switched_off_is_switched_on(task, mode, state, actions):
    add_ours(task.cloud, [SUPPORT], mode, State=state)
    result = task.run(MODULE, senders=[SUPPORT])
    assert result["actions"] == actions
    assert result["verdicts"][0]["verdict"] == "allowed"
    assert not task.run(MODULE, senders=[SUPPORT])["changed"]


def test_a_policy_without_its_rule_gets_one(task):
    add_policy(task.cloud, NAME)
    assert task.run(MODULE, senders=[SUPPORT])["actions"] == [f"create outbound rule {NAME} for {SUPPORT}"]


def test_nothing_to_allow_is_nothing_to_do(task):
    assert not task.run(MODULE)["changed"]
    assert task.writes() == []


def test_check_mode_writes_nothing_and_tells_what_will_be(task):
    add_policy(task.cloud, "Strict", "Off")
    add_rule(task.cloud, "Strict", [SUPPORT])
    planned = task.run(MODULE, check=True, senders=[SUPPORT])
    assert task.writes() == []
    assert planned == task.run(MODULE, senders=[SUPPORT])
    assert planned["verdicts"][0] == {
        "sender": SUPPORT,
        "verdict": "allowed",
        "decided_by": f"policy {NAME} (On)",
        "object": {"type": "policy", "name": NAME, "rule": NAME},
        "remedy": None,
        "notes": [],
    }


def test_our_rule_goes_before_the_others(task):
    add_policy(task.cloud, "Strict", "Off")
    add_rule(task.cloud, "Strict", [SUPPORT])
    task.run(MODULE, senders=[SUPPORT])
    assert [rule["Name"] for rule in rules(task.cloud)] == [NAME, "Strict"]


@pytest.mark.parametrize("form", ["address", "name", "given"])
def test_senders_are_recognised_in_whatever_form_they_are_read_back(task, form):
    task.cloud.settings(exchange_rule_from=form)
    assert task.run(MODULE, senders=[SUPPORT, SALES])["changed"]
    again = task.run(MODULE, senders=[SUPPORT])
    assert not again["changed"]
    assert again["policy"]["senders"] == [SALES, SUPPORT]
    assert again["verdicts"][0]["verdict"] == "allowed"


def test_a_second_address_of_a_mailbox_is_its_sender_too(task):
    """Exchange keeps the primary address: the other one would look like drift for ever."""
    other = "support@contoso.onmicrosoft.com"
    first = task.run(MODULE, senders=[other])
    assert rules(task.cloud)[0]["From"] == [SUPPORT]
    assert [(item["sender"], item["verdict"]) for item in first["verdicts"]] == [(other, "allowed")]
    assert not task.run(MODULE, senders=[other, SUPPORT])["changed"]
    assert task.run(MODULE, senders=[other], state="absent")["policy"] is None


def test_a_quiet_run_is_one_read_of_each_kind_in_one_request(task):
    task.run(MODULE, senders=[SUPPORT, SALES])
    task.cloud.clear_journal()
    task.run(MODULE, senders=[SUPPORT, SALES])
    batch, *parts = task.operations("exchange")
    assert batch == "invokeCommandBatch"
    assert sorted(parts) == [
        "Get-BlockedSenderAddress",
        f"Get-{POLICY}",
        f"Get-{RULE}",
        "Get-RemoteDomain",
        "Get-TransportRule",
    ]


def test_an_unknown_sender_is_refused_before_anything_is_written(task):
    refused = task.run(MODULE, senders=[SUPPORT, "nobody@contoso.example"])
    assert refused["error"]["code"] == "not_found"
    assert "nobody@contoso.example" in refused["msg"]
    assert task.writes() == []


def test_a_rule_of_another_policy_is_a_conflict(task):
    add_policy(task.cloud, "Marketing")
    add_rule(task.cloud, NAME, [SALES], policy="Marketing")
    for state in ("present", "absent"):
        refused = task.run(MODULE, senders=[SUPPORT], state=state)
        assert refused["error"]["code"] == "conflict"
        assert "Marketing" in refused["msg"]
    assert task.writes() == []


@pytest.mark.parametrize("condition", [{"FromMemberOf": ["sales"]}, {"SenderDomainIs": ["contoso.example"]}])
def test_a_rule_with_other_conditions_is_a_conflict(task, condition):
    add_ours(task.cloud, [], **condition)
    for state in ("present", "absent"):
        assert task.run(MODULE, senders=[SUPPORT], state=state)["error"]["code"] == "conflict"
    assert task.writes() == []
    assert task.run(MODULE, state="absent")["changed"], "all of it, when asked in so many words"


def test_names_are_compared_without_case(task):
    task.run(MODULE, senders=[SUPPORT])
    assert not task.run(MODULE, senders=[SUPPORT], name=NAME.upper())["changed"]


@pytest.mark.parametrize("name", ["", "x" * 65, "Default", "default", "Webex/Connect", "a;b"])
def test_a_name_that_exchange_would_not_take(task, name):
    refused = task.run(MODULE, senders=[SUPPORT], name=name)
    assert refused["error"]["code"] == "invalid_input"
    assert task.cloud.journal() == []


@pytest.mark.parametrize("options", [{"senders": ["support"]}, {"senders": [""]}, {"purge": True}])
def test_malformed_options_are_refused_before_anything_is_sent(task, options):
    assert task.run(MODULE, **options)["error"]["code"] == "invalid_input"
    assert task.cloud.journal() == []


def test_partial_failure_says_what_is_done_and_what_is_left_and_the_next_run_finishes(task):
    broken = {
        "match": {"operation": f"New-{RULE}"},
        "do": "status",
        "status": 400,
        "json": {"error": {"message": "|a.B|c"}},
    }
    task.cloud.faults([broken])
    failed = task.run(MODULE, senders=[SUPPORT])
    assert failed["failed"]
    assert failed["changed"]
    assert failed["actions"] == [f"create outbound policy {NAME} with forwarding on"]
    assert failed["actions_left"] == [f"create outbound rule {NAME} for {SUPPORT}"]
    assert failed["actions_left"][0] in failed["msg"]
    task.cloud.faults([])
    assert task.run(MODULE, senders=[SUPPORT])["actions"] == failed["actions_left"]


def test_an_organization_that_cannot_be_customised_yet(task):
    switch(task.cloud, "organization/IsDehydrated", True)
    refused = task.run(MODULE, senders=[SUPPORT])
    assert refused["error"]["code"] == "policy_blocked"
    assert "Enable-OrganizationCustomization" in refused["msg"]


def test_no_enumeration_is_sent_that_exchange_would_have_to_guess(task):
    task.run(MODULE, senders=[SUPPORT])
    task.cloud.edit(
        [{"op": "replace", "path": f"{TENANT}/outbound_policies/1/AutoForwardingMode", "value": "Off"}]
    )
    task.run(MODULE, senders=[SUPPORT])
    sent = [
        entry["request_body"]["CmdletInput"]["Parameters"]
        for entry in task.requests("exchange")
        if entry["write"]
    ]
    assert {item["AutoForwardingMode"] for item in sent if "AutoForwardingMode" in item} == {"On"}
    actions = {item["ActionWhenThresholdReached"] for item in sent if "ActionWhenThresholdReached" in item}
    assert actions == {"BlockUserForToday"}


def test_info(task):
    nothing = task.run(INFO, senders=[SUPPORT])
    assert nothing["policy"] is None and not nothing["changed"]
    (verdict,) = nothing["verdicts"]
    assert (verdict["verdict"], verdict["decided_by"]) == ("indeterminate", "policy Default (Automatic)")
    assert verdict["object"] == {"type": "policy", "name": "Default", "rule": None}
    assert "exchange_outbound_policy" in verdict["remedy"]
    task.run(MODULE, senders=[SUPPORT])
    task.cloud.clear_journal()
    found = task.run(INFO, senders=[SUPPORT, "nobody@contoso.example"])
    assert found["policy"]["senders"] == [SUPPORT]
    assert [item["verdict"] for item in found["verdicts"]] == ["allowed", "no_recipient"]
    assert task.writes() == []


def test_info_is_allowed_to_a_reader_and_writing_is_denied(task):
    callers = task.cloud.state()["tenants"][0]["callers"]
    place = next(n for n, caller in enumerate(callers) if caller["name"] == "no-exchange-role")
    task.cloud.edit(
        [{"op": "add", "path": f"{TENANT}/callers/{place}/directory_roles/-", "value": "Global Reader"}]
    )
    assert task.run(INFO, caller="no-exchange-role", senders=[SUPPORT])["verdicts"]
    refused = task.run(MODULE, caller="no-exchange-role", senders=[SUPPORT])
    assert refused["error"]["code"] == "denied"
    assert "Transport Hygiene" in refused["msg"]
    assert not refused["changed"]
