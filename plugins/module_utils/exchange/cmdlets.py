# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The cmdlets that this collection may run, and nothing else.

Exchange matches enumeration values by their beginning and refuses unknown parameters with a message about
parameter sets (measured by third parties), so names are checked here before anything is sent.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..core.errors import Fault

MAIL_RECIPIENTS = "Mail Recipients"
USER_OPTIONS = "User Options"
TRANSPORT_HYGIENE = "Transport Hygiene"
VIEW_RECIPIENTS = "View-Only Recipients"
VIEW_CONFIGURATION = "View-Only Configuration"


@dataclass(frozen=True)
class Cmdlet:
    """One cmdlet: the parameters we use and the least management role that holds it.

    Source of the roles: Exchange cmdlet pages and Microsoft365DSC's metadata.
    """

    parameters: frozenset
    role: str

    def check(self, name, parameters):
        """Refuse a parameter that is not in the table, and an empty identity.

        Get-Mailbox without an identity returns every mailbox (Microsoft's own caution).
        """
        unknown = set(parameters) - self.parameters
        if unknown:
            raise ValueError(f"{name} has no parameter {sorted(unknown)[0]} here")
        if "Identity" in parameters and not (parameters["Identity"] or "").strip():
            raise Fault(
                "invalid_input", f"{name} was asked for an empty identity.", hint="Give the mailbox address."
            )


def _cmdlet(role, *parameters):
    return Cmdlet(frozenset(parameters), role)


CMDLETS = {
    "Get-Mailbox": _cmdlet(VIEW_RECIPIENTS, "Identity"),
    "Set-Mailbox": _cmdlet(
        MAIL_RECIPIENTS,
        "Identity",
        "ForwardingSmtpAddress",
        "ForwardingAddress",
        "DeliverToMailboxAndForward",
    ),
    "Get-CASMailbox": _cmdlet(VIEW_RECIPIENTS, "Identity"),
    "Set-CASMailbox": _cmdlet(USER_OPTIONS, "Identity", "SmtpClientAuthenticationDisabled"),
    "Get-Recipient": _cmdlet(VIEW_RECIPIENTS, "Identity"),
    "Get-TransportConfig": _cmdlet(VIEW_CONFIGURATION),
    "Get-RemoteDomain": _cmdlet(VIEW_CONFIGURATION),
    "Get-HostedOutboundSpamFilterPolicy": _cmdlet(TRANSPORT_HYGIENE),
    "New-HostedOutboundSpamFilterPolicy": _cmdlet(
        TRANSPORT_HYGIENE,
        "Name",
        "AutoForwardingMode",
        "RecipientLimitExternalPerHour",
        "RecipientLimitInternalPerHour",
        "RecipientLimitPerDay",
        "ActionWhenThresholdReached",
        "NotifyOutboundSpam",
        "NotifyOutboundSpamRecipients",
    ),
    "Set-HostedOutboundSpamFilterPolicy": _cmdlet(TRANSPORT_HYGIENE, "Identity", "AutoForwardingMode"),
    "Remove-HostedOutboundSpamFilterPolicy": _cmdlet(TRANSPORT_HYGIENE, "Identity"),
    "Get-HostedOutboundSpamFilterRule": _cmdlet(TRANSPORT_HYGIENE),
    "New-HostedOutboundSpamFilterRule": _cmdlet(
        TRANSPORT_HYGIENE, "Name", "HostedOutboundSpamFilterPolicy", "From", "Priority"
    ),
    "Set-HostedOutboundSpamFilterRule": _cmdlet(TRANSPORT_HYGIENE, "Identity", "From", "Priority"),
    "Enable-HostedOutboundSpamFilterRule": _cmdlet(TRANSPORT_HYGIENE, "Identity"),
    "Remove-HostedOutboundSpamFilterRule": _cmdlet(TRANSPORT_HYGIENE, "Identity"),
    "Get-MessageTraceV2": _cmdlet(
        VIEW_RECIPIENTS, "RecipientAddress", "SenderAddress", "Subject", "SubjectFilterType"
    ),
    "Get-MessageTraceDetailV2": _cmdlet(VIEW_RECIPIENTS, "MessageTraceId", "RecipientAddress"),
}
