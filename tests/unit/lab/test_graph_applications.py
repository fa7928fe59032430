# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Graph's applications and secrets in the lab."""

from __future__ import annotations

import uuid

import pytest

from unit.lab.cloud import code, message

CREATE = {"Prefer": "create-if-missing"}
NAMED = "/applications(uniqueName='webex-email')"


def test_create_answers_the_whole_object_and_makes_no_service_principal(here):
    app = here.make_app(uniqueName="webex-email", web={"redirectUris": ["https://a.example/callback"]})
    assert app["appId"] != app["id"]
    assert app["signInAudience"] == "AzureADMyOrg"
    assert app["publisherDomain"] == "contoso.onmicrosoft.com"
    assert app["web"]["redirectUriSettings"] == [{"uri": "https://a.example/callback", "index": None}]
    assert app["web"]["implicitGrantSettings"]["enableAccessTokenIssuance"] is False
    assert code(here.graph("GET", f"/servicePrincipals(appId='{app['appId']}')"))[0] == 404
    assert here.lab.violations == []


def test_an_application_is_found_by_id_appid_and_uniquename(here):
    app = here.make_app(uniqueName="webex-email")
    for path in (f"/applications/{app['id']}", f"/applications(appId='{app['appId']}')", NAMED):
        assert here.graph("GET", path).json()["id"] == app["id"]
    missing = here.graph("GET", "/applications(uniqueName='other')")
    assert code(missing) == (404, "Request_ResourceNotFound")


def test_upsert_needs_prefer_then_answers_201_and_later_204_without_body(here):
    body = {"displayName": "WebexConnect"}
    assert here.graph("PATCH", NAMED, body).status_code == 404
    created = here.graph("PATCH", NAMED, body, **CREATE)
    assert (created.status_code, created.json()["uniqueName"]) == (201, "webex-email")
    again = here.graph("PATCH", NAMED, {"displayName": "Renamed"}, **CREATE)
    assert (again.status_code, again.content) == (204, b"")
    assert here.graph("GET", NAMED).json()["displayName"] == "Renamed"


def test_a_taken_unique_name_is_400_not_409_also_when_softly_deleted(here):
    app = here.make_app(uniqueName="webex-email")
    for _index in range(2):
        clash = here.graph("POST", "/applications", {"displayName": "x", "uniqueName": "webex-email"})
        assert code(clash) == (400, "Request_BadRequest")
        assert "same value for property uniqueName already exists" in message(clash)
        here.graph("DELETE", f"/applications/{app['id']}")
    assert here.graph("PATCH", NAMED, {"displayName": "x"}, **CREATE).status_code == 400


def test_unique_name_can_be_set_once_and_never_changed(here):
    app = here.make_app()
    path = f"/applications/{app['id']}"
    assert here.graph("PATCH", path, {"uniqueName": "webex-email"}).status_code == 204
    assert here.graph("PATCH", path, {"uniqueName": "webex-email"}).status_code == 204
    assert here.graph("PATCH", path, {"uniqueName": "other"}).status_code == 400


def test_update_keeps_what_is_omitted_and_replaces_lists(here):
    web = {
        "redirectUris": ["https://a.example/1"],
        "implicitGrantSettings": {"enableAccessTokenIssuance": True},
    }
    app = here.make_app(web=web, tags=["a"])
    here.graph("PATCH", f"/applications/{app['id']}", {"web": {"redirectUris": ["https://a.example/2"]}})
    seen = here.graph("GET", f"/applications/{app['id']}").json()
    assert seen["web"]["redirectUris"] == ["https://a.example/2"]
    assert seen["web"]["implicitGrantSettings"]["enableAccessTokenIssuance"] is True
    assert seen["tags"] == ["a"]


