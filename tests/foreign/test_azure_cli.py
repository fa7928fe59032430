# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""azure-cli and our modules work on one directory."""

from __future__ import annotations

import json

from ansible_collections.ccops.webex_email.plugins.modules.azure_app_secret import MODULE as SECRET
from ansible_collections.ccops.webex_email.plugins.modules.azure_app_secret_info import MODULE as SECRET_INFO

from foreign import seen
from foreign.adopting import adopt
from unit.resources.directory import BOTH, EXCHANGE, NAME, SEND, SMTP

GRAPH = "https://graph.microsoft.com"
REST = ("rest", "--resource", GRAPH, "--method")


def _assignments(principal_id):
    return f"{GRAPH}/v1.0/servicePrincipals/{principal_id}/appRoleAssignments"


def test_what_azure_cli_made_is_adopted_by_us_without_asking_for_anything_more(az, directory):
    app = az(
        *("ad", "app", "create", "--display-name", "Made by az", "--web-redirect-uris", seen.REDIRECT),
        *("--enable-access-token-issuance", "true", "--sign-in-audience", "AzureADMyOrg"),
    )
    principal = az("ad", "sp", "create", "--id", app["appId"])
    wanted = ("--api-permissions", f"{seen.MAIL_SEND}=Role", f"{seen.SMTP_SEND}=Scope")
    az("ad", "app", "permission", "add", "--id", app["appId"], "--api", EXCHANGE, *wanted)
    az("ad", "app", "permission", "grant", "--id", app["appId"], "--api", EXCHANGE, "--scope", "SMTP.Send")
    exchange = az("ad", "sp", "show", "--id", EXCHANGE)
    assignment = {"principalId": principal["id"], "resourceId": exchange["id"], "appRoleId": seen.MAIL_SEND}
    az(*REST, "post", "--url", _assignments(principal["id"]), "--body", json.dumps(assignment))
    secret = az(
        "ad", "app", "credential", "reset", "--id", app["appId"], "--append", "--display-name", "by az"
    )
    assert secret["password"]

    taken = adopt(directory, app["appId"], "Made by az", permissions=[SEND, SMTP])
    assert taken["others"] == []
    assert taken["app"]["service_principal_id"] == principal["id"]
    listed = directory.task.run(SECRET_INFO, app_id=app["appId"])["secrets"]
    assert [item["display_name"] for item in listed] == ["by az"]


def test_an_app_made_by_us_is_shown_by_azure_cli_with_the_same_fields(az, directory):
    ours = directory.have(**BOTH)["app"]
    secret = directory.task.run(SECRET, app_id=ours["app_id"], display_name="by us")["secret"]

    (app,) = az("ad", "app", "list", "--display-name", "WebexConnect")
    assert seen.of_graph(app) == seen.of_ours(ours)
    assert seen.declared(app) == sorted([seen.MAIL_SEND, seen.SMTP_SEND])
    (credential,) = az("ad", "app", "credential", "list", "--id", ours["app_id"])
    assert (credential["keyId"], credential["displayName"]) == (secret["key_id"], "by us")
    principal = az("ad", "sp", "show", "--id", ours["app_id"])
    assert principal["id"] == ours["service_principal_id"]
    (resource,) = az("ad", "app", "permission", "list", "--id", ours["app_id"])
    assert resource["resourceAppId"] == EXCHANGE
    (grant,) = az("ad", "app", "permission", "list-grants", "--id", ours["app_id"])
    assert (grant["scope"], grant["consentType"]) == ("SMTP.Send", "AllPrincipals")
    (assignment,) = az(*REST, "get", "--url", _assignments(ours["service_principal_id"]))["value"]
    assert assignment["appRoleId"] == seen.MAIL_SEND
    assert ours["unique_name"] == NAME
