# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Email assets of the lab's Webex Connect, as pure functions."""

from __future__ import annotations

import re
from datetime import datetime, timezone

import pytest

from lab import connect_assets as assets
from lab.connect_assets import AssetError

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)
BODY = {"name": "Support", "emailId": "support@contoso.example"}
OAUTH = {
    **BODY,
    "authType": "OAUTH2",
    "smtpServer": "smtp.office365.com",
    "port": 587,
    "security": "STARTTLS",
    "clientId": "6f1d3c52-5a0b-4f0e-9a61-1f6f5f0c1a01",
    "clientSecret": "CANARY~+/=",
    "scope": "offline_access https://outlook.office.com/SMTP.Send",
    "accessTokenUrl": "https://login.microsoftonline.com/t/oauth2/v2.0/token",
}


@pytest.fixture
def connect():
    return {"tenant": "acme", "region": "us", "mail_domain": "mail-us.imiconnect.io", "assets": []}


def test_the_server_makes_id_forwarding_address_and_callback(connect):
    asset = assets.create(connect, OAUTH, NOW)
    assert re.fullmatch(r"a_\d{18}", asset["appId"])
    assert re.fullmatch(r"[0-9a-f]{32}@mail-us\.imiconnect\.io", asset["forwardingAddress"])
    assert asset["callbackUrl"] == "https://acme.us.webexconnect.io/callback"
    assert connect["assets"] == [asset]


def test_ids_differ_even_at_the_same_moment(connect):
    assert assets.create(connect, BODY, NOW)["appId"] != assets.create(connect, BODY, NOW)["appId"]


@pytest.mark.parametrize(
    ("echo", "seen"), [("masked", assets.MASK), ("omitted", None), ("echoed", "CANARY~+/=")]
)
def test_the_secret_is_kept_apart_and_shown_as_told(connect, echo, seen):
    asset = assets.create(connect, OAUTH, NOW)
    assert asset["lab_secrets"] == {"clientSecret": "CANARY~+/="}
    assert "clientSecret" not in asset
    view = assets.shown(asset, echo)
    assert view.get("clientSecret") == seen
    assert not any(name.startswith("lab_") for name in view)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"name": "Support"},
        {"emailId": "support@contoso.example"},
        {**BODY, "emailId": "support"},
        {**BODY, "name": " "},
        {**BODY, "port": "587"},
        {**BODY, "port": 0},
        {**BODY, "port": True},
        {**BODY, "security": "TLS"},
        {**BODY, "security": "starttls"},
        {**BODY, "authType": "USERNAME_PASSWORD"},
        {**BODY, "accessTokenUrl": "http://login.example/token"},
        {**BODY, "useDifferentLoginId": True},
        {**BODY, "scope": None},
        {**BODY, "appName": "x"},
        {**BODY, "forwardingAddress": "x@mail-us.imiconnect.io"},
    ],
)
def test_bodies_that_do_not_fit_are_refused(connect, body):
    with pytest.raises(AssetError) as caught:
        assets.create(connect, body, NOW)
    assert caught.value.status == 400
    assert connect["assets"] == []


def test_a_refusal_does_not_quote_the_value(connect):
    with pytest.raises(AssetError) as caught:
        assets.create(connect, {**BODY, "clientSecret": ["CANARY"]}, NOW)
    assert "CANARY" not in caught.value.description


def test_the_same_address_twice_makes_two_unless_told_otherwise(connect):
    assets.create(connect, BODY, NOW)
    assets.create(connect, BODY, NOW)
    assert len(connect["assets"]) == 2
    with pytest.raises(AssetError) as caught:
        assets.create(connect, {**BODY, "emailId": "SUPPORT@contoso.example"}, NOW, unique_email=True)
    assert caught.value.status == 409


def test_an_update_merges(connect):
    asset = assets.create(connect, OAUTH, NOW)
    forwarding = asset["forwardingAddress"]
    assert assets.update(connect, asset["appId"], {"name": "Desk"})
    assert not assets.update(connect, asset["appId"], {"name": "Desk"})
    assert (asset["name"], asset["port"], asset["forwardingAddress"]) == ("Desk", 587, forwarding)
    assert asset["lab_secrets"]["clientSecret"] == "CANARY~+/="


def test_an_update_that_replaces_forgets_what_is_left_out(connect):
    asset = assets.create(connect, OAUTH, NOW)
    app_id, forwarding = asset["appId"], asset["forwardingAddress"]
    assert assets.update(connect, app_id, BODY, replace=True)
    assert (asset["appId"], asset["forwardingAddress"]) == (app_id, forwarding)
    assert (asset["security"], asset["lab_secrets"]) == ("NONE", {})
    assert "port" not in asset
    with pytest.raises(AssetError):
        assets.update(connect, app_id, {"name": "Desk"}, replace=True)


def test_a_refused_update_changes_nothing(connect):
    asset = assets.create(connect, OAUTH, NOW)
    before = dict(asset)
    with pytest.raises(AssetError):
        assets.update(connect, asset["appId"], {"name": "Desk", "useDifferentLoginId": True})
    assert asset == before


def test_an_unknown_id_is_not_found(connect):
    for call in (assets.find, assets.delete):
        with pytest.raises(AssetError) as caught:
            call(connect, "a_000000000000000000")
        assert caught.value.status == 404
