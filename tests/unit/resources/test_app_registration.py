# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An app registration against the embedded cloud: made, kept, changed, shared with others, deleted."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.modules.azure_app_registration import MODULE
from ansible_collections.ccops.webex_email.plugins.modules.azure_app_registration_info import MODULE as INFO

from unit.resources.directory import (
    ASSIGN,
    BOTH,
    CALLBACK,
    CISCO,
    DELETE_APP,
    EXCHANGE,
    GRANT,
    GRAPH,
    NAME,
    SEND,
    SEND_LABEL,
    SMTP,
    SMTP_LABEL,
    UPDATE_APP,
    UPSERT_APP,
    UPSERT_PRINCIPAL,
    Directory,
)


@pytest.fixture
def directory(task):
    yield Directory(task)
    assert task.cloud.violations() == []


def http_requests(task):
    """Requests to Graph, a batch counted as the one that it is."""
    return [entry for entry in task.requests("graph") if entry["batch"] is None]


def test_cisco_s_app_is_made_field_by_field(task, directory):
    made = task.run(MODULE, **CISCO)
    assert made["changed"]
    assert len(http_requests(task)) == 4
    assert task.writes() == [UPSERT_APP, UPSERT_PRINCIPAL, ASSIGN]
    assert made["actions"] == [
        f"create app WebexConnect ({NAME}): add redirect URI {CALLBACK}; declare permission {SEND_LABEL}",
        "create the service principal of app WebexConnect",
        f"grant admin consent for {SEND_LABEL} to app WebexConnect",
    ]
    app, (principal,), (assignment,) = directory.app(), directory.principals(), directory.assignments()
    assert app["uniqueName"] == NAME
    assert app["signInAudience"] == "AzureADMyOrg"
    assert app["web"]["redirectUris"] == [CALLBACK]
    assert app["web"]["implicitGrantSettings"] == {
        "enableAccessTokenIssuance": True,
        "enableIdTokenIssuance": False,
    }
    role = {"id": "b633e1c5-b582-4048-a93e-9f11b44c7e96", "type": "Role"}
    assert app["requiredResourceAccess"] == [{"resourceAppId": EXCHANGE, "resourceAccess": [role]}]
    assert assignment["resourceId"] == directory.resource()["id"]
    assert assignment["appRoleId"] == role["id"]
    assert directory.grants() == []
    assert made["app"] == {
        "object_id": app["id"],
        "app_id": app["appId"],
        "tenant_id": directory.tenant["id"],
        "unique_name": NAME,
        "display_name": "WebexConnect",
        "sign_in_audience": "AzureADMyOrg",
        "redirect_uris": [CALLBACK],
        "access_token_issuance": True,
        "service_principal_id": principal["id"],
        "permissions": [
            {
                "resource": "Office 365 Exchange Online",
                "resource_app_id": EXCHANGE,
                "type": "application",
                "value": "Mail.Send",
                "id": role["id"],
                "consented": True,
            }
        ],
        "consented": True,
        "admin_consent_url": None,
    }


def test_the_same_again_takes_two_requests_and_changes_nothing(task, directory):
    made = task.run(MODULE, **BOTH)
    assert len(http_requests(task)) == 5
    task.cloud.clear_journal()
    again = task.run(MODULE, **BOTH)
    assert not again["changed"]
    assert again["actions"] == []
    assert again["diff"]["before"] == again["diff"]["after"] == made["diff"]["after"]
    assert again["app"] == made["app"]
    assert len(http_requests(task)) == 2
    assert task.writes() == []


def test_check_mode_on_an_empty_tenant_tells_everything_and_writes_nothing(task, directory):
    planned = task.run(MODULE, check=True, **BOTH)
    assert task.writes() == []
    app = planned["app"]
    assert app["predicted"] is True
    assert [app[name] for name in ("object_id", "app_id", "service_principal_id")] == [None, None, None]
    assert app["consented"] is True
    assert planned["diff"] == {
        "before": {},
        "after": {
            "unique_name": NAME,
            "display_name": "WebexConnect",
            "sign_in_audience": "AzureADMyOrg",
            "redirect_uris": [CALLBACK],
            "access_token_issuance": True,
            "service_principal": True,
            "permissions": [SEND_LABEL, SMTP_LABEL],
            "admin_consent": [SEND_LABEL, SMTP_LABEL],
        },
    }
    done = task.run(MODULE, **BOTH)
    assert done["actions"] == planned["actions"]
    assert done["diff"] == planned["diff"]


def test_one_change_is_one_write(task, directory):
    directory.have()
    task.cloud.clear_journal()
    changed = directory.have(display_name="WebexConnect", access_token_issuance=False)
    assert task.writes() == [UPDATE_APP]
    assert changed["actions"] == [
        f"update app WebexConnect ({changed['app']['app_id']}): set access_token_issuance to False"
    ]
    assert changed["diff"]["before"]["access_token_issuance"] is True
    assert changed["diff"]["after"]["access_token_issuance"] is False
    assert directory.app()["web"]["redirectUris"] == [CALLBACK]
    assert not directory.have(access_token_issuance=None)["changed"]


