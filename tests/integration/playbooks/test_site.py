# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Site on the example inventory: every step of Cisco's document, field by field, and a second run that does nothing."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from integration import world as at
from integration.play import CHANNELS, TENANTS
from integration.world import ADDRESSES, CONTOSO, FABRIKAM
from lab.journal import secrets_of

CALLBACKS = {
    CONTOSO: "https://yourwebexconnectname.us.webexconnect.io/callback",
    FABRIKAM: "https://fabrikamconnect.eu.webexconnect.io/callback",
}
MAIL_DOMAINS = {CONTOSO: "@mail-us.imiconnect.io", FABRIKAM: "@mail-eu.imiconnect.io"}
ASSET_NAMES = {"support": "Contoso Support", "sales": "Contoso Sales", "help": "Fabrikam Help"}
RESULT = {
    "schema",
    "address",
    "asset_id",
    "forwarding_address",
    "callback_url",
    "app_id",
    "tenant_id",
    "key_id",
    "key_expires",
    "actions",
    "actions_required",
    "verified",
}
# The order in which nothing is ever promised before it works (docs/decisions).
SAFE_ORDER = (
    "New-HostedOutboundSpamFilterPolicy",
    "New-HostedOutboundSpamFilterRule",
    "Set-CASMailbox",
    "createEmailAsset",
    "applications.application_UpsertApplicationByUniqueName",
    "application_addPassword",
    "updateEmailAsset",
    "Set-Mailbox",
)


@pytest.fixture(scope="module")
def world(first_site):
    """The cloud's state after the first run."""
    return first_site.world


@pytest.fixture(scope="module")
def second(module_converged):
    """(Run, journal) of the second run."""
    module_converged.lab.clear_journal()
    run = module_converged.run("site")
    return run, module_converged.lab.journal()


@pytest.mark.parametrize("channel", CHANNELS)
def test_step_1_and_4_the_asset(world, channel):
    tenant, address = ADDRESSES[channel]
    asset = at.asset(world, channel)
    login = f"https://login.microsoftonline.com/{world['tenants'][tenant]['id']}/oauth2/v2.0"
    expected = {
        "name": ASSET_NAMES[channel],
        "emailId": address,
        "authType": "OAUTH2",
        "smtpServer": "smtp.office365.com",
        "port": 587,
        "security": "STARTTLS",
        "username": address,
        "clientId": at.app(world, tenant)["appId"],
        "authorizationUrl": f"{login}/authorize",
        "accessTokenUrl": f"{login}/token",
        "refreshTokenUrl": f"{login}/token",
        "scope": "offline_access https://outlook.office.com/SMTP.Send",
        "useDifferentLoginId": False,
        "callbackUrl": CALLBACKS[tenant],
    }
    assert {name: asset[name] for name in expected} == expected
    assert asset["forwardingAddress"].endswith(MAIL_DOMAINS[tenant])


@pytest.mark.parametrize(("tenant", "implicit"), [(CONTOSO, True), (FABRIKAM, False)])
def test_step_2a_and_2b_the_app(world, tenant, implicit):
    app = at.app(world, tenant)
    assert (app["uniqueName"], app["displayName"]) == ("webex-connect-email", "WebexConnect")
    assert app["signInAudience"] == "AzureADMyOrg"
    assert app["web"]["redirectUris"] == [CALLBACKS[tenant]]
    assert app["web"]["implicitGrantSettings"] == {
        "enableAccessTokenIssuance": implicit,
        "enableIdTokenIssuance": False,
    }
    assert at.principal(world, tenant, app["appId"])["accountEnabled"] is True


@pytest.mark.parametrize("channel", CHANNELS)
def test_step_2c_the_client_secret_goes_into_the_asset_and_signs_in(module_converged, world, channel):
    (credential,) = at.credentials(world, channel)
    app = at.app(world, ADDRESSES[channel][0])
    left = datetime.fromisoformat(credential["endDateTime"].replace("Z", "+00:00")) - datetime.now(
        timezone.utc
    )
    assert timedelta(days=729) < left <= timedelta(days=730)
    assert at.asset(world, channel)["lab_secrets"]["clientSecret"] == app["lab_secrets"][credential["keyId"]]
    assert at.signs_in(module_converged.lab, channel)


