# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The place of our rule, its switch, and the limits that go with a sender, against the embedded cloud."""

from __future__ import annotations

import itertools

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.outbound_policy import NAME
from ansible_collections.ccops.webex_email.plugins.modules.exchange_outbound_policy import MODULE

from unit.resources.outbound import SALES, SUPPORT, add_ours, add_policy, add_rule, policies, rules

TENANT = "/tenants/0"
LIMITS = ("RecipientLimitPerDay", "RecipientLimitExternalPerHour", "ActionWhenThresholdReached")


def test_a_rule_in_front_of_ours_that_keeps_a_sender_back_is_overtaken(task):
    add_ours(task.cloud, [SUPPORT], Priority=2)
    add_policy(task.cloud, "Harmless", "Off")
    add_rule(task.cloud, "Harmless", [SALES], Priority=0)
    add_policy(task.cloud, "Strict", "Off")
    add_rule(task.cloud, "Strict", [SUPPORT], Priority=1)
    planned = task.run(MODULE, check=True, senders=[SUPPORT])
    result = task.run(MODULE, senders=[SUPPORT])
    assert result == planned
    assert result["actions"] == [f"move outbound rule {NAME} to priority 1, before Strict"]
    assert result["verdicts"][0]["verdict"] == "allowed"
    assert [rule["Name"] for rule in rules(task.cloud)] == ["Harmless", NAME, "Strict"]
    assert not task.run(MODULE, senders=[SUPPORT])["changed"]


@pytest.mark.parametrize(
    "conditions", [{"From": None, "FromMemberOf": ["support"]}, {"SenderDomainIs": ["example"]}]
)
def test_a_rule_for_a_group_or_a_domain_is_overtaken_as_well(task, conditions):
    add_ours(task.cloud, [SUPPORT], Priority=1)
    add_policy(task.cloud, "Strict", "Off")
    add_rule(task.cloud, "Strict", **{"senders": [], "From": None, **conditions})
    assert len(task.run(MODULE, senders=[SUPPORT])["actions"]) == 1
    assert [rule["Name"] for rule in rules(task.cloud)] == [NAME, "Strict"]


def test_a_rule_in_front_of_ours_that_lets_the_sender_forward_stays_there(task):
    add_ours(task.cloud, [SUPPORT], Priority=1)
    add_policy(task.cloud, "Partners")
    add_rule(task.cloud, "Partners", [SUPPORT])
    result = task.run(MODULE, senders=[SUPPORT])
    assert not result["changed"]
    assert result["verdicts"][0]["decided_by"] == "policy Partners (On)"


def test_a_priority_that_was_asked_for_is_kept_and_what_comes_of_it_is_told(task):
    add_policy(task.cloud, "Strict", "Off")
    add_rule(task.cloud, "Strict", [SUPPORT])
    result = task.run(MODULE, senders=[SUPPORT], priority=1)
    assert [rule["Name"] for rule in rules(task.cloud)] == ["Strict", NAME]
    assert result["policy"]["priority"] == 1
    assert task.warnings[0].startswith(
        f"Forwarding of {SUPPORT} to the outside is blocked, decided by policy Strict (Off)."
    )
    assert not task.run(MODULE, senders=[SUPPORT], priority=1)["changed"]
    moved = task.run(MODULE, senders=[SUPPORT], priority=0)
    assert moved["actions"] == [f"move outbound rule {NAME} to priority 0, before Strict"]
    assert task.warnings == []


def test_a_priority_beyond_the_last_place_is_the_last_place(task):
    add_policy(task.cloud, "Other", "Off")
    add_rule(task.cloud, "Other", [SALES])
    assert task.run(MODULE, senders=[SUPPORT], priority=9)["policy"]["priority"] == 1
    assert not task.run(MODULE, senders=[SUPPORT], priority=9)["changed"]
    assert task.run(MODULE, senders=[SUPPORT], priority=-1)["error"]["code"] == "invalid_input"


def test_the_rule_can_be_switched_off_and_on_again(task):
    made = task.run(MODULE, senders=[SUPPORT], enabled=False)
    assert made["actions"][-1] == f"create outbound rule {NAME} for {SUPPORT}, switched off"
    assert made["policy"]["enabled"] is False
    assert made["verdicts"][0]["decided_by"] == "policy Default (Automatic)"
    assert task.warnings == []
    assert not task.run(MODULE, senders=[SUPPORT], enabled=False)["changed"]
    assert task.run(MODULE, senders=[SUPPORT])["actions"] == [f"enable outbound rule {NAME}"]
    off = task.run(MODULE, senders=[SUPPORT], enabled=False)
    assert off["actions"] == [f"disable outbound rule {NAME}"]
    assert rules(task.cloud)[0]["State"] == "Disabled"


def limit(cloud, name, **limits):
    """Give a policy limits, whatever place it has."""
    place = list(policies(cloud)).index(name)
    changes = [
        {"op": "add", "path": f"{TENANT}/outbound_policies/{place}/{key}", "value": value}
        for key, value in limits.items()
    ]
    cloud.edit(changes)


def strict_for(cloud, sender, name="Strict", **limits):
    add_policy(cloud, name, "Off")
    add_rule(cloud, name, [sender])
    limit(cloud, name, **limits)


