# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking channels out of service: what is ours goes, in an order that breaks nothing, and the rest stays."""

from __future__ import annotations

import pytest

from integration import world as at
from integration.play import writes
from integration.world import CONTOSO, FABRIKAM

DELETE = {"operations": {"delete": {"method": "DELETE", "path": "/v2/digital/app/{asset_id}"}}}
# First the mail stops coming, then what it needed goes.
ORDER = (
    "Set-Mailbox",
    "Set-CASMailbox",
    "Set-HostedOutboundSpamFilterRule",
    "deleteEmailAsset",
    "application_removePassword",
)


@pytest.fixture(scope="module")
def retired(module_converged):
    """(Run, journal, state) of retiring one of two channels that share app and rule; assets can be deleted."""
    lab = module_converged.lab
    lab.settings(connect_delete=True)
    module_converged.variables("webex_email", webex_email_connect_wire=DELETE)
    lab.clear_journal()
    run = module_converged.run("retire", "--limit", "sales")
    return run, lab.journal(), lab.state()


def test_the_order(retired):
    assert [entry["operation"] for entry in retired[1] if entry["write"]] == list(ORDER)


def test_what_was_the_channels_is_gone(retired):
    world = retired[2]
    mailbox = at.mailbox(world, "sales")
    assert mailbox["ForwardingSmtpAddress"] is None and mailbox["DeliverToMailboxAndForward"] is False
    assert mailbox["SmtpClientAuthenticationDisabled"] is None
    assert at.rule(world, CONTOSO)["From"] == ["support@contoso.example"]
    assert at.assets(world, "sales") == []
    assert at.credentials(world, "sales") == []


def test_what_belongs_to_others_is_left_alone(retired, first_site, module_converged):
    world, before = retired[2], first_site.world
    for channel in ("support", "help"):
        assert at.mailbox(world, channel) == at.mailbox(before, channel)
        assert at.asset(world, channel) == at.asset(before, channel)
        assert at.credentials(world, channel) == at.credentials(before, channel)
        assert at.signs_in(module_converged.lab, channel)
    assert world["tenants"][FABRIKAM] == before["tenants"][FABRIKAM]
    assert at.app(world, CONTOSO)["web"] == at.app(before, CONTOSO)["web"]
    assert (
        world["tenants"][CONTOSO]["app_role_assignments"]
        == before["tenants"][CONTOSO]["app_role_assignments"]
    )


def test_again_changes_nothing(retired, module_converged):
    module_converged.lab.clear_journal()
    run = module_converged.run("retire", "--limit", "sales")
    assert run.changed == {"sales": 0}
    assert writes(module_converged.lab) == []


def test_a_retired_channel_can_be_taken_into_service_again(retired, module_converged):
    module_converged.run("site", "--limit", "contoso,sales")
    assert at.signs_in(module_converged.lab, "sales")


def test_the_last_channel_takes_the_consent_with_it_and_the_app_stays(retired, module_converged):
    lab = module_converged.lab
    module_converged.run("retire", "--limit", "sales")
    lab.clear_journal()
    planned = module_converged.run("retire", "--check", "--limit", "support,sales")
    assert writes(lab) == []
    run = module_converged.run("retire", "--limit", "support,sales")
    assert run.actions("support") == planned.actions("support")
    world = lab.state()
    assert world["tenants"][CONTOSO]["app_role_assignments"] == []
    assert len(at.apps(world, CONTOSO)) == 1 and at.credentials(world, "support") == []
    lab.clear_journal()
    module_converged.run("retire", "--limit", "support,sales")
    assert writes(lab) == []
    module_converged.run("site", "--limit", "contoso,support,sales")
    assert len(lab.state()["tenants"][CONTOSO]["app_role_assignments"]) == 1


def test_an_app_that_somebody_else_uses_is_never_deleted(converged, cloud):
    path = f"{at.app_path(cloud.state(), FABRIKAM)}/passwordCredentials/-"
    foreign = {
        "keyId": "00000000-1111-4222-8333-444444444444",
        "displayName": "somebody else's",
        "startDateTime": "2026-01-01T00:00:00Z",
        "endDateTime": "2030-01-01T00:00:00Z",
        "hint": "abc",
    }
    cloud.edit([{"op": "add", "path": path, "value": foreign}])
    run = converged.run("retire", webex_email_retire_app=True)
    assert at.apps(cloud.state(), CONTOSO) == [], "two channels that go together are not in each other's way"
    assert [item["displayName"] for item in at.app(cloud.state(), FABRIKAM)["passwordCredentials"]] == [
        "somebody else's"
    ]
    assert run.fact("help")["app_in_use_by"] == ["client secret somebody else's"]


def test_all_of_them_with_their_app_when_asked(converged, cloud):
    """Without a documented call that deletes an asset, a person is asked to do it."""
    run = converged.run("retire", "--check", webex_email_retire_app=True)
    planned = {action for host in run.recap for action in run.actions(host)}
    cloud.clear_journal()
    run = converged.run("retire", webex_email_retire_app=True)
    assert {action for host in run.recap for action in run.actions(host)} <= planned
    world = cloud.state()
    for tenant in (CONTOSO, FABRIKAM):
        assert at.apps(world, tenant) == []
        assert world["tenants"][tenant]["outbound_rules"] == []
        assert [policy["Name"] for policy in world["tenants"][tenant]["outbound_policies"]] == ["Default"]
    assert [entry for entry in cloud.journal() if entry["service"] == "connect" and entry["write"]] == []
    assert len(at.assets(world, "help")) == 1
    for host in run.recap:
        assert "delete the asset" in run.fact(host)["actions_required"][0]
    cloud.clear_journal()
    assert set(converged.run("retire", webex_email_retire_app=True).changed.values()) == {0}
    assert writes(cloud) == []