def test_step_2d_and_2e_as_the_document_says(world):
    app = at.app(world, CONTOSO)
    role = at.permission(world, CONTOSO, "appRoles", "Mail.Send")
    assert app["requiredResourceAccess"] == [
        {"resourceAppId": at.EXCHANGE, "resourceAccess": [{"id": role, "type": "Role"}]}
    ]
    (assignment,) = world["tenants"][CONTOSO]["app_role_assignments"]
    assert assignment["appRoleId"] == role
    assert assignment["principalId"] == at.principal(world, CONTOSO, app["appId"])["id"]
    assert assignment["resourceId"] == at.principal(world, CONTOSO, at.EXCHANGE)["id"]
    assert world["tenants"][CONTOSO]["oauth2_permission_grants"] == []


def test_step_2d_and_2e_with_least_privilege(world):
    app = at.app(world, FABRIKAM)
    scope = at.permission(world, FABRIKAM, "oauth2PermissionScopes", "SMTP.Send")
    assert app["requiredResourceAccess"] == [
        {"resourceAppId": at.EXCHANGE, "resourceAccess": [{"id": scope, "type": "Scope"}]}
    ]
    (grant,) = world["tenants"][FABRIKAM]["oauth2_permission_grants"]
    assert (grant["consentType"], grant["scope"]) == ("AllPrincipals", "SMTP.Send")
    assert grant["clientId"] == at.principal(world, FABRIKAM, app["appId"])["id"]
    assert grant["resourceId"] == at.principal(world, FABRIKAM, at.EXCHANGE)["id"]
    assert world["tenants"][FABRIKAM]["app_role_assignments"] == []


@pytest.mark.parametrize("channel", CHANNELS)
def test_step_2f_ids_are_returned(first_site, world, channel):
    tenant = ADDRESSES[channel][0]
    result = first_site.run.fact(channel)
    assert result["app_id"] == at.app(world, tenant)["appId"]
    assert result["tenant_id"] == world["tenants"][tenant]["id"]
    assert result["asset_id"] == at.asset(world, channel)["appId"]
    assert result["forwarding_address"] == at.asset(world, channel)["forwardingAddress"]
    assert result["callback_url"] == CALLBACKS[tenant]
    (credential,) = at.credentials(world, channel)
    assert (result["key_id"], result["key_expires"]) == (credential["keyId"], credential["endDateTime"])


def test_step_2g_users_may_consent(first_site):
    for tenant in TENANTS:
        (task,) = first_site.run.of(tenant, "email_tenant_info")
        (line,) = [line for line in task.result["tenant"]["lines"] if line["check"] == "user_consent"]
        assert (line["status"], line["case"]) == ("ok", "allowed")


@pytest.mark.parametrize(("channel", "copy"), [("support", True), ("sales", False), ("help", True)])
def test_step_3a_and_3b_the_mailbox(world, channel, copy):
    mailbox = at.mailbox(world, channel)
    assert mailbox["SmtpClientAuthenticationDisabled"] is False
    assert mailbox["ForwardingSmtpAddress"] == f"smtp:{at.asset(world, channel)['forwardingAddress']}"
    assert mailbox["ForwardingAddress"] is None
    assert mailbox["DeliverToMailboxAndForward"] is copy


