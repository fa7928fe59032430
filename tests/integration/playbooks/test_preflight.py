# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preflight and verify read only, tell everything that is wrong at once, and say it in words.

What the doctor's lines come to is tested row by row in tests/unit/resources, also for six prepared tenants.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from integration import world as at
from integration.play import CHANNELS, TENANTS, writes
from integration.world import CONTOSO, FABRIKAM
from meta.assumptions_page import entries, questions

POLICY = f"/tenants/{CONTOSO}/app_management_policy"
ROOT = Path(__file__).resolve().parents[3]
NAMES = [item["id"] for item in (*entries(ROOT), *questions(ROOT))]
ANSWERS = {"confirmed", "refuted", "not testable here"}


@pytest.fixture(scope="module")
def troubled(module_play):
    """Preflight where much is wrong; all of it is put right afterwards."""
    play, lab = module_play, module_play.lab
    short = {"restrictionType": "passwordLifetime", "maxLifetime": "P90D", "state": "enabled"}
    lab.edit(
        [
            {"op": "replace", "path": f"{POLICY}/isEnabled", "value": True},
            {
                "op": "replace",
                "path": f"{POLICY}/applicationRestrictions/passwordCredentials",
                "value": [short],
            },
            {"op": "replace", "path": f"/tenants/{CONTOSO}/consent_policies", "value": []},
            {"op": "replace", "path": f"/tenants/{CONTOSO}/security_defaults", "value": True},
        ]
    )
    play.variables("sales", webex_email_address="support@contoso.example")
    for channel in ("support", "sales"):
        play.variables(channel, webex_email_secret_description="the secret")
    caller = next(c for c in lab.state()["tenants"][1]["callers"] if c["name"] == "no-exchange-role")
    secret = caller["secrets"][0]["value"]
    play.variables(
        "fabrikam", webex_email_auth_client_id=caller["client_id"], webex_email_auth_client_secret=secret
    )
    play.variables(
        "help", webex_email_address="nobody@fabrikam.example", webex_email_connect_token="wrong-token-0"
    )
    run = play.run("preflight", fails=True)
    return run, lab.journal()


def test_preflight_of_a_tenant_reports_several_problems_at_once(troubled):
    problems = " ".join(troubled[0].failure("contoso")["msg"])
    for words in (
        "Two channels of this tenant name the same mailbox",
        "Two channels share a webex_email_secret_description",
        "allows client secrets for 90 days at most",
    ):
        assert words in problems


def test_preflight_of_a_tenant_reports_what_its_app_may_not_do(troubled):
    problems = " ".join(troubled[0].failure("fabrikam")["msg"])
    assert "Rights in Exchange Online: Present: Exchange.ManageAsApp. Missing: a directory role" in problems
    assert "Portal: Entra admin center > Roles & admins > Exchange Administrator" in problems
    assert "Command: New-RoleGroup" in problems


def test_an_identity_whose_channels_sign_in_with_another_need_not_manage_apps(troubled):
    lines = {tenant: troubled[0].fact(tenant)["preflight"]["lines"] for tenant in TENANTS}
    cases = {
        tenant: [item["case"] for item in found if item["check"] == "graph_rights"]
        for tenant, found in lines.items()
    }
    assert cases == {"contoso": ["excess"], "fabrikam": ["no_duty"]}


def test_preflight_shows_the_whole_table_where_something_blocks_too(troubled):
    run = troubled[0]
    for tenant in TENANTS:
        (shown,) = [task for task in run.of(tenant) if task.name == "Show the whole table"]
        lines = run.fact(tenant)["preflight"]["lines"]
        assert shown.result["msg"] == [text for line in lines for text in line["text"]]
        assert run.fact(tenant)["preflight"]["status"] == "blocks"
        assert run.fact(tenant)["tenant"] == tenant
        (artefact,) = [task for task in run.of(tenant) if task.module == "set_stats"]
        told = artefact.result["ansible_stats"]["data"]["webex_email_preflight"]
        assert told == {
            tenant: {"status": "blocks", "lines": [line for line in lines if line["status"] != "ok"]}
        }


def test_preflight_of_a_channel_reports_several_problems_at_once(troubled):
    message = troubled[0].failure("help")["msg"]
    assert "nobody@fabrikam.example" in message
    assert "12 hours" in message


def test_preflight_wrote_nothing(troubled):
    assert [entry["operation"] for entry in troubled[1] if entry["write"]] == []


def test_preflight_on_healthy_tenants_says_what_site_would_do(play, cloud):
    run = play.run("preflight")
    assert run.changed == dict.fromkeys(sorted((*TENANTS, *CHANNELS)), 0)
    for channel in CHANNELS:
        (task,) = [task for task in run.of(channel) if task.name == "Show what site would do"]
        assert len(task.result["msg"]) >= 8
    assert writes(cloud) == []


