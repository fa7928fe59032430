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


def test_a_parameter_that_is_not_in_the_table_is_a_defect():
    with pytest.raises(ValueError, match="ResultSize"):
        CMDLETS["Get-Mailbox"].check("Get-Mailbox", {"Identity": "a", "ResultSize": 1})


def test_what_is_in_the_table_passes():
    CMDLETS["Set-Mailbox"].check("Set-Mailbox", {"Identity": "a", "ForwardingSmtpAddress": None})
    CMDLETS["Get-RemoteDomain"].check("Get-RemoteDomain", {})
