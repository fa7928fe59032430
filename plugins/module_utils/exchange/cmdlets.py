# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The cmdlets that this collection may run, and nothing else.

Exchange matches enumeration values by their beginning and refuses unknown parameters with a message about
parameter sets (measured by third parties), so names, types and values are checked here before anything is sent,
whichever road is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ..core.errors import Fault

MAIL_RECIPIENTS = "Mail Recipients"
USER_OPTIONS = "User Options"
TRANSPORT_HYGIENE = "Transport Hygiene"
VIEW_RECIPIENTS = "View-Only Recipients"
VIEW_CONFIGURATION = "View-Only Configuration"

# No service stores them: NUL ends a text for many of them, and half a surrogate pair is no character.
NOT_IN_TEXT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True)
class Kind:
    """What values a parameter takes.

    :param takes: called with the value; whether it is one.
    :param words: what it takes, for a sentence.
    """

    takes: Callable
    words: str


def _is_text(value):
    return isinstance(value, str) and not NOT_IN_TEXT.search(value)


def _is_texts(value):
    return isinstance(value, list) and bool(value) and all(_is_text(item) and item for item in value)


def _or_null(kind):
    return Kind(lambda value: value is None or kind.takes(value), f"{kind.words}, or null")


def one_of(*members):
    """An enumeration. Only whole members in their own spelling are taken."""
    return Kind(
        lambda value: isinstance(value, str) and value in members,
        f"one of {', '.join(members)}",
    )


# An identity must not be empty: Get-Mailbox without one returns every mailbox (Microsoft's own caution).
IDENTITY = Kind(
    lambda value: _is_text(value) and bool(value.strip()), "an identity that is not empty and holds no NUL"
)
TEXT = Kind(_is_text, "a text without NUL")
TEXT_OR_NULL = _or_null(TEXT)
TEXTS = Kind(_is_texts, "a list of texts, none of them empty or with NUL")
FLAG = Kind(lambda value: isinstance(value, bool), "true or false")
FLAG_OR_NULL = _or_null(FLAG)
NUMBER = Kind(
    lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31,
    "a number from 0 on",
)
FORWARDING_MODE = one_of("Automatic", "Off", "On")
THRESHOLD_ACTION = one_of("Alert", "BlockUser", "BlockUserForToday")
SUBJECT_FILTER = one_of("Contains", "StartsWith", "EndsWith")


@dataclass(frozen=True)
class Cmdlet:
    """One cmdlet: the parameters we use with their kinds, and the least management role that holds it.

    Source of the roles: Exchange cmdlet pages and Microsoft365DSC's metadata.
    """

    parameters: dict
    role: str

    def check(self, name, parameters):
        """Refuse a value that is not of its parameter's kind, before anything is sent.

        :raises Fault: ``invalid_input``. :raises ValueError: no such parameter here, a defect of ours.
        """
        for parameter, value in parameters.items():
            if parameter not in self.parameters:
                raise ValueError(f"{name} has no parameter {parameter} here")
            kind = self.parameters[parameter]
            if not kind.takes(value):
                raise Fault(
                    "invalid_input",
                    f"{name} was not sent: its {parameter} takes {kind.words}.",
                    hint="Correct the option that this value comes from.",
                )


def repeatable(name):
    """Whether running a cmdlet twice leaves Exchange as running it once would."""
    return not name.startswith("New-")


POLICY_SETTINGS = {
    "AutoForwardingMode": FORWARDING_MODE,
    "RecipientLimitExternalPerHour": NUMBER,
    "RecipientLimitInternalPerHour": NUMBER,
    "RecipientLimitPerDay": NUMBER,
    "ActionWhenThresholdReached": THRESHOLD_ACTION,
    "NotifyOutboundSpam": FLAG,
    "NotifyOutboundSpamRecipients": TEXTS,
}
ONE = {"Identity": IDENTITY}

CMDLETS = {
    "Get-Mailbox": Cmdlet({**ONE, "SoftDeletedMailbox": FLAG}, VIEW_RECIPIENTS),
    "Set-Mailbox": Cmdlet(
        {
            **ONE,
            "ForwardingSmtpAddress": TEXT_OR_NULL,
            "ForwardingAddress": TEXT_OR_NULL,
            "DeliverToMailboxAndForward": FLAG,
        },
        MAIL_RECIPIENTS,
    ),
    "Get-CASMailbox": Cmdlet(ONE, VIEW_RECIPIENTS),
    "Set-CASMailbox": Cmdlet({**ONE, "SmtpClientAuthenticationDisabled": FLAG_OR_NULL}, USER_OPTIONS),
    "Get-Recipient": Cmdlet({**ONE, "RecipientTypeDetails": TEXTS}, VIEW_RECIPIENTS),
    "Get-User": Cmdlet(ONE, VIEW_RECIPIENTS),
    "Get-TransportConfig": Cmdlet({}, VIEW_CONFIGURATION),
    "Get-OrganizationConfig": Cmdlet({}, VIEW_CONFIGURATION),
    "Get-AuthenticationPolicy": Cmdlet(ONE, VIEW_CONFIGURATION),
    "Get-RemoteDomain": Cmdlet({}, VIEW_CONFIGURATION),
    "Get-TransportRule": Cmdlet({}, VIEW_CONFIGURATION),
    "Get-BlockedSenderAddress": Cmdlet({}, TRANSPORT_HYGIENE),
    "Get-HostedOutboundSpamFilterPolicy": Cmdlet({}, TRANSPORT_HYGIENE),
    "New-HostedOutboundSpamFilterPolicy": Cmdlet({"Name": TEXT, **POLICY_SETTINGS}, TRANSPORT_HYGIENE),
    "Set-HostedOutboundSpamFilterPolicy": Cmdlet({**ONE, **POLICY_SETTINGS}, TRANSPORT_HYGIENE),
    "Remove-HostedOutboundSpamFilterPolicy": Cmdlet(ONE, TRANSPORT_HYGIENE),
    "Get-HostedOutboundSpamFilterRule": Cmdlet({}, TRANSPORT_HYGIENE),
    "New-HostedOutboundSpamFilterRule": Cmdlet(
        {
            "Name": TEXT,
            "HostedOutboundSpamFilterPolicy": TEXT,
            "From": TEXTS,
            "Priority": NUMBER,
            "Enabled": FLAG,
        },
        TRANSPORT_HYGIENE,
    ),
    "Set-HostedOutboundSpamFilterRule": Cmdlet({**ONE, "From": TEXTS, "Priority": NUMBER}, TRANSPORT_HYGIENE),
    "Enable-HostedOutboundSpamFilterRule": Cmdlet(ONE, TRANSPORT_HYGIENE),
    "Disable-HostedOutboundSpamFilterRule": Cmdlet(ONE, TRANSPORT_HYGIENE),
    "Remove-HostedOutboundSpamFilterRule": Cmdlet(ONE, TRANSPORT_HYGIENE),
    "Get-MessageTraceV2": Cmdlet(
        {
            "RecipientAddress": TEXTS,
            "SenderAddress": TEXTS,
            "Subject": TEXT,
            "SubjectFilterType": SUBJECT_FILTER,
        },
        VIEW_RECIPIENTS,
    ),
    "Get-MessageTraceDetailV2": Cmdlet({"MessageTraceId": TEXT, "RecipientAddress": TEXT}, VIEW_RECIPIENTS),
}
