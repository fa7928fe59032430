# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning a whole channel in one task, against the embedded cloud."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.modules import (
    azure_app_registration,
    email_channel_info,
    exchange_forwarding,
    o365_mailbox,
    webex_connect_email_asset,
    webex_connect_email_credential,
)

SUPPORT = "support@contoso.example"
APP = "webex-connect-email"
STEP_MODULES = {
    "mailbox": o365_mailbox,
    "asset": webex_connect_email_asset,
    "app": azure_app_registration,
    "credential": webex_connect_email_credential,
    "forwarding": exchange_forwarding,
}
MAIL_SERVER = {"smtp_host": "smtp.office365.com", "smtp_port": 587}


@pytest.fixture
def steps(tmp_path):
    """The inputs of each step, as the roles give them."""
    record = str(tmp_path / "webex_email_record.json")
    permission = {"resource": "Office 365 Exchange Online", "type": "application", "value": "Mail.Send"}
    return {
        "mailbox": {"identity": SUPPORT, "smtp_auth": "enabled"},
        # The tests' own connection names the cloud's mail server otherwise, which the channel does not.
        "asset": {"name": "Support", "email": SUPPORT, "record_path": record, **MAIL_SERVER},
        "app": {
            "unique_name": APP,
            "display_name": "WebexConnect",
            "permissions": [permission],
            "admin_consent": True,
        },
        "credential": {"unique_name": APP, "display_name": f"wxconnect {SUPPORT}", "record_path": record},
        "forwarding": {"identity": SUPPORT, "keep_copy": True},
    }


def converge(task, steps):
    """Run the step modules in order, each with what the one before made."""
    asset = {}
    for name, module in STEP_MODULES.items():
        inputs = dict(steps[name])
        if name == "forwarding":
            inputs["forward_to"] = asset["forwarding_address"]
        if name == "app":
            inputs["redirect_uris"] = [asset["callback_url"]]
        result = task.run(module.MODULE, **inputs)
        assert not result.get("failed"), result
        asset = result.get("asset", asset)


def test_a_new_channel_is_planned_to_the_end_and_nothing_is_written(task, steps):
    result = task.run(email_channel_info.MODULE, **steps)
    assert not result["changed"] and task.writes() == []
    assert list(result["plan"]) == list(STEP_MODULES)
    assert all(step["changes"] and step["actions"] for step in result["plan"].values())
    assert result["channel"]["asset"]["asset_id"] is None
    assert result["channel"]["forwarding"]["forward_to"] is None
    assert result["channel"]["verdict"]["verdict"] == "indeterminate"


def test_a_converged_channel_has_nothing_to_do(task, steps):
    converge(task, steps)
    task.cloud.clear_journal()
    result = task.run(email_channel_info.MODULE, **steps)
    assert not any(step["changes"] for step in result["plan"].values()) and not result["changes"]
    assert result["channel"]["forwarding"]["forward_to"] == result["channel"]["asset"]["forwarding_address"]
    assert task.operations("exchange").count("Get-Mailbox") == 1, "mailbox and forwarding share the look-up"


def test_the_plan_is_what_the_steps_then_do(task, steps):
    planned = task.run(email_channel_info.MODULE, **steps)["plan"]
    for name in ("mailbox", "asset"):
        assert task.run(STEP_MODULES[name].MODULE, **steps[name])["actions"] == planned[name]["actions"]


def test_the_app_has_something_to_do_while_the_call_back_url_is_to_come(task, steps):
    """Also where it is as wished so far: only the new asset tells which redirect URI it needs."""
    task.run(azure_app_registration.MODULE, **steps["app"])
    step = task.run(email_channel_info.MODULE, **steps)["plan"]["app"]
    assert step["changes"] and [action for action in step["actions"] if "call back URL" in action]
    assert "diff" not in step, "the app itself is as wished"


def test_only_the_steps_asked_for_are_planned(task, steps):
    result = task.run(email_channel_info.MODULE, mailbox=steps["mailbox"])
    assert list(result["plan"]) == ["mailbox"] and "verdict" not in result["channel"]
    assert task.requests("graph") == [] and task.requests("connect") == []


def test_all_problems_are_told_at_once(task, steps):
    steps["mailbox"]["identity"] = steps["forwarding"]["identity"] = "nobody@contoso.example"
    steps["app"]["permissions"][0]["value"] = "Mail.Sendd"
    result = task.run(
        email_channel_info.MODULE, **steps, connect_token="CANARY-connect-token-contoso-expired-1~y+z/a="
    )
    assert result["failed"] and task.writes() == []
    for word in ("nobody@contoso.example", "Mail.Sendd", "12 hours"):
        assert word in result["msg"]


def test_drift_is_planned_for_the_step_that_repairs_it(task, steps):
    converge(task, steps)
    task.cloud.edit(
        [
            {
                "op": "replace",
                "path": "/tenants/0/mailboxes/0/ForwardingSmtpAddress",
                "value": "smtp:me@home.example",
            }
        ]
    )
    plan = task.run(email_channel_info.MODULE, **steps)["plan"]
    assert [name for name, step in plan.items() if step["changes"]] == ["forwarding"]


def test_a_caller_who_may_not_read_the_policies_still_gets_a_plan(task, steps):
    roles = "/tenants/0/callers/0/directory_roles"
    task.cloud.edit([{"op": "replace", "path": roles, "value": ["Exchange Recipient Administrator"]}])
    result = task.run(email_channel_info.MODULE, mailbox=steps["mailbox"], forwarding=steps["forwarding"])
    assert not result.get("failed"), result["msg"]
    assert result["channel"]["verdict"]["verdict"] == "indeterminate"
    assert "may not read" in result["channel"]["verdict"]["decided_by"]
    assert result["channel"]["mailbox"]["smtp_auth_organization"] is None
