# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of cmdlets, and what it keeps from being sent."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault
from ansible_collections.ccops.webex_email.plugins.module_utils.exchange.cmdlets import CMDLETS

from lab.exchange_cmdlets import CMDLETS as LAB


@pytest.mark.parametrize("name", CMDLETS)
def test_the_service_knows_every_cmdlet_and_parameter_and_the_role_is_enough(name):
    known = LAB[name.lower()]
    assert known.name == name
    assert set(CMDLETS[name].parameters) <= set(known.parameters)
    assert CMDLETS[name].role in known.roles


@pytest.mark.parametrize("name", CMDLETS)
def test_only_our_nouns_and_verbs(name):
    verb, noun = name.split("-")
    assert verb in {"Get", "Set", "New", "Remove", "Enable", "Disable"}
    if verb != "Get":
        assert noun in {
            "Mailbox",
            "CASMailbox",
            "HostedOutboundSpamFilterPolicy",
            "HostedOutboundSpamFilterRule",
        }


@pytest.mark.parametrize("identity", [None, "", " ", "\t"])
def test_an_empty_identity_is_refused(identity):
    with pytest.raises(Fault) as caught:
        CMDLETS["Get-Mailbox"].check("Get-Mailbox", {"Identity": identity})
    assert caught.value.code == "invalid_input"


@pytest.mark.parametrize(
    ("cmdlet", "parameter", "value"),
    [
        ("Get-Mailbox", "Identity", 5),
        ("Get-Mailbox", "Identity", ["a"]),
        ("Get-Mailbox", "Identity", "a\0b"),
        ("Set-Mailbox", "ForwardingSmtpAddress", True),
        ("Set-Mailbox", "ForwardingSmtpAddress", "\udfff"),
        ("Set-Mailbox", "DeliverToMailboxAndForward", None),
        ("Set-Mailbox", "DeliverToMailboxAndForward", "true"),
        ("Set-CASMailbox", "SmtpClientAuthenticationDisabled", 0),
        ("Set-HostedOutboundSpamFilterPolicy", "AutoForwardingMode", "O"),
        ("Set-HostedOutboundSpamFilterPolicy", "AutoForwardingMode", "on"),
        ("Set-HostedOutboundSpamFilterPolicy", "AutoForwardingMode", ""),
        ("New-HostedOutboundSpamFilterPolicy", "ActionWhenThresholdReached", "BlockUserFor"),
        ("New-HostedOutboundSpamFilterPolicy", "RecipientLimitPerDay", "5"),
        ("New-HostedOutboundSpamFilterPolicy", "RecipientLimitPerDay", True),
        ("New-HostedOutboundSpamFilterPolicy", "RecipientLimitPerDay", -1),
        ("New-HostedOutboundSpamFilterRule", "From", "a@b.example"),
        ("New-HostedOutboundSpamFilterRule", "From", []),
        ("New-HostedOutboundSpamFilterRule", "From", ["a@b.example", ""]),
        ("New-HostedOutboundSpamFilterRule", "From", ["a@b.example", None]),
    ],
)
def test_a_value_of_another_kind_is_refused(cmdlet, parameter, value):
    """Exchange would take the beginning of an enumeration's member for the member (measured by third parties)."""
    with pytest.raises(Fault) as caught:
        CMDLETS[cmdlet].check(cmdlet, {parameter: value})
    assert caught.value.code == "invalid_input"
    assert parameter in caught.value.message
    assert repr(value) not in caught.value.message


@pytest.mark.parametrize("name", CMDLETS)
def test_kinds_are_those_of_the_service(name):
    """Whatever is one of the enumerations' members here is taken there, and nulls only where they clear something."""
    for parameter, kind in CMDLETS[name].parameters.items():
        known = LAB[name.lower()].parameters[parameter]
        assert all(kind.takes(member) for member in known.members)
        if kind.takes(None):
            assert known.nullable


def test_a_parameter_that_is_not_in_the_table_is_a_defect():
    with pytest.raises(ValueError, match="ResultSize"):
        CMDLETS["Get-Mailbox"].check("Get-Mailbox", {"Identity": "a", "ResultSize": 1})


def test_what_is_in_the_table_passes():
    CMDLETS["Set-Mailbox"].check("Set-Mailbox", {"Identity": "a", "ForwardingSmtpAddress": None})
    CMDLETS["Get-RemoteDomain"].check("Get-RemoteDomain", {})
