# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sixty channels as AWX runs them: in slices at once, one of them killed in the middle and relaunched."""

from __future__ import annotations

import time

import pytest

from integration.awx.site import Site

COUNT, SLICES = 60, 4


@pytest.fixture(scope="module")
def site(tower):
    return Site(tower, COUNT)


@pytest.fixture(scope="module")
def unsliced(site):
    """What one run leaves behind, by channel; three are enough to know what one looks like."""
    site.begin()
    site.run("tenants")
    site.run("channels", limit=",".join(site.names[:3]))
    return site.outcome(site.names[:3])


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
    _jobs, killed, again = sliced
    assert again["status"] == "successful"
    assert (again["job_slice_number"], again["job_slice_count"]) == (killed["job_slice_number"], SLICES)
    outcome = site.outcome(site.names)
    assert {name: outcome["channels"][name] for name in site.names[:3]} == unsliced["channels"]
    assert (
        len({str(channel) for channel in (outcome["channels"][name] | {"asset": 0} for name in site.names)})
        == 1
    )
    # Nothing was made twice, and nothing is left over.
    assert outcome["assets"] == len(outcome["secrets"]) == len(set(outcome["secrets"])) == COUNT
    assert (len(outcome["records"]), len(outcome["senders"])) == (COUNT, COUNT)
    assert (outcome["apps"], outcome["consents"]) == (unsliced["apps"], unsliced["consents"]) == (1, 1)


def test_one_unsliced_run_of_all_channels_finds_nothing_to_do(sliced, site, tower):
    tower.lab.clear_journal()
    run = site.run("channels", forks=20)
    assert {name: counts["changed"] for name, counts in tower.awx.summaries(run).items()} == dict.fromkeys(
        site.names, 0
    )
    assert [entry["operation"] for entry in tower.lab.journal() if entry["write"]] == []


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
    """One channel differs; the relaunch works on it alone."""
    name = site.names[7]
    boxes = tower.lab.state()["tenants"][0]["mailboxes"]
    index = next(number for number, box in enumerate(boxes) if box["Alias"] == name)
    tower.lab.edit(
        [{"op": "replace", "path": f"/tenants/0/mailboxes/{index}/ForwardingSmtpAddress", "value": None}]
    )
    failed = tower.awx.wait(site.launch("verify", limit=",".join(site.names[5:10])))
    assert failed["status"] == "failed"
    again = tower.awx.wait(tower.awx.call("POST", f"{failed['url']}relaunch/", {"hosts": "failed"}))
    assert (again["limit"], again["status"]) == (name, "failed")
    repaired = site.run("channels", limit=name)
    assert set(tower.awx.summaries(repaired)) == {name}
    assert tower.awx.wait(tower.awx.call("POST", f"{again['url']}relaunch/", {}))["status"] == "successful"
