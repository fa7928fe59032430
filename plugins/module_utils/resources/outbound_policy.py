# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Outbound forwarding allowed for our senders, and for nobody else: step 3c of Cisco's document.

A policy of our own and its rule, never a change to the Default policy, which holds for every mailbox.
"""

from __future__ import annotations

from ..core.addresses import mail_address
from ..core.errors import Fault
from ..core.fields import same_text
from ..core.plan import Plan
from ..core.spec import Spec
from ..exchange.client import open_exchange
from .outbound_reading import read_tenant, with_addresses
from .outbound_senders import SenderList
from .outbound_steps import Admission, withdrawal
from .outbound_verdict import verdict
from .permitted import readable

NAME = "Webex Connect forwarding"
LONGEST_NAME = 64
# Not allowed in the name of a rule (New-HostedOutboundSpamFilterRule page).
NOT_IN_NAMES = frozenset('\\%&*+/=?{}|<>();:[],"')
# Conditions that somebody else gave the rule: a sender added to them would narrow what it matches, and an exception
# may take one of ours out again.
OTHER_CONDITIONS = ("FromMemberOf", "SenderDomainIs")
EXCEPTIONS = ("ExceptIfFrom", "ExceptIfFromMemberOf", "ExceptIfSenderDomainIs")
NO_RECIPIENT = {
    "verdict": "no_recipient",
    "object": {"type": "nothing", "name": "", "rule": None},
    "remedy": "Check address and tenant. o365_mailbox_info says what the address is.",
    "notes": [],
}
INFO_SPEC = Spec(
    {
        "senders": {"type": "list", "elements": "str", "default": []},
        "destination": {"type": "str"},
        "name": {"type": "str", "default": NAME},
    }
)
SPEC = INFO_SPEC + Spec(
    {
        "enabled": {"type": "bool", "default": True},
        "priority": {"type": "int"},
        "purge": {"type": "bool", "default": False},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    }
)


def build(options, runtime):
    """The resource for a task.

    :raises Fault: see ``check_options``.
    """
    check_options(options)
    return OutboundPolicy(open_exchange(options, runtime), options, runtime.deadline)


def check_options(options):
    """Check what can be checked without asking Exchange.

    :raises Fault: ``invalid_input`` for a malformed sender, destination, name or priority, or a purge that would
        leave no sender.
    """
    for sender in options["senders"]:
        mail_address(sender, "senders")
    name, destination = options["name"], options.get("destination")
    if destination is not None:
        mail_address(destination if "@" in destination else f"x@{destination}", "destination")
    if not 0 < len(name) <= LONGEST_NAME or NOT_IN_NAMES & set(name) or same_text(name, "Default"):
        raise Fault(
            "invalid_input",
            f"name must have 1 to {LONGEST_NAME} characters, none of them special, and not be Default.",
            hint="Choose another name.",
        )
    if options.get("priority") is not None and options["priority"] < 0:
        raise Fault("invalid_input", "priority must be 0, the first place, or more.", hint="Leave it out.")
    if options.get("purge") and options["state"] == "present" and not options["senders"]:
        raise Fault(
            "invalid_input", "purge without senders would leave a rule for nobody.", hint="Use state absent."
        )


class OutboundPolicy:
    """Reads all that decides about forwarding, and converges the policy and rule of our name."""

    def __init__(self, client, options, deadline):
        self._client = client
        self._options = options
        self._tenant = {}
        self._resolved = {}
        self._kinds = {}
        scope = (options["auth_tenant"], options["name"])
        self._senders = SenderList(client, deadline, scope, self._primary)
        self._dehydrated = False

    def read(self):
        """``{"policy": {...} or None, "verdicts": [...]}`` for the name and the senders asked for.

        policy: name, mode, enabled, senders, priority. verdicts: one a sender, see outbound_verdict.
        """
        tenant = read_tenant(self._client)
        rules = [with_addresses(rule, self._primary) for rule in tenant["rules"]]
        self._tenant = {**tenant, "rules": rules}
        listed = {sender for rule in rules for sender in rule["From"]}
        senders = self._options["senders"]
        self._client.gather_recipients([sender for sender in senders if sender.lower() not in listed])
        for sender in senders:
            self._resolved[sender] = sender.lower() if sender.lower() in listed else self._own_mailbox(sender)
        if self._options.get("state") == "present" and self._own(self._tenant)[0] is None:
            organization = readable(self._client.organization_config, {})
            self._dehydrated = bool(organization.get("IsDehydrated"))
        return self._view(self._tenant)

    def plan(self, actual):
        """Policy, then rule, then its senders, place and switch; each only where it differs."""
        policy, rule = self._own(self._tenant)
        self._refuse_foreign(rule)
        if self._options["state"] == "absent":
            steps, after = self._withdrawal(policy, rule)
        else:
            steps, after = self._admission(policy, rule)
        outcome = self._view(after)
        before = actual["policy"] or {}
        warnings = () if self._options["state"] == "absent" else self._doubts(outcome["verdicts"])
        return Plan(before, outcome["policy"] or {}, tuple(steps), actual, outcome, warnings=warnings)

    def _primary(self, identity):
        """The primary address of a recipient in lower case; None where Exchange knows no such recipient."""
        recipient = self._client.recipient(identity)
        return recipient and str(recipient.get("PrimarySmtpAddress")).lower()

    def _own_mailbox(self, sender):
        """The primary address of a sender's mailbox; None where there is not exactly one: rules are for mailboxes."""
        found = self._client.recipients(sender)
        kind = found[0].get("RecipientTypeDetails") if found else None
        if len(found) == 1 and (not kind or kind.endswith("Mailbox")):
            return str(found[0].get("PrimarySmtpAddress")).lower()
        one = f"it is a {kind} without a mailbox" if found else "there is no such recipient"
        self._kinds[sender] = f"{len(found)} recipients have that name" if len(found) > 1 else one
        return None

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
            return {
                "sender": sender,
                **NO_RECIPIENT,
                "decided_by": f"Exchange Online, where {self._kinds[sender]}",
            }
        return {**verdict(address, **tenant, destination=self._options.get("destination")), "sender": sender}

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
        if rule and self._options["senders"] and any(rule.get(name) for name in EXCEPTIONS):
            raise Fault(
                "conflict",
                f"The rule {rule['Name']!r} has exceptions, which somebody else gave it.",
                hint="Choose another name, or take the exceptions out: Defender portal > Policies & rules > Threat "
                "policies > Anti-spam.",
            )

    def _admission(self, policy, rule):
        """(steps, the tenant's objects once they are done) so that our senders may forward."""
        unknown = [sender for sender, address in self._resolved.items() if address is None]
        if unknown:
            raise Fault(
                "not_found",
                f"{unknown[0]!r} cannot forward: in Exchange Online {self._kinds[unknown[0]]}.",
                hint=NO_RECIPIENT["remedy"],
            )
        ours = set(self._resolved.values())
        if not ours | set((rule or {}).get("From", [])):
            return [], self._tenant
        if self._dehydrated:
            raise Fault(
                "policy_blocked",
                "This organization cannot have policies of its own yet (IsDehydrated).",
                hint="Run Enable-OrganizationCustomization once in Exchange Online PowerShell, wait some minutes, and "
                "run again.",
            )
        admission = Admission(self._client, self._senders, self._options, self._tenant, ours)
        return admission.steps(policy, rule)

    def _withdrawal(self, policy, rule):
        """The same so that the senders given, or all, may not. What else the policy says is left alone."""
        gone = (
            {address for pair in self._resolved.items() for address in pair}
            if self._options["senders"]
            else None
        )
        return withdrawal(
            self._client, self._senders, self._options["name"], self._tenant, (policy, rule, gone)
        )

    def _doubts(self, verdicts):
        """What keeps senders from forwarding although our policy lets them."""
        if not self._options["enabled"]:
            return ()
        return tuple(
            f"Forwarding of {item['sender']} to the outside is {item['verdict']}, decided by {item['decided_by']}."
            f" {item['remedy']}"
            for item in verdicts
            if item["verdict"] != "allowed"
        )
