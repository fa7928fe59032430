# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An app registration against a directory in trouble: refusals, missing rights, delay, lost answers."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.modules.azure_app_registration import MODULE
from ansible_collections.ccops.webex_email.plugins.modules.azure_app_registration_info import MODULE as INFO

from unit.resources.directory import (
    ASSIGN,
    BOTH,
    CISCO,
    DELETE_APP,
    GRANT,
    GRAPH,
    NAME,
    RESTORE,
    SEND,
    SMTP,
    UPDATE_APP,
    UPDATE_GRANT,
    UPSERT_APP,
    UPSERT_PRINCIPAL,
    Directory,
    without_waiting,
)

CREATING = [UPSERT_APP, UPSERT_PRINCIPAL, ASSIGN, GRANT]


@pytest.fixture
def directory(task, monkeypatch):
    without_waiting(monkeypatch)
    return Directory(task)


def fault(operation, **rule):
    return {"match": {"service": "graph", "operation": operation, "nth": 1}, **rule}


def as_asked(directory):
    """The directory holds exactly one of everything that BOTH asks for."""
    counts = [len(found) for found in (directory.apps(), directory.principals(), directory.assignments())]
    return counts == [1, 1, 1] and [grant["scope"] for grant in directory.grants()] == ["SMTP.Send"]


@pytest.mark.parametrize("reads", [1, 5])
def test_replication_lag_is_waited_out(task, directory, reads):
    task.cloud.settings(replication_reads=reads)
    directory.have(permissions=[SEND, SMTP])
    assert as_asked(directory)
    assert not directory.have(permissions=[SEND, SMTP])["changed"]
    assert task.run(INFO, unique_name=NAME)["app"]["consented"] is True
    assert task.run(MODULE, unique_name=NAME, state="absent")["changed"]
    assert not task.run(MODULE, unique_name=NAME, state="absent")["changed"]
    assert directory.apps() == []


@pytest.mark.parametrize("operation", CREATING)
@pytest.mark.parametrize("status", [503, 504])
def test_a_creation_whose_answer_was_lost_is_not_made_twice(task, directory, operation, status):
    task.cloud.faults([fault(operation, do="status", status=status, phase="after")])
    directory.have(permissions=[SEND, SMTP])
    assert as_asked(directory)
    assert task.operations("graph").count(operation) in (1, 2)
    assert not directory.have(permissions=[SEND, SMTP])["changed"]


@pytest.mark.parametrize("operation", [*CREATING, "batch_Post"])
def test_a_cut_connection_is_not_made_twice(task, directory, operation):
    task.cloud.faults([fault(operation, do="reset", phase="after")])
    directory.have(permissions=[SEND, SMTP])
    assert as_asked(directory)


@pytest.mark.parametrize("operation", CREATING)
def test_a_lost_answer_and_lag_together(task, directory, operation):
    task.cloud.settings(replication_reads=3)
    task.cloud.faults([fault(operation, do="status", status=503, phase="after")])
    directory.have(permissions=[SEND, SMTP])
    assert as_asked(directory)


@pytest.mark.parametrize("operation", [*CREATING, UPDATE_APP, UPDATE_GRANT])
def test_another_writer_at_the_same_time_is_waited_out(task, directory, operation):
    violation = {
        "error": {"code": "Directory_ConcurrencyViolation", "message": "Please wait briefly and retry."}
    }
    task.cloud.faults([fault(operation, do="status", status=409, json=violation)])
    directory.have(permissions=[SEND, SMTP])
    imap = {**SMTP, "value": "IMAP.AccessAsUser.All"}
    directory.have(permissions=[SEND, SMTP, imap])
    assert [grant["scope"] for grant in directory.grants()] == ["SMTP.Send IMAP.AccessAsUser.All"]
    assert not directory.have(permissions=[SEND, SMTP, imap])["changed"]


def test_a_grant_that_was_written_although_the_directory_was_lost(task, directory):
    lost = {
        "error": {"code": "Directory_ObjectNotFound", "message": "Unable to read the company information."}
    }
    task.cloud.faults([fault(GRANT, do="status", status=404, json=lost, phase="after")])
    directory.have(permissions=[SEND, SMTP])
    assert as_asked(directory)
    assert task.operations("graph").count(GRANT) == 1


def test_a_deletion_whose_answer_was_lost(task, directory):
    directory.have()
    task.cloud.faults([fault(DELETE_APP, do="status", status=503, phase="after")])
    assert task.run(MODULE, unique_name=NAME, state="absent")["changed"]
    assert len(directory.tenant["deleted_applications"]) == 1


