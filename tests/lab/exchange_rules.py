# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Outbound spam filter rules: which senders a custom policy is for.

Parameters and priority rules: learn.microsoft.com page of New-HostedOutboundSpamFilterRule (evidence D).
One policy has one rule; a rule is switched by Enable-/Disable-, not by Set-. The text about a policy that
has its rule already is the service's for the twin cmdlets of the inbound filter (Microsoft365DSC pull
request 3356, evidence C), also when a Set- repeats the rule's own policy.
"""

from __future__ import annotations

import uuid
from typing import Any

from .exchange_errors import VALIDATION, CmdletError, bad_value
from .exchange_policies import already_used, find_policy, is_default
from .exchange_state import (
    Context,
    Outcome,
    Record,
    listing,
    name_of,
    named,
    only,
    recipient_finder,
    recipients,
    unchanged,
)

RULE_KEYS = ("Name", "Guid", "Identity", "DistinguishedName")
FORBIDDEN = frozenset('\\%&*+/=?{}|<>();:[],"')
CONDITIONS = ("From", "FromMemberOf", "SenderDomainIs")
EXCEPTIONS = ("ExceptIfFrom", "ExceptIfFromMemberOf", "ExceptIfSenderDomainIs")
RECIPIENT_LISTS = ("From", "FromMemberOf", "ExceptIfFrom", "ExceptIfFromMemberOf")
RULE_DEFAULTS: Record = {
    "Comments": "",
    "State": "Enabled",
    **dict.fromkeys((*CONDITIONS, *EXCEPTIONS), None),
}


def rules(context: Context) -> list[Record]:
    """The tenant's rules in order of priority (0 first), as stored."""
    stored = context.tenant.setdefault("outbound_rules", [])
    stored.sort(key=lambda rule: rule.get("Priority", len(stored)))
    return stored


def rule_record(context: Context, rule: Record) -> Record:
    """A rule as read. The form of its senders is unknown, so ``exchange_rule_from`` chooses among three."""
    record = {**RULE_DEFAULTS, **rule, "Identity": rule["Name"], "Id": rule["Name"]}
    for key in RECIPIENT_LISTS:
        if record[key]:
            find = recipient_finder(recipients(context))
            record[key] = [_shown(context, value, find(value)) for value in record[key]]
    return record


def _shown(context: Context, value: str, hits: list[Record]) -> str:
    form = context.settings["exchange_rule_from"]
    if form == "given" or not hits:
        return value
    return name_of(hits[0]) if form == "name" else str(hits[0]["PrimarySmtpAddress"])


def find_rule(context: Context, identity: str) -> Record:
    """The one rule that ``identity`` names. Raises not_found or ambiguous."""
    return only(named(rules(context), identity, *RULE_KEYS), identity)