def test_preflight_notes_what_does_not_stop_the_run_and_writes_a_file_if_asked(play, cloud):
    cloud.edit(
        [
            {"op": "replace", "path": f"/tenants/{CONTOSO}/consent_policies", "value": []},
            {"op": "replace", "path": f"/tenants/{CONTOSO}/security_defaults", "value": True},
        ]
    )
    file = play.folder / "contoso.md"
    run = play.run("preflight", "--limit", "contoso", webex_email_preflight_file=str(file))
    (task,) = [task for task in run.of("contoso") if task.name == "Show what is worth knowing"]
    notes = " ".join(task.result["msg"])
    assert "Users may not consent to apps here" in notes
    assert "Security defaults are on" in notes
    assert "ok  " not in notes.lower()
    page = file.read_text("utf-8")
    assert page.startswith("# contoso: warning\n\n| line | status | why | portal | command |\n| --- |")
    assert len(page.splitlines()) == 4 + len(run.fact("contoso")["preflight"]["lines"])
    assert file.stat().st_mode & 0o777 == 0o600
    assert writes(cloud) == []


def test_what_a_failed_sign_in_kept_from_being_looked_at_is_one_line(play):
    play.variables("contoso", webex_email_auth_client_secret="not-the-secret-of-this-app")
    run = play.run("tenants", "--limit", "contoso", fails=True)
    (shown,) = [task for task in run.of("contoso") if task.name.endswith("Show what is worth knowing")]
    (line,) = [text for text in shown.result["msg"] if "the sign-in failed" in text]
    assert line.startswith("UNKNOWN ") and line.count(", ") > 5
    (problem,) = run.failure("contoso")["msg"]
    assert re.search(r"Portal: [^.]+\. Command: ", problem)


def test_probes_try_what_is_assumed_and_tell_nothing_of_the_tenant(converged, cloud):
    cloud.clear_journal()
    run = converged.run("preflight", "--tags", "probe")
    assert [task.name for task in run.tasks if task.ours and task.status == "ok"] == [
        "Look at everything of the tenant that decides"
    ] * len(TENANTS)
    for tenant, number in (("contoso", CONTOSO), ("fabrikam", FABRIKAM)):
        (shown,) = [task for task in run.of(tenant) if task.name.startswith("Show the answers")]
        head, *lines = shown.result["msg"]
        assert head.startswith("ansible-core ") and head.endswith(", public cloud, rest")
        assert [line.split("**")[1] for line in lines] == NAMES
        answers = {line.split("**")[1]: line.partition(": ")[2] for line in lines}
        assert answers["exchange-batch"] == "confirmed. A batch was taken."
        assert answers["connect-wire"].startswith("confirmed. The names that matter are in the answer")
        assert answers["rule-senders"].startswith("confirmed. All ")
        assert answers["connect-update"].startswith(
            "not testable here. It takes more than reading: with a test asset"
        )
        assert {text.partition(". ")[0] for text in answers.values()} == ANSWERS
        told = "\n".join(shown.result["msg"])
        world = cloud.state()["tenants"][number]
        addresses = [mailbox["PrimarySmtpAddress"] for mailbox in world["mailboxes"]]
        assert [name for name in (world["id"], *world["domains"], *addresses) if name in told] == []
    assert writes(cloud) == []
    file = converged.folder / "answers.md"
    again = converged.run(
        *("preflight", "--tags", "webex_email_probe", "--limit", "contoso"),
        webex_email_preflight_file=str(file),
    )
    (shown,) = [task for task in again.of("contoso") if task.name.startswith("Show the answers")]
    assert file.read_text("utf-8").splitlines() == shown.result["msg"]
    assert len(shown.result["msg"]) == 1 + len(NAMES)


def test_verify_on_a_converged_cloud(converged, cloud):
    run = converged.run("verify")
    assert run.changed == dict.fromkeys(sorted(CHANNELS), 0)
    for channel in CHANNELS:
        assert [check["ok"] for check in run.fact(channel)["verified"]] == [True] * 6
    assert writes(cloud) == []


def test_verify_says_what_is_off_and_writes_nothing(converged, cloud):
    world = cloud.state()
    support = at.mailbox_path(world, "support")
    cloud.edit(
        [
            {"op": "replace", "path": f"{support}/ForwardingSmtpAddress", "value": None},
            {"op": "replace", "path": f"{support}/SmtpClientAuthenticationDisabled", "value": None},
            {"op": "replace", "path": f"/tenants/{CONTOSO}/app_role_assignments", "value": []},
            {"op": "replace", "path": f"/tenants/{CONTOSO}/outbound_rules/0/State", "value": "Disabled"},
            {"op": "replace", "path": f"{at.asset_path(world, 'sales')}/port", "value": 25},
        ]
    )
    before = cloud.state()
    cloud.clear_journal()
    run = converged.run("verify", fails=True)
    assert run.failed_hosts == ["sales", "support"]
    said = " ".join(run.failure("support")["msg"])
    for words in (
        "Forwarding: forward support@contoso.example to",
        "SMTP AUTH: set SMTP AUTH of support@contoso.example to enabled",
        "App registration: grant admin consent for Office 365 Exchange Online / application / Mail.Send",
        "Forwarding to the outside is indeterminate by policy Default (Automatic). Run the tenants playbook",
    ):
        assert words in said
    assert "Webex Connect asset: update smtp_port" in " ".join(run.failure("sales")["msg"])
    assert writes(cloud) == []
    assert cloud.state() == before
    failed = {check["check"] for check in run.fact("support")["verified"] if not check["ok"]}
    assert failed == {"app", "smtp_auth", "forwarding", "outbound_policy"}