def test_throttling_is_waited_out(task, directory):
    slow = {"do": "status", "status": 429, "headers": {"Retry-After": "0.01"}}
    task.cloud.faults([fault(operation, **slow) for operation in (*CREATING, "batch_Post")])
    directory.have(permissions=[SEND, SMTP])
    assert as_asked(directory)


def test_a_budget_that_is_spent_is_waited_out_as_long_as_the_service_says(task):
    task.cloud.settings(graph_units=4, graph_units_seconds=0.5)
    directory = Directory(task)
    directory.have(permissions=[SEND, SMTP])
    assert as_asked(directory)
    refused = [entry for entry in task.requests("graph") if entry["status"] == 429]
    assert refused
    assert not [entry for entry in refused if entry["applied"]]


def test_what_was_done_before_a_failure_is_told_and_the_next_run_finishes(task, directory):
    refusal = {"error": {"code": "Authorization_RequestDenied", "message": "CANARY"}}
    task.cloud.faults([fault(ASSIGN, do="status", status=403, json=refusal)])
    failed = task.run(MODULE, **CISCO)
    assert failed["error"]["code"] == "denied"
    assert failed["error"]["request_id"] is None
    assert failed["changed"] is True
    assert len(failed["actions"]) == 2
    assert len(failed["actions_left"]) == 1
    assert "Application.ReadWrite.All" in failed["msg"]
    assert f"adminconsent?client_id={directory.app()['appId']}&" in failed["msg"]
    assert "CANARY" not in str(failed)
    assert directory.have()["actions"] == failed["actions_left"]


def test_an_unknown_permission_writes_nothing(task, directory):
    failed = task.run(MODULE, **{**CISCO, "permissions": [SEND, {**SEND, "value": "Mail.Sned"}]})
    assert failed["error"]["code"] == "invalid_input"
    assert "near: Mail.Send" in failed["msg"]
    assert task.writes() == []
    assert not failed["changed"]


def test_an_unknown_resource_writes_nothing(task, directory):
    failed = task.run(MODULE, **{**CISCO, "permissions": [{**SEND, "resource": "Exchange"}]})
    assert failed["error"]["code"] == "invalid_input"
    assert "'Exchange'" in failed["msg"]
    assert task.writes() == []


def test_a_tenant_that_never_had_exchange(task, directory):
    index = directory.tenant["service_principals"].index(directory.resource())
    task.cloud.edit([{"op": "remove", "path": f"/tenants/0/service_principals/{index}"}])
    failed = task.run(MODULE, **CISCO)
    assert failed["error"]["code"] == "invalid_input"
    assert "first licence" in failed["msg"]


@pytest.mark.parametrize("check", [True, False])
def test_a_bad_redirect_uri_sends_nothing_at_all(task, directory, check):
    failed = task.run(MODULE, check=check, **{**CISCO, "redirect_uris": ["http://a.example/callback"]})
    assert failed["error"]["code"] == "invalid_input"
    assert task.cloud.journal() == []


def test_a_new_app_needs_a_display_name(task, directory):
    assert task.run(MODULE, unique_name=NAME)["error"]["code"] == "invalid_input"
    directory.have()
    assert not task.run(MODULE, unique_name=NAME)["changed"]


def test_without_any_right_the_permission_to_give_is_named(task, directory):
    failed = task.run(MODULE, caller="no-graph-rights", **CISCO)
    assert failed["error"]["code"] == "denied"
    assert failed["error"]["status"] == 403
    assert "Application.Read.All" in failed["msg"]


READ = "Application.Read.All"
OWNED = "Application.ReadWrite.OwnedBy"
ALL = "Application.ReadWrite.All"


