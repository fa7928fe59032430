# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may stand between a mailbox and the outside: remote domains, outbound policies, mail flow rules.

Rules: Microsoft Defender's pages on outbound spam policies and external forwarding, cmdlet pages of
Get-RemoteDomain and Get-TransportRule (evidence D). That the sender of a forwarded message is the mailbox that
forwards: common practice (C).
"""

from __future__ import annotations

from typing import Any

from . import mail_codes as codes
from .exchange_policies import is_default, policies
from .exchange_rules import rules
from .exchange_state import Context, Record, addresses, find_recipients, named, recipients
from .mail_codes import Answer
from .mail_message import Message, domain_of

DEFAULT_REMOTE_DOMAINS = ({"DomainName": "*", "AutoForwardEnabled": True},)


def remote_domain_allows(tenant: Record, target: str) -> bool:
    """Whether automatic forwarding to ``target`` is on; the most specific remote domain decides."""
    stored = tenant.get("remote_domains") or DEFAULT_REMOTE_DOMAINS
    fitting = [item for item in stored if _covers(item["DomainName"], domain_of(target))]
    if not fitting:
        return True
    closest = max(fitting, key=lambda item: (item["DomainName"] != "*", len(item["DomainName"])))
    return bool(closest.get("AutoForwardEnabled", True))


def _covers(pattern: str, domain: str) -> bool:
    """``*`` covers everything, ``*.x.y`` the domain and those below it, ``x.y`` itself."""
    pattern = pattern.lower()
    if pattern.startswith("*."):
        return domain == pattern[2:] or domain.endswith(pattern[1:])
    return pattern in ("*", domain)


def policy_allows(context: Context, mailbox: Record) -> bool:
    """Whether the outbound policy for ``mailbox`` lets it forward to the outside.

    The enabled rule with the lowest priority number that fits the sender decides, then ``Default``. What
    ``Automatic`` means is contradictory in Microsoft's pages: the setting ``mail_automatic`` (off, on) says.
    """
    for rule in rules(context):
        if rule.get("State", "Enabled") == "Enabled" and _for_sender(context, rule, mailbox):
            name = rule["HostedOutboundSpamFilterPolicy"]
            return _mode_allows(context, next(iter(named(policies(context), name, "Name")), {}))
    return _mode_allows(context, next(policy for policy in policies(context) if is_default(policy)))


def _mode_allows(context: Context, policy: Record) -> bool:
    mode = policy.get("AutoForwardingMode", "Automatic")
    return mode == "On" or (mode == "Automatic" and context.settings["mail_automatic"] == "on")


def _for_sender(context: Context, rule: Record, mailbox: Record) -> bool:
    """Values of one condition are alternatives, conditions add up, one exception is enough."""
    conditions = _judged(context, rule, mailbox, "")
    return bool(conditions) and all(conditions) and not any(_judged(context, rule, mailbox, "ExceptIf"))


def _judged(context: Context, rule: Record, mailbox: Record, prefix: str) -> list[bool]:
    own = set(addresses(mailbox))
    found = []
    if senders := rule.get(f"{prefix}From"):
        found.append(any(mailbox in find_recipients(recipients(context), sender) for sender in senders))
    if groups := rule.get(f"{prefix}FromMemberOf"):
        members = _members(context, groups)
        found.append(bool(own & members))
    if domains := rule.get(f"{prefix}SenderDomainIs"):
        sender = domain_of(str(mailbox["PrimarySmtpAddress"]))
        found.append(any(sender == name.lower() or sender.endswith("." + name.lower()) for name in domains))
    return found


def _members(context: Context, groups: list[str]) -> set[str]:
    """The addresses of the members of the groups named, which a world lists under ``Members``."""
    hits = [hit for group in groups for hit in find_recipients(recipients(context), group)]
    return {str(member).lower() for hit in hits for member in hit.get("Members") or []}


def rule_verdict(context: Context, message: Message, recipient: str) -> Answer | None:
    """What the first mail flow rule that stops the message says; None where none does.

    Predicates the lab knows: From, SentTo, RecipientDomainIs, SentToScope; MessageTypeMatches AutoForward does
    not match what a mailbox forwards by its attributes (evidence D), so a rule with it never matches here.
    Actions: RejectMessageReasonText (with RejectMessageEnhancedStatusCode) and DeleteMessage. A rule with
    another predicate is passed over.
    """
    stored = context.tenant.get("transport_rules", [])
    for rule in sorted(stored, key=lambda item: item.get("Priority", 0)):
        active = rule.get("State", "Enabled") == "Enabled" and rule.get("Mode", "Enforce") == "Enforce"
        if active and _fits(context, rule, message, recipient):
            if rule.get("DeleteMessage"):
                return codes.DELETED_BY_RULE
            if rule.get("RejectMessageReasonText") or rule.get("RejectMessageEnhancedStatusCode"):
                return _rejection(rule)
    return None


def _rejection(rule: Record) -> Answer:
    known = codes.BLOCKED_BY_RULE
    status = rule.get("RejectMessageEnhancedStatusCode") or known.status
    return Answer(known.code, status, known.text, known.evidence)


_PREDICATES = ("From", "SentTo", "RecipientDomainIs", "SentToScope", "MessageTypeMatches")


def _fits(context: Context, rule: Record, message: Message, recipient: str) -> bool:
    given = {name: rule[name] for name in _PREDICATES if rule.get(name)}
    return bool(given) and all(
        _met(context, name, value, message, recipient) for name, value in given.items()
    )


def _met(context: Context, name: str, value: Any, message: Message, recipient: str) -> bool:
    wanted = {str(item).lower() for item in (value if isinstance(value, list) else [value])}
    if name == "From":
        return message.sender.lower() in wanted
    if name == "SentTo":
        return recipient.lower() in wanted
    if name == "RecipientDomainIs":
        return domain_of(recipient) in wanted
    if name == "SentToScope":
        inside = domain_of(recipient) in {domain.lower() for domain in context.tenant["domains"]}
        return wanted == {"inorganization" if inside else "notinorganization"}
    return False
