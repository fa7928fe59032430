# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Graph's service principals and permissions in the lab."""

from __future__ import annotations

import pytest

from unit.lab.cloud import EXCHANGE_APP, GRAPH_APP, code, message

SIDES = [("appRoleAssignedTo", "resource"), ("appRoleAssignments", "principal")]


@pytest.fixture
def consent(here):
    """(lab, our service principal, that of Exchange Online)."""
    _app, principal = here.make_principal()
    return here, principal, here.principal(EXCHANGE_APP)


def grant(principal, resource, **changes):
    body = {
        "clientId": principal["id"],
        "consentType": "AllPrincipals",
        "principalId": None,
        "resourceId": resource["id"],
        "scope": "SMTP.Send",
    }
    return body | changes


def test_exchange_offers_the_documented_permissions(here):
    exchange = here.principal(EXCHANGE_APP)
    roles = {role["value"]: role["id"] for role in exchange["appRoles"]}
    scopes = {scope["value"]: scope["id"] for scope in exchange["oauth2PermissionScopes"]}
    assert roles["Mail.Send"] == "b633e1c5-b582-4048-a93e-9f11b44c7e96"
    assert scopes["SMTP.Send"] == "76faac2a-0f20-42f1-928a-50de5b9dbe52"
    assert here.lab.violations == []


def test_a_second_service_principal_is_409(consent):
    here, principal, _exchange = consent
    again = here.graph("POST", "/servicePrincipals", {"appId": principal["appId"]})
    assert code(again) == (409, "Request_MultipleObjectsWithSameKeyValue")
    path = f"/servicePrincipals(appId='{principal['appId']}')"
    assert here.graph("PATCH", path, {"tags": ["x"]}, Prefer="create-if-missing").status_code == 204


def test_upsert_creates_a_missing_service_principal(here):
    path = f"/servicePrincipals(appId='{here.make_app()['appId']}')"
    assert here.graph("PATCH", path, {}).status_code == 404
    assert here.graph("PATCH", path, {}, Prefer="create-if-missing").status_code == 201


def test_without_application_there_is_no_backing_object(here):
    answer = here.graph("POST", "/servicePrincipals", {"appId": "11111111-1111-4111-8111-111111111111"})
    assert code(answer) == (400, "Request_BadRequest")
    assert answer.json()["error"]["details"][0]["code"] == "NoBackingApplicationObject"


def test_an_application_not_replicated_yet_has_no_backing_object(here):
    here.lab.change_settings({"replication_reads": 1})
    app = here.make_app()
    first = here.graph("POST", "/servicePrincipals", {"appId": app["appId"]})
    assert "does not reference a valid application object" in message(first)
    assert here.graph("POST", "/servicePrincipals", {"appId": app["appId"]}).status_code == 201


def test_a_missing_microsoft_service_can_be_added(here):
    here.tenant["service_principals"] = [
        item for item in here.tenant["service_principals"] if item["appId"] != EXCHANGE_APP
    ]
    assert here.make("/servicePrincipals", {"appId": EXCHANGE_APP})["appRoles"]


@pytest.mark.parametrize(("side", "owner"), SIDES)
def test_assignment_from_either_side(consent, side, owner):
    here, principal, exchange = consent
    path = f"/servicePrincipals/{(exchange if owner == 'resource' else principal)['id']}/{side}"
    made = here.make(path, here.assignment(principal, exchange))
    assert (made["principalType"], made["resourceDisplayName"]) == (
        "ServicePrincipal",
        "Office 365 Exchange Online",
    )
    again = here.graph("POST", path, here.assignment(principal, exchange))
    assert code(again) == (400, "Request_BadRequest")
    assert message(again) == "Permission being assigned already exists on the object"
    assert [item["id"] for item in here.graph("GET", path).json()["value"]] == [made["id"]]
    assert here.graph("DELETE", f"{path}/{made['id']}").status_code == 204
    gone = here.graph("DELETE", f"{path}/{made['id']}")
    assert message(gone) == "EntitlementGrant being updated or deleted is not found."
    assert here.lab.violations == []