@pytest.mark.parametrize(
    ("rights", "options", "named"),
    [
        ([READ], CISCO, "Application.ReadWrite.All"),
        ([READ, OWNED], CISCO, "AppRoleAssignment.ReadWrite.All"),
        ([ALL], BOTH, "DelegatedPermissionGrant.ReadWrite.All"),
        (
            [ALL],
            {**CISCO, "permissions": [{**SEND, "resource": "Microsoft Graph"}]},
            "AppRoleAssignment.ReadWrite.All",
        ),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_a_right_that_the_token_lacks_is_missed_before_anything_is_written(
    task, directory, rights, options, named, check
):
    directory.give_rights(*rights)
    failed = task.run(MODULE, check=check, **options)
    assert failed["error"]["code"] == "denied"
    assert failed["error"]["status"] is None
    assert named in failed["msg"]
    assert task.writes() == []


@pytest.mark.parametrize(
    ("rights", "options"),
    [
        ([ALL], CISCO),
        ([OWNED, READ, "AppRoleAssignment.ReadWrite.All"], CISCO),
        ([OWNED], {**CISCO, "admin_consent": False}),
        ([ALL, "DelegatedPermissionGrant.ReadWrite.All"], BOTH),
    ],
)
def test_the_least_rights_are_enough(task, directory, rights, options):
    directory.give_rights(*rights)
    task.cloud.settings(replication_reads=1)
    assert task.run(MODULE, **options)["app"]["consented"] is options["admin_consent"]
    assert not task.run(MODULE, **options)["changed"]


def test_consent_that_cannot_be_read_is_null(task, directory):
    directory.give_rights(ALL)
    directory.have(permissions=[SMTP], admin_consent=False)
    app = directory.have(permissions=[SMTP], admin_consent=False)["app"]
    assert app["permissions"][0]["consented"] is None
    assert app["consented"] is False
    assert "adminconsent" in app["admin_consent_url"]


@pytest.fixture
def deleted(task, directory):
    """Cisco's app, deleted; its app id."""
    app_id = directory.have()["app"]["app_id"]
    task.run(MODULE, unique_name=NAME, state="absent")
    task.cloud.clear_journal()
    return app_id


@pytest.mark.parametrize("check", [True, False])
def test_a_deleted_app_that_holds_the_name_is_a_conflict(task, directory, deleted, check):
    failed = task.run(MODULE, check=check, **CISCO)
    assert failed["error"]["code"] == "conflict"
    assert deleted in failed["msg"]
    assert "restore_deleted" in failed["msg"]
    assert task.writes() == []


def test_a_deleted_app_is_restored_when_told(task, directory, deleted):
    planned = task.run(MODULE, check=True, **CISCO, restore_deleted=True)
    assert planned["app"]["app_id"] == deleted
    assert task.writes() == []
    task.cloud.settings(replication_reads=2)
    restored = directory.have(restore_deleted=True)
    assert restored["actions"] == planned["actions"]
    assert restored["app"]["app_id"] == deleted
    assert restored["app"]["consented"] is True
    assert task.writes()[0] == RESTORE
    assert (len(directory.apps()), len(directory.assignments())) == (1, 1)
    assert not directory.have(restore_deleted=True)["changed"]


def test_a_restoration_whose_answer_was_lost(task, directory, deleted):
    task.cloud.faults([fault(RESTORE, do="status", status=503, phase="after")])
    assert directory.have(restore_deleted=True)["app"]["app_id"] == deleted
    assert task.operations("graph").count(RESTORE) == 1


def test_a_deleted_app_that_cannot_be_seen_is_found_out_at_the_write(task, directory, deleted):
    hidden = {"error": {"code": "Authorization_RequestDenied", "message": "no"}}
    task.cloud.faults([fault("directory.deletedItem_AsApplication", do="status", status=403, json=hidden)])
    failed = task.run(MODULE, **CISCO)
    assert failed["error"]["code"] == "conflict"
    assert deleted in failed["msg"]
    assert failed["changed"] is False


def test_an_app_that_another_run_makes_meanwhile_is_taken_over(task, directory):
    directory.have(permissions=None, admin_consent=False)
    (app,) = directory.apps()
    missing = {"error": {"code": "Request_ResourceNotFound", "message": "no"}}
    taken = {
        "error": {
            "code": "Request_BadRequest",
            "message": "Another object with the same value for property uniqueName already exists.",
        }
    }
    first_look = fault(
        "applications.application_GetApplicationByUniqueName", do="status", status=404, json=missing
    )
    task.cloud.faults([first_look, fault(UPSERT_APP, do="status", status=400, json=taken)])
    result = task.run(MODULE, **CISCO)
    assert result["app"]["object_id"] == app["id"]
    assert directory.assignments()


def test_an_app_declares_what_no_resource_offers(task, directory):
    directory.have(permissions=None, admin_consent=False)
    gone = {
        "resourceAppId": GRAPH,
        "resourceAccess": [{"id": "00000000-0000-0000-0000-000000000001", "type": "Role"}],
    }
    directory.edit_app("requiredResourceAccess", [gone])
    failed = task.run(MODULE, unique_name=NAME, admin_consent=True)
    assert failed["error"]["code"] == "conflict"
    assert "Microsoft Graph / application / 00000000-0000" in failed["msg"]
    assert directory.have(purge=True)["changed"]


def test_an_answer_cut_short_is_no_traceback(task, directory):
    task.cloud.faults([fault("batch_Post", do="body", text='{"responses": [{"id": "0", "sta')])
    failed = task.run(MODULE, **CISCO)
    assert failed["error"]["code"] == "protocol"
