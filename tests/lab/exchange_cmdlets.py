# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of cmdlets the lab knows: parameters, the management roles that hold them, and what they do.

Parameters: the cmdlets' pages on learn.microsoft.com (evidence D), only those this lab acts on; anything
else is refused as the service refuses an unknown parameter. Roles: metadata of Microsoft365DSC (evidence
C).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .exchange_errors import not_found
from .exchange_mailboxes import (
    get_cas_mailbox,
    get_mailbox,
    get_recipient,
    get_user,
    set_cas_mailbox,
    set_mailbox,
)
from .exchange_organization import (
    get_accepted_domain,
    get_authentication_policy,
    get_blocked_sender_address,
    get_organization_config,
    get_remote_domain,
    get_transport_config,
    get_transport_rule,
)
from .exchange_parameters import (
    Parameter,
    bind,
    choice,
    flag,
    identity,
    number,
    result_size,
    smtp_address,
    strings,
    text,
)
from .exchange_policies import NAME_LENGTH, get_policy, new_policy, remove_policy, set_policy
from .exchange_rules import (
    CONDITIONS,
    EXCEPTIONS,
    disable_rule,
    enable_rule,
    get_rule,
    new_rule,
    remove_rule,
    set_rule,
)
from .exchange_state import Context, Outcome
from .exchange_trace import MATCHES, get_message_trace, get_message_trace_detail

Run = Callable[[Context, dict[str, Any]], Outcome]
LIMIT = 10000


@dataclass(frozen=True)
class Cmdlet:
    """One cmdlet. ``roles``: any one of them is enough to run it."""

    name: str
    run: Run
    roles: frozenset[str]
    parameters: dict[str, Parameter]

    @property
    def writes(self) -> bool:
        """Whether it can change the tenant."""
        return not self.name.startswith(("Get-", "Test-"))

    def __call__(self, context: Context, given: dict[str, Any]) -> Outcome:
        """Bind ``given`` and run. Raises CmdletError."""
        bound = bind(self.parameters, given)
        bound.pop("Confirm", None)
        return self.run(context, bound)


RECIPIENT_READ = {"Mail Recipients", "View-Only Recipients", "User Options"}
MAILBOX_WRITE = {"Mail Recipients", "User Options"}
SPAM_READ = {"Transport Hygiene", "View-Only Configuration", "Security Reader"}
SPAM_WRITE = {"Transport Hygiene"}

READ = (identity(), result_size())
ONE = identity(mandatory=True)
CONFIRM = flag("Confirm")
RULE_NAME = text("Name", most=NAME_LENGTH, mandatory=True)
RULE_POLICY = text("HostedOutboundSpamFilterPolicy", mandatory=True)
STATE = choice("State", "Enabled", "Disabled")
COMMENTS = text("Comments", most=1024)
PRIORITY = number("Priority", 0, 2**31 - 1)
LISTS = tuple(strings(name) for name in (*CONDITIONS, *EXCEPTIONS))
POLICY_SETTINGS = (
    choice("AutoForwardingMode", "Automatic", "Off", "On"),
    choice("ActionWhenThresholdReached", "Alert", "BlockUserForToday", "BlockUser"),
    text("AdminDisplayName"),
    flag("BccSuspiciousOutboundMail"),
    strings("BccSuspiciousOutboundAdditionalRecipients"),
    flag("NotifyOutboundSpam"),
    strings("NotifyOutboundSpamRecipients"),
    number("RecipientLimitExternalPerHour", 0, LIMIT),
    number("RecipientLimitInternalPerHour", 0, LIMIT),
    number("RecipientLimitPerDay", 0, LIMIT),
)
MESSAGE_TRACE = (
    text("StartDate"),
    text("EndDate"),
    strings("RecipientAddress"),
    strings("SenderAddress"),
    strings("MessageId"),
    text("MessageTraceId"),
    strings("Status"),
    text("Subject"),
    choice("SubjectFilterType", *MATCHES),
    number("ResultSize", 1, 5000),
)
MESSAGE_TRACE_DETAIL = (
    text("MessageTraceId", mandatory=True),
    text("RecipientAddress", mandatory=True),
)


