# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""May a mailbox forward to the outside? Answered from policies, rules and remote domains as they stand.

Rules (Defender documentation, outbound spam policies): the enabled rule with the lowest priority number that
matches the sender decides; without one the Default policy does. Values of one condition are alternatives, different
conditions must all hold. ``Automatic`` means off to one Microsoft page and depends on the organization's past to
another, so it is neither allowed nor blocked here.
"""

from __future__ import annotations

from ..core.fields import same_text

MODES = {"On": "allowed", "Off": "blocked"}


def verdict(sender, policies, rules, remote_domains):
    """What happens to mail that ``sender`` forwards to an outside address.

    :param policies, rules, remote_domains: Exchange records; rules with their senders as addresses.
    :returns: sender, verdict (allowed, blocked, indeterminate) and decided_by, the object that decides, in words.
    """
    decided_by, answer = _by_policy(sender, policies, rules)
    domain = next((item for item in remote_domains if item.get("DomainName") == "*"), None)
    if answer != "blocked" and domain and domain.get("AutoForwardEnabled") is False:
        decided_by, answer = f"remote domain {domain.get('Name')}", "blocked"
    return {"sender": sender, "verdict": answer, "decided_by": decided_by}


def _by_policy(sender, policies, rules):
    enabled = [rule for rule in rules if rule.get("State") == "Enabled"]
    for rule in sorted(enabled, key=lambda rule: int(rule.get("Priority") or 0)):
        matches = _matches(rule, sender)
        if matches is None:
            return f"rule {rule['Name']}, whose conditions cannot be resolved", "indeterminate"
        if matches:
            name = rule.get("HostedOutboundSpamFilterPolicy")
            return _mode(next((policy for policy in policies if same_text(policy["Name"], name)), None))
    return _mode(next((policy for policy in policies if policy.get("IsDefault")), None))


def _mode(policy):
    if policy is None:
        return "no policy that could be read", "indeterminate"
    mode = policy.get("AutoForwardingMode")
    return f"policy {policy['Name']} ({mode})", MODES.get(mode, "indeterminate")


def _matches(rule, sender):
    """True or False; None where it depends on a group's members, or on what a rule without conditions does.

    Whether a rule without conditions holds for everybody is not documented (assumption: empty-rule).
    """
    conditions = _judged(rule, sender, "")
    if False in conditions or True in (exceptions := _judged(rule, sender, "ExceptIf")):
        return False
    return None if None in (*conditions, *exceptions) or not conditions else True


def _judged(rule, sender, prefix):
    """For each condition (or exception) that the rule has: whether the sender meets it, None for unknown."""
    senders, domains = rule.get(f"{prefix}From"), rule.get(f"{prefix}SenderDomainIs")
    found = []
    if senders:
        found.append(any(same_text(sender, str(item)) for item in senders))
    if domains:
        found.append(any(_in_domain(sender, str(item)) for item in domains))
    if rule.get(f"{prefix}FromMemberOf"):
        found.append(None)
    return found


def _in_domain(sender, domain):
    """Whether the sender's address is in a domain or one below it."""
    own = sender.rpartition("@")[2]
    return same_text(own, domain) or own.casefold().endswith(f".{domain.casefold()}")
