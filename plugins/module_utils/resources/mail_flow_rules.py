# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Mail flow rules (transport rules) that may stop forwarded mail.

What a rule does cannot be told in general, so a rule counts only where it stops mail and names the mailbox, its
domain or the destination. A condition on automatically forwarded messages does not: mail that a mailbox itself
forwards has the ordinary message class, and such rules do not detect it (Microsoft, "A transport rule doesn't match
if user mailbox rules automatically forward messages").
"""

from __future__ import annotations

from ..core.addresses import MAIL_ADDRESS

# Actions that keep a message from going on as it is (New-TransportRule page).
STOPS = (
    "DeleteMessage",
    "RejectMessageReasonText",
    "RejectMessageEnhancedStatusCode",
    "Quarantine",
    "RedirectMessageTo",
)
# Conditions on who sends and who receives (New-TransportRule page).
SENDER_CONDITIONS = ("From", "FromAddressContainsWords", "FromAddressMatchesPatterns", "SenderDomainIs")
RECIPIENT_CONDITIONS = (
    "SentTo",
    "RecipientDomainIs",
    "RecipientAddressContainsWords",
    "RecipientAddressMatchesPatterns",
    "AnyOfToHeader",
    "AnyOfToCcHeader",
    "AnyOfRecipientAddressContainsWords",
    "AnyOfRecipientAddressMatchesPatterns",
)
AUTO_FORWARD = "autoforward"


def stopping(rules):
    """The rules that are in force and stop mail, in order; those being tested only (Mode) do nothing."""
    active = [rule for rule in rules if rule.get("State") == "Enabled" and _mode(rule) == "enforce"]
    ordered = sorted(active, key=lambda rule: int(rule.get("Priority") or 0))
    return [rule for rule in ordered if any(rule.get(action) for action in STOPS)]


def for_auto_forward(rule):
    """Whether a rule is made for automatically forwarded messages."""
    return str(rule.get("MessageTypeMatches") or "").casefold() == AUTO_FORWARD


def mentions(rule, addresses, destination=""):
    """Whether a rule's conditions name the mailbox, its domain, or where it forwards to.

    :param addresses: those of the mailbox; :param destination: an address or a domain, empty where it is not known.
    A rule for mail from outside that names the domain as the sender's is against forgery, and no matter here.
    """
    texts = {address.casefold() for address in addresses} | {destination.casefold()} - {""}
    names = RECIPIENT_CONDITIONS
    if str(rule.get("FromScope") or "").casefold() != "notinorganization":
        names = SENDER_CONDITIONS + names
    return any(_about(name, condition, texts) for name in names for condition in _texts(rule.get(name)))


def _mode(rule):
    return str(rule.get("Mode") or "Enforce").casefold()


def _texts(value):
    values = value if isinstance(value, list) else [value]
    return [str(item).casefold().replace("\\", "") for item in values if item]


def _about(name, condition, addresses):
    """Whether a condition is about one of the addresses: it is one, is its domain or one above, or a part of it."""
    if MAIL_ADDRESS.fullmatch(condition):
        return condition in addresses
    domains = {address.rpartition("@")[2] for address in addresses}
    if name.endswith("DomainIs"):
        return any(domain == condition or domain.endswith(f".{condition}") for domain in domains)
    if name.endswith("Words"):
        return any(condition in address for address in addresses)
    return any(part in condition for part in addresses | domains)
