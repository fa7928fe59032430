# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/awx.md offers besides its first mailbox: git, every way to sign in, the other templates, the way out.

The fixtures follow each other, as the days of one AWX; each test looks at one of them.
"""

from __future__ import annotations

import json
import re

import pytest
import requests

from integration import world as at
from integration.awx.tower import CONTOSO_APP, CONTOSO_CONNECT
from integration.awx.ways import CHANGES, PASSPHRASE, PREFIX, Ways

SUPPORT = "support@contoso.example"
AZURE = "Microsoft Azure Resource Manager"
YES = "Yes, take them out of service"


@pytest.fixture(scope="module")
def ways(tower):
    """An AWX that the role has made; nothing has been synchronised yet."""
    ways = Ways(tower)
    ways.configure()
    return ways


def proofs(journal):
    """How the callers of these requests have proven to Microsoft who they are."""
    forms = [
        entry["request_body"] for entry in journal if entry["service"] == "signin" and entry["request_body"]
    ]
    return {name for form in forms for name in form if name in ("client_secret", "client_assertion")}


def test_the_steps_of_the_workflow_are_those_that_are_wanted(ways):
    nodes = {item["id"]: item for item in ways.awx.all("workflow_job_template_nodes")}
    follows = {
        node["identifier"]: [
            nodes[item["id"]]["identifier"]
            for item in ways.awx.call("GET", node["related"]["success_nodes"])["results"]
        ]
        for node in nodes.values()
    }
    wanted = CHANGES["webex_email_awx_steps"][1:]
    assert follows == dict(zip(wanted, [*([step] for step in wanted[1:]), []], strict=True))


def test_single_objects_are_as_they_were_asked_for(ways):
    channels = ways.awx.one("job_templates", f"{PREFIX}: channels")
    assert (
        channels["job_slice_count"] == CHANGES["webex_email_awx_job_templates"]["channels"]["job_slice_count"]
    )
    kinds = [item["name"] for item in ways.awx.all("credential_types", managed=False)]
    assert CHANGES["webex_email_awx_credential_types"]["connect"]["name"] in kinds
    image = ways.awx.one("execution_environments", PREFIX)
    assert image["image"] == ways.settings["webex_email_awx_image"]
    assert {item["execution_environment"] for item in ways.awx.all("job_templates")} == {image["id"]}


def test_the_credential_of_the_repositories_is_given_to_them_alone(ways):
    git = ways.awx.one("credentials", ways.settings["webex_email_awx_project_credential"])["id"]
    connect = ways.awx.one("credentials", "connect")["id"]
    projects = ways.awx.all("projects")
    assert len(projects) == 2
    assert {item["credential"] for item in projects} == {git}
    for template in ways.awx.all("job_templates"):
        given = ways.awx.call("GET", template["related"]["credentials"])["results"]
        assert [item["id"] for item in given] == [connect], template["name"]


@pytest.fixture(scope="module")
def renewed(ways):
    """The token of Webex Connect, which lives for hours: the settings alone, and then told to write it."""
    ways.renew_token()
    parts = {"webex_email_awx_parts": ["credentials"]}
    untold = ways.configure(**parts)
    # AWX shows no secret, so that awx.awx cannot tell whether it differs.
    notices = ("has encrypted data and may inaccurately report task is changed",)
    told = ways.configure(**parts, notices=notices, webex_email_awx_update_secrets=True)
    return untold, told


def test_secrets_are_written_again_when_told_so(renewed):
    (_untold, written), (told, _written) = renewed
    assert written == []
    assert told > 0


@pytest.fixture(scope="module")
def looked(ways, renewed):
    """Preflight with a certificate: the first job, which has to bring the inventory from git."""
    job = ways.run("preflight", "certificate", limit="support,contoso")
    return job, ways.tower.lab.journal()


def test_the_first_job_brings_the_inventory_from_git(looked, ways):
    job, _journal = looked
    assert set(ways.awx.summaries(job)) == {"support", "contoso"}
    assert ways.hosts(PREFIX) == ["contoso", "sales", "support"]


def test_preflight_with_a_certificate_reads_only(looked, ways):
    job, journal = looked
    assert job["job_type"] == "check"
    assert {entry["service"] for entry in journal} >= {"graph", "exchange", "connect"}
    assert proofs(journal) == {"client_assertion"}
    assert [entry for entry in journal if entry["write"]] == []
    assert PASSPHRASE not in ways.awx.stdout(job) + json.dumps(ways.awx.events(job))


@pytest.fixture(scope="module")
def predicted(looked, ways):
    """Channels in check mode with a federated token, limited to a group that AWX has made of what hosts are."""
    groups = ways.awx.one("inventories", f"{PREFIX}: groups")["id"]
    job = ways.run(
        "channels",
        "federated_token",
        job_type="check",
        inventory=groups,
        limit="handover_open",
        job_slice_count=1,
    )
    return job, ways.tower.lab.journal()


def test_the_constructed_inventory_groups_channels_by_what_they_are(predicted, ways):
    groups = ways.awx.one("inventories", f"{PREFIX}: groups")["id"]
    listed = {
        group["name"]: sorted(
            host["name"] for host in ways.awx.call("GET", group["related"]["hosts"])["results"]
        )
        for group in ways.awx.all("groups", inventory=groups)
    }
    assert listed["handover_open"] == ["support"]
    assert listed["tenant_contoso"] == ["contoso", "sales", "support"]
    assert listed["profile_cisco_document"] == ["sales", "support"]


def test_a_job_in_check_mode_tells_changes_and_makes_none(predicted, ways):
    job, journal = predicted
    assert set(ways.awx.summaries(job)) == {"support"}
    assert ways.awx.summaries(job)["support"]["changed"] > 3
    assert proofs(journal) == {"client_assertion"}
    assert [entry for entry in journal if entry["write"]] == []
    assert list(ways.tower.records.iterdir()) == []


@pytest.fixture(scope="module")
def connected(predicted, ways):
    """The channel, with AWX's own credential for Azure and the Exchange cmdlets on a Windows host."""
    job = ways.run("channels", AZURE, "winrm", limit="support", job_slice_count=1)
    return job, ways.tower.lab.journal()