def test_assignment_refusals(consent):
    here, principal, exchange = consent
    path = f"/servicePrincipals/{exchange['id']}/appRoleAssignedTo"
    body = here.assignment(principal, exchange)
    wrong_role = here.graph("POST", path, body | {"appRoleId": "11111111-1111-4111-8111-111111111111"})
    assert message(wrong_role) == "Permission being assigned was not found on application."
    nobody = here.graph("POST", path, body | {"principalId": "11111111-1111-4111-8111-111111111111"})
    assert message(nobody) == "Not a valid reference update."


def test_assignment_waits_for_the_service_principal(here):
    exchange, app = here.principal(EXCHANGE_APP), here.make_app()
    here.lab.change_settings({"replication_reads": 1})
    principal = here.make("/servicePrincipals", {"appId": app["appId"]})
    path = f"/servicePrincipals/{exchange['id']}/appRoleAssignedTo"
    assert (
        message(here.graph("POST", path, here.assignment(principal, exchange)))
        == "Not a valid reference update."
    )
    assert here.graph("POST", path, here.assignment(principal, exchange)).status_code == 201


def test_who_may_assign(consent):
    here, principal, exchange = consent
    graph = here.principal(GRAPH_APP)

    def status(resource, *roles):
        here.as_roles(*roles)
        here.tenant["app_role_assignments"].clear()
        path = f"/servicePrincipals/{resource['id']}/appRoleAssignedTo"
        return here.graph("POST", path, here.assignment(principal, resource)).status_code

    assert status(exchange, "Application.ReadWrite.All") == 201
    assert status(graph, "Application.ReadWrite.All") == 403
    assert status(exchange, "AppRoleAssignment.ReadWrite.All") == 403
    assert status(graph, "AppRoleAssignment.ReadWrite.All", "Application.Read.All") == 201
    assert status(exchange, "Application.ReadWrite.OwnedBy") == 403


def test_delegated_grant_life(consent):
    here, principal, exchange = consent
    made = here.make("/oauth2PermissionGrants", grant(principal, exchange))
    again = here.graph("POST", "/oauth2PermissionGrants", grant(principal, exchange, scope="Mail.Send"))
    assert code(again) == (409, "Request_MultipleObjectsWithSameKeyValue")
    assert message(again) == "Permission entry already exists."
    path = f"/oauth2PermissionGrants/{made['id']}"
    assert here.graph("PATCH", path, {"scope": "SMTP.Send User.Read"}).status_code == 204
    query = f"?$filter=clientId eq '{principal['id']}' and consentType eq 'AllPrincipals'"
    (seen,) = here.graph("GET", f"/oauth2PermissionGrants{query}").json()["value"]
    assert seen["scope"] == "SMTP.Send User.Read"
    of_principal = here.graph("GET", f"/servicePrincipals/{principal['id']}/oauth2PermissionGrants").json()
    assert of_principal["value"] == [seen]
    assert here.graph("DELETE", path).status_code == 204
    assert here.graph("GET", path).status_code == 404
    assert here.lab.violations == []


def test_a_grant_for_one_user_names_that_user(consent):
    here, principal, exchange = consent
    user = here.tenant["mailboxes"][0]["ExternalDirectoryObjectId"]
    here.make(
        "/oauth2PermissionGrants", grant(principal, exchange, consentType="Principal", principalId=user)
    )
    for wrong in ({"consentType": "Principal"}, {"principalId": user}, {"consentType": "Everybody"}):
        answer = here.graph("POST", "/oauth2PermissionGrants", grant(principal, exchange, **wrong))
        assert answer.status_code == 400


def test_grant_rights(consent):
    here, principal, exchange = consent
    here.as_roles("Application.ReadWrite.All")
    answer = here.graph("POST", "/oauth2PermissionGrants", grant(principal, exchange))
    assert code(answer) == (403, "Authorization_RequestDenied")


def test_owned_by_reaches_only_what_the_caller_made(here):
    foreign = here.make_app()
    here.as_roles("Application.ReadWrite.OwnedBy")
    own, _principal = here.make_principal()
    assert here.graph("PATCH", f"/applications/{own['id']}", {"notes": "x"}).status_code == 204
    assert code(here.graph("PATCH", f"/applications/{foreign['id']}", {"notes": "x"})) == (
        403,
        "Authorization_RequestDenied",
    )
    denied = here.graph("POST", "/servicePrincipals", {"appId": foreign["appId"]})
    assert "the local tenant" in message(denied)
