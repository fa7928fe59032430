# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where inputs come from and how far a run reaches: limits, forks, manual mode, AWX's environment, one bad channel."""

from __future__ import annotations

import stat

import pytest
import yaml

from integration import world as at
from integration.play import requests_by_service, writes
from integration.world import CONTOSO, FABRIKAM

PORTAL_ALIAS = "5f0c2c6c1e8f4b43a0d1c4c6a1b2c3d4@mail-us.imiconnect.io"
PORTAL_CALLBACK = "https://yourwebexconnectname.us.webexconnect.io/callback"


def test_a_run_limited_to_one_channel_and_its_tenant(play, cloud):
    play.run("site", "--limit", "fabrikam,help")
    assert stat.S_IMODE(play.record_path("help").stat().st_mode) == 0o600
    world = cloud.state()
    assert at.apps(world, CONTOSO) == []
    assert at.assets(world, "support") == at.assets(world, "sales") == []
    assert at.signs_in(cloud, "help")
    assert {entry["path"].split("/")[3] for entry in writes(cloud) if entry["service"] == "exchange"} == {
        world["tenants"][FABRIKAM]["id"]
    }


def test_channels_that_share_an_app_make_it_once(play, cloud):
    """Eight mailboxes at once, so that their upserts, grants and secrets really meet."""
    names = [f"queue{number}" for number in range(6)]
    world = cloud.state()
    template = at.mailbox(world, "support")
    for number, name in enumerate(names):
        address = f"{name}@contoso.example"
        ids = {"Guid": f"4b2a5d0e-7f0c-4c11-9d0e-0c6b1a1f1a{number:02d}", "ExternalDirectoryObjectId": None}
        names_of = {"UserPrincipalName": address, "PrimarySmtpAddress": address, "Alias": name, "Name": name}
        mailbox = {**template, **ids, **names_of, "DisplayName": name, "EmailAddresses": [f"SMTP:{address}"]}
        cloud.edit([{"op": "add", "path": f"/tenants/{CONTOSO}/mailboxes/-", "value": mailbox}])
        play.variables(f"host:{name}", webex_email_address=address)
    hosts = dict.fromkeys(names)
    (play.inventory / "more.yml").write_text(
        yaml.safe_dump({"webex_email_channels": {"hosts": hosts}, "tenant_contoso": {"hosts": hosts}}),
        "utf-8",
    )
    run = play.run("site", "--forks", "8", "--limit", "tenant_contoso")
    world = cloud.state()
    assert run.failed_hosts == []
    app = at.app(world, CONTOSO)
    at.principal(world, CONTOSO, app["appId"])
    assert len(world["tenants"][CONTOSO]["app_role_assignments"]) == 1
    secrets = {item["displayName"]: app["lab_secrets"][item["keyId"]] for item in app["passwordCredentials"]}
    assert len(secrets) == len(app["passwordCredentials"]) == 8
    for asset in world["connect"][CONTOSO]["assets"]:
        assert asset["lab_secrets"]["clientSecret"] == secrets[f"wxconnect {asset['emailId']}"]
        assert asset["clientId"] == app["appId"]
    assert len(at.rule(world, CONTOSO)["From"]) == 8


@pytest.fixture
def manual(play):
    """A run for a channel whose asset a person made in the portal."""
    play.variables(
        "support",
        webex_email_connect_mode="manual",
        webex_email_forwarding_address=PORTAL_ALIAS,
        webex_email_callback_url=PORTAL_CALLBACK,
        webex_email_connect_token="",
    )
    return play.run("site", "--limit", "contoso,support")


