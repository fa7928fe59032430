# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each probe against the embedded cloud: confirmed where the cloud is as assumed, refuted where it is not."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.auth import discovery
from ansible_collections.ccops.webex_email.plugins.module_utils.core import lasting
from ansible_collections.ccops.webex_email.plugins.module_utils.resources import probes_directory
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.probe_answer import (
    CONFIRMED,
    NOT_HERE,
    REFUTED,
)
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.probes import PROBES
from ansible_collections.ccops.webex_email.plugins.modules.email_tenant_info import MODULE
from ansible_collections.ccops.webex_email.plugins.modules.exchange_outbound_policy import MODULE as OUTBOUND
from ansible_collections.ccops.webex_email.plugins.modules.webex_connect_email_asset import MODULE as ASSET

from integration.roads.road import options as road_options
from lab.permissions import EXCHANGE, ROLES, SCOPES
from unit.resources.doctor_model import but, fault, healthy

SUPPORT = "support@contoso.example"
TENANT = "/tenants/0"
RECOMMENDED = "microsoft-user-default-recommended"
SMTP_SEND = SCOPES[EXCHANGE]["SMTP.Send"]


@pytest.fixture
def ask(task):
    """Called with options: {assumption: (answer, why)}; nothing is written, and nothing of the tenant is told."""

    def answers(**given):
        task.cloud.clear_journal()
        result = task.run(MODULE, probe=True, **{"senders": [SUPPORT], **given})
        assert not result.get("failed"), result
        assert task.writes() == []
        text = json.dumps(result["tenant"]["answers"])
        for secret in ("CANARY", "contoso", "0f47778c", "6f1d3c52", "imiconnect"):
            assert secret not in text
        return {item["assumption"]: (item["answer"], item["why"]) for item in result["tenant"]["answers"]}

    return answers


@pytest.fixture
def asset(task, tmp_path):
    """An asset that is there already; its id, and where it is in the cloud's state."""
    given = {
        "record_path": str(tmp_path / "record.json"),
        "smtp_username": SUPPORT,
        "oauth_tenant": "contoso.example",
    }
    given |= {"oauth_client_id": "6f1d3c52-5a0b-4f0e-9a61-1f6f5f0c1a01"}
    made = task.run(ASSET, name="Support", email=SUPPORT, **given)
    assert not made.get("failed"), made
    return made["asset"]["asset_id"]


def edit(task, op, path, value=None):
    task.cloud.edit([{"op": op, "path": path, "value": value}])


def answered(task, operation, status, body=None, **match):
    rule = {"match": {"operation": operation, **match}, "do": "status", "status": status, "json": body or {}}
    task.cloud.faults([rule])


def test_every_probe_answers_and_violates_no_contract(task, ask):
    found = ask()
    assert set(found) == set(PROBES)
    assert {answer for answer, _why in found.values()} <= {CONFIRMED, REFUTED, NOT_HERE}
    assert task.cloud.violations() == []
    for name in (
        "deleted-items-filter",
        "exchange-batch",
        "exchange-invoke-command",
        "exchange-permission-ids",
    ):
        assert found[name][0] == CONFIRMED


def test_without_a_sign_in_nothing_can_be_tried(ask):
    found = ask(caller="expired-secret")
    assert {answer for name, (answer, _why) in found.items() if not name.startswith("connect")} == {NOT_HERE}


# -- Webex Connect --------------------------------------------------------------------------------------------------


def test_connect_names_are_compared_with_an_asset(task, ask, asset):
    found = ask(asset_id=asset)
    assert found["connect-wire"] == (
        CONFIRMED,
        "The names that matter are in the answer; unknown names in it: channelId.",
    )
    assert found["connect-answers-whole"][0] == CONFIRMED
    assert found["connect-success-code"] == (CONFIRMED, "An asset came with the code '1000'.")
    assert found["connect-organization-form"][0] == CONFIRMED


def test_connect_names_that_are_otherwise_are_told(task, ask, asset):
    other = {
        "appId": asset,
        "name": "Support",
        "emailId": SUPPORT,
        "callbackUrl": "https://x.example",
        "alias": "x",
    }
    answered(task, "getEmailAsset", 200, {"asset": other})
    found = ask(asset_id=asset)
    assert found["connect-wire"] == (
        REFUTED,
        "The answer has nothing for forwarding_address; unknown names in it: alias.",
    )
    assert found["connect-answers-whole"][0] == REFUTED and "smtp_host" in found["connect-answers-whole"][1]
    assert found["connect-success-code"][0] == REFUTED
    answered(task, "getEmailAsset", 200, {"result": {"id": asset}})
    assert ask(asset_id=asset)["connect-wire"][0] == REFUTED
    answered(task, "getEmailAsset", 403)
    found = ask(asset_id=asset)
    assert {found[name][0] for name in found if name.startswith("connect")} == {NOT_HERE}


def test_connect_is_not_asked_without_an_asset_or_in_manual_mode(ask):
    assert ask()["connect-wire"][1].startswith("There is no asset yet")
    assert ask(connect_mode="manual")["connect-organization-form"][0] == NOT_HERE


