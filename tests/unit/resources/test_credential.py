# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hand-over of a client secret against the embedded cloud, from every state in which a run can leave it."""

from __future__ import annotations

import json
import platform

import pytest
from ansible_collections.ccops.webex_email.plugins.modules import (
    webex_connect_email_credential,
    webex_connect_email_credential_info,
)

from unit.resources.channel_of_secret import APP, DESCRIPTION, Channel, ago


@pytest.fixture
def channel(task, tmp_path):
    """A channel with an app and an asset, and what the tests ask about it."""
    return Channel(task, tmp_path / "support/webex_email_record.json")


def test_hand_over_then_nothing(channel):
    planned = channel.hand_over(check=True)
    assert planned["changed"] and channel.key_ids == []
    done = channel.hand_over()
    assert (
        done["changed"] and done["credential"]["days_left"] in (729, 730) and done["credential"]["due"] == []
    )
    assert channel.memory["key_id"] == done["credential"]["key_id"] == channel.key_ids[0]
    assert (
        channel.asset_signs_in()
        and channel.asset["scope"] == "offline_access https://outlook.office.com/SMTP.Send"
    )

    again = channel.hand_over()
    assert not again["changed"] and again["credential"]["key_id"] == done["credential"]["key_id"]


def test_no_form_of_the_secret_leaves_the_task(channel):
    done = channel.hand_over()
    secret = channel.asset["lab_secrets"]["clientSecret"]
    assert secret[:-3] not in json.dumps(done) and secret[:-3] not in channel.record.read_text()


def test_a_new_secret_replaces_the_old_one_after_the_overlap(channel):
    first = channel.hand_over()["credential"]["key_id"]
    second = channel.hand_over(rotate=True)["credential"]["key_id"]
    assert set(channel.key_ids) == {first, second} and channel.asset_signs_in()

    assert not channel.hand_over()["changed"], "the old one is kept for a day"
    channel.remember(superseded={first: "2026-01-01T00:00:00Z"})
    removal = channel.hand_over()
    assert removal["actions"] == [f"remove superseded client secret {first}"]
    assert channel.key_ids == [second] and "superseded" not in channel.memory and channel.asset_signs_in()


def test_without_overlap_the_next_run_removes_the_old_one(channel):
    channel.hand_over()
    second = channel.hand_over(rotate=True)["credential"]["key_id"]
    channel.hand_over(overlap_days=0)
    assert channel.key_ids == [second]


@pytest.mark.parametrize("days", [20, 29])
def test_a_secret_with_few_days_left_is_due(channel, days):
    channel.hand_over(valid_days=days, min_remaining_days=1)
    due = channel.hand_over(check=True)
    assert due["changed"] and "days left" in due["diff"]["before"]["due"][0]


def test_a_secret_of_ours_that_the_record_does_not_know_goes_after_the_overlap_if_it_is_older(channel):
    orphan = channel.put_credential(DESCRIPTION)
    current = channel.hand_over()["credential"]["key_id"]
    assert not channel.hand_over()["changed"], "the overlap is not over"
    removal = channel.hand_over(overlap_days=0)
    assert removal["actions"] == [f"remove superseded client secret {orphan}"]
    assert channel.key_ids == [current] and channel.asset_signs_in()


def test_a_secret_that_another_run_may_just_have_added_is_left_alone(channel):
    channel.hand_over()
    rival = channel.put_credential(DESCRIPTION, started=ago(1))
    waiting = channel.hand_over(overlap_days=0)
    assert not waiting["changed"] and waiting["credential"]["state"] == "contested"
    assert rival in channel.key_ids


def test_a_secret_that_somebody_with_another_record_has_made_since_may_be_in_the_asset(channel):
    first = channel.hand_over()["credential"]["key_id"]
    rival = channel.put_credential(DESCRIPTION, started=ago(60))
    channel.age(first, ago(180))
    replaced = channel.hand_over()
    assert replaced["changed"] and replaced["credential"]["key_id"] not in (first, rival)
    assert {first, rival} < set(channel.key_ids) and channel.asset_signs_in()


def test_what_an_interrupted_run_announced_is_known_by_its_end_and_goes_at_once(channel):
    current = channel.hand_over()["credential"]["key_id"]
    stray = channel.put_credential(DESCRIPTION, started=ago(1))
    here = {"at": ago(1), "by": platform.node()}
    channel.remember(secrets_announced={"2030-01-01T00:00:00Z": here})
    removal = channel.hand_over()
    assert removal["actions"] == [f"remove superseded client secret {stray}"]
    assert channel.key_ids == [current] and "secrets_announced" not in channel.memory


@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize("do", ["reset", "status"])
def test_an_interruption_at_the_asset_keeps_every_secret_that_may_be_in_it(channel, phase, do):
    channel.hand_over()
    channel.task.cloud.faults(
        [{"match": {"service": "connect", "method": "PUT"}, "do": do, "phase": phase, "status": 503}]
    )
    broken = channel.hand_over(rotate=True)
    assert broken["failed"] and channel.asset_signs_in()
    channel.task.cloud.faults([])

    healed = channel.hand_over()
    assert healed["changed"] and channel.asset_signs_in() and "keys_pending" not in channel.memory
    channel.remember(superseded=dict.fromkeys(channel.memory["superseded"], "2026-01-01T00:00:00Z"))
    channel.hand_over()
    assert channel.key_ids == [channel.memory["key_id"]] and channel.asset_signs_in()


