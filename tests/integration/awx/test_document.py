# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/awx.md, command by command: from an empty AWX to the first mailbox that works."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
import yaml

from awx.fresh import ADMIN
from integration import world as at
from integration.awx.tower import CONTOSO_APP, CONTOSO_CONNECT, ROOT

PAGE = (ROOT / "docs/awx.md").read_text("utf-8")
COMMANDS = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SETTINGS = yaml.safe_load(re.search(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[1])
RECAP = re.compile(r"^localhost\s+: ok=\d+\s+changed=(\d+)\s+unreachable=0\s+failed=0", re.MULTILINE)
WRITES = ("POST", "PATCH", "DELETE")


def settings(tower):
    """The page's own, with the addresses of the embedded cloud and of the repository in them."""
    (tenant,) = SETTINGS["webex_email_awx_tenants"]
    connect = SETTINGS["webex_email_awx_credentials"][1]["inputs"]
    connect["url"] = tower.connect["url"]
    return {
        **SETTINGS,
        "webex_email_awx_record_folder": str(tower.records),
        "webex_email_awx_project_url": tower.project,
        "webex_email_awx_tenants": [{**tenant, "variables": {**tenant["variables"], **tower.endpoints}}],
    }


@pytest.fixture(scope="module")
def page(tower):
    """Runs a command of the page; returns what it printed."""
    path = tower.folder / "webex_email_awx.yml"
    path.write_text(yaml.safe_dump(settings(tower)), "utf-8")
    secrets = {
        "CONTOSO_CLIENT_SECRET": CONTOSO_APP["secret"],
        "CONTOSO_CONNECT_TOKEN": CONTOSO_CONNECT["token"],
    }
    environment = tower.play.environment(tower.folder / "events") | tower.environment | secrets
    environment.pop("ANSIBLE_CALLBACKS_ENABLED")

    def run(command):
        done = subprocess.run(
            command,
            shell=True,
            cwd=tower.folder,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
        assert ADMIN[1] not in done.stdout + done.stderr
        assert not [value for value in secrets.values() if value in done.stdout + done.stderr]
        return done.stdout

    return run


@pytest.fixture(scope="module")
def made(tower, page):
    """AWX after the commands that make the objects: how many tasks of each changed something, and what was written."""
    runs = []
    for command in COMMANDS[1:4]:
        tower.awx.clear_journal()
        changed = int(RECAP.search(page(command))[1])
        # A module signs in by making a token, and signs out by removing it.
        written = [
            entry
            for entry in tower.awx.journal()
            if entry["method"] in WRITES and "/tokens/" not in entry["path"]
        ]
        runs.append((changed, written))
    return runs


def test_the_page_has_the_commands_that_are_run_here():
    assert [command.split()[0] for command in COMMANDS] == [
        "export",
        *["ansible-playbook"] * 3,
        *["ansible"] * 3,
    ]
    assert [("--check" in command) for command in COMMANDS[1:4]] == [True, False, False]


def test_a_look_at_an_empty_awx_writes_nothing_and_tells_every_change(made):
    (looked, written), (did, _written), _again = made
    assert written == []
    assert looked == did > 10


def test_the_second_run_changes_nothing(made):
    assert made[2] == (0, [])


def test_credentials_inject_by_environment_only(made, tower):
    for kind in tower.awx.all("credential_types", managed=False):
        assert set(kind["injectors"]) <= {"env", "file"}, kind["name"]
    held = {item["name"]: item["inputs"] for item in tower.awx.all("credentials")}
    assert held["Contoso, Microsoft 365"]["client_secret"] == "$encrypted$"


@pytest.fixture(scope="module")
def workflow(made, tower, page):
    """The workflow job of the page, from the survey to its end."""
    launch, approve, browser = COMMANDS[4:]
    number = re.search(r'"id": (\d+)', page(launch))[1]
    page(approve.replace("4711", number))
    page(browser.replace("4711", number))
    (job,) = [item for item in tower.awx.all("workflow_jobs") if item["id"] == int(number)]
    return tower.awx.wait(job)


def test_the_first_mailbox_is_connected(workflow, tower):
    jobs = {job["name"].partition(": ")[2]: job for job in tower.awx.jobs(workflow)}
    assert {name: job["status"] for name, job in jobs.items()} == dict.fromkeys(jobs, "successful")
    assert workflow["status"] == "successful"
    world = tower.lab.state()
    assert at.mailbox(world, "support")["ForwardingSmtpAddress"] == (
        f"smtp:{at.asset(world, 'support')['forwardingAddress']}"
    )
    assert at.signs_in(tower.lab, "support")
    assert tower.record("support")["asset_id"] == at.asset(world, "support")["appId"]
    assert tower.lab.violations() == []
    assert jobs["add"]["artifacts"] == {
        "webex_email_channel_hosts": "support",
        "webex_email_tenant_hosts": "contoso",
    }
    (row,) = jobs["report"]["artifacts"]["webex_email_report"]
    assert row["address"] == "support@contoso.example"


def test_the_person_is_told_what_is_left(workflow, tower):
    channels = next(job for job in tower.awx.jobs(workflow) if job["name"].endswith(": channels"))
    shown = "".join(tower.awx.stdout(job) for job in tower.awx.jobs(channels))
    assert "Generate Token, sign in as support@contoso.example" in shown


def test_no_secret_is_in_what_awx_keeps(workflow, tower):
    kept = [
        json.dumps(job) + tower.awx.stdout(job) + json.dumps(tower.awx.events(job))
        for job in tower.awx.all("jobs")
    ]
    assert len(kept) >= 7
    for secret in (CONTOSO_APP["secret"], CONTOSO_CONNECT["token"], ADMIN[1]):
        assert not [text for text in kept if secret in text]


def test_drift_is_told_and_then_repaired(workflow, tower):
    tower.awx.change("schedules", "Webex email: drift check", enabled=False)
    tower.awx.change("inventories", "Webex email", description="mine", variables="")
    only = {**settings(tower), "webex_email_awx_parts": ["inventory", "schedules"]}
    tower.awx.clear_journal()
    looked = tower.configure(only, "--check")
    assert [
        entry
        for entry in tower.awx.journal()
        if entry["method"] in ("PATCH", "DELETE") and "tokens" not in entry["path"]
    ] == []
    did = tower.configure(only)
    assert looked.changed["localhost"] == did.changed["localhost"] == 2
    assert tower.awx.one("schedules", "Webex email: drift check")["enabled"]
    assert (
        json.loads(tower.awx.one("inventories", "Webex email")["variables"])["ansible_connection"] == "local"
    )
    assert tower.awx.one("hosts", "support")["variables"], "what people have put in stays"


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"address": "{{ lookup('pipe', 'id') }}"}, "The address of the new mailbox is no e-mail address."),
        (
            {"address": "sales@contoso.example", "name": "support"},
            "The inventory has a channel support for support@",
        ),
    ],
)
def test_a_wrong_answer_ends_the_workflow_before_anything_is_changed(workflow, tower, answers, sentence):
    given = {f"webex_email_awx_new_{name}": value for name, value in answers.items()}
    hosts = tower.awx.all("hosts")
    job = tower.awx.launch("workflow_job_templates", "Webex email: connect mailboxes", extra_vars=given)
    assert tower.awx.wait(job)["status"] == "failed"
    (add,) = tower.awx.jobs(job)
    assert sentence in re.sub(r"\s+", " ", tower.awx.stdout(add))
    assert tower.awx.all("hosts") == hosts