def get_rule(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Get-HostedOutboundSpamFilterRule, by identity or by state; no rules: an empty list."""
    identity, state = parameters.get("Identity"), parameters.get("State")
    found = listing(named(rules(context), identity, *RULE_KEYS) if identity else rules(context), identity)
    records = [rule_record(context, rule) for rule in found]
    return Outcome([record for record in records if state in (None, record["State"])])


def new_rule(context: Context, parameters: dict[str, Any]) -> Outcome:
    """New-HostedOutboundSpamFilterRule: needs a free name, a policy without rule and a condition."""
    name = parameters["Name"]
    _check_name(context, name)
    rule: Record = {**RULE_DEFAULTS, "Name": name, "Guid": str(uuid.uuid4())}
    rule["HostedOutboundSpamFilterPolicy"] = _free_policy(
        context, parameters["HostedOutboundSpamFilterPolicy"]
    )
    rule["State"] = "Enabled" if parameters.get("Enabled", True) else "Disabled"
    rule["Comments"] = parameters.get("Comments", "")
    rule.update(_lists(context, parameters))
    _check_conditions(rule)
    _place(context, rule, parameters.get("Priority", len(rules(context))), len(rules(context)))
    return Outcome([rule_record(context, rule)], changed=True)


def set_rule(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Set-HostedOutboundSpamFilterRule: lists are replaced whole. There is no Enabled parameter."""
    rule = find_rule(context, parameters["Identity"])
    changes = _lists(context, parameters)
    if "Comments" in parameters:
        changes["Comments"] = parameters["Comments"]
    if "Name" in parameters and parameters["Name"] != rule["Name"]:
        _check_name(context, parameters["Name"], but=rule)
        changes["Name"] = parameters["Name"]
    if "HostedOutboundSpamFilterPolicy" in parameters:
        changes["HostedOutboundSpamFilterPolicy"] = _free_policy(
            context, parameters["HostedOutboundSpamFilterPolicy"]
        )
    _check_conditions({**rule, **changes})
    place = parameters.get("Priority", rule["Priority"])
    changes = {key: value for key, value in changes.items() if value != rule.get(key, RULE_DEFAULTS.get(key))}
    if not changes and place == rule["Priority"]:
        return unchanged(rule["Name"])
    _place(context, rule, place, len(rules(context)) - 1)
    rule.update(changes)
    return Outcome(changed=True)


def remove_rule(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Remove-HostedOutboundSpamFilterRule: the policy stays behind; rules below it move up."""
    rules(context).remove(find_rule(context, parameters["Identity"]))
    _number(rules(context))
    return Outcome(changed=True)


def enable_rule(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Enable-HostedOutboundSpamFilterRule."""
    return _switch(context, parameters["Identity"], "Enabled")


def disable_rule(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Disable-HostedOutboundSpamFilterRule."""
    return _switch(context, parameters["Identity"], "Disabled")


def _switch(context: Context, identity: str, state: str) -> Outcome:
    rule = find_rule(context, identity)
    if rule.get("State", "Enabled") == state:
        return unchanged(rule["Name"])
    rule["State"] = state
    return Outcome(changed=True)


def _check_name(context: Context, name: str, but: Record | None = None) -> None:
    if not name or FORBIDDEN & set(name):
        raise bad_value("Name", name, "The name is empty or holds a character that isn't allowed.")
    if any(rule is not but for rule in named(rules(context), name, "Name")):
        raise already_used(name)


def _free_policy(context: Context, identity: str) -> str:
    policy = find_policy(context, identity)
    if is_default(policy):
        raise CmdletError(VALIDATION, f'The default policy "{policy["Name"]}" can\'t be used in a rule.')
    holder = next(iter(named(rules(context), policy["Name"], "HostedOutboundSpamFilterPolicy")), None)
    if holder is not None:
        text = f'Policy "{policy["Name"]}" already has rule "{holder["Name"]}" associated with it.'
        raise CmdletError(VALIDATION, text)
    return str(policy["Name"])


def _lists(context: Context, parameters: dict[str, Any]) -> Record:
    """The condition and exception lists of a call.

    Recipients are stored by primary address; null clears a list.
    """
    lists: Record = {}
    for key in (*CONDITIONS, *EXCEPTIONS):
        if key not in parameters:
            continue
        values = parameters[key]
        if values == []:
            # Whether the service refuses it or lets it match everybody is unknown; the careful reading
            # refuses.
            raise bad_value(key, "", "The list is empty.")
        if values is not None and key in RECIPIENT_LISTS:
            find = recipient_finder(recipients(context))
            hits = [only(find(value), value) for value in values]
            values = list(dict.fromkeys(str(hit["PrimarySmtpAddress"]) for hit in hits))
        lists[key] = values
    return lists


def _check_conditions(rule: Record) -> None:
    if not any(rule.get(key) for key in CONDITIONS):
        raise CmdletError(VALIDATION, "The rule needs at least one condition.")


def _place(context: Context, rule: Record, place: int, last: int) -> None:
    """Put ``rule`` at priority ``place`` (0 to ``last``); the rules from there on move down by one."""
    if not 0 <= place <= last:
        raise bad_value("Priority", place, f"The priority must be from 0 to {last}.")
    stored = rules(context)
    if rule in stored:
        stored.remove(rule)
    stored.insert(place, rule)
    _number(stored)


def _number(stored: list[Record]) -> None:
    for place, rule in enumerate(stored):
        rule["Priority"] = place
