# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode of whole playbooks: nothing is written, everything is named, and the real run does exactly that."""

from __future__ import annotations

import re

import pytest

from integration import world as at
from integration.play import CHANNELS, TENANTS, writes
from integration.world import CONTOSO

# What only the real run can know, and what it is called before.
LATER = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "<instant>"),
    (re.compile(r"\ba_\d{18}\b"), "the new asset"),
    (re.compile(r"\b[0-9a-f]{32}@mail-\w\w\.imiconnect\.io\b"), "the address of the new asset"),
    (re.compile(r"(?<= to )WebexConnect(?=, valid until)"), "the new app"),
    (re.compile(r"add redirect URI https://\w+\.\w\w\.webexconnect\.io/callback; "), ""),
)


def plain(action):
    """An action without what only the real run can know."""
    for pattern, name in LATER:
        action = pattern.sub(name, action)
    return action


def by_object(run, hosts):
    """All different actions on these hosts; channels that share an app make it once."""
    return {plain(action) for host in hosts for action in run.actions(host)}


def unshared(run, host):
    """The actions on the channel's own objects, in order."""
    return [
        plain(action)
        for action in run.actions(host)
        if " app " not in plain(action) or "client secret" in action
    ]


@pytest.fixture(scope="module")
def foreseen(module_play):
    """Site in check mode on empty tenants; (Run, journal)."""
    run = module_play.run("site", "--check", "--diff")
    return run, module_play.lab.journal()


@pytest.fixture(scope="module")
def carried_out(foreseen, module_play):
    """Then site for real."""
    return module_play.run("site")


def test_an_empty_tenant_is_not_written_to(foreseen):
    run, journal = foreseen
    assert [entry["operation"] for entry in journal if entry["write"]] == []
    assert run.failed_hosts == []
    assert sorted(run.recap) == sorted((*TENANTS, *CHANNELS))


@pytest.mark.parametrize("host", CHANNELS)
def test_every_change_of_a_channel_is_named(foreseen, carried_out, host):
    actions = unshared(foreseen[0], host)
    assert actions == unshared(carried_out, host)
    assert len(actions) == (6 if host == "sales" else 5)


@pytest.mark.parametrize("hosts", [("contoso",), ("fabrikam",), ("support", "sales"), ("help",)])
def test_every_change_of_shared_objects_is_named(foreseen, carried_out, hosts):
    assert by_object(foreseen[0], hosts) == by_object(carried_out, hosts)


@pytest.mark.parametrize("host", CHANNELS)
def test_the_plan_names_what_is_done(carried_out, host):
    """The first task of a channel says all of it, the call back URL that is not known yet included."""
    plan = next(iter(carried_out.of(host, "email_channel_info")))
    steps = plan.result["plan"]
    assert all(step["changes"] for step in steps.values())
    assert "call back URL" in " ".join(steps["app"]["actions"])
    named = {plain(action) for step in steps.values() for action in step["actions"]}
    done = {plain(action) for action in carried_out.actions(host) if "and keep a copy" not in action}
    assert done - {action for action in done if " app " in action} <= named


@pytest.mark.parametrize("host", (*TENANTS, *CHANNELS))
def test_the_diff_shows_every_change(foreseen, host):
    changed = [task for task in foreseen[0].of(host) if task.ours and task.changed]
    assert changed
    for task in changed:
        assert task.result["diff"]["before"] != task.result["diff"]["after"]
        assert task.result["actions"]
    text = foreseen[0].stdout
    for shown in ('+    "smtp_auth": "enabled"', '+    "mode": "On"', '+    "display_name": "WebexConnect"'):
        assert shown in text


def test_nothing_is_foreseen_on_a_converged_tenant(carried_out, module_play):
    module_play.lab.clear_journal()
    run = module_play.run("site", "--check", "--diff")
    assert set(run.changed.values()) == {0}
    assert {host: run.actions(host) for host in run.recap} == {host: [] for host in run.recap}
    assert writes(module_play.lab) == []


def test_preflight_and_verify_and_retire_write_nothing(carried_out, module_play):
    module_play.lab.clear_journal()
    before = module_play.lab.state()
    for playbook in ("preflight", "verify"):
        assert set(module_play.run(playbook, "--check", "--diff").changed.values()) == {0}
    run = module_play.run("retire", "--check", "--diff", webex_email_retire_app=True)
    assert set(run.changed) == set(CHANNELS)
    assert all(run.changed.values())
    assert writes(module_play.lab) == []
    assert module_play.lab.state() == before


def test_a_callback_url_that_only_the_new_asset_tells(converged, cloud):
    """An app that is as wished before its asset exists gets the redirect URI in the very same run."""
    path = at.app_path(cloud.state(), CONTOSO)
    cloud.edit([{"op": "replace", "path": f"{path}/web/redirectUris", "value": []}])
    cloud.edit([{"op": "remove", "path": at.asset_path(cloud.state(), "support")}])
    converged.record_path("support").unlink()
    run = converged.run("site", "--limit", "contoso,support")
    assert at.app(cloud.state(), CONTOSO)["web"]["redirectUris"] == [run.fact("support")["callback_url"]]
