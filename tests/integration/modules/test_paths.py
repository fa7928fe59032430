# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which path a task takes, and that neither it nor the caller can tell the difference."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from integration.modules.both import check_steps
from integration.modules.scenario import MASK, Step, connection, run

READ = {"identity": "support@contoso.example"}
ENABLE = {**READ, "smtp_auth": "enabled"}


def refused(name, module, msg, **options):
    """A step whose options Ansible's validation does not accept."""
    return Step(name, module, options, code="invalid_input", msg=msg)


def test_wrong_options_are_refused_alike(play):
    app = {"unique_name": "webex-connect-email"}
    mail_send = {"resource": "Office 365 Exchange Online", "type": "application", "value": "Mail.Send"}
    steps = [
        refused("missing", "o365_mailbox", "missing required arguments: identity"),
        refused("bad choice", "o365_mailbox", "value of smtp_auth must be one of", **READ, smtp_auth="on"),
        refused("unsupported", "o365_mailbox", "Unsupported parameters", **READ, smtp_aut="enabled"),
        refused("wrong type", "azure_app_secret", "valid_days", **app, display_name="x", valid_days="long"),
        refused("one of", "azure_app_registration", "one of the following is required: unique_name, app_id"),
        refused(
            "bad suboption",
            "azure_app_registration",
            "value of type must be one of",
            **app,
            permissions=[{**mail_send, "type": "both"}],
        ),
        refused(
            "missing suboption",
            "azure_app_registration",
            "value found in permissions",
            **app,
            permissions=[{"resource": "x", "type": "application"}],
        ),
        refused("missing below a step", "email_channel_info", "identity found in mailbox", mailbox={}),
        refused("a list for a text", "exchange_forwarding", "forward_to", **READ, forward_to={"a": "b"}),
        refused(
            "a secret in the wrong place",
            "webex_connect_email_asset",
            "Unsupported parameters",
            connect_tokn="CANARY-under-a-mistyped-name",
        ),
    ]
    check_steps(play, steps)


def test_failures_of_services_are_equal(play):
    steps = [
        Step("unknown", "o365_mailbox_info", {"identity": "nobody@contoso.example"}, code="not_found"),
        Step(
            "service down",
            "o365_mailbox_info",
            {**READ, "deadline": 1},
            {"faults": [{"match": {"service": "exchange"}, "do": "status", "status": 503}]},
            code="service_error",
        ),
        Step(
            "halfway",
            "azure_app_registration",
            {"unique_name": "half", "display_name": "Half", "deadline": 2},
            {
                "faults": [
                    {"match": {"path": "servicePrincipals", "method": "PATCH"}, "do": "status", "status": 403}
                ]
            },
            changed=True,
            code="denied",
            msg="Not done yet: create the service principal of app Half",
        ),
        Step("finished", "azure_app_registration", {"unique_name": "half"}, {"faults": []}, changed=True),
    ]
    check_steps(play, steps)


def test_environment_of_a_task_reaches_both_paths(play):
    defaults = connection(play)
    exchange = defaults["group/ccops.webex_email.exchange"]
    environment = {
        "AZURE_TENANT_ID": exchange["auth_tenant"],
        "AZURE_CLIENT_ID": exchange["auth_client_id"],
        "AZURE_CLIENT_SECRET": exchange["auth_client_secret"],
        "AZURE_AUTHORITY_HOST": exchange["authority_url"],
        "WEBEX_EMAIL_EXCHANGE_URL": exchange["exchange_url"],
        "WEBEX_EMAIL_CA_BUNDLE": play.lab.ca_bundle,
    }
    steps = [
        Step("with it", "o365_mailbox_info", READ, result={"mailbox": {"smtp_auth": "inherit"}}),
        Step("without it", "o365_mailbox_info", READ, code="invalid_input", task={"environment": {}}),
    ]
    steps[0].task["environment"] = environment
    check_steps(play, steps, module_defaults={})


def test_a_task_in_the_background_succeeds(play):
    # The user's own home and HOME differ here, which alone makes Ansible lose sight of any job.
    task = {"async": 20, "poll": 1, "vars": {"ansible_async_dir": str(play.folder / "jobs")}}
    step = Step("in the background", "o365_mailbox", ENABLE, changed=True, task=task)
    (outcome,) = run(play, [step], in_process=True)
    assert not outcome.failed, outcome.result
    assert outcome.result["mailbox"]["smtp_auth"] == "enabled"
    assert outcome.result["ansible_job_id"]
    assert "exchange Set-CASMailbox" in outcome.writes


def _become() -> dict[str, object]:
    """How to become root here; skips the test where that cannot be done without a password."""
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], check=False).returncode == 0:
        return {"become": True}
    if os.geteuid() == 0 and shutil.which("su"):
        return {"become": True, "become_method": "su"}
    pytest.skip("neither sudo without a password nor root with su")


def test_a_task_as_another_user_succeeds(play):
    step = Step("as root", "o365_mailbox", ENABLE, changed=True, task=_become())
    (outcome,) = run(play, [step], in_process=True)
    assert not outcome.failed, outcome.result
    assert outcome.result["mailbox"]["smtp_auth"] == "enabled"


@pytest.mark.parametrize("in_process", [True, False])
def test_a_person_sees_the_diff_and_no_secret(play, in_process):
    options = {
        "name": "Support mailbox",
        "email": "support@contoso.example",
        "record_path": "{{ records }}/support.json",
        "oauth_client_id": "3f1b6a52-0d0c-4f0b-9d55-3f2f6c1f9a10",
        "oauth_client_secret": "CANARY-of-the-asset-~+/=",
        "oauth_tenant": "0f47778c-61c2-4b0a-8e94-3f05e737a1dd",
    }
    step = Step("make it", "webex_connect_email_asset", options, changed=True)
    (outcome,) = run(play, [step], in_process, arguments=("-vvv", "--diff"))
    shown = outcome.run.output
    assert '+    "smtp_host": "smtp.office365.com"' in shown
    assert "CANARY" not in shown
    arguments = outcome.result["invocation"]["module_args"]
    assert arguments["oauth_client_secret"] == arguments["connect_token"] == MASK
    assert arguments["email"] == "support@contoso.example"