@pytest.mark.parametrize(
    "body",
    [
        {"displayName": "x", "unheardOf": 1},
        {"displayName": "x", "appId": "x"},
        {"displayName": 5},
        {"uniqueName": "x"},
        {"displayName": "x" * 257},
        {"displayName": "x", "signInAudience": "Everybody"},
        {"displayName": "x", "web": {"redirectUrls": []}},
        {"displayName": "x", "passwordCredentials": [{"displayName": "x"}]},
        {"displayName": "x", "requiredResourceAccess": [{"resourceAppId": "x", "resourceAccess": []}]},
    ],
)
def test_a_body_out_of_order_is_refused_and_recorded(here, body):
    assert code(here.graph("POST", "/applications", body)) == (400, "Request_BadRequest")
    assert here.lab.violations[0]["direction"] == "request"
    assert here.tenant["applications"][-1]["displayName"] != "x"


@pytest.mark.parametrize(
    "uri",
    [
        "http://a.example/cb",
        "https://a.example/$x",
        "https://a.example/(x)",
        "https://",
        "a.example",
        "https://a.example/#x",
    ],
)
def test_redirect_uri_rules(here, uri):
    assert (
        here.graph("POST", "/applications", {"displayName": "x", "web": {"redirectUris": [uri]}}).status_code
        == 400
    )


def test_plain_http_is_allowed_for_localhost_only(here):
    here.make_app(web={"redirectUris": ["http://localhost:8080/cb"]})


def test_delete_is_soft_and_takes_the_service_principal_and_grants_along(here):
    app, principal = here.make_principal(uniqueName="webex-email")
    resource = here.principal("00000002-0000-0ff1-ce00-000000000000")
    here.make(f"/servicePrincipals/{resource['id']}/appRoleAssignedTo", here.assignment(principal, resource))
    assert here.graph("DELETE", f"/applications/{app['id']}").status_code == 204
    assert here.graph("GET", f"/servicePrincipals/{principal['id']}").status_code == 404
    assert here.tenant["app_role_assignments"] == []
    listed = here.graph("GET", "/directory/deletedItems/microsoft.graph.application").json()["value"]
    assert [item["uniqueName"] for item in listed] == ["webex-email"]
    assert listed[0]["deletedDateTime"] is not None


def test_restore_and_purge(here):
    app, _principal = here.make_principal(uniqueName="webex-email")
    item = f"/directory/deletedItems/{app['id']}"
    here.graph("DELETE", f"/applications/{app['id']}")
    assert here.graph("GET", item).json()["appId"] == app["appId"]
    assert here.graph("POST", f"{item}/restore").json()["deletedDateTime"] is None
    assert here.graph("GET", NAMED).status_code == 200
    here.graph("DELETE", f"/applications/{app['id']}")
    assert here.graph("DELETE", item).status_code == 204
    assert here.graph("GET", item).status_code == 404
    here.make_app(uniqueName="webex-email")


def test_a_secret_is_shown_once(here):
    app = here.make_app()
    path = f"/applications/{app['id']}"
    secret = here.make(f"{path}/addPassword", {"passwordCredential": {"displayName": "wxconnect"}})
    assert len(secret["secretText"]) == 40
    assert set("~+/=") <= set(secret["secretText"])
    assert secret["hint"] == secret["secretText"][:3]
    (seen,) = here.graph("GET", path).json()["passwordCredentials"]
    assert (seen["keyId"], seen["hint"], seen["displayName"]) == (
        secret["keyId"],
        secret["hint"],
        "wxconnect",
    )
    assert seen["secretText"] is None
    assert here.lab.violations == []


def test_a_secret_lasts_two_years_by_default(here):
    here.lab.world["clock"] = "2026-02-01T00:00:00Z"
    here.as_roles("Application.ReadWrite.All")
    app = here.make_app()
    secret = here.make(f"/applications/{app['id']}/addPassword", {})
    assert (secret["startDateTime"], secret["endDateTime"]) == (
        "2026-02-01T00:00:00Z",
        "2028-02-01T00:00:00Z",
    )


