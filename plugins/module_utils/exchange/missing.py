# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Why Get-Mailbox finds nothing, and where a person has to go then.

It shows neither recipients without a mailbox in the cloud, nor mailboxes that were deleted and can still be
recovered, nor users without a licence (pages of Get-Mailbox, Get-Recipient and Get-User).
"""

from __future__ import annotations

import contextlib

from ..core.errors import Fault

CENTER = "Microsoft 365 admin center"
# RecipientTypeDetails of Get-Recipient -> what it is, and the remedy.
KINDS = {
    "MailUser": (
        "a mail user: its mailbox is outside Exchange Online, as a rule still on-premises",
        "Move it to Exchange Online (Exchange admin center > Migration), or set its forwarding there with "
        "Set-Mailbox in the on-premises Exchange Management Shell.",
    ),
    "MailContact": (
        "a mail contact, which stands for an address outside the organization",
        "Give the address of a mailbox, or make one.",
    ),
    "GroupMailbox": (
        "a Microsoft 365 group, which cannot forward its mail",
        "Give the address of a shared mailbox, and move the group's address to it.",
    ),
}
KINDS["RemoteUserMailbox"] = KINDS["MailUser"]
KINDS["RemoteSharedMailbox"] = KINDS["MailUser"]
GROUPS = (
    "a {kind}, which has no mailbox to forward from",
    "Make a shared mailbox and give it the group's address, or let the group hold a mail contact for the asset.",
)


def no_mailbox(client, identity):
    """The Fault ``not_found`` for an identity that names no mailbox, with the reason as far as Exchange tells it.

    :param client: exchange.client.Exchange; what the app may not read is passed over.
    """
    found = None
    with contextlib.suppress(Fault):
        found = next(
            filter(None, (reason(client, identity) for reason in (_other_recipient, _deleted, _user_only))),
            None,
        )
    if found:
        sentence, hint = found
        return Fault("not_found", f"{identity!r} {sentence}.", hint=hint)
    return Fault(
        "not_found",
        f"No mailbox {identity!r} in Exchange Online.",
        hint="Check address and tenant: Get-Recipient, or Exchange admin center > Recipients.",
    )


def _other_recipient(client, identity):
    recipient = client.recipient(identity) or client.group(identity)
    if recipient is None:
        return None
    kind = recipient.get("RecipientTypeDetails")
    what, hint = KINDS.get(kind, GROUPS)
    return f"is {what.format(kind=kind)}, not a mailbox in Exchange Online ({kind})", hint


def _deleted(client, identity):
    """Deleted less than 30 days ago, or kept for a hold (Get-Mailbox: inactive)."""
    found = client.deleted_mailboxes(identity)
    if not found:
        return None
    if any(record.get("IsInactiveMailbox") for record in found):
        return (
            "is an inactive mailbox: it was deleted while on hold, and takes no mail",
            "Recover it with New-Mailbox -InactiveMailbox, or give another mailbox.",
        )
    return (
        "is a mailbox that was deleted, or whose user lost the licence",
        f"Within 30 days: {CENTER} > Users > Deleted users > Restore, or give the user a licence with Exchange "
        "Online again; for a mailbox without a user, Undo-SoftDeletedMailbox.",
    )


def _user_only(client, identity):
    if client.user(identity) is None:
        return None
    return (
        "is a user without a mailbox",
        f"{CENTER} > Users > Active users > Licenses and apps: give the user a licence with Exchange Online, and "
        "wait until the mailbox is made.",
    )
