# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""May a mailbox forward to the outside? Answered from the tenant's objects as they stand.

Several gates are passed, and the most restrictive one wins (Defender documentation, external e-mail forwarding):
outbound spam policies, remote domains, mail flow rules, and the restriction of a sender that sent spam.

Policies: the enabled rule with the lowest priority number that matches the sender decides; without one the Default
policy does. Values of one condition are alternatives, different conditions must all hold. ``Automatic`` means off to
one Microsoft page and depends on the organization's past to another, so it is neither allowed nor blocked here.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..core.fields import same_text
from .mail_flow_rules import for_auto_forward, mentions, stopping

MODES = {"On": "allowed", "Off": "blocked"}
RANK = {"allowed": 0, "indeterminate": 1, "blocked": 2}
OWN_POLICY = "Let exchange_outbound_policy, or the playbook tenants, allow this sender."
REMEDIES = {
    "policy": OWN_POLICY,
    "rule": "Exchange does not show who is in a group here: let our rule stand before that one, or look at its group.",
    "remote_domain": "Exchange admin center > Mail flow > Remote domains, or Set-RemoteDomain -AutoForwardEnabled "
    "$true; a remote domain for the destination alone is enough.",
    "transport_rule": "Exchange admin center > Mail flow > Rules: see what it stops, and except the mailbox from it.",
    "restricted_sender": "Defender portal > Email & collaboration > Review > Restricted entities: find out why, then "
    "unblock.",
    "nothing": "Read the policies by hand: Get-HostedOutboundSpamFilterPolicy.",
}


@dataclass(frozen=True)
class Gate:
    """What one object says: ``kind`` and ``name`` of the object, in words, and its verdict."""

    kind: str
    name: str
    words: str
    verdict: str
    rule: str | None = None


def verdict(sender, policies, rules, remote_domains, transport_rules=(), restricted=(), **more):
    """What happens to mail that ``sender`` forwards to an outside address.

    :param policies, rules, remote_domains, transport_rules, restricted: Exchange records; rules with their senders
        as addresses.
    :param more: ``destination``, the address or domain it forwards to, where it is known; ``names``, other names
        under which a rule may show the mailbox.
    :returns: sender, verdict (allowed, blocked, indeterminate), decided_by, the object that decides, in words,
        object (type, name, rule), remedy (None where allowed), notes (list of sentences).
    """
    names = (sender, *more.get("names", ()))
    destination = more.get("destination") or ""
    gates = [by_policy(names, policies, rules), *_by_remote_domain(remote_domains, destination)]
    gates += _by_transport_rule(names, transport_rules, destination) + _by_restriction(sender, restricted)
    decisive = max(gates, key=lambda gate: RANK[gate.verdict])  # the first of those that are equal
    return {
        "sender": sender,
        "verdict": decisive.verdict,
        "decided_by": decisive.words,
        "object": {"type": decisive.kind, "name": decisive.name, "rule": decisive.rule},
        "remedy": None if decisive.verdict == "allowed" else REMEDIES[decisive.kind],
        "notes": _notes(transport_rules),
    }


def by_policy(names, policies, rules):
    """The Gate of the outbound spam policies.

    :param names: the sender's primary address, then its other names.
    A rule whose conditions cannot be resolved does not matter where all that can come of it says the same.
    """
    gates, unresolved = [], None
    for rule, matches in matching(names, rules):
        gates.append(_mode(policy_of(rule, policies), rule))
        if matches:
            break
        unresolved = unresolved or rule
    else:
        gates.append(_mode(default_policy(policies)))
    if len({gate.verdict for gate in gates}) == 1:
        return gates[-1]
    name = unresolved["Name"]
    return Gate("rule", name, f"rule {name}, whose conditions cannot be resolved", "indeterminate", name)


def matching(names, rules):
    """Enabled rules in order of priority that match (True) or may match (None) a sender, as (rule, True or None)."""
    enabled = [rule for rule in rules if rule.get("State") == "Enabled"]
    for rule in sorted(enabled, key=priority):
        matches = _matches(rule, names)
        if matches is not False:
            yield rule, matches


def priority(rule):
    """A rule's place, 0 being the first."""
    return int(rule.get("Priority") or 0)


