# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""azure-cli and our modules work on one directory."""

from __future__ import annotations

from ansible_collections.ccops.webex_email.plugins.modules.azure_app_secret import MODULE as SECRET
from ansible_collections.ccops.webex_email.plugins.modules.azure_app_secret_info import MODULE as SECRET_INFO

from foreign import seen
from foreign.adopting import adopt
from unit.resources.directory import BOTH, EXCHANGE, NAME

GRAPH_URL = "https://graph.microsoft.com/v1.0"


def test_an_app_made_by_azure_cli_is_adopted_by_us(az, directory):
    app = az(
        *("ad", "app", "create", "--display-name", "Made by az", "--web-redirect-uris", seen.REDIRECT),
        *("--enable-access-token-issuance", "true", "--sign-in-audience", "AzureADMyOrg"),
    )
    az("ad", "sp", "create", "--id", app["appId"])
    permission = ("--api", EXCHANGE, "--api-permissions", f"{seen.MAIL_SEND}=Role")
    az("ad", "app", "permission", "add", "--id", app["appId"], *permission)
    secret = az(
        "ad", "app", "credential", "reset", "--id", app["appId"], "--append", "--display-name", "by az"
    )
    assert secret["password"]

    taken = adopt(directory, app["appId"], "Made by az")
    assert taken["others"] == [
        "grant admin consent for Office 365 Exchange Online / application / Mail.Send to app Made by az",
    ]
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
    url = f"{GRAPH_URL}/servicePrincipals/{ours['service_principal_id']}/appRoleAssignments"
    (assignment,) = az("rest", "--method", "get", "--url", url, "--resource", "https://graph.microsoft.com")[
        "value"
    ]
    assert assignment["appRoleId"] == seen.MAIL_SEND
    assert ours["unique_name"] == NAME
