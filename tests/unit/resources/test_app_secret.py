# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Client secrets of an app against the embedded cloud."""

from __future__ import annotations

import json

import pytest
from ansible_collections.ccops.webex_email.plugins.modules.azure_app_secret import MODULE
from ansible_collections.ccops.webex_email.plugins.modules.azure_app_secret_info import MODULE as INFO

from unit.resources.directory import ADD_PASSWORD, NAME, REMOVE_PASSWORD, Directory, without_waiting

WANTED = {"unique_name": NAME, "display_name": "wxconnect"}
CAPPED = {"restrictionType": "passwordLifetime", "state": "enabled", "maxLifetime": "P90D"}
FORBIDDEN = {"restrictionType": "passwordAddition", "state": "enabled", "maxLifetime": None}


@pytest.fixture
def directory(task, monkeypatch):
    without_waiting(monkeypatch)
    there = Directory(task)
    there.have()
    task.cloud.clear_journal()
    yield there
    assert task.cloud.violations() == []


def fault(operation, **rule):
    return {"match": {"service": "graph", "operation": operation, "nth": 1}, **rule}


def set_policy(directory, *rules):
    restrictions = {"passwordCredentials": list(rules), "keyCredentials": []}
    directory.edit("app_management_policy/isEnabled", True)
    directory.edit("app_management_policy/applicationRestrictions", restrictions)


def test_a_secret_is_made_once_and_its_value_stays_where_it_is(task, directory):
    made = task.run(MODULE, **WANTED)
    (secret,) = directory.secrets()
    value = directory.app()["lab_secrets"][secret["keyId"]]
    assert made["secret"] == {
        "key_id": secret["keyId"],
        "hint": value[:3],
        "expires": secret["endDateTime"],
        "display_name": "wxconnect",
    }
    assert value not in json.dumps(made)
    assert made["actions"][0].startswith(f"add client secret wxconnect to app {NAME}, valid until 20")
    assert made["diff"]["before"] == {}
    assert task.writes() == [ADD_PASSWORD]

    task.cloud.clear_journal()
    again = task.run(MODULE, **WANTED)
    assert not again["changed"]
    assert again["secret"] == made["secret"]
    assert again["diff"]["before"] == again["diff"]["after"]
    assert len(task.requests("graph")) == 1


def test_the_value_is_returned_on_demand_and_by_the_maker_only(task, directory):
    made = task.run(MODULE, **WANTED, return_value=True)
    (secret,) = directory.secrets()
    assert made["secret"]["value"] == directory.app()["lab_secrets"][secret["keyId"]]
    assert "value" not in task.run(MODULE, **WANTED, return_value=True)["secret"]


def test_check_mode_makes_nothing(task, directory):
    planned = task.run(MODULE, check=True, **WANTED, return_value=True)
    assert task.writes() == []
    assert planned["secret"]["predicted"] is True
    assert planned["secret"]["key_id"] is None
    assert "value" not in planned["secret"]
    done = task.run(MODULE, **WANTED)
    # Without the day: the end has a random part, which may take it past midnight.
    assert [action[:-10] for action in done["actions"]] == [action[:-10] for action in planned["actions"]]


def test_a_secret_that_expires_soon_gets_a_successor_and_stays(task, directory):
    first = task.run(MODULE, **WANTED, valid_days=20, min_remaining_days=10)["secret"]
    assert not task.run(MODULE, **WANTED, min_remaining_days=19)["changed"]
    second = task.run(MODULE, **WANTED, min_remaining_days=21)["secret"]
    assert [item["keyId"] for item in directory.secrets()] == [first["key_id"], second["key_id"]]
    assert not task.run(MODULE, **WANTED, min_remaining_days=21)["changed"]
    assert task.run(MODULE, **WANTED)["secret"] == second


def test_rotation_on_demand(task, directory):
    task.run(MODULE, **WANTED)
    assert task.run(MODULE, **WANTED, rotate=True)["changed"]
    assert len(directory.secrets()) == 2


def test_absent_removes_ours_and_only_ours(task, directory):
    for name in ("wxconnect", "wxconnect", "somebody's"):
        task.run(MODULE, unique_name=NAME, display_name=name, rotate=True)
    gone = task.run(MODULE, **WANTED, state="absent")
    assert len(gone["actions"]) == 2
    assert gone["secret"] == {}
    assert directory.secrets() == []
    assert len(directory.secrets("somebody's")) == 1
    assert not task.run(MODULE, **WANTED, state="absent")["changed"]
    assert task.run(MODULE, **WANTED)["changed"]


def test_a_removal_whose_answer_was_lost(task, directory):
    task.run(MODULE, **WANTED)
    task.cloud.faults([fault(REMOVE_PASSWORD, do="status", status=503, phase="after")])
    assert not task.run(MODULE, **WANTED, state="absent").get("failed")
    assert directory.secrets() == []


def test_an_app_id_will_do(task, directory):
    app_id = directory.app()["appId"]
    assert task.run(MODULE, app_id=app_id, display_name="wxconnect")["changed"]
    assert not task.run(MODULE, **WANTED)["changed"]