def test_a_refused_update_leaves_no_new_secret(channel):
    first = channel.hand_over()["credential"]["key_id"]
    channel.task.cloud.faults(
        [{"match": {"service": "connect", "method": "PUT"}, "do": "status", "phase": "before", "status": 400}]
    )
    assert channel.hand_over(rotate=True)["error"]["code"] == "conflict"
    channel.task.cloud.faults([])
    assert channel.key_ids == [first] and channel.asset_signs_in() and not channel.hand_over()["changed"]


def test_a_lost_answer_of_add_password_leaves_no_orphan(channel):
    channel.task.cloud.faults(
        [{"match": {"operation": "application_addPassword", "nth": 1}, "do": "reset", "phase": "after"}]
    )
    channel.hand_over()
    channel.task.cloud.faults([])
    assert channel.key_ids == [channel.memory["key_id"]] and channel.asset_signs_in()


@pytest.mark.parametrize("reads", [1, 5])
def test_a_new_secret_is_proven_before_anybody_relies_on_it(channel, reads):
    channel.task.cloud.settings(replication_reads=reads)
    assert channel.hand_over(deadline=60)["changed"]
    assert channel.asset_signs_in()


def test_a_secret_that_cannot_be_proven_is_not_handed_over(channel):
    channel.task.cloud.settings(replication_reads=1000)
    refused = channel.hand_over(deadline=4)
    assert refused["error"]["code"] == "sign_in_failed" and "clientSecret" not in channel.asset["lab_secrets"]
    channel.task.cloud.settings(replication_reads=0)
    channel.hand_over(overlap_days=0)
    channel.hand_over(overlap_days=0)
    assert channel.key_ids == [channel.memory["key_id"]]


def test_a_lost_record_costs_one_secret_more_and_no_outage(channel):
    channel.hand_over()
    channel.record.unlink()
    done = channel.hand_over(asset_id=channel.asset_id)
    assert done["changed"] and len(channel.key_ids) == 2 and channel.asset_signs_in()


def test_secrets_of_others_are_left_alone(channel):
    foreign = channel.put_credential("somebody else's")
    channel.hand_over()
    channel.hand_over(rotate=True)
    channel.hand_over(overlap_days=0)
    assert foreign in channel.key_ids and len(channel.key_ids) == 2


def test_settings_that_drifted_in_the_portal_are_repaired_without_a_new_secret(channel):
    channel.hand_over()
    channel.task.cloud.edit([{"op": "replace", "path": "/connect/0/assets/0/scope", "value": "openid"}])
    repaired = channel.hand_over()
    assert repaired["changed"] and len(channel.key_ids) == 1 and channel.asset_signs_in()
    assert channel.asset["scope"].startswith("offline_access")
    assert not channel.hand_over()["changed"]


def test_another_app_in_the_asset_means_a_new_secret(channel):
    channel.hand_over()
    channel.task.cloud.edit(
        [
            {
                "op": "replace",
                "path": "/connect/0/assets/0/clientId",
                "value": "00000000-1111-4222-8333-444444444444",
            }
        ]
    )
    assert channel.hand_over()["changed"] and channel.asset_signs_in()


def test_a_lifetime_over_the_policy_is_refused_before_anything_is_written(channel):
    rule = {"restrictionType": "passwordLifetime", "state": "enabled", "maxLifetime": "P90D"}
    policy = "/tenants/0/app_management_policy"
    channel.task.cloud.edit(
        [
            {"op": "replace", "path": f"{policy}/isEnabled", "value": True},
            {
                "op": "replace",
                "path": f"{policy}/applicationRestrictions/passwordCredentials",
                "value": [rule],
            },
        ]
    )
    channel.task.cloud.clear_journal()
    refused = channel.hand_over()
    assert (
        refused["error"]["code"] == "policy_blocked"
        and "90" in refused["msg"]
        and channel.task.writes() == []
    )
    assert channel.hand_over(valid_days=90)["changed"]


def test_the_twin_tells_how_long_it_lasts(channel):
    channel.hand_over()
    known = {"unique_name": APP, "display_name": DESCRIPTION, **channel.path}
    view = channel.task.run(webex_connect_email_credential_info.MODULE, **known)["credential"]
    assert view["due"] == [] and view["days_left"] in (729, 730) and view["asset_id"] == channel.asset_id


def test_check_mode_plans_on_where_neither_app_nor_asset_exists(task, tmp_path):
    options = {
        "unique_name": "nothing-yet",
        "display_name": DESCRIPTION,
        "record_path": str(tmp_path / "r.json"),
    }
    planned = task.run(webex_connect_email_credential.MODULE, True, **options)
    assert planned["changed"] and planned["credential"]["predicted"]
    refused = task.run(webex_connect_email_credential.MODULE, **options)
    assert refused["error"]["code"] == "not_known_yet" and task.writes() == []