def get_management_role(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Get-ManagementRole: the roles that hold a cmdlet (and its parameters), or the role of this name."""
    cmdlet = CMDLETS.get((parameters.get("Cmdlet") or "").lower())
    names: set[str] = set().union(*(entry.roles for entry in CMDLETS.values()))
    if parameters.get("Cmdlet"):
        wanted = {name.lower() for name in parameters.get("CmdletParameters") or []}
        has_all = cmdlet is not None and wanted <= {name.lower() for name in cmdlet.parameters}
        names = set(cmdlet.roles) if cmdlet and has_all else set()
    one = parameters.get("Identity")
    if one:
        names = {name for name in names if name.lower() == one.lower()}
        if not names:
            raise not_found(one)
    return Outcome(
        [
            {"Identity": name, "Name": name, "RoleType": name.replace(" ", "").replace("-", "")}
            for name in sorted(names)
        ]
    )


def _table() -> dict[str, Cmdlet]:
    policy, rule = "HostedOutboundSpamFilterPolicy", "HostedOutboundSpamFilterRule"
    configuration = {"View-Only Configuration"}
    rows: tuple[tuple[str, Run, set[str], tuple[Parameter, ...]], ...] = (
        (
            "Get-Mailbox",
            get_mailbox,
            RECIPIENT_READ,
            (*READ, strings("RecipientTypeDetails"), flag("SoftDeletedMailbox")),
        ),
        (
            "Set-Mailbox",
            set_mailbox,
            MAILBOX_WRITE,
            (
                ONE,
                smtp_address("ForwardingSmtpAddress"),
                text("ForwardingAddress", nullable=True),
                flag("DeliverToMailboxAndForward"),
                CONFIRM,
            ),
        ),
        ("Get-CASMailbox", get_cas_mailbox, RECIPIENT_READ, READ),
        (
            "Set-CASMailbox",
            set_cas_mailbox,
            MAILBOX_WRITE,
            (ONE, flag("SmtpClientAuthenticationDisabled", nullable=True), CONFIRM),
        ),
        ("Get-User", get_user, RECIPIENT_READ, READ),
        ("Get-Recipient", get_recipient, RECIPIENT_READ, (*READ, strings("RecipientTypeDetails"))),
        (
            "Get-TransportConfig",
            get_transport_config,
            configuration | {"Organization Transport Settings"},
            (identity(),),
        ),
        (
            "Get-OrganizationConfig",
            get_organization_config,
            configuration | {"Organization Configuration", "Recipient Policies", "Mail Recipients"},
            (identity(),),
        ),
        (
            "Get-AcceptedDomain",
            get_accepted_domain,
            configuration | {"Remote and Accepted Domains", "Mail Recipients"},
            READ,
        ),
        ("Get-RemoteDomain", get_remote_domain, configuration | {"Remote and Accepted Domains"}, READ),
        (
            "Get-TransportRule",
            get_transport_rule,
            configuration | {"Transport Rules", "Security Reader"},
            (*READ, STATE),
        ),
        (
            "Get-AuthenticationPolicy",
            get_authentication_policy,
            configuration | {"Organization Configuration", "Recipient Policies"},
            (identity(),),
        ),
        ("Get-BlockedSenderAddress", get_blocked_sender_address, SPAM_READ, (text("SenderAddress"),)),
        ("Get-" + policy, get_policy, SPAM_READ, (identity(),)),
        ("New-" + policy, new_policy, SPAM_WRITE, (RULE_NAME, *POLICY_SETTINGS)),
        ("Set-" + policy, set_policy, SPAM_WRITE, (ONE, *POLICY_SETTINGS, CONFIRM)),
        ("Remove-" + policy, remove_policy, SPAM_WRITE, (ONE, flag("Force"))),
        ("Get-" + rule, get_rule, SPAM_READ, (identity(), STATE)),
        (
            "New-" + rule,
            new_rule,
            SPAM_WRITE,
            (RULE_NAME, RULE_POLICY, flag("Enabled"), COMMENTS, PRIORITY, *LISTS, CONFIRM),
        ),
        (
            "Set-" + rule,
            set_rule,
            SPAM_WRITE,
            (
                ONE,
                text("Name", most=NAME_LENGTH),
                text("HostedOutboundSpamFilterPolicy"),
                COMMENTS,
                PRIORITY,
                *LISTS,
                CONFIRM,
            ),
        ),
        ("Remove-" + rule, remove_rule, SPAM_WRITE, (ONE, CONFIRM)),
        ("Enable-" + rule, enable_rule, SPAM_WRITE, (ONE, CONFIRM)),
        ("Disable-" + rule, disable_rule, SPAM_WRITE, (ONE, CONFIRM)),
        (
            "Get-ManagementRole",
            get_management_role,
            configuration | {"Role Management"},
            (identity(), text("Cmdlet"), strings("CmdletParameters")),
        ),
        (
            "Get-MessageTraceV2",
            get_message_trace,
            {"Message Tracking", "View-Only Recipients"},
            MESSAGE_TRACE,
        ),
        (
            "Get-MessageTraceDetailV2",
            get_message_trace_detail,
            {"Message Tracking", "View-Only Recipients"},
            MESSAGE_TRACE_DETAIL,
        ),
    )
    return {
        name.lower(): Cmdlet(
            name, run, frozenset(roles), {parameter.name: parameter for parameter in parameters}
        )
        for name, run, roles, parameters in rows
    }


# By lower-case name: PowerShell compares names without case.
CMDLETS: dict[str, Cmdlet] = _table()