@pytest.mark.parametrize("field", ["keyId", "secretText", "hint"])
def test_a_secret_cannot_be_chosen_by_the_client(here, field):
    app = here.make_app()
    body = {"passwordCredential": {field: str(uuid.uuid4())}}
    assert here.graph("POST", f"/applications/{app['id']}/addPassword", body).status_code == 400


def test_a_start_in_the_past_is_refused(here):
    app = here.make_app()
    body = {"passwordCredential": {"startDateTime": "2020-01-01T00:00:00Z"}}
    answer = here.graph("POST", f"/applications/{app['id']}/addPassword", body)
    assert code(answer) == (400, "KeyCredentialsInvalidStartDate")


def test_removing_an_unknown_secret_is_400(here):
    app = here.make_app()
    path = f"/applications/{app['id']}"
    secret = here.make(f"{path}/addPassword", {})
    assert here.graph("POST", f"{path}/removePassword", {"keyId": str(uuid.uuid4())}).status_code == 400
    assert here.graph("POST", f"{path}/removePassword", {"keyId": secret["keyId"]}).status_code == 204
    assert here.graph("GET", path).json()["passwordCredentials"] == []


def test_personal_accounts_allow_two_secrets(here):
    app = here.make_app(signInAudience="AzureADandPersonalMicrosoftAccount")
    path = f"/applications/{app['id']}/addPassword"
    here.make(path, {})
    here.make(path, {})
    assert code(here.graph("POST", path, {})) == (400, "TooManyAppPasswords")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"restrictionType": "passwordAddition"}, "CredentialTypeNotAllowedAsPerAppPolicy"),
        (
            {"restrictionType": "passwordLifetime", "maxLifetime": "P90D"},
            "CredentialInvalidLifetimeAsPerAppPolicy",
        ),
    ],
)
def test_app_management_policy(here, rule, expected):
    policy = here.tenant["app_management_policy"]
    policy["isEnabled"] = True
    policy["applicationRestrictions"]["passwordCredentials"] = [{"state": "enabled", **rule}]
    app = here.make_app()
    path = f"/applications/{app['id']}/addPassword"
    assert code(here.graph("POST", path, {})) == (400, expected)
    assert here.graph("GET", "/policies/defaultAppManagementPolicy").json()["isEnabled"] is True
    own = {"id": str(uuid.uuid4()), "isEnabled": True, "restrictions": {"passwordCredentials": []}}
    here.tenant["app_management_policies"][app["id"]] = own
    assert here.graph("GET", f"/applications/{app['id']}/appManagementPolicies").json()["value"] == [own]
    assert here.graph("POST", path, {}).status_code == 200


def test_an_older_application_is_exempt_from_a_newer_rule(here):
    policy = here.tenant["app_management_policy"]
    policy["isEnabled"] = True
    rule = {
        "restrictionType": "passwordAddition",
        "restrictForAppsCreatedAfterDateTime": "2099-01-01T00:00:00Z",
    }
    policy["applicationRestrictions"]["passwordCredentials"] = [{"state": "enabled", **rule}]
    here.make(f"/applications/{here.make_app()['id']}/addPassword", {})


def test_a_new_application_lags_behind_for_reads_and_writes(here):
    here.lab.change_settings({"replication_reads": 3})
    app = here.make_app(uniqueName="webex-email")
    path = f"/applications/{app['id']}"
    assert here.graph("GET", "/applications?$filter=uniqueName eq 'x'").status_code == 400
    assert here.graph("GET", NAMED).status_code == 404
    assert here.graph("POST", f"{path}/addPassword", {}).status_code == 404
    assert app["id"] not in [item["id"] for item in here.graph("GET", "/applications").json()["value"]]
    assert here.graph("GET", path).status_code == 200


def test_a_new_secret_is_missing_from_the_next_reads(here):
    app = here.make_app()
    here.lab.change_settings({"replication_reads": 1})
    here.make(f"/applications/{app['id']}/addPassword", {})
    counts = [
        len(here.graph("GET", f"/applications/{app['id']}").json()["passwordCredentials"])
        for _index in range(2)
    ]
    assert counts == [0, 1]