def test_an_organization_in_another_form_that_is_taken():
    changes = {
        "options": {"connect_organization_id": "Y2lzY29zcGFyazovL3VzL09SRw"},
        "assets": {"client": object()},
    }
    assert PROBES["connect-organization-form"](but(**changes)).answer == REFUTED


# -- Exchange Online ------------------------------------------------------------------------------------------------


def test_exchange_that_takes_no_batches(task, ask):
    answered(task, "invokeCommandBatch", 404)
    found = ask()
    assert found["exchange-batch"][0] == REFUTED
    assert found["exchange-invoke-command"][0] == CONFIRMED


def test_exchange_that_answers_otherwise(task, ask):
    task.cloud.faults([{"match": {"service": "exchange"}, "do": "body", "json": {"answer": 42}}])
    assert ask()["exchange-invoke-command"][0] == REFUTED


def test_exchange_that_lets_no_cmdlet_through(ask):
    assert ask(caller="no-exchange-role")["exchange-invoke-command"][0] == NOT_HERE


def test_senders_of_rules(task, ask):
    assert ask()["rule-senders"][0] == NOT_HERE
    task.run(OUTBOUND, senders=[SUPPORT])
    assert ask()["rule-senders"] == (CONFIRMED, "All 1 senders are shown as addresses.")
    rule = {"Name": "Ours", "State": "Enabled", "Priority": 0, "HostedOutboundSpamFilterPolicy": "Ours"}
    for senders, answer, words in (
        (["Contoso Support"], CONFIRMED, "All 1 senders are shown as something that Get-Recipient finds."),
        (["nobody", SUPPORT], REFUTED, "1 of 2 senders are neither addresses nor found by Get-Recipient."),
    ):
        answered(task, "Get-HostedOutboundSpamFilterRule", 200, {"value": [{**rule, "From": senders}]})
        assert ask()["rule-senders"] == (answer, words)


def test_restricted_senders(task, ask):
    assert ask()["blocked-senders"][0] == NOT_HERE
    edit(task, "add", f"{TENANT}/restricted_senders/-", "spam@contoso.example")
    assert ask()["blocked-senders"][0] == CONFIRMED
    record = {"value": [{"Address": "spam@contoso.example"}]}
    answered(task, "Get-BlockedSenderAddress", 200, record)
    assert ask()["blocked-senders"][0] == REFUTED
    answered(task, "Get-BlockedSenderAddress", 403)
    assert ask()["blocked-senders"][0] == REFUTED


def test_mail_that_was_forwarded_is_traced(task, ask, asset):
    assert ask()["trace-of-forwarded"][0] == NOT_HERE
    alias = task.cloud.state()["connect"][0]["assets"][0]["forwardingAddress"]
    assert ask(asset_id=asset)["trace-of-forwarded"][1].startswith("No mail to the alias is in the trace")
    edit(task, "replace", f"{TENANT}/mailboxes/0/ForwardingSmtpAddress", f"smtp:{alias}")
    task.run(OUTBOUND, senders=[SUPPORT])
    task.cloud.mail("customer@elsewhere.example", SUPPORT)
    assert ask(asset_id=asset)["trace-of-forwarded"] == (
        CONFIRMED,
        "The trace shows mail to the alias, with the status Delivered.",
    )


@pytest.mark.parametrize("road", ["winrm", "pwsh"])
def test_powershell(task, ask, tmp_path, road):
    options = road_options(road, task.cloud, tmp_path)
    found = ask(**options)
    assert found["powershell-program"][0] == found["powershell-errors"][0] == CONFIRMED
    assert found["exchange-invoke-command"][0] == found["exchange-batch"][0] == NOT_HERE


def test_powershell_that_does_otherwise():
    options = {"exchange_transport": "pwsh"}
    found = but(options=options, mail={"organization": fault("protocol"), "outbound": fault("protocol")})
    assert PROBES["powershell-program"](found).answer == REFUTED
    assert PROBES["powershell-errors"](found).answer == NOT_HERE
    for code, answer in (("conflict", REFUTED), ("denied", NOT_HERE)):
        found = but(options=options, mail={"client": SimpleNamespace(mailbox=_raising(code))})
        assert PROBES["powershell-errors"](found).answer == answer


def _raising(code):
    def mailbox(_identity):
        raise fault(code).fault

    return mailbox


def test_an_app_at_smtp(task, ask):
    assert ask()["app-only-smtp"][0] == NOT_HERE


def test_an_app_that_signs_in_to_smtp(task, ask):
    task.cloud.let_the_app_use_smtp()
    found = ask()
    assert found["app-only-smtp"][0] == CONFIRMED
    assert found["security-defaults-smtp"] == (NOT_HERE, "Security defaults are off here.")
    edit(task, "replace", f"{TENANT}/security_defaults", True)
    assert ask()["security-defaults-smtp"][0] == CONFIRMED
    task.cloud.settings(smtp_security_defaults_block_oauth=False)
    assert ask()["security-defaults-smtp"][0] == REFUTED
    edit(task, "replace", f"{TENANT}/mailboxes/0/lab_full_access", [])
    found = ask()
    assert found["app-only-smtp"][0] == found["security-defaults-smtp"][0] == NOT_HERE


