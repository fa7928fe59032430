# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Outbound spam policies and rules of the lab's Exchange, as pure functions."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from lab.exchange_cmdlets import CMDLETS
from lab.exchange_errors import (
    OBJECT_EXISTS,
    OBJECT_NOT_FOUND,
    PARAMETER_SET,
    PARAMETER_VALUE,
    VALIDATION,
    CmdletError,
)
from lab.exchange_state import SETTINGS, Context

POLICY = "HostedOutboundSpamFilterPolicy"
RULE = "HostedOutboundSpamFilterRule"


@pytest.fixture
def context():
    mailboxes = [
        {
            "Guid": f"4b2a5d0e-7f0c-4c11-9d0e-0c6b1a1f0a0{n}",
            "Alias": alias,
            "PrimarySmtpAddress": f"{alias}@c.example",
        }
        for n, alias in enumerate(("support", "sales"))
    ]
    tenant = {"id": "t", "domain": "c.onmicrosoft.com", "mailboxes": mailboxes}
    return Context(tenant, dict(SETTINGS), datetime(2026, 11, 21, tzinfo=timezone.utc))


def run(context, name, **parameters):
    return CMDLETS[name.lower()](context, parameters)


def refused(context, name, **parameters):
    with pytest.raises(CmdletError) as caught:
        run(context, name, **parameters)
    return caught.value.kind


def pair(context, name, **parameters):
    run(context, f"New-{POLICY}", Name=name, AutoForwardingMode="On")
    return run(context, f"New-{RULE}", Name=name, HostedOutboundSpamFilterPolicy=name, **parameters)


def priorities(context):
    return {record["Name"]: record["Priority"] for record in run(context, f"Get-{RULE}").records}


def test_every_tenant_has_the_default_policy_and_no_rule(context):
    (default,) = run(context, f"Get-{POLICY}").records
    assert (default["Name"], default["IsDefault"], default["Enabled"]) == ("Default", True, False)
    assert default["AutoForwardingMode"] == "Automatic"
    assert run(context, f"Get-{RULE}").records == []


def test_default_can_be_neither_removed_nor_used_in_a_rule(context):
    assert refused(context, f"Remove-{POLICY}", Identity="Default") == VALIDATION
    assert (
        refused(context, f"New-{RULE}", Name="x", HostedOutboundSpamFilterPolicy="default", From=["support"])
        == VALIDATION
    )


def test_a_policy_name_is_taken_once(context):
    assert (
        run(context, f"New-{POLICY}", Name="Webex", AutoForwardingMode="On").records[0]["AutoForwardingMode"]
        == "On"
    )
    assert refused(context, f"New-{POLICY}", Name="webex") == OBJECT_EXISTS
    assert refused(context, f"New-{POLICY}", Name="x" * 65) == PARAMETER_VALUE


def test_a_dehydrated_organization_refuses_custom_policies(context):
    context.tenant["organization"] = {"IsDehydrated": True}
    assert refused(context, f"New-{POLICY}", Name="Webex").endswith("DehydratedContextException")


@pytest.mark.parametrize(
    ("sent", "stored"), [("on", "On"), ("O", "Off"), ("Au", "Automatic"), ("Automatic", "Automatic")]
)
def test_enumerations_match_by_prefix(context, sent, stored):
    run(context, f"New-{POLICY}", Name="Webex", AutoForwardingMode=sent)
    assert run(context, f"Get-{POLICY}", Identity="Webex").records[0]["AutoForwardingMode"] == stored


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("AutoForwardingMode", "Never"),
        ("AutoForwardingMode", ""),
        ("RecipientLimitPerDay", 10001),
        ("RecipientLimitPerDay", -1),
        ("RecipientLimitPerDay", "5"),
        ("NotifyOutboundSpamRecipients", [1]),
    ],
)
def test_policy_values_are_checked(context, parameter, value):
    assert refused(context, f"Set-{POLICY}", Identity="Default", **{parameter: value}) == PARAMETER_VALUE


def test_a_policy_changes_only_what_is_given(context):
    run(context, f"New-{POLICY}", Name="Webex", AutoForwardingMode="On")
    assert run(context, f"Set-{POLICY}", Identity="Webex", RecipientLimitPerDay=500).changed
    assert not run(context, f"Set-{POLICY}", Identity="Webex", RecipientLimitPerDay=500).changed
    (policy,) = run(context, f"Get-{POLICY}", Identity="Webex").records
    assert (policy["AutoForwardingMode"], policy["RecipientLimitPerDay"]) == ("On", 500)
    assert refused(context, f"Set-{POLICY}", Identity="Webex", Name="Other") == PARAMETER_SET


