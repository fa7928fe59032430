# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The steps by which senders are let forward, or no longer, and the tenant's objects once they are done."""

from __future__ import annotations

from ..core.errors import Fault
from ..core.fields import same_text
from ..core.plan import Step
from .outbound_limits import policies_before, strictest, tightened
from .outbound_verdict import matching, policy_of, priority

STATES = {True: "Enabled", False: "Disabled"}
# Looks for an object that another run has just made, before its name is taken for somebody else's.
LOOKS = 3


class Admission:
    """Plans the way to our policy with our rule for our senders.

    :param senders: outbound_senders.SenderList; :param options: those of the task; :param tenant: as read.
    :param ours: addresses of the senders asked for.
    """

    def __init__(self, client, senders, options, tenant, ours):
        self._client = client
        self._senders = senders
        self._name = options["name"]
        self._options = options
        self._tenant = tenant
        self._ours = ours
        self._foreign = [rule for rule in tenant["rules"] if not same_text(rule["Name"], self._name)]

    def steps(self, policy, rule):
        """(steps, the tenant's objects once they are done)."""
        wanted = self._update((rule or {}).get("From", []))
        policy_steps, policy = self._policy_steps(policy, wanted - self._held(policy, rule))
        rule_steps, rule, place = self._rule_steps(rule, wanted)
        return policy_steps + rule_steps, replaced(self._tenant, self._name, policy, rule, place)

    def _held(self, policy, rule):
        """The senders for whom our policy holds now, so that no other policy's limits do."""
        in_force = policy and rule and (rule.get("State") == "Enabled" or not self._options["enabled"])
        return set(rule["From"]) if in_force else set()

    def _update(self, current):
        return set(self._ours) if self._options["purge"] else self._ours | set(current)

    def _policy_steps(self, policy, added):
        """Our policy with forwarding on, at least as strict as the policies that held for the senders before.

        A rule whose policy was deleted names it still (assumption: rule-without-policy).
        """
        before = self._policies_before(added)
        if policy is None:
            properties = {"AutoForwardingMode": "On", **strictest(before)}
            action = f"create outbound policy {self._name} with forwarding on"
            if any(not item.get("IsDefault") for item in before):
                action += f", with the strictest limits of {_names(before)}"
            return [Step(action, lambda current: self._create_policy(properties))], {
                "Name": self._name,
                **properties,
            }
        steps, changes = [], {}
        if policy.get("AutoForwardingMode") != "On":
            changes = {"AutoForwardingMode": "On"}
            steps.append(self._set_policy(f"switch forwarding on in outbound policy {self._name}", changes))
        limits = tightened(policy, before)
        if limits:
            action = f"tighten the limits of outbound policy {self._name} to those of {_names(before)}"
            steps.append(self._set_policy(action, limits))
        return steps, {**policy, **changes, **limits}

    def _policies_before(self, added):
        policies = [item for item in self._tenant["policies"] if not same_text(item["Name"], self._name)]
        found = {}
        for sender in sorted(added):
            for item in policies_before(sender, policies, self._foreign):
                found[item["Name"]] = item
        return list(found.values())

    def _set_policy(self, action, properties):
        return Step(action, lambda current: self._client.set_outbound_policy(self._name, properties))

    def _create_policy(self, properties):
        try:
            self._client.create_outbound_policy(self._name, properties)
        except Fault as fault:
            self._made_by_another_run(fault, self._client.outbound_policies)

    def _rule_steps(self, rule, wanted):
        """(steps, the rule, its place among the others)."""
        state, place = STATES[self._options["enabled"]], self._place(rule, wanted)
        if rule is None:
            properties = {
                "HostedOutboundSpamFilterPolicy": self._name,
                "From": sorted(wanted),
                "Priority": place,
                **({} if self._options["enabled"] else {"Enabled": False}),
            }
            action = f"create outbound rule {self._name} for {', '.join(sorted(wanted))}"
            action += "" if self._options["enabled"] else ", switched off"
            made = {"Name": self._name, "From": sorted(wanted), "State": state}
            made["HostedOutboundSpamFilterPolicy"] = self._name
            return [Step(action, lambda current: self._create_rule(properties))], made, place
        steps = []
        if sorted(rule["From"]) != sorted(wanted):
            steps.append(
                Step(
                    f"set the senders of outbound rule {self._name} to {', '.join(sorted(wanted))}",
                    lambda current: self._senders.change(self._update),
                )
            )
        if place != priority(rule):
            steps.append(
                Step(
                    f"move outbound rule {self._name} to priority {place}{self._behind(place)}",
                    lambda current: self._client.set_outbound_rule(self._name, {"Priority": place}),
                )
            )
        if rule.get("State") != state:
            steps.append(self._switch())
        return steps, {**rule, "From": sorted(wanted), "State": state}, place

    def _switch(self):
        if self._options["enabled"]:
            return Step(
                f"enable outbound rule {self._name}",
                lambda current: self._client.enable_outbound_rule(self._name),
            )
        return Step(
            f"disable outbound rule {self._name}",
            lambda current: self._client.disable_outbound_rule(self._name),
        )

    def _place(self, rule, wanted):
        """The priority asked for, at most the last place; else before every rule that would keep a sender back."""
        asked = self._options["priority"]
        if asked is not None:
            return min(asked, len(self._foreign))
        if rule is None:
            return 0
        own = priority(rule)
        before = [priority(item) for item in self._in_the_way(wanted) if priority(item) < own]
        return min(before, default=own) if self._options["enabled"] else own

    def _in_the_way(self, wanted):
        for sender in wanted:
            for rule, _certain in matching((sender,), self._foreign):
                policy = policy_of(rule, self._tenant["policies"])
                if (policy or {}).get("AutoForwardingMode") != "On":
                    yield rule

    def _behind(self, place):
        """The rule that will come after ours, in words."""
        after = sorted(self._foreign, key=priority)[place:]
        return f", before {after[0]['Name']}" if after else ""

    def _create_rule(self, properties):
        try:
            self._client.create_outbound_rule(self._name, properties)
        except Fault as fault:
            self._made_by_another_run(fault, self._client.outbound_rules)
            self._senders.change(self._update)

    def _made_by_another_run(self, fault, everything):
        """Go on where the name is taken because another run made the same; else raise the fault."""
        if fault.code != "conflict":
            raise fault
        for attempt in range(LOOKS):
            if any(same_text(item.get("Name"), self._name) for item in everything()):
                return
            if not self._senders.pause(attempt):
                break
        raise fault