def test_manual_mode_does_all_the_rest(manual, play, cloud):
    assert "connect" not in requests_by_service(cloud)
    world = cloud.state()
    assert at.assets(world, "support") == []
    assert at.app(world, CONTOSO)["web"]["redirectUris"] == [PORTAL_CALLBACK]
    assert at.app(world, CONTOSO)["passwordCredentials"] == [], "nobody would know its value"
    mailbox = at.mailbox(world, "support")
    assert mailbox["ForwardingSmtpAddress"] == f"smtp:{PORTAL_ALIAS}"
    assert mailbox["SmtpClientAuthenticationDisabled"] is False
    assert at.rule(world, CONTOSO)["From"].count("support@contoso.example") == 1
    cloud.clear_journal()
    assert set(play.run("site", "--limit", "contoso,support").changed.values()) == {0}
    assert writes(cloud) == []


def test_manual_mode_says_what_to_click(manual, cloud):
    required = " ".join(manual.fact("support")["actions_required"])
    assert len(manual.fact("support")["actions_required"]) == 4
    for words in (
        "Certificates & secrets: add a client secret",
        "SMTP Server smtp.office365.com, Port 587, Security STARTTLS, Username support@contoso.example",
        f"Client ID {at.app(cloud.state(), CONTOSO)['appId']}",
        "Generate Token, sign in as support@contoso.example",
        "Register To Webex Engage",
    ):
        assert words in required


def test_manual_mode_without_the_portals_address_says_so(play, cloud):
    play.variables("support", webex_email_connect_mode="manual")
    failure = play.run("site", "--limit", "contoso,support", fails=True).failure("support")
    assert "forwarding_address" in failure["msg"]
    assert not {entry["operation"] for entry in writes(cloud)} & {"Set-Mailbox", "Set-CASMailbox"}


def test_a_handover_that_is_done_is_not_asked_for_again(converged):
    run = converged.run("site", "--limit", "contoso,support", webex_email_handover_done=True)
    (look,) = run.of("support", "email_channel_info")
    assert look.result["result"]["actions_required"] == []
    assert "Generate Token" not in run.stdout


def test_everything_from_the_environment(play, cloud):
    """As AWX injects its built-in Azure credential and a custom one for Webex Connect."""
    world = cloud.state()
    tenant, connect = world["tenants"][FABRIKAM], world["connect"][FABRIKAM]
    for path in (play.inventory / "group_vars").rglob("*.yml"):
        path.unlink()
    play.variables("help", webex_email_tenant="fabrikam")
    caller = tenant["callers"][0]
    environment = {
        "AZURE_TENANT": tenant["id"],
        "AZURE_CLIENT_ID": caller["client_id"],
        "AZURE_SECRET": caller["secrets"][0]["value"],
        "AZURE_AUTHORITY_HOST": cloud.url,
        "WEBEX_EMAIL_GRAPH_URL": cloud.url,
        "WEBEX_EMAIL_EXCHANGE_URL": cloud.url,
        "WEBEX_EMAIL_CA_BUNDLE": cloud.ca_bundle,
        "WEBEX_CONNECT_URL": f"{cloud.url}/connectapi",
        "WEBEX_CONNECT_TOKEN": connect["tokens"][0]["value"],
        "WEBEX_CONNECT_ORGANIZATION_ID": connect["organization_id"],
    }
    run = play.run("site", "--limit", "fabrikam,help", environment=environment)
    assert run.failed_hosts == []
    assert at.signs_in(cloud, "help")
    assert at.rule(cloud.state(), FABRIKAM)["From"] == ["help@fabrikam.example"]


def test_a_bad_channel_fails_alone(play, cloud):
    play.variables("sales", webex_email_address="nobody@contoso.example")
    run = play.run("site", fails=True)
    (notes,) = [task for task in run.of("contoso") if task.name == "Show what is worth knowing"]
    assert "no mailbox nobody@contoso.example" in " ".join(notes.result["msg"])
    assert run.failed_hosts == ["sales"]
    failure = run.failure("sales")
    assert failure["error"]["code"] == "not_found"
    assert "nobody@contoso.example" in failure["msg"]
    world = cloud.state()
    assert at.assets(world, "sales") == [] and at.credentials(world, "sales") == []
    for channel in ("support", "help"):
        assert at.signs_in(cloud, channel)
        assert all(check["ok"] for check in run.fact(channel)["verified"])