def test_a_windows_host_runs_the_cmdlets(connected, ways):
    job, journal = connected
    assert "winrm" in {entry["service"] for entry in journal}
    assert "invokeCommandBatch" not in {entry["operation"] for entry in journal}
    assert at.mailbox(ways.tower.lab.state(), "support")["ForwardingSmtpAddress"]
    kept = json.dumps([job, ways.awx.events(job)]) + ways.awx.stdout(job)
    assert not [
        text for text in (CONTOSO_APP["secret"], CONTOSO_CONNECT["token"], "PRIVATE KEY") if text in kept
    ]


def test_what_a_template_holds_is_replaced_by_its_like_only(connected, ways):
    """So that a job always has the token of Webex Connect."""
    azure = ways.awx.one("credentials", AZURE)["id"]
    with pytest.raises(requests.HTTPError, match="Removing connect credential at launch time"):
        ways.awx.launch("job_templates", f"{PREFIX}: verify", credentials=[azure])


@pytest.fixture(scope="module")
def rotated(connected, ways):
    """A commit asks for new client secrets; the job that follows knows of it."""
    before = at.credentials(ways.tower.lab.state(), "support")
    ways.push(webex_email_channels={"webex_email_secret_rotate": True})
    job = ways.run("rotate", AZURE, limit="support")
    ways.push(webex_email_channels={})
    return before, job


def test_the_template_rotate_hands_a_new_client_secret_over(rotated, ways):
    (old,), job = rotated
    new = at.credentials(ways.tower.lab.state(), "support")
    assert old["keyId"] != new[-1]["keyId"]
    assert at.signs_in(ways.tower.lab, "support")
    assert ways.awx.summaries(job)["support"]["changed"] > 0


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({}, "'webex_email_awx_confirmation' value missing"),
        ({"webex_email_channel_hosts": "support"}, "'webex_email_awx_confirmation' value missing"),
        ({"webex_email_awx_confirmation": YES}, "'webex_email_channel_hosts' value missing"),
        (
            {"webex_email_channel_hosts": "support", "webex_email_awx_confirmation": "yes"},
            "Value yes for 'webex_email_awx_confirmation' expected to be one of",
        ),
        ({"webex_email_channel_hosts": "support", "webex_email_asset_retire": True}, "not allowed on launch"),
    ],
)
def test_nothing_is_retired_without_a_confirmation(rotated, ways, answers, sentence):
    with pytest.raises(requests.HTTPError, match=re.escape(sentence)):
        ways.awx.launch("job_templates", f"{PREFIX}: retire", extra_vars=answers)


