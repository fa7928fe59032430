# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judgement about a sender, from plain records."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.outbound_verdict import verdict

SENDER = "support@contoso.example"
DEFAULT = {"Name": "Default", "IsDefault": True, "Enabled": False, "AutoForwardingMode": "Automatic"}
ALLOW = {"Name": "Allow", "AutoForwardingMode": "On"}
BLOCK = {"Name": "Block", "AutoForwardingMode": "Off"}
ANYWHERE = {"Name": "Default", "DomainName": "*", "AutoForwardEnabled": True}


def rule(policy, priority=0, state="Enabled", **conditions):
    return {
        "Name": f"{policy} rule",
        "HostedOutboundSpamFilterPolicy": policy,
        "Priority": priority,
        "State": state,
        **conditions,
    }


def judged(*rules, policies=(DEFAULT, ALLOW, BLOCK), remote_domains=(ANYWHERE,), sender=SENDER):
    answer = verdict(sender, policies, rules, remote_domains)
    assert answer["sender"] == sender
    return answer["verdict"], answer["decided_by"]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("On", "allowed"), ("Off", "blocked"), ("Automatic", "indeterminate"), (None, "indeterminate")],
)
def test_without_a_rule_the_default_policy_decides(mode, expected):
    answer = judged(policies=({**DEFAULT, "AutoForwardingMode": mode},))
    assert answer == (expected, f"policy Default ({mode})")


def test_without_any_policy_nothing_can_be_said():
    assert judged(policies=())[0] == "indeterminate"


def test_the_first_rule_that_matches_decides():
    allow, block = rule("Allow", 1, From=[SENDER]), rule("Block", 0, From=[SENDER])
    assert judged(allow, block) == ("blocked", "policy Block (Off) by its rule Block rule")
    assert judged({**allow, "Priority": 0}, {**block, "Priority": 1})[0] == "allowed"


def test_a_rule_that_is_switched_off_does_not_count():
    assert (
        judged(rule("Block", state="Disabled", From=[SENDER]), rule("Allow", 1, From=[SENDER]))[0]
        == "allowed"
    )


def test_case_does_not_matter():
    assert judged(rule("allow", From=[SENDER.upper()]))[0] == "allowed"


@pytest.mark.parametrize(
    ("domain", "matches"),
    [("contoso.example", True), ("Example", True), ("oso.example", False), ("mail.contoso.example", False)],
)
def test_a_domain_holds_for_those_below_it(domain, matches):
    assert (judged(rule("Allow", SenderDomainIs=[domain]))[0] == "allowed") is matches


def test_different_conditions_must_all_hold():
    elsewhere = {"SenderDomainIs": ["fabrikam.example"]}
    assert judged(rule("Allow", From=[SENDER], **elsewhere)) == (
        "indeterminate",
        "policy Default (Automatic)",
    )
    assert judged(rule("Allow", From=[SENDER], SenderDomainIs=["contoso.example"]))[0] == "allowed"


@pytest.mark.parametrize(
    "exception", [{"ExceptIfFrom": [SENDER]}, {"ExceptIfSenderDomainIs": ["contoso.example"]}]
)
def test_an_exception_takes_a_sender_out(exception):
    assert judged(rule("Block", From=[SENDER], **exception), rule("Allow", 1, From=[SENDER]))[0] == "allowed"


def test_an_exception_for_others_does_not():
    assert judged(rule("Allow", From=[SENDER], ExceptIfFrom=["sales@contoso.example"]))[0] == "allowed"


@pytest.mark.parametrize(
    "conditions",
    [
        {"FromMemberOf": ["group"]},
        {"From": [SENDER], "FromMemberOf": ["group"]},
        {"From": [SENDER], "ExceptIfFromMemberOf": ["group"]},
        {},
        {"From": None, "FromMemberOf": []},
    ],
)
def test_what_depends_on_a_group_or_has_no_condition_is_indeterminate(conditions):
    answer = judged(rule("Allow", **conditions))
    assert answer == ("indeterminate", "rule Allow rule, whose conditions cannot be resolved")


def test_a_group_does_not_matter_where_another_condition_fails():
    assert (
        judged(
            rule("Block", From=["other@contoso.example"], FromMemberOf=["g"]), rule("Allow", 1, From=[SENDER])
        )[0]
        == "allowed"
    )


def test_a_rule_of_a_policy_that_is_gone():
    assert judged(rule("Gone", From=[SENDER])) == ("indeterminate", "no policy that could be read")


@pytest.mark.parametrize("decided", ["Allow", None])
def test_the_remote_domain_blocks_whatever_a_policy_allows(decided):
    rules = [rule(decided, From=[SENDER])] if decided else []
    closed = {**ANYWHERE, "AutoForwardEnabled": False}
    assert judged(*rules, remote_domains=(closed,)) == ("blocked", "remote domain Default")


def test_remote_domains_of_single_destinations_do_not_decide():
    single = {"Name": "Partner", "DomainName": "partner.example", "AutoForwardEnabled": False}
    assert judged(rule("Allow", From=[SENDER]), remote_domains=(single, ANYWHERE))[0] == "allowed"


def test_what_a_policy_blocks_is_said_to_be_blocked_by_it():
    closed = {**ANYWHERE, "AutoForwardEnabled": False}
    assert judged(rule("Block", From=[SENDER]), remote_domains=(closed,)) == (
        "blocked",
        "policy Block (Off) by its rule Block rule",
    )
