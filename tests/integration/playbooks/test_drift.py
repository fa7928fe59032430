# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people changed by hand in the portals: ours is repaired, theirs is left alone, then nothing is left to do."""

from __future__ import annotations

import pytest

from integration import world as at
from integration.play import CHANNELS, TENANTS, writes
from integration.world import CONTOSO, FABRIKAM

THEIRS = "https://dashboard.contoso.example/signed-in"
FOREIGN_SECRET = {
    "customKeyIdentifier": None,
    "displayName": "dashboard",
    "endDateTime": "2029-01-01T00:00:00Z",
    "hint": "CAN",
    "keyId": "5d0fbd0c-6d3c-4c0e-9b15-1f1c1f1c1f01",
    "startDateTime": "2026-01-01T00:00:00Z",
}
FOREIGN_POLICY = {
    "Name": "Newsletter",
    "Guid": "d3b0a1c4-90f1-4a77-8a0b-2c7e51f3c901",
    "AutoForwardingMode": "Off",
}
FOREIGN_RULE = {
    "Name": "Newsletter",
    "Guid": "d3b0a1c4-90f1-4a77-8a0b-2c7e51f3c902",
    "HostedOutboundSpamFilterPolicy": "Newsletter",
    "State": "Enabled",
    "Priority": 1,
    "From": ["news@contoso.example"],
    **dict.fromkeys(
        ("FromMemberOf", "SenderDomainIs", "ExceptIfFrom", "ExceptIfFromMemberOf", "ExceptIfSenderDomainIs")
    ),
}


def replace(path, value):
    """One operation of a JSON Patch."""
    return {"op": "replace", "path": path, "value": value}


def add(path, value):
    """One operation of a JSON Patch."""
    return {"op": "add", "path": path, "value": value}


def by_hand(world):
    """All drift at once, as a JSON Patch."""
    support, app = at.mailbox_path(world, "support"), at.app_path(world, CONTOSO)
    contoso, fabrikam = f"/tenants/{CONTOSO}", f"/tenants/{FABRIKAM}"
    ours = world["tenants"][CONTOSO]["outbound_rules"].index(at.rule(world, CONTOSO))
    help_key = at.credentials(world, "help")[0]["keyId"]
    return [
        replace(f"{support}/ForwardingSmtpAddress", "smtp:owner@home.example"),
        replace(f"{support}/DeliverToMailboxAndForward", False),
        replace(f"{support}/SmtpClientAuthenticationDisabled", True),
        replace(f"{at.asset_path(world, 'sales')}/smtpServer", "smtp.contoso.example"),
        # Consent revoked; our redirect URI taken out, one of somebody else's in; a secret of theirs.
        replace(f"{contoso}/app_role_assignments", []),
        replace(f"{app}/web/redirectUris", [THEIRS]),
        add(f"{app}/passwordCredentials/-", FOREIGN_SECRET),
        add(f"{app}/lab_secrets/{FOREIGN_SECRET['keyId']}", "CANARY-foreign-secret-4~d+e/f="),
        # Our rule switched off and with a sender more; policy and rule of somebody else beside it.
        replace(f"{contoso}/outbound_rules/{ours}/State", "Disabled"),
        add(f"{contoso}/outbound_rules/{ours}/From/-", "events@contoso.example"),
        add(f"{contoso}/outbound_policies/-", FOREIGN_POLICY),
        add(f"{contoso}/outbound_rules/-", FOREIGN_RULE),
        # A scope more granted by somebody; our secret removed in Entra.
        replace(f"{fabrikam}/oauth2_permission_grants/0/scope", "SMTP.Send IMAP.AccessAsUser.All"),
        replace(f"{at.app_path(world, FABRIKAM)}/passwordCredentials", []),
        {"op": "remove", "path": f"{at.app_path(world, FABRIKAM)}/lab_secrets/{help_key}"},
    ]


@pytest.fixture(scope="module")
def repaired(module_converged, first_site):
    """(Run, state) of the run after the drift."""
    lab = module_converged.lab
    lab.edit(by_hand(first_site.world))
    for channel in CHANNELS:
        assert at.signs_in(lab, channel) is (channel != "help")
    run = module_converged.run("site", "--diff")
    return run, lab.state()


@pytest.fixture(scope="module")
def world(repaired):
    """The cloud's state after the repair."""
    return repaired[1]


def test_forwarding_and_smtp_auth_are_back(world, first_site):
    assert at.mailbox(world, "support") == at.mailbox(first_site.world, "support")


def test_the_other_mailboxes_were_not_touched(repaired, first_site):
    run, world = repaired
    for channel in ("sales", "help"):
        assert at.mailbox(world, channel) == at.mailbox(first_site.world, channel)
        assert not [
            task for task in run.of(channel) if task.module in ("o365_mailbox", "exchange_forwarding")
        ]


def test_the_assets_settings_are_back_and_its_secret_is_kept(world, first_site):
    assert at.asset(world, "sales") == at.asset(first_site.world, "sales")


def test_consent_is_back(world, first_site):
    (assignment,) = world["tenants"][CONTOSO]["app_role_assignments"]
    (before,) = first_site.world["tenants"][CONTOSO]["app_role_assignments"]
    for name in ("appRoleId", "principalId", "resourceId"):
        assert assignment[name] == before[name]


def test_our_redirect_uri_is_back_beside_theirs(world):
    uris = at.app(world, CONTOSO)["web"]["redirectUris"]
    assert sorted(uris) == sorted([THEIRS, "https://yourwebexconnectname.us.webexconnect.io/callback"])


def test_their_client_secret_stays_and_ours_are_the_same(world, first_site):
    app = at.app(world, CONTOSO)
    assert FOREIGN_SECRET in app["passwordCredentials"]
    for channel in ("support", "sales"):
        assert at.credentials(world, channel) == at.credentials(first_site.world, channel)


def test_our_rule_is_on_with_their_sender_too(world):
    rule = at.rule(world, CONTOSO)
    assert rule["State"] == "Enabled"
    assert sorted(rule["From"]) == [
        "events@contoso.example",
        "sales@contoso.example",
        "support@contoso.example",
    ]


def test_their_policy_and_rule_are_as_they_were(world):
    tenant = world["tenants"][CONTOSO]
    assert FOREIGN_POLICY in tenant["outbound_policies"]
    assert FOREIGN_RULE in tenant["outbound_rules"]


def test_their_scope_stays_granted(world):
    (grant,) = world["tenants"][FABRIKAM]["oauth2_permission_grants"]
    assert set(grant["scope"].split()) == {"SMTP.Send", "IMAP.AccessAsUser.All"}


def test_a_removed_secret_is_replaced_in_entra_and_in_the_asset(repaired, first_site, module_converged):
    world = repaired[1]
    (credential,) = at.credentials(world, "help")
    assert credential["keyId"] != at.credentials(first_site.world, "help")[0]["keyId"]
    assert module_converged.record("help")["key_id"] == credential["keyId"]
    for channel in CHANNELS:
        assert at.signs_in(module_converged.lab, channel)


def test_then_nothing_is_left_to_do(repaired, module_converged):
    before = module_converged.lab.state()
    module_converged.lab.clear_journal()
    run = module_converged.run("site")
    assert run.changed == dict.fromkeys(sorted((*TENANTS, *CHANNELS)), 0)
    assert writes(module_converged.lab) == []
    assert module_converged.lab.state() == before
