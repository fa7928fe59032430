# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that meet: two on one channel, and many channels on one app that takes one write at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import yaml

from integration import world as at
from integration.play import Play
from integration.world import CONTOSO

# True of the slower one of two runs, and nothing is wrong then.
OVERTAKEN = "found nothing to change.*Somebody was faster"


def together(plays, *order, **variables):
    """Run the same playbook in several processes at once; the runs."""
    with ThreadPoolExecutor(len(plays)) as pool:
        started = [pool.submit(play.run, *order, notices=[OVERTAKEN], **variables) for play in plays]
        return [run.result() for run in started]


def beside(play, folder):
    """Another controller with the same inventory, and so the same record."""
    folder.mkdir()
    other = Play(folder, play.lab)
    other.inventory = play.inventory
    return other


def assert_once(world):
    """One app, asset, grant, rule and principal; and no secret that nobody uses."""
    app = at.app(world, CONTOSO)
    at.principal(world, CONTOSO, app["appId"])
    assert len(at.assets(world, "support")) == 1
    assert len(world["tenants"][CONTOSO]["app_role_assignments"]) == 1
    assert at.rule(world, CONTOSO)["From"].count("support@contoso.example") == 1


def test_two_runs_on_a_new_channel_make_everything_once(play, cloud, tmp_path):
    cloud.settings(latency_ms=20, graph_write_ms=50)
    plays = [play, beside(play, tmp_path / "other")]
    play.run("tenants", "--limit", "contoso")
    together(plays, "channels", "--limit", "support")
    world = cloud.state()
    assert_once(world)
    assert at.signs_in(cloud, "support")
    assert [item["keyId"] for item in at.credentials(world, "support")] == [play.record("support")["key_id"]]
    assert list(play.record_path("support").parent.glob(".*")) == []


def test_two_rotations_of_a_channel_at_once_leave_it_with_one_new_secret(converged, cloud, tmp_path):
    cloud.settings(latency_ms=20, graph_write_ms=50)
    plays = [converged, beside(converged, tmp_path / "other")]
    (before,) = at.credentials(cloud.state(), "support")
    together(
        plays,
        "rotate_secret",
        "--limit",
        "support",
        webex_email_secret_rotate=True,
        webex_email_secret_overlap_days=0,
    )
    world = cloud.state()
    (now,) = at.credentials(world, "support")
    assert now["keyId"] == converged.record("support")["key_id"] != before["keyId"]
    assert at.signs_in(cloud, "support")


def play_of(*parts):
    """A playbook that runs some parts of the chain for each channel."""
    groups = ("graph", "exchange", "connect")
    defaults = {f"group/ccops.webex_email.{name}": f"{{{{ webex_email_{name}_options }}}}" for name in groups}
    tasks = [
        {"name": f"{role} {part}", "ansible.builtin.import_role": {"name": role, "tasks_from": part}}
        for role, part in parts
    ]
    play = {"name": "Run parts of the chain", "hosts": "queues", "gather_facts": False}
    return [{**play, "module_defaults": defaults, "tasks": tasks}]


def test_twenty_channels_at_once_on_one_app_that_takes_one_write_at_a_time(play, cloud):
    names = [f"queue{number}" for number in range(20)]
    for name in names:
        play.variables(f"host:{name}", webex_email_address=f"{name}@contoso.example")
    hosts = dict.fromkeys(names)
    groups = {
        "queues": {"hosts": hosts},
        "webex_email_channels": {"hosts": hosts},
        "tenant_contoso": {"hosts": hosts},
    }
    (play.inventory / "more.yml").write_text(yaml.safe_dump(groups), "utf-8")
    cloud.settings(graph_write_ms=20)
    chain = play_of(
        ("ccops.webex_email.connect_asset", "main"),
        ("ccops.webex_email.app_registration", "main"),
        ("ccops.webex_email.app_registration", "secret"),
    )
    run = play.run(chain, "--forks", "20", seconds=600, webex_email_deadline=300)
    assert run.failed_hosts == []
    refused = [entry for entry in cloud.journal() if entry["service"] == "graph" and entry["status"] == 409]
    assert refused, "the writes did not meet"
    world = cloud.state()
    app = at.app(world, CONTOSO)
    at.principal(world, CONTOSO, app["appId"])
    assert len(world["tenants"][CONTOSO]["app_role_assignments"]) == 1
    secrets = {item["displayName"]: app["lab_secrets"][item["keyId"]] for item in app["passwordCredentials"]}
    assert len(secrets) == len(app["passwordCredentials"]) == 20
    assets = world["connect"][CONTOSO]["assets"]
    assert len(assets) == 20
    for asset in assets:
        assert asset["lab_secrets"]["clientSecret"] == secrets[f"wxconnect {asset['emailId']}"]
