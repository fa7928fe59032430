# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""CLI for Microsoft 365 and our modules work on one directory."""

from __future__ import annotations

from foreign import seen
from foreign.adopting import adopt
from unit.resources.directory import BOTH


def test_an_app_made_by_cli_for_m365_is_adopted_by_us_without_asking_for_anything_more(m365, directory):
    made = m365(
        *(
            "entra",
            "app",
            "add",
            "--name",
            "Made by M365",
            "--redirectUris",
            seen.REDIRECT,
            "--platform",
            "web",
        ),
        *("--implicitFlow", "--apisApplication", "https://outlook.office365.com/Mail.Send"),
        *("--grantAdminConsent", "--withSecret"),
    )
    assert made["secrets"][0]["value"]
    taken = adopt(directory, made["appId"], "Made by M365")
    assert taken["others"] == []


def test_an_app_made_by_us_is_shown_by_cli_for_m365_with_the_same_fields(m365, directory):
    ours = directory.have(**BOTH)["app"]
    app = m365("entra", "app", "get", "--appId", ours["app_id"])
    assert seen.of_graph(app) == seen.of_ours(ours)
    assert seen.declared(app) == sorted([seen.MAIL_SEND, seen.SMTP_SEND])
    listed = [item for item in m365("entra", "app", "list") if item["appId"] == ours["app_id"]]
    assert [seen.of_graph(item) for item in listed] == [seen.of_ours(ours)]
    permissions = m365("entra", "app", "permission", "list", "--appId", ours["app_id"])
    assert sorted(item["permission"] for item in permissions) == ["Mail.Send", "SMTP.Send"]
    (grant,) = m365("entra", "oauth2grant", "list", "--spObjectId", ours["service_principal_id"])
    assert (grant["scope"], grant["consentType"]) == ("SMTP.Send", "AllPrincipals")
