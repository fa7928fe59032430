# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A channel that nothing is left to do for: it costs one task, and later plays and imports have it again."""

from __future__ import annotations

from integration import world as at
from integration.play import CHANNELS, TENANTS

SITE = {"name": "Connect the mailboxes", "ansible.builtin.import_playbook": "ccops.webex_email.site"}
CHANNELS_ONLY, VERIFY = (
    {**SITE, "ansible.builtin.import_playbook": f"ccops.webex_email.{name}"}
    for name in ("channels", "verify")
)
AFTER = {
    "name": "Go on",
    "hosts": "webex_email_channels",
    "gather_facts": False,
    "tasks": [{"name": "Look at it", "ansible.builtin.debug": {"var": "webex_email_result.verified"}}],
}


def done(play, *channels):
    """A person has generated the tokens of these channels."""
    for channel in channels:
        play.variables(channel, webex_email_handover_done=True)


def test_it_costs_one_task_and_is_there_for_the_plays_that_follow(converged):
    done(converged, *CHANNELS)
    run = converged.run([SITE, AFTER])
    assert sum(run.changed.values()) == 0
    once = [task.host for task in run.tasks if task.module == "include_vars"]
    assert len(once) == 1
    for channel in CHANNELS:
        *ours, look, later = run.of(channel)
        assert len(ours) == once.count(channel)
        assert look.name.endswith("Read the channel and plan every step")
        assert later.name == "Look at it"
        rows = later.result["webex_email_result.verified"]
        assert len(rows) == 6 and all(row["ok"] for row in rows)


def test_what_is_left_for_a_person_is_told_in_every_run(converged):
    done(converged, "sales")
    run = converged.run("site")
    told = {
        channel: any(task.name.endswith("Show what is left for a person") for task in run.of(channel))
        for channel in CHANNELS
    }
    assert told == {"support": True, "sales": False, "help": True}


def test_a_channel_that_may_not_forward_is_no_quiet_one(converged):
    """All its own settings are as wished; the tenant's rule is not."""
    done(converged, *CHANNELS)
    world = converged.lab.state()
    paths = [f"/tenants/{number}/outbound_rules" for number in range(len(world["tenants"]))]
    converged.lab.edit([{"op": "replace", "path": path, "value": []} for path in paths])
    run = converged.run([CHANNELS_ONLY, VERIFY], fails=True)
    assert set(run.failed_hosts) == set(CHANNELS)
    assert all("tenants playbook" in str(run.failure(channel)["msg"]) for channel in CHANNELS)


def test_a_second_import_with_other_variables_does_what_they_say(converged):
    done(converged, *CHANNELS)
    again = {**SITE, "vars": {"webex_email_asset_name": "Another name"}}
    run = converged.run([SITE, again])
    assert {host for host, count in run.changed.items() if count} == set(CHANNELS)
    names = {asset["name"] for tenant in converged.lab.state()["connect"] for asset in tenant["assets"]}
    assert names == {"Another name"}
    assert set(run.changed) == {*CHANNELS, *TENANTS}


def test_a_result_is_that_of_the_last_import(converged):
    """What the first import changed the second finds settled."""
    done(converged, *CHANNELS)
    converged.variables("sales", webex_email_asset_name="Sales of tomorrow")
    tasks = [{"name": "Look", "ansible.builtin.debug": {"var": "webex_email_result"}}]
    run = converged.run([SITE, {**AFTER, "tasks": tasks}, SITE, {**AFTER, "tasks": tasks}])
    for channel in CHANNELS:
        first, second = (task.result["webex_email_result"] for task in run.of(channel, "debug"))
        assert bool(first["actions"]) == (channel == "sales")
        assert second["actions"] == [] and all(row["ok"] for row in second["verified"])
        assert first["asset_id"] == second["asset_id"]
        assert first["address"] == second["address"] == at.ADDRESSES[channel][1]


def test_a_channel_that_failed_has_no_result(converged):
    """Its look has seen all, but what it was to become it has not become. docs/include.md tells how to ask."""
    done(converged, *CHANNELS)
    converged.variables("sales", webex_email_asset_name="Sales of tomorrow")
    converged.lab.faults([{"match": {"operation": "updateEmailAsset"}, "do": "status", "status": 400}])
    tasks = [
        {
            "name": "Who has one?",
            "ansible.builtin.debug": {"msg": "one"},
            "loop": "{{ ansible_play_hosts_all }}",
            "when": "hostvars[item].webex_email_result | default('') is mapping",
        }
    ]
    run = converged.run([SITE, {**AFTER, "tasks": tasks}], fails=True)
    assert run.failed_hosts == ["sales"]
    asked = run.of("support")[-1].result["results"]
    # Only what was not skipped has a message; the word "skipped" is missing in such a result from 2.21 on.
    assert {one["item"] for one in asked if "msg" in one} == {"support", "help"}