@pytest.fixture(scope="module")
def retired(rotated, ways):
    """The channel out of service, and then out of git."""
    answers = {"webex_email_channel_hosts": "support", "webex_email_awx_confirmation": YES}
    job = ways.run("retire", AZURE, extra_vars=answers)
    ways.push(hosts=("sales",))
    for name in (PREFIX, f"{PREFIX}: groups"):
        number = ways.awx.one("inventories", name)["id"]
        (source,) = ways.awx.all("inventory_sources", inventory=number)
        assert ways.awx.call("POST", source["related"]["update"])["status"] == "successful"
    return job


def test_the_template_retire_ends_the_service_of_the_channel_that_was_named(retired, ways):
    world = ways.tower.lab.state()
    assert set(ways.awx.summaries(retired)) == {"support"}
    assert at.mailbox(world, "support")["ForwardingSmtpAddress"] is None
    assert at.credentials(world, "support") == []
    # Cisco documents no call that deletes an asset, so it is left to a person.
    assert f"Assets > Apps: delete the asset of {SUPPORT}" in re.sub(r"\s+", " ", ways.awx.stdout(retired))


def test_a_channel_that_was_taken_out_of_git_is_gone_from_awx(retired, ways):
    """Otherwise the next job would connect it again."""
    assert ways.hosts(PREFIX) == ways.hosts(f"{PREFIX}: groups") == ["contoso", "sales"]


def test_failures_are_told_by_every_template(ways):
    contact = ways.awx.one("notification_templates", "Contact centre")["id"]
    templates = [item for kind in ("job_templates", "workflow_job_templates") for item in ways.awx.all(kind)]
    assert len(templates) == 8
    for template in templates:
        listed = ways.awx.call("GET", template["related"]["notification_templates_error"])["results"]
        assert [item["id"] for item in listed] == [contact], template["name"]


def test_the_schedules_start_what_they_are_for(ways):
    found = {item["name"]: item for item in ways.awx.all("schedules")}
    templates = {item["id"]: item["name"] for item in ways.awx.all("job_templates")}
    started = {name: templates[item["unified_job_template"]] for name, item in found.items()}
    assert started == {
        f"{PREFIX}: drift check": f"{PREFIX}: verify",
        f"{PREFIX}: expiry watch": f"{PREFIX}: report",
    }
    assert found[f"{PREFIX}: expiry watch"]["extra_data"] == {"webex_email_report_fail_days": 30}
    assert all(item["enabled"] for item in found.values())


def test_what_is_not_enabled_is_removed_and_what_came_from_git_is_no_difference(retired, ways):
    template = ways.awx.one("job_templates", f"{PREFIX}: retire")
    parts = ["inventory", "constructed_inventory", "job_templates"]
    templates = CHANGES["webex_email_awx_job_templates"]
    assert templates["retire"] == {"enabled": False}
    changed, written = ways.configure(webex_email_awx_parts=parts, webex_email_awx_job_templates=templates)
    assert [(entry["method"], entry["path"]) for entry in written] == [("DELETE", template["url"])]
    assert changed == 1


@pytest.fixture(scope="module")
def removed(retired, ways):
    """AWX after the way out: a look, the removal, and the removal again."""
    held = ways.hosts(PREFIX)
    runs = [ways.configure(*more, webex_email_awx_state="absent") for more in (("--check",), (), ())]
    return held, runs


def test_the_way_out_is_shown_first(removed):
    _held, ((looked, written), (did, _written), _again) = removed
    assert written == []
    assert looked == did > 5


def test_nothing_is_left_but_the_inventory_and_the_credentials(removed, ways):
    held, _runs = removed
    left = (
        *("job_templates", "workflow_job_templates", "workflow_job_template_nodes", "schedules"),
        *("workflow_approval_templates", "notification_templates"),
    )
    assert {kind: ways.awx.all(kind) for kind in left} == {kind: [] for kind in left}
    assert [item["name"] for item in ways.awx.all("projects")] == [f"{PREFIX}: inventory"]
    assert [item["name"] for item in ways.awx.all("inventories")] == [PREFIX]
    assert [item["name"] for item in ways.awx.all("execution_environments")] == ["AWX EE (24.6.1)"]
    assert ways.hosts(PREFIX) == held
    assert len(ways.awx.all("credentials")) == 6


def test_the_way_out_a_second_time_changes_nothing(removed):
    assert removed[1][2] == (0, [])
