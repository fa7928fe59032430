# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every Exchange cmdlet of the lab works with: its context, its outcome, and finding objects by
identity.

A cmdlet is a function ``(context, parameters) -> Outcome`` on the tenant's part of the world; it knows no
HTTP.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .exchange_errors import ambiguous, not_found

Record = dict[str, Any]

# How the service answers, where public reports differ or say nothing; a test may change each.
SETTINGS: dict[str, Any] = {
    "exchange_not_found_status": 404,  # 404 or 400: reports differ
    "exchange_write_answer": "empty",  # empty list, "null" value, or "none" (204): all three are reported
    "exchange_rule_from": "address",  # how a rule's senders read back: address, name or given (unknown)
    "exchange_replication_reads": 0,  # reads that still show the state before the last write
    "exchange_redirect": None,  # origin of the tenant's own host: other hosts answer 302
    "exchange_paging": "normal",  # normal, repeat (link repeats), foreign (other host), expired (400)
}


@dataclass(frozen=True)
class Context:
    """Where a cmdlet runs: the tenant's world entry, the lab's settings and its clock (UTC)."""

    tenant: dict[str, Any]
    settings: dict[str, Any]
    now: datetime


@dataclass
class Outcome:
    """What a cmdlet did: output records, warnings, and whether it changed the tenant."""

    records: list[Record] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    changed: bool = False


def unchanged(name: str) -> Outcome:
    """The outcome of a Set- that found nothing to do. Clients match on this warning; evidence C."""
    text = f"The command completed successfully but no settings of '{name}' have been modified."
    return Outcome(warnings=[text])


def apply(target: Record, changes: Record, name: str) -> Outcome:
    """Write ``changes`` into ``target``, or answer :func:`unchanged` when every value is there already."""
    if all(target.get(key) == value for key, value in changes.items()):
        return unchanged(name)
    target.update(changes)
    return Outcome(changed=True)


def named(items: Iterable[Record], identity: str, *keys: str) -> list[Record]:
    """The items that have ``identity`` as value of one of ``keys``, whatever its case."""
    wanted = identity.lower()
    return [item for item in items if any(str(item.get(key) or "").lower() == wanted for key in keys)]


def listing(found: list[Record], identity: str | None) -> list[Record]:
    """The answer of a Get-: everything for a missing identity, else the hits. Raises not_found for none."""
    if identity and not found:
        raise not_found(identity)
    return found


def only(found: list[Record], identity: str) -> Record:
    """The one hit a write needs. Raises not_found or ambiguous."""
    if not found:
        raise not_found(identity)
    if len(found) > 1:
        raise ambiguous(identity)
    return found[0]


def limited(records: list[Record], size: int | None) -> Outcome:
    """At most ``size`` records (None: all), with a warning when some were left out."""
    if size is None or len(records) <= size:
        return Outcome(records)
    return Outcome(
        records[:size],
        ["There are more results available than are currently displayed. Increase ResultSize to see them."],
    )


# ---------------------------------------------------------------------------------------------------

RECIPIENT_KEYS = (
    "Guid",
    "ExternalDirectoryObjectId",
    "UserPrincipalName",
    "PrimarySmtpAddress",
    "Alias",
    "Name",
    "Identity",
    "DistinguishedName",
    "DisplayName",
    "LegacyExchangeDN",
)


def name_of(recipient: Record) -> str:
    """A recipient's Name; a world that gives none means the alias."""
    return str(recipient.get("Name") or recipient.get("Alias") or recipient["PrimarySmtpAddress"])


def recipients(context: Context) -> list[Record]:
    """Mailboxes, then recipients without one (mail users, contacts, groups) of the tenant."""
    return [*context.tenant.get("mailboxes", []), *context.tenant.get("recipients", [])]


def find_recipients(items: Iterable[Record], identity: str) -> list[Record]:
    """The recipients that ``identity`` names: by id, name, alias or any of their addresses.

    Identities: learn.microsoft.com, Get-Mailbox (evidence D), matching of the display name: assumption, it
    is how two recipients come to match one identity.
    """
    wanted = identity.lower()
    bare = wanted.removeprefix("smtp:")
    return [item for item in items if wanted in _names(item) or bare in addresses(item)]


def recipient_finder(items: list[Record]) -> Callable[[str], list[Record]]:
    """``find_recipients`` for many identities: a rule may name a thousand of a thousand mailboxes."""
    named_so, addressed_so = defaultdict(set), defaultdict(set)
    for place, item in enumerate(items):
        for name in _names(item):
            named_so[name].add(place)
        for address in addresses(item):
            addressed_so[address].add(place)

    def find(identity: str) -> list[Record]:
        wanted = identity.lower()
        places = named_so.get(wanted, set()) | addressed_so.get(wanted.removeprefix("smtp:"), set())
        return [items[place] for place in sorted(places)]

    return find


def _names(item: Record) -> set[str]:
    return {name_of(item).lower(), *(str(item.get(key) or "").lower() for key in RECIPIENT_KEYS)}


def addresses(item: Record) -> Iterator[str]:
    """Every SMTP address of a recipient, lower case, without prefix."""
    yield str(item.get("PrimarySmtpAddress") or "").lower()
    for proxy in item.get("EmailAddresses") or []:
        kind, _colon, address = str(proxy).partition(":")
        if kind.lower() == "smtp":
            yield address.lower()
