# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Outbound forwarding allowed for our senders, and for nobody else: step 3c of Cisco's document.

A policy of our own and its rule, never a change to the Default policy, which holds for every mailbox.
"""

from __future__ import annotations

from ..core.addresses import MAIL_ADDRESS, mail_address
from ..core.errors import Fault
from ..core.fields import same_text
from ..core.plan import Plan, Step
from ..core.spec import Spec
from ..exchange.client import open_exchange
from .outbound_verdict import verdict

NAME = "Webex Connect forwarding"
LONGEST_NAME = 64
# Not allowed in the name of a rule (New-HostedOutboundSpamFilterRule page).
NOT_IN_NAMES = frozenset('\\%&*+/=?{}|<>();:[],"')
# Once our rule matches, the policy that applied before does not: its limits go with us.
CARRIED = (
    "RecipientLimitExternalPerHour",
    "RecipientLimitInternalPerHour",
    "RecipientLimitPerDay",
    "ActionWhenThresholdReached",
    "NotifyOutboundSpam",
    "NotifyOutboundSpamRecipients",
)
# Conditions that somebody else gave the rule: a sender added to them would narrow what it matches.
OTHER_CONDITIONS = ("FromMemberOf", "SenderDomainIs")
NO_RECIPIENT = {"verdict": "no_recipient", "decided_by": "Exchange Online, which has no such recipient"}
INFO_SPEC = Spec(
    {
        "senders": {"type": "list", "elements": "str", "default": []},
        "name": {"type": "str", "default": NAME},
    }
)
SPEC = INFO_SPEC + Spec(
    {
        "purge": {"type": "bool", "default": False},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    }
)


def build(options, runtime):
    """The resource for a task.

    :raises Fault: ``invalid_input`` for a malformed sender or name, or a purge that would leave no sender.
    """
    for sender in options["senders"]:
        mail_address(sender, "senders")
    name = options["name"]
    if not 0 < len(name) <= LONGEST_NAME or NOT_IN_NAMES & set(name) or same_text(name, "Default"):
        raise Fault(
            "invalid_input",
            f"name must have 1 to {LONGEST_NAME} characters, none of them special, and not be Default.",
            hint="Choose another name.",
        )
    if options.get("purge") and options["state"] == "present" and not options["senders"]:
        raise Fault(
            "invalid_input", "purge without senders would leave a rule for nobody.", hint="Use state absent."
        )
    return OutboundPolicy(open_exchange(options, runtime), options)


class OutboundPolicy:
    """Reads all outbound policies, and converges the one of our name."""

    def __init__(self, client, options):
        self._client = client
        self._options = options
        self._tenant = {}
        self._resolved = {}

    def read(self):
        """``{"policy": {...} or None, "verdicts": [...]}`` for the name and the senders asked for.

        policy: name, mode, enabled, senders, priority. verdicts: one a sender, see outbound_verdict.
        """
        self._client.gather_outbound()
        rules = [self._with_addresses(rule) for rule in self._client.outbound_rules()]
        self._tenant = {
            "policies": self._client.outbound_policies(),
            "rules": rules,
            "remote_domains": self._client.remote_domains(),
        }
        listed = {sender for rule in rules for sender in rule["From"]}
        for sender in self._options["senders"]:
            self._resolved[sender] = sender.lower() if sender.lower() in listed else self._primary(sender)
        return self._view(self._tenant)

    def plan(self, actual):
        """Policy, then rule, then its switch; each only where it differs."""
        policy, rule = self._own(self._tenant)
        self._refuse_foreign(rule)
        if self._options["state"] == "absent":
            steps, after = self._withdrawal(policy, rule)
        else:
            steps, after = self._admission(policy, rule)
        outcome = self._view(after)
        before = actual["policy"] or {}
        warnings = () if self._options["state"] == "absent" else _doubts(outcome["verdicts"])
        return Plan(before, outcome["policy"] or {}, tuple(steps), actual, outcome, warnings=warnings)

    def _with_addresses(self, rule):
        """The rule with its senders as addresses in lower case.

        In which form Exchange shows them (address, name) is not documented (assumption: rule-senders).
        """
        shown = [str(sender).lower() for sender in rule.get("From") or []]
        addresses = [item if MAIL_ADDRESS.fullmatch(item) else self._primary(item) or item for item in shown]
        return {**rule, "From": addresses}

    def _primary(self, identity):
        """The primary address of a recipient in lower case; None where Exchange knows no such recipient."""
        recipient = self._client.recipient(identity)
        return recipient and str(recipient.get("PrimarySmtpAddress")).lower()

    def _own(self, tenant):
        def ours(items):
            return next((item for item in items if same_text(item["Name"], self._options["name"])), None)

        return ours(tenant["policies"]), ours(tenant["rules"])

    def _view(self, tenant):
        policy, rule = self._own(tenant)
        shown = None
        if policy or rule:
            rule = rule or {}
            shown = {
                "name": self._options["name"],
                "mode": policy.get("AutoForwardingMode") if policy else None,
                "enabled": rule.get("State") == "Enabled",
                "senders": sorted(rule.get("From", [])),
                "priority": rule.get("Priority"),
            }
        return {
            "policy": shown,
            "verdicts": [self._judged(item, tenant) for item in self._options["senders"]],
        }

    def _judged(self, sender, tenant):
        address = self._resolved[sender]
        if address is None:
            return {"sender": sender, **NO_RECIPIENT}
        return {**verdict(address, **tenant), "sender": sender}

    def _refuse_foreign(self, rule):
        """Refuse to touch a rule of our name that is not ours."""
        policy = (rule or {}).get("HostedOutboundSpamFilterPolicy")
        if rule and not same_text(policy, self._options["name"]):
            raise Fault(
                "conflict",
                f"The rule {rule['Name']!r} belongs to the policy {policy!r}.",
                hint="Choose another name, or remove that rule.",
            )
        if rule and self._options["senders"] and any(rule.get(name) for name in OTHER_CONDITIONS):
            raise Fault(
                "conflict",
                f"The rule {rule['Name']!r} also has conditions on groups or domains.",
                hint="Choose another name: senders beside such conditions would change whom they hold for.",
            )

    def _admission(self, policy, rule):
        """(steps, the tenant's objects once they are done) so that our senders may forward."""
        unknown = [sender for sender, address in self._resolved.items() if address is None]
        if unknown:
            raise Fault(
                "not_found",
                f"No recipient {unknown[0]!r} in Exchange Online.",
                hint="Check address and tenant.",
            )
        ours = set(self._resolved.values())
        senders = sorted(ours if self._options["purge"] else ours | set((rule or {}).get("From", [])))
        if not senders:
            return [], self._tenant
        policy_steps, policy = self._policy_changes(policy)
        rule_steps, rule = self._rule_changes(rule, senders)
        return policy_steps + rule_steps, self._replaced(policy, rule)

    def _withdrawal(self, policy, rule):
        """The same so that the senders given, or all, may not. What else the policy says is left alone."""
        if self._options["senders"]:
            gone = {address for pair in self._resolved.items() for address in pair}
            left = sorted(set((rule or {}).get("From", [])) - gone)
            if left:
                # A rule must not lose its last sender (assumption: empty-rule): then it goes altogether, below.
                return self._sender_steps(rule, left), self._replaced(policy, {**rule, "From": left})
        name = self._options["name"]
        steps = []
        if rule:
            steps.append(
                Step(f"remove outbound rule {name}", lambda current: self._client.remove_outbound_rule(name))
            )
        if policy:
            steps.append(
                Step(
                    f"remove outbound policy {name}",
                    lambda current: self._client.remove_outbound_policy(name),
                )
            )
        return steps, self._replaced(None, None)

    def _policy_changes(self, policy):
        name = self._options["name"]
        if policy is None:
            default = next((item for item in self._tenant["policies"] if item.get("IsDefault")), {})
            carried = {key: default[key] for key in CARRIED if default.get(key) not in (None, [])}
            properties = {"AutoForwardingMode": "On", **carried}
            step = Step(
                f"create outbound policy {name} with forwarding on",
                lambda current: self._client.create_outbound_policy(name, properties),
            )
            return [step], {"Name": name, **properties}
        if policy.get("AutoForwardingMode") != "On":
            step = Step(
                f"switch forwarding on in outbound policy {name}",
                lambda current: self._client.set_outbound_policy(name, {"AutoForwardingMode": "On"}),
            )
            return [step], {**policy, "AutoForwardingMode": "On"}
        return [], policy

    def _rule_changes(self, rule, senders):
        name = self._options["name"]
        if rule is None:
            properties = {"HostedOutboundSpamFilterPolicy": name, "From": senders, "Priority": 0}
            step = Step(
                f"create outbound rule {name} for {', '.join(senders)}",
                lambda current: self._client.create_outbound_rule(name, properties),
            )
            return [step], {"Name": name, "State": "Enabled", **properties}
        steps = self._sender_steps(rule, senders)
        if rule.get("State") != "Enabled":
            steps.append(
                Step(f"enable outbound rule {name}", lambda current: self._client.enable_outbound_rule(name))
            )
        return steps, {**rule, "From": senders, "State": "Enabled"}

    def _sender_steps(self, rule, senders):
        name = self._options["name"]
        if sorted(rule["From"]) == senders:
            return []
        return [
            Step(
                f"set the senders of outbound rule {name} to {', '.join(senders)}",
                lambda current: self._client.set_outbound_rule(name, {"From": senders}),
            )
        ]

    def _replaced(self, policy, rule):
        """The tenant's objects with ours exchanged for these (None: taken out)."""

        def others(items, own):
            # Ours first: a new rule is made at priority 0, and pushes the one that is there now behind it.
            kept = [item for item in items if not same_text(item["Name"], self._options["name"])]
            return [own, *kept] if own else kept

        return {
            **self._tenant,
            "policies": others(self._tenant["policies"], policy),
            "rules": others(self._tenant["rules"], rule),
        }


def _doubts(verdicts):
    """What keeps senders from forwarding although our policy lets them."""
    return tuple(
        f"Forwarding of {item['sender']} to the outside is {item['verdict']}, decided by {item['decided_by']}."
        for item in verdicts
        if item["verdict"] != "allowed"
    )
