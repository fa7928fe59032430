# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Outbound spam filter policies.

Parameters, limits and defaults: learn.microsoft.com pages of
Get-/New-/Set-/Remove-HostedOutboundSpamFilterPolicy (evidence D); how ``Default`` reads: seen live (M).
"""

from __future__ import annotations

import uuid
from typing import Any

from .exchange_errors import OBJECT_EXISTS, TASKS, VALIDATION, CmdletError
from .exchange_state import Context, Outcome, Record, apply, listing, named, only

NAME_LENGTH = 64
POLICY_KEYS = ("Name", "Guid", "Identity", "DistinguishedName")
POLICY_DEFAULTS: Record = {
    "AdminDisplayName": "",
    "RecipientLimitExternalPerHour": 0,
    "RecipientLimitInternalPerHour": 0,
    "RecipientLimitPerDay": 0,
    "ActionWhenThresholdReached": "BlockUserForToday",
    "AutoForwardingMode": "Automatic",
    "BccSuspiciousOutboundMail": False,
    "BccSuspiciousOutboundAdditionalRecipients": [],
    "NotifyOutboundSpam": False,
    "NotifyOutboundSpamRecipients": [],
}


def policies(context: Context) -> list[Record]:
    """The tenant's outbound policies, as stored; every tenant has Default."""
    stored = context.tenant.setdefault("outbound_policies", [])
    if not any(is_default(policy) for policy in stored):
        stored.insert(
            0, {"Name": "Default", "Guid": str(uuid.uuid5(uuid.NAMESPACE_DNS, context.tenant["domain"]))}
        )
    return stored


def is_default(policy: Record) -> bool:
    """Whether this is the policy for everybody that no rule names."""
    return bool(policy.get("IsDefault", policy["Name"] == "Default"))


def policy_record(policy: Record) -> Record:
    """A policy as read. ``Enabled`` of Default is false (seen live); true of the others (assumption)."""
    name = policy["Name"]
    known = {"Identity": name, "Id": name, "IsDefault": is_default(policy), "Enabled": not is_default(policy)}
    return {**known, **POLICY_DEFAULTS, **policy}


def find_policy(context: Context, identity: str) -> Record:
    """The one policy that ``identity`` names. Raises not_found or ambiguous."""
    return only(named(policies(context), identity, *POLICY_KEYS), identity)


def get_policy(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Get-HostedOutboundSpamFilterPolicy."""
    identity = parameters.get("Identity")
    found = named(policies(context), identity, *POLICY_KEYS) if identity else policies(context)
    return Outcome([policy_record(policy) for policy in listing(found, identity)])


def new_policy(context: Context, parameters: dict[str, Any]) -> Outcome:
    """New-HostedOutboundSpamFilterPolicy: applies to nobody until a rule names it."""
    if context.tenant.get("organization", {}).get("IsDehydrated"):
        raise CmdletError(
            TASKS + "InvalidOperationInDehydratedContextException",
            "This command isn't allowed in your organization yet. "
            "You first need to run: Enable-OrganizationCustomization.",
        )
    name = parameters["Name"]
    if named(policies(context), name, "Name"):
        raise already_used(name)
    policy = {**POLICY_DEFAULTS, **_cleared(parameters), "Guid": str(uuid.uuid4())}
    policies(context).append(policy)
    return Outcome([policy_record(policy)], changed=True)


def set_policy(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Set-HostedOutboundSpamFilterPolicy.

    A policy cannot be renamed; ``Default`` can be changed, as in the service.
    """
    policy = find_policy(context, parameters["Identity"])
    changes = {key: value for key, value in _cleared(parameters).items() if key != "Identity"}
    for key in changes:
        policy.setdefault(key, POLICY_DEFAULTS[key])
    return apply(policy, changes, policy["Name"])


def remove_policy(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Remove-HostedOutboundSpamFilterPolicy: never Default; a rule that names it stays behind (by design)."""
    policy = find_policy(context, parameters["Identity"])
    if is_default(policy):
        raise CmdletError(VALIDATION, f'The default policy "{policy["Name"]}" can\'t be removed.')
    policies(context).remove(policy)
    return Outcome(changed=True)


def already_used(name: str) -> CmdletError:
    """The error of a New- with a name that is taken. Text C, type I."""
    return CmdletError(OBJECT_EXISTS, f'The name "{name}" has already been used. Choose another name.')


def _cleared(parameters: dict[str, Any]) -> Record:
    """Null clears a list property: it is stored as an empty list."""
    return {key: [] if value is None else value for key, value in parameters.items()}
