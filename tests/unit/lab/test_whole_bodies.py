# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The most that bodies may hold, and each operation's refusal: together with ``test_whole_contract`` all contracts."""

from __future__ import annotations

import json

import pytest

from lab.contract import document
from lab.coverage import METHODS
from unit.lab.cloud import EXCHANGE_APP
from unit.lab.test_connect_http import APP as ASSETS
from unit.lab.test_connect_http import Service as Connect
from unit.lab.test_exchange_http import Service as Exchange

KEY = {
    "customKeyIdentifier": "AAAA",
    "displayName": "key",
    "endDateTime": "2027-06-01T00:00:00Z",
    "key": "AAAA",
    "keyId": "0f47778c-61c2-4b0a-8e94-3f05e737a1aa",
    "startDateTime": "2026-06-01T00:00:00Z",
    "type": "AsymmetricX509Cert",
    "usage": "Verify",
}
APPLICATION = {
    "description": "All that can be said",
    "identifierUris": ["api://whole"],
    "isFallbackPublicClient": None,
    "notes": "notes",
    "requiredResourceAccess": [],
    "serviceManagementReference": "reference",
    "signInAudience": "AzureADMultipleOrgs",
    "tags": ["tag"],
}
PRINCIPAL = {"notes": "notes", "description": "text", "tags": ["tag"], "appRoleAssignmentRequired": False}
ASSET = {
    "name": "Whole",
    "emailId": "support@contoso.example",
    "authType": "OAUTH2",
    "authorizationUrl": "https://login.example/authorize",
    "accessTokenUrl": "https://login.example/token",
    "refreshTokenUrl": "https://login.example/token",
    "clientId": "id",
    "clientSecret": "CANARY-asset-secret~+/=",
    "scope": "offline_access",
    "smtpServer": "smtp.example",
    "port": 587,
    "security": "STARTTLS",
    "username": "support@contoso.example",
    "useDifferentLoginId": True,
    "tokenLoginId": "login@contoso.example",
}


def held(body, answer):
    """What an answer says of the properties that a body had."""
    return {name: answer[name] for name in body}


def test_an_application_keeps_all_that_it_was_given(here):
    whole = {**APPLICATION, "keyCredentials": [KEY]}
    made = here.make_app(**whole)
    assert held(APPLICATION, made) == APPLICATION
    other = {**APPLICATION, "notes": "other", "tags": [], "keyCredentials": [KEY]}
    assert here.graph("PATCH", f"/applications/{made['id']}", other).status_code == 204
    shown = here.graph("GET", f"/applications/{made['id']}").json()
    assert (shown["notes"], shown["tags"], shown["keyCredentials"][0]["keyId"]) == ("other", [], KEY["keyId"])
    path = "/applications(uniqueName='upserted')"
    answer = here.graph("PATCH", path, {"displayName": "U", **APPLICATION}, Prefer="create-if-missing")
    assert held(APPLICATION, answer.json()) == APPLICATION
    assert here.lab.violations == []


@pytest.mark.parametrize("by_app_id", [False, True])
def test_a_service_principal_keeps_what_it_was_given_changes_and_goes(here, by_app_id):
    app = here.make_app()
    made = here.make(
        "/servicePrincipals", {"appId": app["appId"], "displayName": "WebexConnect", **PRINCIPAL}
    )
    assert held(PRINCIPAL, made) == PRINCIPAL
    path = f"/servicePrincipals/{made['id']}"
    changes = {**PRINCIPAL, "accountEnabled": False, "displayName": "WebexConnect", "notes": "other"}
    assert here.graph("PATCH", path, changes).status_code == 204
    shown = here.graph("GET", path).json()
    assert (shown["notes"], shown["accountEnabled"]) == ("other", False)
    by_key = f"/servicePrincipals(appId='{app['appId']}')" if by_app_id else path
    assert here.graph("DELETE", by_key).status_code == 204
    assert here.graph("GET", path).status_code == 404
    assert here.lab.violations == []


def test_who_may_read_users_is_told_whether_the_account_is_enabled(here):
    here.as_roles("User.Read.All")
    assert here.graph("GET", "/users/support@contoso.example").json()["accountEnabled"] is True