# -- Entra ID and the machine ---------------------------------------------------------------------------------------


def test_a_list_of_deleted_apps_that_can_be_filtered(task, ask):
    operation = "directory.deletedItem_AsApplication"
    answered(task, operation, 200, {"value": []})
    assert ask()["deleted-items-filter"][0] == REFUTED
    answered(task, operation, 403, {"error": {"code": "Authorization_RequestDenied", "message": "no"}})
    assert ask()["deleted-items-filter"][0] == NOT_HERE


def test_a_key_with_a_slash(task, ask):
    assert ask()["key-with-slash"][0] == REFUTED
    error = {"error": {"code": "BadRequest", "message": "Resource not found for the segment 'x'."}}
    answered(
        task, "applications.application_GetApplicationByUniqueName", 400, error, path="\N{DIVISION SLASH}"
    )
    assert ask()["key-with-slash"][0] == CONFIRMED


def test_permission_ids_are_those_of_the_lab_and_others_are_told(task, ask):
    assert probes_directory.APPLICATION_IDS.items() <= ROLES[EXCHANGE].items()
    assert probes_directory.DELEGATED_IDS.items() <= SCOPES[EXCHANGE].items()
    principals = task.cloud.state()["tenants"][0]["service_principals"]
    place = next(number for number, item in enumerate(principals) if item["appId"] == EXCHANGE)
    role = next(
        number for number, item in enumerate(principals[place]["appRoles"]) if item["value"] == "Mail.Read"
    )
    other = "22222222-2222-4222-8222-222222222222"
    edit(task, "replace", f"{TENANT}/service_principals/{place}/appRoles/{role}/id", other)
    assert ask()["exchange-permission-ids"] == (REFUTED, f"Others than listed: Mail.Read is {other}.")


@pytest.mark.parametrize(("names", "answer"), [(["https://outlook.office365.us/"], CONFIRMED), ([], REFUTED)])
def test_the_audience_of_smtp_in_a_national_cloud(names, answer):
    principal = {"servicePrincipalNames": [EXCHANGE, *names]}
    client = SimpleNamespace(read=lambda *_wanted: [principal])
    found = but(options={"cloud": "usgov"}, directory={"client": client})
    assert PROBES["national-cloud-smtp"](found).answer == answer


RULE = {"permissionType": "delegated", "resourceApplication": EXCHANGE, "permissions": [SMTP_SEND]}
EVERYTHING = {"permissionType": "delegated", "resourceApplication": "any", "permissions": ["all"]}
ELSE = {**RULE, "permissions": [SCOPES[EXCHANGE]["EWS.AccessAsUser.All"]]}


@pytest.mark.parametrize(
    ("includes", "excludes", "answer"),
    [
        ([EVERYTHING], [ELSE], CONFIRMED),
        ([EVERYTHING], [RULE], REFUTED),
        ([ELSE], [], REFUTED),
        (None, None, NOT_HERE),
    ],
)
def test_whether_microsofts_own_policy_admits_smtp(includes, excludes, answer):
    found = healthy()
    policies = {
        **found.directory.policies.value,
        "policies": [f"ManagePermissionGrantsForSelf.{RECOMMENDED}"],
    }
    client = SimpleNamespace(read=lambda *_wanted: [includes, excludes])
    changed = but(directory={"policies": type(found.directory.policies)(policies), "client": client})
    assert PROBES["consent-of-microsoft"](changed).answer == answer


def test_the_clock_tells_only_where_it_is_wrong(task, ask, monkeypatch):
    assert ask()["clock-skew"][1] == "The clock is right; only a wrong one would tell."
    real = discovery.time.time
    monkeypatch.setattr(discovery, "time", SimpleNamespace(time=lambda: real() + 900))
    assert ask()["clock-skew"][0] == NOT_HERE
    found = but(sign_in=type(healthy().sign_in)({"ahead": 900}), method=type(healthy().method)("certificate"))
    assert PROBES["clock-skew"](found).answer == REFUTED


@pytest.mark.parametrize(
    ("variables", "answer"),
    [
        ({}, NOT_HERE),
        ({"JOB_ID": "7"}, REFUTED),
        ({"AWX_PRIVATE_DATA_DIR": "."}, CONFIRMED),
        ({"AWX_PRIVATE_DATA_DIR": "/nowhere"}, REFUTED),
    ],
)
def test_a_job_of_awx(monkeypatch, variables, answer):
    for name in ("JOB_ID", "AWX_PRIVATE_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(probes_directory, "MOUNTED_AS", "/nowhere/runner")
    assert lasting.MOUNTED_AS == "/runner"
    assert PROBES["awx-job-folder"](healthy()).answer == answer
