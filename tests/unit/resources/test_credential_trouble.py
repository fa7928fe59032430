# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hand-over when clocks differ, runs meet, and an app takes one write at a time."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.ccops.webex_email.plugins.modules import webex_connect_email_credential_info

from unit.resources.channel_of_secret import APP, DESCRIPTION, Channel, ago

POLICY = "/tenants/0/app_management_policy"


@pytest.fixture
def channel(task, tmp_path):
    there = Channel(task, tmp_path / "support/webex_email_record.json")
    yield there
    assert task.cloud.violations() == []


def cap(channel, lifetime):
    """Let the tenant allow client secrets of that lifetime at most."""
    rule = {"restrictionType": "passwordLifetime", "state": "enabled", "maxLifetime": lifetime}
    channel.task.cloud.edit(
        [
            {"op": "replace", "path": f"{POLICY}/isEnabled", "value": True},
            {
                "op": "replace",
                "path": f"{POLICY}/applicationRestrictions/passwordCredentials",
                "value": [rule],
            },
        ]
    )


@pytest.mark.parametrize("seconds", [-300, 300])
def test_clocks_that_are_five_minutes_apart(channel, seconds):
    """Entra ID counts from its own clock: a lifetime of just what is allowed must not be a little too long there."""
    channel.task.cloud.settings(clock_offset_seconds=seconds)
    cap(channel, "P90D")
    first = channel.hand_over(valid_days=90)["credential"]
    assert first["state"] == "good" and first["days_left"] == 89
    assert not channel.hand_over(valid_days=90)["changed"]
    assert channel.hand_over(valid_days=90, rotate=True, overlap_days=0)["changed"]
    assert len(channel.key_ids) == 1 and channel.asset_signs_in()
    (added,) = {
        json.dumps(sorted(body["passwordCredential"])) for body in bodies(channel, "application_addPassword")
    }
    assert added == json.dumps(["displayName", "endDateTime"]), "a start by our clock could be in the past"


def bodies(channel, operation):
    return [
        entry["request_body"] for entry in channel.task.cloud.journal() if entry["operation"] == operation
    ]


@pytest.mark.parametrize(("minutes", "state"), [(3, "expiring"), (7, "expired")])
def test_a_secret_that_has_only_just_ended_may_still_be_good(channel, minutes, state):
    key_id = channel.hand_over()["credential"]["key_id"]
    channel.age(key_id, ago(minutes), "endDateTime")
    known = {"unique_name": APP, "display_name": DESCRIPTION, **channel.path}
    assert (
        channel.task.run(webex_connect_email_credential_info.MODULE, **known)["credential"]["state"] == state
    )
    assert channel.hand_over()["changed"] and channel.asset_signs_in()


@pytest.mark.parametrize("number", [7000222, 7000215])
def test_a_new_secret_that_looks_expired_or_wrong_at_first(channel, number):
    refusal = {
        "error": "invalid_client",
        "error_description": f"AADSTS{number}: no.",
        "error_codes": [number],
    }
    channel.task.cloud.faults(
        [{"match": {"operation": "signin_token", "nth": 1}, "do": "status", "status": 401, "json": refusal}]
    )
    assert channel.hand_over()["changed"] and channel.asset_signs_in()
    assert len(channel.key_ids) == 1


def test_runs_that_meet_on_one_channel_take_turns(channel):
    channel.task.cloud.settings(latency_ms=10, graph_write_ms=20)
    first = channel.hand_over()["credential"]["key_id"]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _number: channel.hand_over(rotate=True, overlap_days=0), range(4)))
    assert not [result["msg"] for result in results if result.get("failed")]
    assert len({result["credential"]["key_id"] for result in results}) == 1
    assert channel.key_ids == [channel.memory["key_id"]] != [first] and channel.asset_signs_in()


def test_runs_with_records_of_their_own_never_leave_a_dead_credential(channel, tmp_path):
    channel.task.cloud.settings(latency_ms=10, graph_write_ms=20)
    paths = [str(tmp_path / f"machine{number}/record.json") for number in range(3)]

    def on(path):
        return channel.hand_over(record_path=path, asset_id=channel.asset_id, overlap_days=0)

    for _round in range(2):
        with ThreadPoolExecutor(3) as pool:
            assert all(not result.get("failed") for result in pool.map(on, paths))
        assert channel.asset_signs_in()


def test_twenty_secrets_on_an_app_that_takes_one_write_at_a_time(channel):
    channel.task.cloud.settings(graph_write_ms=5)
    names = [f"wxconnect {number}@contoso.example" for number in range(20)]

    def one(name):
        record = channel.record.parent / name / "record.json"
        return channel.hand_over(
            display_name=name, record_path=str(record), asset_id=channel.asset_id, deadline=120
        )

    with ThreadPoolExecutor(20) as pool:
        results = list(pool.map(one, names))
    assert not [result["msg"] for result in results if result.get("failed")]
    assert sorted(item["displayName"] for item in channel.app["passwordCredentials"]) == sorted(names)
    refused = [entry["status"] for entry in channel.task.requests("graph")].count(409)
    assert refused, "the writes did not meet"


def test_a_lost_answer_does_not_take_what_another_run_made_meanwhile(channel):
    """Both are of one description; only the end of validity tells them apart."""
    channel.task.cloud.faults(
        [{"match": {"operation": "application_addPassword", "nth": 1}, "do": "reset", "phase": "before"}]
    )
    rival = channel.put_credential(DESCRIPTION, started=ago(0))
    channel.hand_over()
    assert rival in channel.key_ids and len(channel.key_ids) == 2


@pytest.mark.parametrize("phase", ["before", "after"])
def test_a_gateway_that_gave_up_waiting_may_have_let_the_write_through(channel, phase):
    channel.hand_over()
    channel.task.cloud.faults(
        [{"match": {"operation": "updateEmailAsset"}, "do": "status", "status": 408, "phase": phase}]
    )
    assert channel.hand_over(rotate=True)["failed"] and channel.asset_signs_in()
    channel.task.cloud.faults([])
    assert channel.memory["keys_pending"]
    channel.hand_over(overlap_days=0)
    assert channel.key_ids == [channel.memory["key_id"]] and channel.asset_signs_in()


def test_a_removal_that_fails_is_made_up_for_by_the_next_run(channel):
    """The secret cannot be proven, and cannot be taken back either: its announcement is what is left of it."""
    refusal = {"error": "invalid_client", "error_description": "AADSTS7000215: no.", "error_codes": [7000215]}
    channel.task.cloud.faults(
        [
            {"match": {"operation": "application_removePassword"}, "do": "status", "status": 403},
            {"match": {"operation": "signin_token"}, "do": "status", "status": 401, "json": refusal},
        ]
    )
    assert channel.hand_over(deadline=4)["error"]["code"] == "sign_in_failed"
    (stray,) = channel.key_ids
    channel.task.cloud.faults([])
    assert f"remove superseded client secret {stray}" in channel.hand_over(deadline=60)["actions"]
    assert channel.key_ids == [channel.memory["key_id"]] and channel.asset_signs_in()