def test_one_policy_has_one_rule_and_a_set_must_not_repeat_it(context):
    pair(context, "Webex", From=["support"])
    assert (
        refused(context, f"New-{RULE}", Name="Second", HostedOutboundSpamFilterPolicy="Webex", From=["sales"])
        == VALIDATION
    )
    assert (
        refused(context, f"Set-{RULE}", Identity="Webex", HostedOutboundSpamFilterPolicy="Webex")
        == VALIDATION
    )


@pytest.mark.parametrize(("form", "shown"), [("address", "sales@c.example"), ("name", "sales")])
def test_senders_are_recipients_and_read_back_in_the_chosen_form(context, form, shown):
    pair(context, "Webex", From=["support"])
    context.settings["exchange_rule_from"] = form
    sales = context.tenant["mailboxes"][1]["Guid"]
    assert run(context, f"Set-{RULE}", Identity="Webex", From=[sales]).changed
    assert run(context, f"Get-{RULE}", Identity="Webex").records[0]["From"] == [shown], (
        "the list is replaced whole"
    )
    assert not run(context, f"Set-{RULE}", Identity="Webex", From=["SALES@c.example"]).changed
    assert refused(context, f"Set-{RULE}", Identity="Webex", From=["stranger@x.example"]) == OBJECT_NOT_FOUND


@pytest.mark.parametrize(("value", "kind"), [([], PARAMETER_VALUE), (None, VALIDATION)])
def test_a_rule_keeps_a_condition(context, value, kind):
    pair(context, "Webex", From=["support"])
    assert refused(context, f"Set-{RULE}", Identity="Webex", From=value) == kind
    assert run(context, f"Set-{RULE}", Identity="Webex", From=None, SenderDomainIs="c.example").changed


def test_a_rule_without_condition_or_policy_is_refused(context):
    run(context, f"New-{POLICY}", Name="Webex")
    assert refused(context, f"New-{RULE}", Name="Webex", HostedOutboundSpamFilterPolicy="Webex") == VALIDATION
    assert refused(context, f"New-{RULE}", Name="Webex", From=["support"]) == PARAMETER_SET
    assert (
        refused(context, f"New-{RULE}", Name="a/b", HostedOutboundSpamFilterPolicy="Webex", From=["support"])
        == PARAMETER_VALUE
    )
    assert run(context, f"Get-{RULE}").records == []


def test_a_rule_is_switched_by_enable_and_disable_only(context):
    record = pair(context, "Webex", From=["support"], Enabled=False).records[0]
    assert record["State"] == "Disabled"
    assert refused(context, f"Set-{RULE}", Identity="Webex", Enabled=True) == PARAMETER_SET
    assert run(context, f"Enable-{RULE}", Identity="Webex").changed
    assert not run(context, f"Enable-{RULE}", Identity="Webex").changed
    assert run(context, f"Get-{RULE}", State="Disabled").records == []
    assert run(context, f"Disable-{RULE}", Identity="Webex").changed


def test_priorities_are_unique_and_shift(context):
    for name in ("a", "b", "c"):
        pair(context, name, From=["support"])
    assert priorities(context) == {"a": 0, "b": 1, "c": 2}
    run(context, f"Set-{RULE}", Identity="c", Priority=0)
    assert priorities(context) == {"c": 0, "a": 1, "b": 2}
    assert refused(context, f"Set-{RULE}", Identity="c", Priority=3) == PARAMETER_VALUE
    pair(context, "d", From=["support"], Priority=1)
    assert priorities(context) == {"c": 0, "d": 1, "a": 2, "b": 3}
    run(context, f"Remove-{RULE}", Identity="d")
    assert priorities(context) == {"c": 0, "a": 1, "b": 2}


def test_removing_one_of_the_pair_leaves_the_other(context):
    pair(context, "Webex", From=["support"])
    run(context, f"Remove-{POLICY}", Identity="Webex", Force=True)
    assert (
        run(context, f"Get-{RULE}", Identity="Webex").records[0]["HostedOutboundSpamFilterPolicy"] == "Webex"
    )
    run(context, f"Remove-{RULE}", Identity="Webex")
    assert refused(context, f"Remove-{RULE}", Identity="Webex") == OBJECT_NOT_FOUND
