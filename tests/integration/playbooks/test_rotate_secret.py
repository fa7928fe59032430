# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks rotate_secret and report: what is rotated, what is removed, and what is said about it."""

from __future__ import annotations

import csv
import json
import stat

from integration import world as at
from integration.play import writes
from integration.world import CONTOSO

CHANNELS = ("support", "sales", "help")


def key_in_asset(world, channel):
    """Id of the secret that the channel's asset holds."""
    tenant = at.ADDRESSES[channel][0]
    secret = at.asset(world, channel)["lab_secrets"]["clientSecret"]
    (key_id,) = [key for key, value in at.app(world, tenant)["lab_secrets"].items() if value == secret]
    return key_id


def keys(world, channel):
    return [item["keyId"] for item in at.credentials(world, channel)]


def test_nothing_is_due_then_what_leaked_is_gone_with_one_command(converged, cloud):
    before = cloud.state()
    run = converged.run("rotate_secret")
    assert set(run.changed.values()) == {0} and writes(cloud) == []

    planned = converged.run("rotate_secret", "--check", "--limit", "sales", webex_email_secret_rotate=True)
    assert "put client secret wxconnect sales@contoso.example into" in planned.output and writes(cloud) == []

    leaked = key_in_asset(before, "support")
    run = converged.run(
        "rotate_secret",
        "--limit",
        "support",
        webex_email_secret_rotate=True,
        webex_email_secret_overlap_days=0,
    )
    world = cloud.state()
    assert at.signs_in(cloud, "support") and keys(world, "support") == [key_in_asset(world, "support")]
    assert leaked not in keys(world, "support")
    order = [entry["operation"] for entry in cloud.journal() if entry["write"] and entry["applied"]]
    assert order == ["application_addPassword", "updateEmailAsset", "application_removePassword"]
    assert run.fact("support")["key_id"] == key_in_asset(world, "support")
    for channel in ("sales", "help"):
        assert keys(world, channel) == keys(before, channel)


def test_all_are_rotated_where_few_days_are_left_and_manual_ones_are_left_to_a_person(converged, cloud):
    converged.variables(
        "help", webex_email_connect_mode="manual", webex_email_forwarding_address="a@b.example"
    )
    run = converged.run(
        "rotate_secret", webex_email_secret_min_remaining_days=730, webex_email_secret_valid_days=900
    )
    assert run.changed == {"support": 1, "sales": 1, "help": 0}
    assert "managed by hand" in run.fact("help")["actions_required"][0]
    for channel in ("support", "sales"):
        assert at.signs_in(cloud, channel) and len(keys(cloud.state(), channel)) == 2
        assert converged.record(channel)["key_id"] == key_in_asset(cloud.state(), channel)


def test_the_report(converged, cloud):
    world = cloud.state()
    index = keys_of_app(world).index(key_in_asset(world, "sales"))
    path = f"{at.app_path(world, CONTOSO)}/passwordCredentials/{index}/endDateTime"
    cloud.edit([{"op": "replace", "path": path, "value": "2020-01-01T00:00:00Z"}])
    cloud.clear_journal()
    file = converged.folder / "report.csv"
    run = converged.run(
        "report", fails=True, webex_email_report_file=str(file), webex_email_report_fail_days=30
    )
    assert writes(cloud) == [] and stat.S_IMODE(file.stat().st_mode) == 0o600
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    assert [row["address"] for row in rows][0] == "sales@contoso.example" and len(rows) == 3
    assert rows[0]["state"] == "expired" and int(rows[0]["days_left"]) < 0
    assert [row["state"] for row in rows[1:]] == ["good", "good"]
    assert "sales@contoso.example" in run.output.split("Fail where")[1]

    file = converged.folder / "report.json"
    run = converged.run("report", "--limit", "support,help", webex_email_report_file=str(file))
    report = json.loads(file.read_text("utf-8"))
    assert [row["channel"] for row in report] == ["help", "support"] or report[0]["days_left"] == report[1][
        "days_left"
    ]
    assert report[0]["key_id"] in (keys(cloud.state(), "support") + keys(cloud.state(), "help"))
    assert set(run.changed.values()) <= {0, 1}


def test_a_channel_that_cannot_be_read_is_reported_first(converged, cloud):
    converged.variables("support", webex_email_asset_id="a_000000000000000001")
    run = converged.run("report", "--limit", "support,sales")
    lines = [task.result["msg"] for task in run.tasks if task.name == "Show the report"][0]
    assert lines[0].startswith("unknown: support@contoso.example (unreadable): Webex Connect has no asset")
    assert "sales@contoso.example (good)" in lines[1]


def keys_of_app(world):
    return [item["keyId"] for item in at.app(world, CONTOSO)["passwordCredentials"]]