@pytest.mark.parametrize(
    ("tenant", "senders"),
    [(CONTOSO, ["sales@contoso.example", "support@contoso.example"]), (FABRIKAM, ["help@fabrikam.example"])],
)
def test_step_3c_outbound_forwarding_for_our_senders_only(world, tenant, senders):
    rule = at.rule(world, tenant)
    assert (sorted(rule["From"]), rule["State"], rule["Priority"]) == (senders, "Enabled", 0)
    assert rule["HostedOutboundSpamFilterPolicy"] == at.RULE
    assert not any(rule[name] for name in ("FromMemberOf", "SenderDomainIs", "ExceptIfFrom"))
    assert at.policy(world, tenant)["AutoForwardingMode"] == "On"
    assert at.policy(world, tenant, "Default")["AutoForwardingMode"] == "Automatic"
    assert world["tenants"][tenant]["transport"] == {"SmtpClientAuthenticationDisabled": True}


@pytest.mark.parametrize("channel", CHANNELS)
def test_verified(first_site, channel):
    result = first_site.run.fact(channel)
    assert [item["check"] for item in result["verified"] if not item["ok"]] == []
    assert len(result["verified"]) == 6


def test_the_safe_order(first_site):
    """Policy, SMTP AUTH, asset, app, secret, forwarding with a copy; the copy goes after verify."""
    made = [entry for entry in first_site.journal if entry["write"] and entry["applied"]]
    first = {operation: min(e["n"] for e in made if e["operation"] == operation) for operation in SAFE_ORDER}
    assert list(first.values()) == sorted(first.values())
    forwardings = [entry for entry in made if entry["operation"] == "Set-Mailbox"]
    copies = [
        entry["request_body"]["CmdletInput"]["Parameters"]["DeliverToMailboxAndForward"]
        for entry in forwardings
    ]
    assert copies == [True, True, True, False]
    names = [(task.host, task.name) for task in first_site.run.tasks if task.status == "ok"]
    assert names.index(("sales", "Forward without a copy")) > names.index(("help", "Remember what was found"))
    last_write, copy_off = forwardings[-2]["n"], forwardings[-1]["n"]
    looked_again = {
        entry["operation"]
        for entry in first_site.journal
        if last_write < entry["n"] < copy_off and not entry["write"]
    }
    assert {"Get-Mailbox", "Get-CASMailbox", "getEmailAsset"} <= looked_again


def test_the_second_run_changes_nothing(second):
    run, journal = second
    assert run.changed == dict.fromkeys(sorted((*TENANTS, *CHANNELS)), 0)
    assert [entry["operation"] for entry in journal if entry["write"]] == []


def test_a_quiet_run_costs_a_channel_one_task(second):
    run, _journal = second
    for channel in CHANNELS:
        assert [task.module for task in run.of(channel) if task.ours] == ["email_channel_info"]


def test_one_sign_in_per_identity_and_audience(first_site, second):
    """Two tenants, two audiences each; the proofs of the three new secrets come on top of it in the first run."""
    tokens = [entry for entry in second[1] if entry["operation"] == "signin_token"]
    assert len(tokens) == 4
    tokens = [entry for entry in first_site.journal if entry["operation"] == "signin_token"]
    assert len(tokens) == 4 + 3


def test_results_have_the_documented_keys_and_no_secret(first_site, second):
    secrets = secrets_of(first_site.world)
    assert len(secrets) > 10
    for run in (first_site.run, second[0]):
        for channel in CHANNELS:
            result = run.fact(channel)
            assert set(result) == RESULT
            assert not [secret for secret in secrets if secret in json.dumps(result)]
    assert second[0].fact("support")["actions"] == []


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_is_left_for_a_person(second, channel):
    run, _journal = second
    required = run.fact(channel)["actions_required"]
    assert len(required) == 2
    assert f"sign in as {ADDRESSES[channel][1]}" in required[0]
    assert "Register To Webex Engage" in required[1]
    (shown,) = [task for task in run.of(channel) if task.name == "Show what is left for a person"]
    assert shown.result["msg"] == required


@pytest.mark.parametrize("channel", CHANNELS)
def test_records_hold_ids_only(module_converged, first_site, channel):
    assert set(json.loads(first_site.records[channel])["webex_email_record"]) == {
        "app_id",
        "asset_id",
        "key_id",
        "key_expires",
    }
