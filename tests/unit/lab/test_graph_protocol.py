# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Graph's envelope in the lab: tokens, rights, queries, paging, batch, policies."""

from __future__ import annotations

import pytest

from unit.lab.cloud import CONTOSO, code, message

OWN_ID = {"client_request_id": "11111111-1111-4111-8111-111111111111"}


def test_errors_carry_the_request_ids(here):
    answer = here.graph("GET", "/applications(uniqueName='x')", **OWN_ID)
    inner = answer.json()["error"]["innerError"]
    assert inner["client-request-id"] == OWN_ID["client_request_id"] == answer.headers["client-request-id"]
    assert inner["request-id"] == answer.headers["request-id"]


@pytest.mark.parametrize(
    "claims",
    [{"exp": 1}, {"aud": "https://outlook.office365.com"}, {"tid": "11111111-1111-4111-8111-111111111111"}],
)
def test_unusable_tokens(here, claims):
    here.as_roles("Application.ReadWrite.All", **claims)
    assert code(here.graph("GET", "/applications")) == (401, "InvalidAuthenticationToken")
    here.authorization = {}
    assert code(here.graph("GET", "/applications")) == (401, "InvalidAuthenticationToken")
    here.authorization = {"Authorization": "Bearer nonsense"}
    assert code(here.graph("GET", "/applications")) == (401, "InvalidAuthenticationToken")


def test_a_token_ends_with_the_labs_clock(here):
    here.lab.change_settings({"clock_offset_seconds": 601})
    assert here.graph("GET", "/applications").status_code == 401


def test_tokens_of_national_clouds_are_taken(here):
    here.as_roles("Application.Read.All", aud="https://graph.microsoft.us")
    assert here.graph("GET", "/applications").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "right"),
    [
        ("GET", "/applications", None, "Application.Read.All"),
        ("POST", "/applications", {"displayName": "x"}, "Application.ReadWrite.All"),
        ("GET", "/policies/authorizationPolicy", None, "Policy.Read.All"),
        ("GET", "/policies/defaultAppManagementPolicy", None, "Policy.Read.All"),
        ("GET", "/policies/identitySecurityDefaultsEnforcementPolicy", None, "Policy.Read.All"),
        ("GET", "/policies/adminConsentRequestPolicy", None, "Policy.Read.All"),
        (
            "GET",
            "/policies/permissionGrantPolicies/microsoft-user-default-legacy/includes",
            None,
            "Policy.Read.PermissionGrant",
        ),
        (
            "GET",
            "/policies/permissionGrantPolicies/microsoft-user-default-legacy/excludes",
            None,
            "Policy.Read.PermissionGrant",
        ),
        ("GET", "/organization", None, "Organization.Read.All"),
        ("GET", "/users/support@contoso.example", None, "User.ReadBasic.All"),
        ("GET", "/oauth2PermissionGrants", None, "Directory.Read.All"),
        ("GET", "/directory/deletedItems/microsoft.graph.application", None, "Application.Read.All"),
    ],
)
def test_each_operation_needs_its_right(here, method, path, body, right):
    here.as_roles("Mail.Send")
    denied = here.graph(method, path, body)
    assert code(denied) == (403, "Authorization_RequestDenied")
    assert message(denied) == "Insufficient privileges to complete the operation."
    here.as_roles(right)
    assert here.graph(method, path, body).status_code in (200, 201)
    assert here.lab.violations == []


def test_unknown_routes_methods_and_ids(here):
    assert code(here.graph("GET", "/groups")) == (404, "BadRequest")
    assert here.graph("PUT", "/organization", {}).status_code == 405
    assert code(here.graph("GET", "/applications/abc")) == (400, "Request_BadRequest")
    assert len(here.lab.violations) == 3


def test_select_answers_only_what_was_asked(here):
    app = here.make_app()
    seen = here.graph("GET", f"/applications/{app['id']}?$select=id,appId").json()
    assert set(seen) == {"@odata.context", "id", "appId"}
    assert code(here.graph("GET", "/applications?$select=unheardOf")) == (400, "BadRequest")


def test_filter_on_display_name_with_a_quote(here):
    here.make_app("O'Brien")
    here.make_app("O'Brien")
    found = here.graph("GET", "/applications?$filter=displayName eq 'O''Brien'").json()["value"]
    assert len(found) == 2


