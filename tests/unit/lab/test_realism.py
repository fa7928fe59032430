# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes the lab like the real services where they are inconvenient: lag, limits, policies, tokens that end."""

from __future__ import annotations

import pytest

from lab import graph_throttling
from unit.lab.cloud import EXCHANGE_APP, code


def test_replication_lags_for_the_kinds_of_objects_that_are_named(here):
    here.lab.change_settings({"replication_reads_of": {"application": 2}})
    app = here.make_app()
    principal = here.lab.tenant(here.tenant["id"])["service_principals"][0]
    found = [here.graph("GET", f"/applications/{app['id']}").status_code for _look in range(3)]
    assert found == [404, 404, 200]
    assert here.graph("GET", f"/servicePrincipals/{principal['id']}").status_code == 200


def test_an_app_that_spends_its_units_waits_and_another_does_not(here):
    here.lab.change_settings({"graph_units": 4})
    answers = [here.graph("GET", "/applications") for _read in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < float(answers[2].headers["retry-after"]) <= graph_throttling.UNITS_IN
    assert answers[2].headers["x-ms-throttle-information"] == "ResourceUnitLimitExceeded"
    assert code(answers[2]) == (429, "TooManyRequests")
    here.as_roles("Application.Read.All", appid="another")
    assert here.graph("GET", "/applications").status_code == 200


def test_writes_have_a_budget_of_their_own(here):
    here.lab.change_settings({**graph_throttling.PUBLISHED, "graph_writes": 1})
    here.make_app()
    assert here.graph("POST", "/applications", {"displayName": "Second"}).status_code == 429
    assert here.graph("GET", "/applications").status_code == 200


@pytest.mark.parametrize(
    "query, cost", [("", 2), ("?$select=id", 1), ("?$top=5", 1), ("?$top=50", 2), ("?$select=id&$top=5", 1)]
)
def test_a_read_costs_what_microsoft_publishes(here, query, cost):
    answer = here.graph("GET", f"/applications{query}")
    assert answer.headers["x-ms-resource-unit"] == str(cost)


def test_a_window_opens_again_as_time_passes():
    window = graph_throttling.Window()
    assert [window.wait(10, 3, 2, 0.0), window.wait(10, 3, 2, 1.0)] == [0.0, 9.0]
    assert window.wait(10, 3, 2, 10.5) == 0.0


def test_a_page_token_that_the_service_did_not_make_is_refused(here):
    assert code(here.graph("GET", "/applications?$skiptoken=made-up")) == (400, "Directory_ExpiredPageToken")


@pytest.mark.parametrize(
    "clause, found",
    [
        ("startswith(displayName,'Webex')", ["WebexConnect"]),
        ("displayName eq 'WebexConnect' and startswith(displayName, 'webex')", ["WebexConnect"]),
        ("identifierUris/any(x:x eq 'api://one')", ["WebexConnect"]),
        ("startswith(displayName,'Nothing')", []),
    ],
)
def test_filters_that_public_clients_send_are_understood(here, clause, found):
    here.make_app(identifierUris=["api://one"])
    answer = here.graph("GET", f"/applications?$filter={clause}")
    assert [app["displayName"] for app in answer.json()["value"]] == found


@pytest.mark.parametrize(
    "clause", ["displayName eq", "displayName ne 'x'", "displayName eq 'x' and", "any('x')"]
)
def test_a_filter_that_is_none_is_refused(here, clause):
    assert code(here.graph("GET", f"/applications?$filter={clause}")) == (400, "BadRequest")


def test_the_forms_of_addresses_that_public_clients_send_lead_to_the_same_objects(here):
    for path in ("/v1.0/applications", "/v1.0/myorganization/applications", "/v1.0//applications"):
        assert here.request("GET", path, headers=here.authorization).status_code == 200


def test_control_information_of_odata_is_taken_and_not_kept(here):
    app = here.make_app(web={"@odata.type": "#microsoft.graph.webApplication", "redirectUris": []})
    assert "@odata.type" not in here.graph("GET", f"/applications/{app['id']}").json()["web"]


def test_a_list_of_a_service_principal_can_be_read_alone(here):
    exchange = here.principal(EXCHANGE_APP)
    for name in ("appRoles", "oauth2PermissionScopes"):
        answer = here.graph("GET", f"/servicePrincipals/{exchange['id']}/{name}")
        assert answer.json()["value"] == exchange[name]


def test_a_service_principal_may_be_asked_for_with_its_kind_and_state(here):
    asked = {"servicePrincipalType": "Azure", "accountEnabled": True}
    made = here.make("/servicePrincipals", {"appId": here.make_app()["appId"], **asked})
    assert (made["servicePrincipalType"], made["accountEnabled"]) == ("Application", True)


def test_an_app_only_token_names_the_app(here):
    secret = here.caller()["secrets"][0]["value"]
    assert here.claims(here.sign_in(client_secret=secret))["app_displayname"] == "automation"
