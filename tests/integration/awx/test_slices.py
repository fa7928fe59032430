# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sixty channels as AWX runs them: in slices at once, one of them killed in the middle and relaunched."""

from __future__ import annotations

import time

import pytest

from integration.awx.outcome import outcome
from integration.awx.site import Site
from integration.world import CONTOSO

COUNT, SLICES = 60, 4


@pytest.fixture(scope="module")
def site(tower):
    return Site(tower, COUNT)


@pytest.fixture(scope="module")
def unsliced(site):
    """What one run of all channels leaves behind."""
    site.begin()
    site.run("tenants")
    site.run("channels", forks=10)
    return site.outcome()


def wait_for_forwarding(lab, seconds=400):
    """Return once a mailbox is forwarded: the first one asked for that before, and its answer is held back."""
    deadline = time.monotonic() + seconds
    while not [box for box in lab.state()["tenants"][0]["mailboxes"] if box["ForwardingSmtpAddress"]]:
        assert time.monotonic() < deadline
        time.sleep(1)


@pytest.fixture(scope="module")
def sliced(site, unsliced, tower):
    """The same in slices, of which one is killed while it forwards its first mailbox."""
    site.begin()
    site.run("tenants")
    tower.lab.faults(
        [{"match": {"operation": "Set-Mailbox", "nth": 1}, "do": "kill_client_marker", "seconds": 600}]
    )
    workflow = site.launch("channels", job_slice_count=SLICES, forks=10)
    wait_for_forwarding(tower.lab)
    # Others may be on their way; the first one is held back.
    entry = next(entry for entry in tower.lab.journal() if entry["operation"] == "Set-Mailbox")
    assert entry["status"] is None
    stuck = entry["request_body"]["CmdletInput"]["Parameters"]["Identity"]
    jobs = tower.awx.jobs(workflow)
    killed = jobs[slice_of(site, tower, stuck) - 1]
    tower.awx.call("POST", f"{killed['url']}cancel/")
    assert tower.awx.wait(killed)["status"] == "canceled"
    assert tower.awx.wait(workflow)["status"] == "failed"
    tower.lab.faults([])
    again = tower.awx.wait(tower.awx.call("POST", f"{killed['url']}relaunch/", {}))
    return [tower.awx.call("GET", job["url"]) for job in jobs], killed, again


def slice_of(site, tower, mailbox):
    """The number of the slice that a mailbox is in: hosts by name, every fourth."""
    boxes = tower.lab.state()["tenants"][0]["mailboxes"]
    (box,) = [box for box in boxes if mailbox in (box["Guid"], box["PrimarySmtpAddress"])]
    return sorted(["contoso", *site.names]).index(box["Alias"]) % SLICES + 1


def test_a_slice_has_only_its_own_hosts(sliced, tower):
    jobs, _killed, _again = sliced
    assert [job["job_slice_number"] for job in jobs] == [1, 2, 3, 4]
    hosts = [set(tower.awx.summaries(job)) for job in jobs if job["status"] == "successful"]
    assert len(hosts) == SLICES - 1
    assert not hosts[0] & hosts[1] and not hosts[1] & hosts[2]
    assert all(len(names) == COUNT // SLICES for names in hosts)


def test_slices_ran_at_the_same_time(sliced):
    jobs, _killed, _again = sliced
    assert max(job["started"] for job in jobs) < min(job["finished"] for job in jobs)


def test_a_killed_slice_that_is_relaunched_leaves_what_one_run_leaves(sliced, unsliced, site):
    """In the whole tenant, in Webex Connect and in the records."""
    _jobs, killed, again = sliced
    assert again["status"] == "successful"
    assert (again["job_slice_number"], again["job_slice_count"]) == (killed["job_slice_number"], SLICES)
    left = site.outcome()
    assert left["records"] == unsliced["records"]
    assert left["connect"] == unsliced["connect"]
    assert left["tenant"] == unsliced["tenant"]


def test_nothing_is_left_over_and_nothing_is_twice(sliced, site):
    """The outcomes would be equal, too, if neither run had done anything."""
    left = site.outcome()
    addresses = [f"{name}@contoso.example" for name in site.names]
    secrets = {asset["emailId"]: asset["lab_secrets"]["clientSecret"] for asset in left["connect"]["assets"]}
    assert len(left["connect"]["assets"]) == len(left["records"]) == COUNT
    assert secrets == {address: f"<secret of {address}>" for address in addresses}
    (app,) = [item for item in left["tenant"]["applications"] if item["appId"] == "<app id>"]
    assert sorted(app["lab_secrets"]) == sorted(f"<key of {address}>" for address in addresses)
    forwards = {
        box["PrimarySmtpAddress"]: box["ForwardingSmtpAddress"] for box in left["tenant"]["mailboxes"]
    }
    assert {address: forwards[address] for address in addresses} == {
        address: f"smtp:<alias of {address}>@mail-us.imiconnect.io" for address in addresses
    }


def test_a_secret_in_the_wrong_asset_would_be_seen(unsliced, sliced, site, tower):
    """Of the comparison above; any two secrets look alike."""
    world = tower.lab.state()
    one, other = world["connect"][CONTOSO]["assets"][:2]
    one["lab_secrets"], other["lab_secrets"] = other["lab_secrets"], one["lab_secrets"]
    assert outcome(world, tower.records, CONTOSO)["connect"] != unsliced["connect"]


def test_the_report_of_an_unsliced_job_totals_all_channels(sliced, site, tower):
    report = site.run("report", forks=20)["artifacts"]["webex_email_report"]
    assert sorted(row["channel"] for row in report) == site.names
    assert {row["state"] for row in report} == {"good"}


def test_no_event_is_too_long_to_be_kept(sliced, tower):
    _jobs, _killed, again = sliced
    results = [
        event["event_data"]["res"] for event in tower.awx.events(again) if event["event"] == "runner_on_ok"
    ]
    assert results and all(results)


def test_relaunching_on_failed_hosts_takes_only_those(sliced, site, tower):
    """One channel differs; the relaunch looks at it alone."""
    name = site.names[7]
    boxes = tower.lab.state()["tenants"][0]["mailboxes"]
    index, box = next((number, box) for number, box in enumerate(boxes) if box["Alias"] == name)

    def forward(value):
        path = f"/tenants/0/mailboxes/{index}/ForwardingSmtpAddress"
        tower.lab.edit([{"op": "replace", "path": path, "value": value}])

    forward(None)
    failed = tower.awx.wait(site.launch("verify", limit=",".join(site.names[5:10])))
    assert failed["status"] == "failed"
    again = tower.awx.wait(tower.awx.call("POST", f"{failed['url']}relaunch/", {"hosts": "failed"}))
    assert (again["limit"], again["status"]) == (name, "failed")
    forward(box["ForwardingSmtpAddress"])
    assert tower.awx.wait(tower.awx.call("POST", f"{again['url']}relaunch/", {}))["status"] == "successful"