def test_absent_deletes_softly_and_once(task, directory):
    directory.have()
    planned = task.run(MODULE, check=True, unique_name=NAME, state="absent")
    assert planned["changed"]
    assert directory.apps()
    task.cloud.clear_journal()
    gone = task.run(MODULE, unique_name=NAME, state="absent")
    assert gone["actions"] == planned["actions"]
    assert gone["app"] == {}
    assert gone["diff"]["after"] == {}
    assert task.writes() == [DELETE_APP]
    again = task.run(MODULE, unique_name=NAME, state="absent")
    assert not again["changed"]
    assert directory.apps() == []
    assert len(directory.tenant["deleted_applications"]) == 1


def test_an_app_of_the_same_display_name_is_left_alone(task, directory):
    directory.have(unique_name="another")
    directory.have()
    assert sorted(app["uniqueName"] for app in directory.apps()) == ["another", NAME]


def test_names_with_quotes_and_signs_of_urls(task, directory):
    name = "O'Brien's app: 50% & more?#+ü"
    made = directory.have(unique_name=name)
    assert made["app"]["unique_name"] == name
    assert not directory.have(unique_name=name)["changed"]
    assert task.run(INFO, unique_name=name)["app"]["object_id"] == directory.app()["id"]
    assert task.run(MODULE, unique_name=name, state="absent")["changed"]


def test_what_others_added_is_kept(task, directory):
    directory.have()
    other = {
        "resourceAppId": GRAPH,
        "resourceAccess": [{"id": "e1fe6dd8-ba31-4d61-89e7-88639da4683d", "type": "Scope"}],
    }
    directory.edit_app("web/redirectUris", ["https://other.example/x"])
    directory.edit_app("web/homePageUrl", "https://home.example")
    directory.edit_app("requiredResourceAccess", [other])
    repaired = directory.have()
    app = directory.app()
    assert app["web"]["redirectUris"] == ["https://other.example/x", CALLBACK]
    assert app["web"]["homePageUrl"] == "https://home.example"
    assert app["requiredResourceAccess"][0] == other
    assert len(app["requiredResourceAccess"]) == 2
    assert [item["value"] for item in repaired["app"]["permissions"]] == ["User.Read", "Mail.Send"]
    assert repaired["app"]["consented"] is True
    assert not directory.have()["changed"]


def test_purge_takes_out_what_was_not_asked_for(task, directory):
    extra = {"resource": "Microsoft Graph", "type": "delegated", "value": "User.Read"}
    directory.have(permissions=[SEND, SMTP, extra], redirect_uris=[CALLBACK, "https://other.example/x"])
    planned = task.run(MODULE, check=True, **{**CISCO, "permissions": [SMTP], "purge": True})
    purged = directory.have(permissions=[SMTP], purge=True)
    assert purged["actions"] == planned["actions"]
    assert purged["diff"]["before"]["other_consent"] == [
        "Microsoft Graph / delegated / User.Read",
        SEND_LABEL,
    ]
    assert "other_consent" not in purged["diff"]["after"]
    assert directory.app()["web"]["redirectUris"] == [CALLBACK]
    assert directory.assignments() == []
    assert [grant["scope"] for grant in directory.grants()] == ["SMTP.Send"]
    assert len(directory.app()["requiredResourceAccess"]) == 1
    assert not directory.have(permissions=[SMTP], purge=True)["changed"]


def test_purge_can_trade_one_scope_of_a_grant_for_another(task, directory):
    imap = {**SMTP, "value": "IMAP.AccessAsUser.All"}
    directory.have(permissions=[imap])
    directory.have(permissions=[SMTP], purge=True)
    assert [grant["scope"] for grant in directory.grants()] == ["SMTP.Send"]
    assert not directory.have(permissions=[SMTP], purge=True)["changed"]


def test_options_that_are_not_given_are_not_purged(task, directory):
    directory.have()
    assert not directory.have(permissions=None, redirect_uris=None, purge=True)["changed"]