def withdrawal(client, senders, name, tenant, own):
    """(steps, the tenant's objects once they are done) so that senders may no longer forward.

    :param own: (our policy, our rule, the addresses to take out or None for all).
    """
    policy, rule, gone = own
    if gone is not None:
        left = sorted(set((rule or {}).get("From", [])) - gone)
        if left:
            # A rule must not lose its last sender (assumption: empty-rule): then it goes altogether, below.
            place = priority(rule)
            after = replaced(tenant, name, policy, {**rule, "From": left}, place)
            if left == sorted(rule["From"]):
                return [], after
            action = f"set the senders of outbound rule {name} to {', '.join(left)}"
            remove = _removal(client, senders, name, gone)
            return [Step(action, lambda current: remove())], after
    steps = []
    if rule:
        remove = _removal(client, senders, name, gone)
        steps.append(Step(f"remove outbound rule {name}", lambda current: remove()))
    if policy:
        action = f"remove outbound policy {name}"
        steps.append(Step(action, lambda current: _remove_unused(client, senders, name, gone)))
    return steps, replaced(tenant, name, None, None, None)


def _removal(client, senders, name, gone):
    """Takes senders out of the list as it is by then; the rule goes with the last one."""

    def remove_rule():
        client.remove_outbound_rule(name)

    if gone is None:
        return remove_rule
    return lambda: senders.change(lambda current: set(current) - gone, remove_rule)


def _remove_unused(client, senders, name, gone):
    """Remove the policy, unless another run has given its rule a sender meanwhile."""
    rule = senders.current() if gone is not None else None
    if rule is None or not set(rule["From"]) - gone:
        client.remove_outbound_policy(name)


def replaced(tenant, name, policy, rule, place):
    """The tenant's objects with ours exchanged for these (None: taken out), the rule at its place."""
    policies = [item for item in tenant["policies"] if not same_text(item["Name"], name)]
    rules = [item for item in tenant["rules"] if not same_text(item["Name"], name)]
    rules.sort(key=priority)
    if policy:
        policies.append(policy)
    if rule:
        rules.insert(place, rule)
    numbered = [{**item, "Priority": number} for number, item in enumerate(rules)]
    return {**tenant, "policies": policies, "rules": numbered}


def _names(policies):
    return ", ".join(policy["Name"] for policy in policies)
