# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The corners of the contracts that nobody comes through by accident: every key, every list's next page, every value.

Whatever a contract declares is exercised by some test (see ``lab.coverage_report``); most of it by the tests of the
modules. Each test here ends without a departure from the contract.
"""

from __future__ import annotations

import pytest

from lab.contract import document
from unit.lab.cloud import EXCHANGE_APP
from unit.lab.test_contact_center import Service as ContactCenter
from unit.lab.test_exchange_http import Service as Exchange

UNIQUE = "whole"


@pytest.fixture(autouse=True)
def agreed(request):
    """Nothing departed from its contract, in any lab of the test."""
    names = [name for name in ("here", "exchange", "contact_center") if name in request.fixturenames]
    places = [request.getfixturevalue(name) for name in names]
    yield
    for place in places:
        assert getattr(place, "cloud", place).lab.violations == []


@pytest.fixture
def exchange():
    return Exchange()


@pytest.fixture
def contact_center():
    return ContactCenter()


@pytest.fixture
def whole(here):
    """An application with everything that can be written, its service principal, and grants both ways."""
    here.as_roles(
        "Application.ReadWrite.All",
        "AppRoleAssignment.ReadWrite.All",
        "Directory.ReadWrite.All",
        "Policy.Read.All",
        "Policy.Read.PermissionGrant",
    )
    uri = "https://whole.example/callback"
    key = {"displayName": "key", "key": "AAAA", "type": "AsymmetricX509Cert", "usage": "Verify"}
    app = here.make_app(
        uniqueName=UNIQUE,
        spa={"redirectUris": [uri]},
        publicClient={"redirectUris": [uri]},
        keyCredentials=[key],
        web={
            "redirectUris": [uri],
            "homePageUrl": uri,
            "logoutUrl": uri,
            "implicitGrantSettings": {"enableAccessTokenIssuance": True, "enableIdTokenIssuance": True},
        },
    )
    principal = here.make("/servicePrincipals", {"appId": app["appId"], "description": "whole"})
    return app, principal


def keys(app):
    """The paths of an application by each of its keys."""
    return f"/applications/{app['id']}", f"/applications(appId='{app['appId']}')", _named(UNIQUE)


def _named(name):
    return f"/applications(uniqueName='{name}')"


def test_an_application_is_shown_with_all_that_was_written(here, whole):
    shown = here.graph("GET", keys(whole[0])[0]).json()
    assert shown["spa"] == shown["publicClient"] == {"redirectUris": ["https://whole.example/callback"]}
    assert shown["keyCredentials"][0]["displayName"] == "key"
    assert shown["web"]["implicitGrantSettings"]["enableIdTokenIssuance"] is True


def test_a_new_application_has_every_platform_and_no_address_on_any(here):
    app = here.make_app()
    assert [app[name]["redirectUris"] for name in ("web", "spa", "publicClient")] == [[], [], []]


@pytest.mark.parametrize("number", range(3))
def test_secrets_come_and_go_by_each_key(here, whole, number):
    path = keys(whole[0])[number]
    wanted = {"displayName": "x", "endDateTime": "2027-06-01T00:00:00Z"}
    made = here.make(f"{path}/addPassword", {"passwordCredential": wanted})
    assert made["endDateTime"] == wanted["endDateTime"]
    assert here.graph("POST", f"{path}/removePassword", {"keyId": made["keyId"]}).status_code == 204


@pytest.mark.parametrize("number", range(3))
def test_applications_are_changed_and_deleted_by_each_key(here, whole, number):
    path = keys(whole[0])[number]
    wanted = {"displayName": "Renamed", "spa": {"redirectUris": []}, "publicClient": {"redirectUris": []}}
    assert here.graph("PATCH", path, wanted).status_code == 204
    assert here.graph("DELETE", path).status_code == 204


def test_an_application_is_made_by_name_with_every_platform(here):
    uris = {"redirectUris": ["https://other.example/callback"]}
    wanted = {"displayName": "Other", "web": uris, "spa": uris, "publicClient": uris}
    answer = here.graph("PATCH", _named("other"), wanted, Prefer="create-if-missing")
    assert (answer.status_code, answer.json()["spa"]) == (201, uris)


@pytest.mark.parametrize("by_app_id", [False, True])
def test_grants_are_made_and_listed_by_each_key_of_a_service_principal(here, whole, by_app_id):
    here.lab.change_settings({"page_size": 1})
    principal, resource = whole[1], here.principal(EXCHANGE_APP)
    path = _principal(principal, by_app_id)
    for value in ("Mail.Send", "Mail.Read"):
        here.make(f"{path}/appRoleAssignments", here.assignment(principal, resource, value))
    other = _principal(resource, by_app_id)
    here.make(f"{other}/appRoleAssignedTo", here.assignment(principal, resource, "Mail.ReadWrite"))
    for microsoft in (resource, here.principal("00000003-0000-0000-c000-000000000000")):
        wanted = {"clientId": principal["id"], "resourceId": microsoft["id"], "scope": "SMTP.Send"}
        made = here.make("/oauth2PermissionGrants", {**wanted, "consentType": "AllPrincipals"})
        assert here.graph("GET", f"/oauth2PermissionGrants/{made['id']}").json()["id"] == made["id"]
    for listed in (f"{path}/appRoleAssignments", f"{path}/oauth2PermissionGrants", "/oauth2PermissionGrants"):
        assert "@odata.nextLink" in here.graph("GET", listed).json(), listed
    assert "@odata.nextLink" in here.graph("GET", f"{other}/appRoleAssignedTo").json()


def _principal(principal, by_app_id):
    return (
        f"/servicePrincipals(appId='{principal['appId']}')"
        if by_app_id
        else f"/servicePrincipals/{principal['id']}"
    )


def test_every_list_of_the_directory_has_a_next_page(here, whole):
    here.lab.change_settings({"page_size": 1})
    app = whole[0]
    rules = here.tenant["permission_grant_policies"]["microsoft-user-default-legacy"]["includes"]
    here.tenant["permission_grant_policies"]["own"] = {"includes": rules * 2, "excludes": rules * 2}
    for _number in range(2):
        here.graph("DELETE", f"/applications/{here.make_app()['id']}")
    for path in (
        "/applications",
        "/servicePrincipals",
        "/directory/deletedItems/microsoft.graph.application",
        "/policies/permissionGrantPolicies/own/includes",
        "/policies/permissionGrantPolicies/own/excludes",
    ):
        assert "@odata.nextLink" in here.graph("GET", path).json(), path
    assert here.graph("GET", f"/applications/{app['id']}/appManagementPolicies").json()["value"] == []


def test_policies_about_secrets_are_shown_whole(here, whole):
    app = whole[0]
    rule = {
        "restrictionType": "passwordLifetime",
        "maxLifetime": "P90D",
        "restrictForAppsCreatedAfterDateTime": "2026-01-01T00:00:00Z",
        "state": "enabled",
    }
    policy = {"id": "p", "displayName": "Short", "description": "Short secrets", "isEnabled": True}
    here.tenant["app_management_policies"][app["id"]] = {
        **policy,
        "restrictions": {"passwordCredentials": [rule]},
    }
    (shown,) = here.graph("GET", f"/applications/{app['id']}/appManagementPolicies").json()["value"]
    assert shown["restrictions"]["passwordCredentials"] == [rule]


def test_a_managed_identity_is_refused_with_all_that_a_refusal_says(here):
    header = here.caller("managed")["identity_header"]
    query = {"api-version": "2019-08-01", "resource": "https://unknown.example"}
    answer = here.request("GET", "/msi/token", params=query, headers={"X-IDENTITY-HEADER": header})
    assert (answer.status_code, answer.json()["error_codes"]) == (400, [500011])


# A value for a schema that does not say which: such as the names and addresses of the example world.
VALUES = {
    "Identity": "support@contoso.example",
    "ForwardingAddress": "sales@contoso.example",
    "ForwardingSmtpAddress": "smtp:someone@elsewhere.example",
    "HostedOutboundSpamFilterPolicy": "Default",
    "Cmdlet": "Get-Mailbox",
    "SenderAddress": ["support@contoso.example"],
    "StartDate": "2026-11-01T00:00:00Z",
    "EndDate": "2026-11-02T00:00:00Z",
    "MessageTraceId": "0f47778c-61c2-4b0a-8e94-3f05e737a1dd",
}


def value_of(name, schema):
    """Some value that the schema allows."""
    while "$ref" in schema:
        schema = document("exchange")["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "oneOf" in schema:
        return value_of(name, schema["oneOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "array":
        known = VALUES.get(name)
        return known if isinstance(known, list) else [value_of(name, schema["items"])]
    if name in VALUES:
        known = VALUES[name]
        return known[0] if isinstance(known, list) else known
    return {"boolean": False, "integer": schema.get("minimum", 0)}.get(
        schema.get("type"), "support@contoso.example"
    )


def cmdlets():
    """Name and schema of the parameters of every cmdlet of the contract."""
    schemas = document("exchange")["components"]["schemas"]
    for part in schemas["InvokeCommand"]["properties"]["CmdletInput"]["oneOf"]:
        properties = schemas[part["$ref"].rpartition("/")[2]]["properties"]
        yield pytest.param(properties["Parameters"], id=properties["CmdletName"]["enum"][0])


@pytest.mark.parametrize("schema", list(cmdlets()))
def test_every_parameter_of_a_cmdlet_is_known_to_the_service(exchange, schema, request):
    name = request.node.callspec.id
    given = {key: value_of(key, below) for key, below in schema["properties"].items()}
    answer = exchange.invoke(name, given)
    assert answer.status_code in (200, 204, 400, 404), answer.text
    assert "Parameter set cannot be resolved" not in answer.text


@pytest.mark.parametrize("operation", ["$batch", "EXOModuleFile"])
@pytest.mark.parametrize("status", [302, 401, 403])
def test_who_may_not_run_cmdlets_may_not_ask_which_or_run_several(exchange, operation, status):
    if status == 302:
        exchange.lab.change_settings({"exchange_redirect": "https://own.example"})
    token = exchange.token(wids=() if status == 403 else ("29232cdf-9323-42fd-ade2-1d097af3e4de",))
    headers = {"Authorization": "Bearer none" if status == 401 else f"Bearer {token}"}
    part = {"CmdletInput": {"CmdletName": "Get-Mailbox", "Parameters": {}}}
    url = f"{exchange.base}/InvokeCommand"
    body = {"requests": [{"id": "1", "method": "POST", "url": url, "body": part}]}
    if operation == "$batch":
        answer = exchange.request("POST", f"{exchange.base}/$batch", headers=headers, json=body)
    else:
        path = exchange.base.replace("/beta/", "/v1.0/")
        answer = exchange.request("GET", f"{path}/{operation}", headers=headers)
    assert answer.status_code == status


def test_an_entry_point_is_kept_with_all_that_its_schema_has(contact_center):
    wanted = {
        "description": "Mail",
        "timezone": "Europe/Rome",
        "version": 0,
        "organizationId": contact_center.organization["organization_id"],
    }
    made = contact_center.made(**wanted)
    assert {name: made[name] for name in wanted} == wanted
    changed = contact_center.send("PUT", f"/entry-point/{made['id']}", {**made, "description": "Post"})
    assert changed.json()["description"] == "Post"
    assert contact_center.send("GET", "/v2/entry-point", token=None).status_code == 401


def test_a_header_of_a_batch_holds_no_line_break(here):
    part = {"id": "1", "method": "GET", "url": "/organization", "headers": {"prefer": "a\nb"}}
    assert here.graph("POST", "/$batch", {"requests": [part]}).status_code == 400
    here.lab.violations.clear()  # it is one, and meant to be


def test_a_header_of_a_batch_of_cmdlets_holds_no_line_break(exchange):
    part = {
        "id": "1",
        "method": "POST",
        "url": f"{exchange.base}/InvokeCommand",
        "headers": {"prefer": "a\nb"},
    }
    part["body"] = {"CmdletInput": {"CmdletName": "Get-Mailbox", "Parameters": {}}}
    assert exchange.post(f"{exchange.base}/$batch", {"requests": [part]}).status_code == 400
    exchange.lab.violations.clear()