def _operations():
    """Method, path with its parameters filled in, and operationId of each of Graph's operations but the batch."""
    known = {"uniqueName": "none", "user": "nobody@contoso.example"}
    some = "0f47778c-61c2-4b0a-8e94-3f05e737a1aa"
    for template, item in document("graph")["paths"].items():
        path = "/".join(
            part if "{" not in part else _filled(part, known, some) for part in template.split("/")
        )
        for method in METHODS:
            if method in item and template != "/$batch":
                yield pytest.param(method.upper(), path, id=item[method]["operationId"])


def _filled(part, known, some):
    head, _brace, rest = part.partition("{")
    name, _brace, tail = rest.partition("}")
    return f"{head}{known.get(name, some)}{tail}"


@pytest.mark.parametrize("method, path", list(_operations()))
def test_every_operation_is_refused_by_the_contract_to_who_has_no_right(here, method, path):
    here.as_roles()
    answer = here.graph(method, path, {"displayName": "x"} if method in ("POST", "PATCH") else None)
    assert answer.status_code == 403, answer.text
    assert [item for item in here.lab.violations if item["direction"] == "response"] == []


def test_an_asset_keeps_all_that_it_was_given():
    service = Connect()
    made = service.send("POST", body=ASSET).json()["asset"]
    shown = {name: value for name, value in ASSET.items() if name != "clientSecret"}
    assert held(shown, made) == shown
    path = f"{ASSETS}/{made['appId']}"
    changed = {**ASSET, "name": "Other", "tokenLoginId": "other@contoso.example"}
    asset = service.send("PUT", path, body=changed).json()["asset"]
    assert (asset["name"], asset["tokenLoginId"]) == ("Other", "other@contoso.example")
    assert service.send("PUT", f"{ASSETS}/a_000000000000000000", body=changed).status_code == 404
    assert service.lab.violations == []


def test_cmdlets_of_a_caller_are_listed_for_its_own_tenant_only():
    exchange = Exchange()
    headers = {"Authorization": f"Bearer {exchange.token()}"}
    path = exchange.base.replace("/beta/", "/v1.0/")
    listed = exchange.request("GET", f"{path}/EXOModuleFile", headers=headers)
    assert listed.status_code == 200
    assert "Get-Mailbox" in json.dumps(listed.json())
    elsewhere = "/adminapi/{}/fabrikam.example/{}"
    file = elsewhere.format("v1.0", "EXOModuleFile")
    assert exchange.request("GET", file, headers=headers).status_code == 404
    part = {"CmdletInput": {"CmdletName": "Get-Mailbox", "Parameters": {}}}
    url = elsewhere.format("beta", "InvokeCommand")
    body = {"requests": [{"id": "1", "method": "POST", "url": url, "body": part}]}
    batch = elsewhere.format("beta", "$batch")
    assert exchange.request("POST", batch, headers=headers, json=body).status_code == 404
    assert exchange.lab.violations == []


def test_a_client_may_say_which_claims_it_can_handle(here):
    """As azure-cli and CLI for Microsoft 365 do: claims of the OpenID Connect form, here of continuous evaluation."""
    secret = here.caller()["secrets"][0]["value"]
    claims = json.dumps({"access_token": {"xms_cc": {"values": ["CP1"]}}})
    assert here.sign_in(client_secret=secret, claims=claims).status_code == 200
    assert here.lab.violations == []


def test_a_managed_identity_of_a_machine_is_refused_with_all_that_a_refusal_says(here):
    query = {"api-version": "2018-02-01", "resource": "https://unknown.example"}
    path = "/metadata/identity/oauth2/token"
    answer = here.request("GET", path, params=query, headers={"Metadata": "true"})
    assert (answer.status_code, answer.json()["error_codes"]) == (400, [500011])


def test_a_resource_lists_who_may_use_it_by_either_key(here):
    exchange = here.principal(EXCHANGE_APP)
    here.as_roles("Application.Read.All")
    for path in (f"/servicePrincipals/{exchange['id']}", f"/servicePrincipals(appId='{EXCHANGE_APP}')"):
        assert here.graph("GET", f"{path}/appRoleAssignedTo").json()["value"] == []
