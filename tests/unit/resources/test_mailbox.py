# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authenticated SMTP of a mailbox against the embedded cloud."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.mailbox import facts
from ansible_collections.ccops.webex_email.plugins.modules.o365_mailbox import MODULE
from ansible_collections.ccops.webex_email.plugins.modules.o365_mailbox_info import MODULE as INFO

SUPPORT = "support@contoso.example"
SWITCH = "/tenants/0/mailboxes/0/SmtpClientAuthenticationDisabled"
ORGANIZATION = "/tenants/0/transport/SmtpClientAuthenticationDisabled"


def stored(cloud):
    return cloud.state()["tenants"][0]["mailboxes"][0]["SmtpClientAuthenticationDisabled"]


def test_enable_the_same_again_disable_inherit(task):
    first = task.run(MODULE, identity=SUPPORT, smtp_auth="enabled")
    assert first["changed"]
    assert first["actions"] == [f"set SMTP AUTH of {SUPPORT} to enabled"]
    assert first["diff"] == {"before": {"smtp_auth": "inherit"}, "after": {"smtp_auth": "enabled"}}
    assert first["mailbox"]["smtp_auth_effective"] == "enabled"
    assert first["mailbox"]["smtp_auth_source"] == "mailbox"
    assert stored(task.cloud) is False

    again = task.run(MODULE, identity=SUPPORT, smtp_auth="enabled")
    assert not again["changed"]
    assert again["actions"] == []
    assert again["diff"]["before"] == again["diff"]["after"]
    assert again["mailbox"] == first["mailbox"]

    assert task.run(MODULE, identity=SUPPORT, smtp_auth="disabled")["changed"]
    assert stored(task.cloud) is True
    back = task.run(MODULE, identity=SUPPORT, smtp_auth="inherit")
    assert back["changed"]
    assert stored(task.cloud) is None
    assert not task.run(MODULE, identity=SUPPORT, smtp_auth="inherit")["changed"]


def test_a_write_names_the_mailbox_by_guid_and_holds_one_property(task):
    task.run(MODULE, identity="support", smtp_auth="enabled")
    (write,) = [entry for entry in task.requests("exchange") if entry["write"]]
    assert write["request_body"]["CmdletInput"] == {
        "CmdletName": "Set-CASMailbox",
        "Parameters": {
            "Identity": "4b2a5d0e-7f0c-4c11-9d0e-0c6b1a1f0a01",
            "SmtpClientAuthenticationDisabled": False,
        },
    }


def test_check_mode_writes_nothing_and_tells_what_will_be(task):
    planned = task.run(MODULE, check=True, identity=SUPPORT, smtp_auth="enabled")
    assert task.writes() == []
    assert planned["mailbox"].pop("predicted") is True
    done = task.run(MODULE, identity=SUPPORT, smtp_auth="enabled")
    assert planned == done
    assert "predicted" not in task.run(MODULE, check=True, identity=SUPPORT, smtp_auth="enabled")["mailbox"]


def test_without_smtp_auth_nothing_is_changed(task):
    assert not task.run(MODULE, identity=SUPPORT)["changed"]
    assert task.writes() == []


@pytest.mark.parametrize(
    ("own", "organization", "effective", "source"),
    [
        (False, True, "enabled", "mailbox"),
        (False, False, "enabled", "mailbox"),
        (True, False, "disabled", "mailbox"),
        (None, False, "enabled", "organization"),
        (None, True, "disabled", "organization"),
    ],
)
def test_what_is_in_effect_and_why(task, own, organization, effective, source):
    task.cloud.edit(
        [
            {"op": "replace", "path": SWITCH, "value": own},
            {"op": "replace", "path": ORGANIZATION, "value": organization},
        ]
    )
    mailbox = task.run(INFO, identity=SUPPORT)["mailbox"]
    assert (mailbox["smtp_auth_effective"], mailbox["smtp_auth_source"]) == (effective, source)
    assert mailbox["smtp_auth_organization"] == ("disabled" if organization else "enabled")
    assert task.writes() == []


def test_the_organization_is_never_touched(task):
    before = task.cloud.state()["tenants"][0]["transport"]
    for word in ("enabled", "disabled", "inherit"):
        task.run(MODULE, identity=SUPPORT, smtp_auth=word)
    assert task.cloud.state()["tenants"][0]["transport"] == before


@pytest.mark.parametrize(
    "identity",
    [
        "SUPPORT@contoso.example",
        "support",
        "support@contoso.onmicrosoft.com",
        "4b2a5d0e-7f0c-4c11-9d0e-0c6b1a1f0a01",
    ],
)
def test_a_mailbox_is_found_by_any_of_its_names(task, identity):
    mailbox = task.run(INFO, identity=identity)["mailbox"]
    assert mailbox["primary_address"] == SUPPORT
    assert mailbox["addresses"] == ["support@contoso.example", "support@contoso.onmicrosoft.com"]
    assert mailbox["type"] == "UserMailbox"
    assert mailbox["dirsynced"] is False


def test_only_addresses_of_mail_are_among_the_addresses():
    found = facts(
        {
            "Guid": "g",
            "EmailAddresses": ["SMTP:A@c.example", "smtp:b@c.example", "SIP:a@c.example", "X500:/o=c"],
        }
    )
    assert found["addresses"] == ["a@c.example", "b@c.example"]
