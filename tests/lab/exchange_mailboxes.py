# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mailboxes, their client access settings, users and recipients.

Properties and rules: learn.microsoft.com pages of Get-/Set-Mailbox and Get-/Set-CASMailbox (evidence D),
forms as read back live (M). A mailbox of the world holds both views; the lab shows each cmdlet its own.
"""

from __future__ import annotations

from typing import Any

from .exchange_errors import WRITE_SCOPE, CmdletError
from .exchange_state import (
    Context,
    Outcome,
    Record,
    apply,
    find_recipients,
    limited,
    listing,
    name_of,
    only,
    recipients,
    unchanged,
)

# Client access settings: shown by Get-CASMailbox, hidden from Get-Mailbox.
CAS_DEFAULTS: Record = {
    "SmtpClientAuthenticationDisabled": None,
    "ImapEnabled": True,
    "PopEnabled": True,
    "OWAEnabled": True,
    "MAPIEnabled": True,
    "EwsEnabled": True,
    "ActiveSyncEnabled": True,
}
MAILBOX_DEFAULTS: Record = {
    "RecipientType": "UserMailbox",
    "RecipientTypeDetails": "UserMailbox",
    "IsDirSynced": False,
    "ForwardingSmtpAddress": None,
    "ForwardingAddress": None,
    "DeliverToMailboxAndForward": False,
    "HiddenFromAddressListsEnabled": False,
}
SHARED_KEYS = (
    "Guid",
    "ExternalDirectoryObjectId",
    "UserPrincipalName",
    "PrimarySmtpAddress",
    "Alias",
    "DisplayName",
    "EmailAddresses",
    "RecipientType",
    "RecipientTypeDetails",
    "IsDirSynced",
)
# Lab-only and directory-only keys that no mailbox cmdlet shows.
HIDDEN_KEYS = frozenset({*CAS_DEFAULTS, "AuthenticationPolicy"})


def _found(items: list[Record], parameters: dict[str, Any]) -> list[Record]:
    identity = parameters.get("Identity")
    return listing(find_recipients(items, identity) if identity else items, identity)


def _naming(recipient: Record) -> Record:
    name = name_of(recipient)
    return {"Identity": name, "Id": name, "Name": name}


def mailbox_record(mailbox: Record) -> Record:
    """A mailbox as Get-Mailbox shows it."""
    shown = {
        key: value for key, value in mailbox.items() if key not in HIDDEN_KEYS and not key.startswith("lab_")
    }
    return {**_naming(mailbox), **MAILBOX_DEFAULTS, **shown}


def cas_record(mailbox: Record) -> Record:
    """A mailbox as Get-CASMailbox shows it."""
    keys = ("Guid", "ExternalDirectoryObjectId", "PrimarySmtpAddress", "DisplayName")
    common = {key: mailbox.get(key) for key in keys}
    return {
        **_naming(mailbox),
        **common,
        **{key: mailbox.get(key, default) for key, default in CAS_DEFAULTS.items()},
    }


def recipient_record(recipient: Record) -> Record:
    """A recipient as Get-Recipient shows it; ``RecipientType`` of a mail user is MailUser."""
    shown = {key: recipient[key] for key in SHARED_KEYS if key in recipient}
    kind = shown.get("RecipientTypeDetails", "UserMailbox")
    shown.setdefault("RecipientType", "UserMailbox" if kind.endswith("Mailbox") else kind)
    return {**_naming(recipient), "IsDirSynced": False, **shown, "RecipientTypeDetails": kind}


def user_record(user: Record) -> Record:
    """A user as Get-User shows it, with its authentication policy (null: the organization's default)."""
    return {**recipient_record(user), "AuthenticationPolicy": user.get("AuthenticationPolicy")}


def get_mailbox(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Get-Mailbox: by identity, all of them when it is null or absent. A mail user is not found here.

    With SoftDeletedMailbox those that were deleted and nothing else, inactive ones among them (evidence D).
    """
    kept = "soft_deleted_mailboxes" if parameters.get("SoftDeletedMailbox") else "mailboxes"
    found = _found(context.tenant.get(kept, []), parameters)
    wanted = parameters.get("RecipientTypeDetails")
    records = [mailbox_record(mailbox) for mailbox in found]
    if wanted:
        records = [record for record in records if record["RecipientTypeDetails"] in wanted]
    return limited(records, parameters.get("ResultSize"))


def get_cas_mailbox(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Get-CASMailbox."""
    found = _found(context.tenant.get("mailboxes", []), parameters)
    return limited([cas_record(mailbox) for mailbox in found], parameters.get("ResultSize"))


def get_recipient(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Get-Recipient: mailboxes and everything without a mailbox; Microsoft 365 groups only when asked (evidence D)."""
    wanted = parameters.get("RecipientTypeDetails")
    kinds = [(item, recipient_record(item)["RecipientTypeDetails"]) for item in recipients(context)]
    shown = [item for item, kind in kinds if (kind in wanted if wanted else kind != "GroupMailbox")]
    found = _found(shown, parameters)
    return limited([recipient_record(item) for item in found], parameters.get("ResultSize"))


def get_user(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Get-User: recipients that are users (they have a user principal name), and users without a mailbox."""
    users = [item for item in recipients(context) if item.get("UserPrincipalName")]
    users += [{"RecipientTypeDetails": "User", **user} for user in context.tenant.get("users", [])]
    return limited([user_record(user) for user in _found(users, parameters)], parameters.get("ResultSize"))


def set_cas_mailbox(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Set-CASMailbox: SmtpClientAuthenticationDisabled true, false or null (follow the organization)."""
    identity = parameters["Identity"]
    mailbox = only(find_recipients(context.tenant.get("mailboxes", []), identity), identity)
    changes = {key: value for key, value in parameters.items() if key != "Identity"}
    return apply(mailbox, changes, name_of(mailbox))


def set_mailbox(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Set-Mailbox: the two forwarding addresses and whether a copy is kept.

    ``ForwardingAddress`` must name a recipient of the organization, and cannot be written in the cloud when
    the mailbox is synchronized from on-premises (evidence I: it is in Entra Connect's attribute list).
    """
    identity = parameters["Identity"]
    mailbox = only(find_recipients(context.tenant.get("mailboxes", []), identity), identity)
    changes: Record = {}
    if "ForwardingSmtpAddress" in parameters:
        changes.update(_smtp_change(mailbox, parameters["ForwardingSmtpAddress"]))
    if "ForwardingAddress" in parameters:
        changes.update(_recipient_change(context, mailbox, parameters["ForwardingAddress"]))
    if "DeliverToMailboxAndForward" in parameters:
        keep = parameters["DeliverToMailboxAndForward"]
        changes.update(
            {"DeliverToMailboxAndForward": keep}
            if keep != _now(mailbox, "DeliverToMailboxAndForward")
            else {}
        )
    return apply(mailbox, changes, name_of(mailbox)) if changes else unchanged(name_of(mailbox))


def _now(mailbox: Record, key: str) -> Any:
    return mailbox.get(key, MAILBOX_DEFAULTS[key])


def _smtp_change(mailbox: Record, wanted: str | None) -> Record:
    current = _now(mailbox, "ForwardingSmtpAddress")
    same = (current or "").lower() == (wanted or "").lower()
    return {} if same else {"ForwardingSmtpAddress": wanted}


def _recipient_change(context: Context, mailbox: Record, wanted: str | None) -> Record:
    target = name_of(only(find_recipients(recipients(context), wanted), wanted)) if wanted else None
    if target == _now(mailbox, "ForwardingAddress"):
        return {}
    if mailbox.get("IsDirSynced"):
        raise CmdletError(
            WRITE_SCOPE,
            f"The operation on mailbox \"{name_of(mailbox)}\" failed because it's out of the current user's "
            "write scope. The action 'Set-Mailbox', 'ForwardingAddress', can't be performed on the object "
            "because the object is being synchronized from your on-premises organization.",
        )
    return {"ForwardingAddress": target}