def policy_of(rule, policies):
    """The policy that a rule belongs to, None where it is gone."""
    name = rule.get("HostedOutboundSpamFilterPolicy")
    return next((policy for policy in policies if same_text(policy["Name"], name)), None)


def default_policy(policies):
    """The policy for everybody whom no rule names."""
    return next((policy for policy in policies if policy.get("IsDefault")), None)


def _mode(policy, rule=None):
    name = rule["Name"] if rule else None
    if policy is None:
        return Gate("nothing", "", "no policy that could be read", "indeterminate", name)
    mode = policy.get("AutoForwardingMode")
    words = f"policy {policy['Name']} ({mode})"
    if name and not same_text(name, policy["Name"]):
        words += f" by its rule {name}"
    return Gate("policy", policy["Name"], words, MODES.get(mode, "indeterminate"), name)


def _matches(rule, names):
    """True or False; None where it depends on a group's members, or on what a rule without conditions does.

    Whether a rule without conditions holds for everybody is not documented (assumption: empty-rule).
    """
    conditions = _judged(rule, names, "")
    if False in conditions or True in (exceptions := _judged(rule, names, "ExceptIf")):
        return False
    return None if None in (*conditions, *exceptions) or not conditions else True


def _judged(rule, names, prefix):
    """For each condition (or exception) that the rule has: whether the sender meets it, None for unknown."""
    senders, domains = rule.get(f"{prefix}From"), rule.get(f"{prefix}SenderDomainIs")
    found = []
    if senders:
        # A tenant's rule may name thousands.
        wanted = {name.casefold() for name in names}
        found.append(any(str(item).casefold() in wanted for item in senders))
    if domains:
        found.append(any(_in_domain(names[0], str(item)) for item in domains))
    if rule.get(f"{prefix}FromMemberOf"):
        found.append(None)
    return found


def _in_domain(address, domain):
    """Whether an address is in a domain or one below it."""
    own = address.rpartition("@")[2].casefold()
    return own == domain.casefold() or own.endswith(f".{domain.casefold()}")


def _by_remote_domain(remote_domains, destination):
    """The Gate of the remote domain for the destination, the most specific one (Set-RemoteDomain page).

    Where the destination is not known, the one for all domains counts, and single ones that say otherwise make it
    indeterminate.
    """
    closed = [item for item in remote_domains if item.get("AutoForwardEnabled") is False]
    if not closed:
        return []
    if destination:
        domain = destination.rpartition("@")[2].casefold()
        fitting = [item for item in remote_domains if _specificity(item, domain) >= 0]
        best = max(fitting, key=lambda item: _specificity(item, domain), default=None)
        return [_remote(best, "blocked")] if best in closed else []
    everything = next((item for item in closed if item.get("DomainName") == "*"), None)
    if everything is None:
        return []
    return [_remote(everything, "blocked" if len(closed) == len(remote_domains) else "indeterminate")]


def _remote(item, answer):
    return Gate("remote_domain", item.get("Name"), f"remote domain {item.get('Name')}", answer)


def _specificity(item, domain):
    """How closely a remote domain (name, *.name or *) fits a domain; -1 where it does not."""
    name = str(item.get("DomainName") or "").casefold()
    if name == "*":
        return 0
    if name.startswith("*."):
        fits = domain == name[2:] or domain.endswith(name[1:])
        return len(name) if fits else -1
    return 1000 if name == domain else -1


def _by_transport_rule(names, transport_rules, destination):
    addresses = [name for name in names if "@" in name]
    return [
        Gate(
            "transport_rule",
            rule["Name"],
            f"mail flow rule {rule['Name']}, which may stop it",
            "indeterminate",
        )
        for rule in stopping(transport_rules)
        if not for_auto_forward(rule) and mentions(rule, addresses, destination)
    ][:1]


def _by_restriction(sender, restricted):
    if not any(same_text(sender, str(item.get("SenderAddress"))) for item in restricted):
        return []
    return [Gate("restricted_sender", sender, f"the restriction of {sender} for sending spam", "blocked")]


def _notes(transport_rules):
    return [
        f"The mail flow rule {rule['Name']} stops what inbox rules forward, but not what the mailbox itself forwards."
        for rule in stopping(transport_rules)
        if for_auto_forward(rule)
    ]
