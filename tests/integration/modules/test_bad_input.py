# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Input that cannot work: nothing is written, and one sentence says why and what to do."""

from __future__ import annotations

import pytest

from integration.modules.both import check_steps
from integration.modules.scenario import Step

ALIAS = "a41a0ba3566ed2091155f13e48e6d4f8@mail-us.imiconnect.io"
APP = {"unique_name": "webex-connect-email", "display_name": "WebexConnect"}
CREDENTIAL = {"unique_name": "webex-connect-email", "display_name": "wxconnect"}
POLICY = "/tenants/0/app_management_policy"
CONNECT = "/connect/0/tokens"


def refused(module, code, msg, lab=None, **options):
    """A step that fails, in its own words."""
    return Step(f"{module} {code}", module, options, lab or {}, code=code, msg=msg)


def forbidding(rule):
    """A tenant's policy about client secrets with one rule in force."""
    rule = {"restrictForAppsCreatedAfterDateTime": "2019-01-01T00:00:00Z", "state": "enabled", **rule}
    restrictions = {"passwordCredentials": [{"maxLifetime": None, **rule}], "keyCredentials": []}
    values = {"isEnabled": True, "applicationRestrictions": restrictions}
    return {
        "edit": [
            {"op": "replace", "path": f"{POLICY}/{name}", "value": value} for name, value in values.items()
        ]
    }


SAME_ALIAS = {"op": "replace", "path": "/tenants/0/mailboxes/1/Alias", "value": "support"}
FORWARD = {"identity": "support@contoso.example"}

CASES = {
    "malformed address": refused(
        "exchange_forwarding",
        "invalid_input",
        "forward_to is not a mail address",
        **FORWARD,
        forward_to="a@@b",
    ),
    "malformed sender": refused(
        "exchange_outbound_policy", "invalid_input", "senders is not a mail address", senders=["support"]
    ),
    "malformed address of an asset": refused(
        "webex_connect_email_asset",
        "invalid_input",
        "email is not a mail address",
        name="x",
        email="support at contoso",
    ),
    "alias equal to the mailbox": refused(
        "exchange_forwarding",
        "invalid_input",
        "would forward to itself",
        **FORWARD,
        forward_to="Support@contoso.example",
    ),
    "unknown mailbox": refused(
        "exchange_forwarding", "not_found", "No mailbox", identity="nobody@contoso.example", forward_to=ALIAS
    ),
    "unknown sender": refused(
        "exchange_outbound_policy", "not_found", "no such recipient", senders=["nobody@contoso.example"]
    ),
    "ambiguous mailbox": refused(
        "o365_mailbox",
        "ambiguous",
        "2 mailboxes",
        {"edit": [SAME_ALIAS]},
        identity="support",
        smtp_auth="enabled",
    ),
    "unknown permission": refused(
        "azure_app_registration",
        "invalid_input",
        "Mail.Snd",
        **APP,
        permissions=[{"resource": "Office 365 Exchange Online", "type": "application", "value": "Mail.Snd"}],
    ),
    "unknown resource": refused(
        "azure_app_registration",
        "invalid_input",
        "Office 365 Exchang",
        **APP,
        permissions=[{"resource": "Office 365 Exchang", "type": "application", "value": "Mail.Send"}],
    ),
    "redirect URI without https": refused(
        "azure_app_registration",
        "invalid_input",
        "must start with https://",
        **APP,
        redirect_uris=["http://yourwebexconnectname.us.webexconnect.io/callback"],
    ),
    "secret lifetime over the tenant's policy": refused(
        "azure_app_secret",
        "policy_blocked",
        "Set valid_days to 180 or less",
        forbidding({"restrictionType": "passwordLifetime", "maxLifetime": "P180D"}),
        **CREDENTIAL,
    ),
    "tenant that forbids secrets": refused(
        "azure_app_secret",
        "policy_blocked",
        "forbids client secrets",
        forbidding({"restrictionType": "passwordAddition"}),
        **CREDENTIAL,
    ),
    "Connect token expired": refused(
        "webex_connect_email_asset",
        "unauthenticated",
        "take a new one",
        name="x",
        email="support@contoso.example",
        connect_token="CANARY-connect-token-contoso-expired-1~y+z/a=",
    ),
    "Connect wrong organization": refused(
        "webex_connect_email_asset",
        "denied",
        "Check connect_organization_id",
        name="x",
        email="support@contoso.example",
        connect_organization_id="5a1f2d3c-8e4b-4f6a-9c7d-0b1a2c3d4e02",
    ),
    "Connect token without the right": refused(
        "webex_connect_email_asset",
        "denied",
        "may manage digital assets",
        name="x",
        email="support@contoso.example",
        connect_token="CANARY-connect-token-contoso-norole-2~v+w/x=",
    ),
}


def test_nothing_is_written_and_the_cause_is_named(play):
    """All cases in one playbook, each on a world of its own."""
    steps = [
        Step(name, step.module, step.options, {"reset": True, **step.lab}, code=step.code, msg=step.msg)
        for name, step in CASES.items()
    ]
    check_steps(play, steps)


@pytest.mark.parametrize("damage", ["not JSON at all", '{"something": "else"}', '{"webex_email_record": []'])
def test_an_unreadable_record_is_named(play, damage):
    record = play.folder / "record.json"
    record.write_text(damage)
    options = {"name": "x", "email": "support@contoso.example", "record_path": str(record)}
    steps = [
        Step("asset", "webex_connect_email_asset", options, code="invalid_input", msg=f"The record {record}")
    ]
    check_steps(play, steps)
    assert record.read_text() == damage