def test_the_limits_of_the_policy_that_held_before_go_with_the_sender(task):
    limit(task.cloud, "Default", RecipientLimitPerDay=900)
    strict_for(task.cloud, SUPPORT, RecipientLimitPerDay=500, ActionWhenThresholdReached="BlockUser")
    result = task.run(MODULE, senders=[SUPPORT])
    assert result["actions"][0].endswith("with forwarding on, with the strictest limits of Strict")
    made = policies(task.cloud)[NAME]
    assert made["RecipientLimitPerDay"] == 500
    assert made["ActionWhenThresholdReached"] == "BlockUser"
    assert policies(task.cloud)["Strict"]["AutoForwardingMode"] == "Off"


def test_a_policy_that_may_have_held_for_a_member_of_its_group_counts_too(task):
    add_policy(task.cloud, "Group", "Off")
    add_rule(task.cloud, "Group", [], FromMemberOf=["staff"])
    limit(task.cloud, "Group", RecipientLimitPerDay=50)
    task.run(MODULE, senders=[SUPPORT])
    assert policies(task.cloud)[NAME]["RecipientLimitPerDay"] == 50


def test_of_different_limits_each_is_the_strictest(task):
    limit(
        task.cloud, "Default", RecipientLimitPerDay=300, NotifyOutboundSpamRecipients=["soc@contoso.example"]
    )
    strict_for(
        task.cloud,
        SUPPORT,
        RecipientLimitPerDay=500,
        RecipientLimitExternalPerHour=20,
        NotifyOutboundSpamRecipients=["desk@contoso.example"],
    )
    task.run(MODULE, senders=[SUPPORT, SALES])
    made = policies(task.cloud)[NAME]
    assert [made[name] for name in LIMITS] == [300, 20, "BlockUserForToday"]
    assert made["NotifyOutboundSpamRecipients"] == ["desk@contoso.example", "soc@contoso.example"]


def test_the_order_in_which_senders_come_does_not_matter(task):
    """Every order, and all at once, end with the same policy and rule."""
    world = task.cloud.state()
    ends = []
    for steps in [
        [[SUPPORT, SALES]],
        *([[one], [other]] for one, other in itertools.permutations([SUPPORT, SALES])),
    ]:
        task.cloud.reset(world)
        limit(task.cloud, "Default", RecipientLimitPerDay=300)
        strict_for(task.cloud, SUPPORT, RecipientLimitPerDay=500, RecipientLimitExternalPerHour=20)
        for senders in steps:
            assert task.run(MODULE, senders=senders)["changed"]
        assert not task.run(MODULE, senders=[SALES])["changed"]
        ends.append(([policies(task.cloud)[NAME][name] for name in LIMITS], rules(task.cloud)[0]["From"]))
    assert ends == [([300, 20, "BlockUserForToday"], [SALES, SUPPORT])] * 3


def test_limits_are_tightened_for_a_sender_that_comes_later_and_said_so(task):
    task.run(MODULE, senders=[SALES])
    strict_for(task.cloud, SUPPORT, RecipientLimitPerDay=500)
    result = task.run(MODULE, senders=[SUPPORT])
    assert result["actions"][0] == f"tighten the limits of outbound policy {NAME} to those of Strict"
    assert policies(task.cloud)[NAME]["RecipientLimitPerDay"] == 500
    assert not task.run(MODULE, senders=[SUPPORT])["changed"]


def test_limits_that_somebody_set_in_our_policy_stay_while_no_sender_comes(task):
    task.run(MODULE, senders=[SUPPORT])
    limit(task.cloud, NAME, RecipientLimitPerDay=5000)
    limit(task.cloud, "Default", RecipientLimitPerDay=10)
    assert not task.run(MODULE, senders=[SUPPORT])["changed"]
    assert policies(task.cloud)[NAME]["RecipientLimitPerDay"] == 5000


@pytest.mark.parametrize("off", ["rule", "policy"])
def test_limits_come_along_also_where_our_policy_did_not_hold(task, off):
    """Its rule is switched off, or it is gone and its rule is still there: until now Default decided."""
    limit(task.cloud, "Default", RecipientLimitPerDay=70)
    if off == "rule":
        add_ours(task.cloud, [SUPPORT], State="Disabled")
    else:
        add_rule(task.cloud, NAME, [SUPPORT])
    assert task.run(MODULE, senders=[SUPPORT])["changed"]
    assert policies(task.cloud)[NAME]["RecipientLimitPerDay"] == 70
    assert not task.run(MODULE, senders=[SUPPORT])["changed"]


def test_a_rule_with_exceptions_of_somebody_else_is_refused(task):
    add_ours(task.cloud, [SUPPORT], ExceptIfSenderDomainIs=["contoso.example"])
    refused = task.run(MODULE, senders=[SUPPORT])
    assert refused["error"]["code"] == "conflict"
    assert "Anti-spam" in refused["error"]["hint"]
    assert task.writes() == []


def test_an_organization_that_cannot_be_customised_yet_is_told_before_anything_is_tried(task):
    task.cloud.edit([{"op": "replace", "path": f"{TENANT}/organization/IsDehydrated", "value": True}])
    refused = task.run(MODULE, check=True, senders=[SUPPORT])
    assert refused["error"]["code"] == "policy_blocked"
    assert "Enable-OrganizationCustomization" in refused["error"]["hint"]
    assert task.run(MODULE, senders=[SUPPORT])["error"]["code"] == "policy_blocked"
    assert task.writes() == []