def test_delegated_consent_is_merged_into_the_grant_of_the_resource(task, directory):
    directory.have()
    (principal,) = directory.principals()
    users = {"id": "g-user", "clientId": principal["id"], "consentType": "Principal", "principalId": "u"}
    tenants = {
        "id": "g-all",
        "clientId": principal["id"],
        "consentType": "AllPrincipals",
        "principalId": None,
    }
    resource = directory.resource()["id"]
    directory.edit(
        "oauth2_permission_grants/-", {**users, "resourceId": resource, "scope": "SMTP.Send"}, "add"
    )
    directory.edit(
        "oauth2_permission_grants/-", {**tenants, "resourceId": resource, "scope": "Mail.Send"}, "add"
    )
    task.cloud.clear_journal()
    assert directory.have(permissions=[SEND, SMTP])["actions"][1:] == [
        f"grant admin consent for {SMTP_LABEL} to app WebexConnect"
    ]
    assert [grant["scope"] for grant in directory.grants()] == ["SMTP.Send", "Mail.Send SMTP.Send"]
    assert GRANT not in task.operations("graph")
    assert not directory.have(permissions=[SEND, SMTP])["changed"]


def test_consent_that_was_revoked_is_given_again(task, directory):
    directory.have(permissions=[SEND, SMTP])
    directory.have(permissions=[SEND, SMTP])
    directory.edit("app_role_assignments", [])
    directory.edit("oauth2_permission_grants", [])
    assert task.run(INFO, unique_name=NAME)["app"]["consented"] is False
    repaired = directory.have(permissions=[SEND, SMTP])
    assert len(repaired["actions"]) == 2
    assert (len(directory.assignments()), len(directory.grants())) == (1, 1)


def test_without_consent_the_page_to_consent_on_is_returned(task, directory):
    made = directory.have(admin_consent=False)["app"]
    assert made["consented"] is False
    assert made["admin_consent_url"].startswith(
        f"{task.cloud.url}/{made['tenant_id']}/v2.0/adminconsent?client_id={made['app_id']}"
        "&scope=https%3A%2F%2Foutlook.office365.com%2F.default&redirect_uri=https%3A%2F%2Fyour"
    )
    assert directory.assignments() == []
    assert not directory.have(admin_consent=False)["changed"]
    assert directory.have()["app"]["admin_consent_url"] is None
    assert not directory.have(admin_consent=False)["changed"]
    assert directory.assignments()


def test_consent_to_what_the_app_declares(task, directory):
    directory.have(permissions=[SEND, SMTP], admin_consent=False)
    assert len(directory.have(permissions=None)["actions"]) == 2
    assert directory.have(permissions=None)["app"]["consented"] is True


def by_hand(directory):
    """An app as the portal makes it; its app id."""
    directory.have(unique_name="soon-forgotten", permissions=None, admin_consent=False)
    directory.edit_app("uniqueName", None)
    return directory.app()["appId"]


def test_an_app_made_by_hand_is_adopted_only_when_told(task, directory):
    app_id = by_hand(directory)
    refused = task.run(MODULE, **CISCO, app_id=app_id)
    assert refused["error"]["code"] == "conflict"
    assert directory.app()["uniqueName"] is None
    adopted = directory.have(app_id=app_id, adopt=True)
    assert adopted["actions"][0].startswith(
        f"adopt app WebexConnect ({app_id}): set unique_name to {NAME}; declare"
    )
    assert directory.app()["uniqueName"] == NAME
    assert not directory.have(app_id=app_id, adopt=True)["changed"]
    assert not directory.have()["changed"]
    assert task.run(MODULE, unique_name="another", app_id=app_id, adopt=True)["error"]["code"] == "conflict"


def test_an_app_made_by_hand_is_managed_by_its_id(task, directory):
    app_id = by_hand(directory)
    assert directory.have(unique_name=None, app_id=app_id)["changed"]
    assert not directory.have(unique_name=None, app_id=app_id)["changed"]
    assert directory.app()["uniqueName"] is None
    assert task.run(MODULE, app_id=app_id, state="absent")["changed"]
    assert not task.run(MODULE, app_id=app_id, state="absent")["changed"]


def test_an_app_id_that_is_not_there_is_no_reason_to_make_an_app(task, directory):
    for options in ({"app_id": GRAPH}, {"app_id": GRAPH, "unique_name": NAME, "adopt": True}):
        assert task.run(MODULE, display_name="x", **options)["error"]["code"] == "not_found"
    assert task.writes() == []


def test_a_resource_may_be_named_by_its_display_name(task, directory):
    directory.edit("service_principals/0/displayName", "It's our own API")
    value = directory.tenant["service_principals"][0]["oauth2PermissionScopes"][0]["value"]
    directory.have(permissions=[{"resource": "It's our own API", "type": "delegated", "value": value}])
    assert [grant["scope"] for grant in directory.grants()] == [value]


def test_the_info_module_tells_the_same(task, directory):
    assert task.run(INFO, unique_name=NAME) == {"changed": False, "app": None}
    made = directory.have(permissions=[SEND, SMTP])["app"]
    task.cloud.clear_journal()
    assert task.run(INFO, unique_name=NAME)["app"] == made
    assert len(http_requests(task)) == 2
    assert task.run(INFO, app_id=made["app_id"])["app"] == made
    assert task.run(INFO, app_id=GRAPH)["app"] is None