@pytest.mark.parametrize(
    "lost", [{"do": "status", "status": 503}, {"do": "reset"}, {"do": "body", "text": '{"secretT'}]
)
@pytest.mark.parametrize("reads", [0, 2])
def test_a_secret_whose_value_was_lost_is_replaced(task, directory, lost, reads):
    task.run(MODULE, unique_name=NAME, display_name="somebody's")
    task.cloud.settings(replication_reads=reads)
    task.cloud.faults([fault(ADD_PASSWORD, phase="after", **lost)])
    made = task.run(MODULE, **WANTED, return_value=True)
    (secret,) = directory.secrets()
    assert made["secret"]["value"] == directory.app()["lab_secrets"][secret["keyId"]]
    assert task.operations("graph").count(REMOVE_PASSWORD) == 1
    assert len(directory.secrets("somebody's")) == 1


def test_a_request_that_was_never_carried_out_leaves_one_secret(task, directory):
    task.cloud.faults([fault(ADD_PASSWORD, do="status", status=503)])
    task.run(MODULE, **WANTED)
    assert len(directory.secrets()) == 1
    assert REMOVE_PASSWORD not in task.operations("graph")


@pytest.mark.parametrize("reads", [1, 5])
def test_a_task_that_does_not_see_the_secret_yet_makes_no_other(task, directory, reads):
    task.cloud.settings(replication_reads=reads)
    task.run(MODULE, **WANTED)
    assert not task.run(MODULE, **WANTED)["changed"]
    task.run(MODULE, **WANTED, rotate=True)
    assert len(task.run(INFO, **WANTED)["secrets"]) == 2
    assert task.run(MODULE, **WANTED, state="absent")["changed"]
    assert not task.run(MODULE, **WANTED, state="absent")["changed"]


def test_a_secret_that_somebody_removes_is_made_again(task, directory):
    task.run(MODULE, **WANTED)
    task.run(MODULE, **WANTED)
    directory.edit_app("passwordCredentials", [])
    assert task.run(MODULE, **WANTED)["changed"]


@pytest.mark.parametrize("check", [True, False])
def test_a_lifetime_over_the_policy_is_refused_beforehand(task, directory, check):
    set_policy(directory, CAPPED)
    failed = task.run(MODULE, check=check, **WANTED)
    assert failed["error"]["code"] == "policy_blocked"
    assert "90 days at most, and valid_days is 730" in failed["msg"]
    assert task.writes() == []
    assert task.run(MODULE, check=check, **WANTED, valid_days=90)["changed"]


def test_secrets_that_are_forbidden_are_refused_beforehand(task, directory):
    set_policy(directory, FORBIDDEN)
    assert task.run(MODULE, **WANTED)["error"]["code"] == "policy_blocked"
    assert task.writes() == []


def test_an_exempted_app_is_not_refused(task, directory):
    set_policy(directory, FORBIDDEN)
    own = {
        "id": "5a5e6a3c-1f2d-4a7e-9d53-6b1a0a3b5c01",
        "isEnabled": True,
        "restrictions": {"passwordCredentials": []},
    }
    directory.edit(f"app_management_policies/{directory.app()['id']}", own, "add")
    assert task.run(MODULE, **WANTED)["changed"]


@pytest.mark.parametrize(("rule", "word"), [(CAPPED, "live that long"), (FORBIDDEN, "forbids")])
def test_a_policy_that_cannot_be_read_is_found_out_by_the_refusal(task, directory, rule, word):
    set_policy(directory, rule)
    hidden = {"error": {"code": "Authorization_RequestDenied", "message": "no"}}
    task.cloud.faults([fault("policy_GetDefaultAppManagementPolicy", do="status", status=403, json=hidden)])
    failed = task.run(MODULE, **WANTED)
    assert failed["error"]["code"] == "policy_blocked"
    assert word in failed["msg"]
    assert directory.secrets() == []


def test_without_the_app_a_real_run_fails_and_check_mode_plans_on(task, directory):
    missing = {**WANTED, "unique_name": "not-there"}
    failed = task.run(MODULE, **missing)
    assert failed["error"]["code"] == "not_found"
    assert "'not-there'" in failed["msg"]
    planned = task.run(MODULE, check=True, **missing)
    assert planned["changed"]
    assert planned["secret"]["predicted"] is True
    assert "No app registration 'not-there'" in task.warnings[0]
    assert not task.run(MODULE, **missing, state="absent")["changed"]


def test_without_any_key_a_real_run_fails_and_check_mode_plans_on(task, directory):
    assert task.run(MODULE, display_name="wxconnect")["error"]["code"] == "not_known_yet"
    planned = task.run(MODULE, check=True, display_name="wxconnect")
    assert planned["changed"]
    assert planned["secret"]["predicted"] is True
    assert task.writes() == []


@pytest.mark.parametrize("days", [(30, 30), (0, 0), (10, 11), (30, -1)])
def test_lifetimes_that_would_make_a_secret_at_every_run(task, directory, days):
    failed = task.run(MODULE, **WANTED, valid_days=days[0], min_remaining_days=days[1])
    assert failed["error"]["code"] == "invalid_input"
    assert task.requests("graph") == []


def test_the_info_module_lists_secrets(task, directory):
    made = task.run(MODULE, **WANTED)["secret"]
    task.run(MODULE, unique_name=NAME, display_name="other")
    assert task.run(INFO, **WANTED)["secrets"] == [made]
    assert len(task.run(INFO, unique_name=NAME)["secrets"]) == 2
    assert task.run(INFO, unique_name="not-there")["secrets"] == []