@pytest.mark.parametrize(
    "text", ["notes eq 'x'", "displayName ne 'x'", "displayName eq x", "displayName eq 'x' or"]
)
def test_other_filters_are_refused(here, text):
    assert here.graph("GET", f"/applications?$filter={text}").status_code == 400


def test_pages_are_linked(here):
    for number in range(5):
        here.make_app(f"app {number}", tags=["paged"])
    here.lab.change_settings({"page_size": 2})
    wanted = {item["id"] for item in here.tenant["applications"]}
    seen, link = set(), "/applications?$select=id&$filter=displayName eq 'app 1'"
    assert "@odata.nextLink" not in here.graph("GET", link).json()
    link = "/applications?$select=id"
    while link:
        answer = here.graph("GET", link).json()
        assert len(answer["value"]) <= 2
        seen |= {item["id"] for item in answer["value"]}
        link = answer.get("@odata.nextLink", "").removeprefix("https://localhost/v1.0")
    assert seen == wanted
    assert here.lab.violations == []


def part(number, url, method="GET", **more):
    return {"id": str(number), "method": method, "url": url, **more}


def test_batch_answers_each_part_and_fails_what_depends_on_a_failure(here):
    json_body = {"headers": {"Content-Type": "application/json"}, "body": {"displayName": "x"}}
    requests = [
        part(1, "/policies/authorizationPolicy"),
        part(2, "/applications(uniqueName='none')"),
        part(3, "/organization", dependsOn=["2"]),
        part(4, "/applications", "POST", **json_body),
        part(5, "/applications", "POST", headers=json_body["headers"], body={"unheardOf": 1}),
    ]
    answer = here.graph("POST", "/$batch", {"requests": requests})
    assert {item["id"]: item["status"] for item in answer.json()["responses"]} == {
        "1": 200,
        "2": 404,
        "3": 424,
        "4": 201,
        "5": 400,
    }
    entries = [entry for entry in here.lab.journal.entries if entry.batch]
    assert [entry.write for entry in entries] == [False, False, True, True]
    assert [entry.applied for entry in entries] == [False, False, True, False]
    assert [item["error"] for item in here.lab.violations] == [
        "InvalidRequestBody: displayName missing",
        "InvalidRequestBody unheardOf: no such property",
    ]


def test_batch_limits(here):
    many = [part(number, "/organization") for number in range(21)]
    assert here.graph("POST", "/$batch", {"requests": many}).status_code == 400
    twice = [part(1, "/organization"), part(1, "/organization")]
    assert here.graph("POST", "/$batch", {"requests": twice}).status_code == 400
    later = [part(1, "/organization", dependsOn=["2"]), part(2, "/organization")]
    assert here.graph("POST", "/$batch", {"requests": later}).status_code == 400


def test_a_fault_can_hit_one_part_of_a_batch(here):
    match = {"operation": "organization.organization_ListOrganization"}
    here.lab.faults.replace(
        [{"do": "status", "status": 429, "headers": {"Retry-After": "2.128"}, "match": match}]
    )
    requests = [part(1, "/organization"), part(2, "/policies/authorizationPolicy")]
    first, second = here.graph("POST", "/$batch", {"requests": requests}).json()["responses"]
    assert (first["status"], first["headers"]["Retry-After"], second["status"]) == (429, "2.128", 200)


def test_policies_show_the_world(here):
    here.tenant["security_defaults"] = True
    defaults = here.graph("GET", "/policies/identitySecurityDefaultsEnforcementPolicy").json()
    assert (defaults["id"], defaults["isEnabled"]) == ("00000000-0000-0000-0000-000000000005", True)
    consent = here.graph("GET", "/policies/authorizationPolicy").json()["defaultUserRolePermissions"]
    assert consent["permissionGrantPoliciesAssigned"] == here.tenant["consent_policies"]


def test_organization_and_users(here):
    here.as_roles("Organization.Read.All", "User.ReadBasic.All")
    (organization,) = here.graph("GET", "/organization?$select=id,verifiedDomains").json()["value"]
    assert organization["id"] == CONTOSO
    assert [domain["name"] for domain in organization["verifiedDomains"] if domain["isInitial"]] == [
        "contoso.onmicrosoft.com"
    ]
    user = here.graph("GET", "/users/support@contoso.example").json()
    assert here.graph("GET", f"/users/{user['id']}").json()["mail"] == "support@contoso.example"
    assert "accountEnabled" not in user
    assert here.graph("GET", "/users/nobody@contoso.example").status_code == 404
