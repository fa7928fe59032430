# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that use what earlier ones have read stay right, whatever somebody else changes in between."""

from __future__ import annotations

import contextlib

import pytest
from ansible_collections.ccops.webex_email.plugins.modules import (
    azure_app_registration,
    azure_app_secret,
    exchange_forwarding,
    o365_mailbox,
    o365_mailbox_info,
    webex_connect_email_asset,
)

from unit.resources.directory import ADD_PASSWORD, CALLBACK, CISCO, NAME, UPSERT_APP

SUPPORT = "support@contoso.example"
ALIAS = "0123456789abcdef@mail-us.imiconnect.io"
OTHERS = "https://somebody.example/else"
SOON = {"reuse_seconds": 300}


@pytest.fixture
def clean(task):
    """A task whose cloud has seen nothing yet, and breaks no contract."""
    yield task
    assert task.cloud.violations() == []


def application(task):
    return next(app for app in task.cloud.state()["tenants"][0]["applications"] if app["uniqueName"] == NAME)


def edit_application(task, name, value):
    apps = task.cloud.state()["tenants"][0]["applications"]
    place = next(number for number, app in enumerate(apps) if app["uniqueName"] == NAME)
    path = f"/tenants/0/applications/{place}/{name}"
    task.cloud.edit([{"op": "replace", "path": path, "value": value}])


def edit_mailbox(task, name, value):
    mailboxes = task.cloud.state()["tenants"][0]["mailboxes"]
    place = next(n for n, item in enumerate(mailboxes) if item["PrimarySmtpAddress"] == SUPPORT)
    path = f"/tenants/0/mailboxes/{place}/{name}"
    task.cloud.edit([{"op": "replace", "path": path, "value": value}])


@contextlib.contextmanager
def another_run(task, folder):
    """What is done within is done by a run of its own."""
    ours, task._scratch = task._scratch, str(folder)
    yield
    task._scratch = ours


def settled(monkeypatch):
    """Let what is read right after a write count as settled."""
    path = "ansible_collections.ccops.webex_email.plugins.module_utils.core.reuse.SETTLING_SECONDS"
    monkeypatch.setattr(path, -1)


def test_a_quiet_task_asks_nothing_where_it_may(clean, monkeypatch):
    settled(monkeypatch)
    clean.run(azure_app_registration.MODULE, **CISCO, **SOON)
    clean.run(azure_app_registration.MODULE, **CISCO, **SOON)
    clean.cloud.clear_journal()
    assert not clean.run(azure_app_registration.MODULE, **CISCO, **SOON)["changed"]
    assert clean.requests("graph") == []
    assert not clean.run(azure_app_registration.MODULE, **CISCO)["changed"]
    assert clean.requests("graph")


def test_a_redirect_uri_that_somebody_adds_in_between_is_kept(clean, monkeypatch):
    settled(monkeypatch)
    clean.run(azure_app_registration.MODULE, **CISCO, **SOON)
    clean.run(azure_app_registration.MODULE, **CISCO, **SOON)
    edit_application(clean, "web/redirectUris", [CALLBACK, OTHERS])
    more = {**CISCO, "redirect_uris": [CALLBACK, "https://another.example/callback"]}
    made = clean.run(azure_app_registration.MODULE, **more, **SOON)
    assert sorted(application(clean)["web"]["redirectUris"]) == sorted([*more["redirect_uris"], OTHERS])
    assert sorted(made["app"]["redirect_uris"]) == sorted(application(clean)["web"]["redirectUris"])


def test_an_app_that_somebody_makes_in_between_is_not_made_twice(clean, tmp_path_factory):
    clean.run(azure_app_registration.MODULE, check=True, **CISCO, **SOON)
    with another_run(clean, tmp_path_factory.mktemp("other")):
        clean.run(azure_app_registration.MODULE, **CISCO)
    made = clean.run(azure_app_registration.MODULE, **CISCO, **SOON)
    assert made["app"]["app_id"] == application(clean)["appId"]
    assert clean.writes().count(UPSERT_APP) == 2


def test_a_secret_that_somebody_adds_in_between_is_seen_before_another_is_made(clean, monkeypatch):
    settled(monkeypatch)
    clean.run(azure_app_registration.MODULE, **CISCO)
    clean.run(azure_app_registration.MODULE, **CISCO, **SOON)
    clean.run(azure_app_secret.MODULE, unique_name=NAME, display_name="other")
    credential = {**application(clean)["passwordCredentials"][0], "displayName": "ours"}
    edit_application(clean, "passwordCredentials", [credential])
    clean.cloud.clear_journal()
    result = clean.run(azure_app_secret.MODULE, unique_name=NAME, display_name="ours", **SOON)
    assert not result["changed"]
    assert ADD_PASSWORD not in clean.writes()


def test_a_new_app_needs_no_second_look_for_its_first_secret(clean):
    clean.run(azure_app_registration.MODULE, **CISCO, **SOON)
    clean.cloud.clear_journal()
    assert clean.run(azure_app_secret.MODULE, unique_name=NAME, display_name="ours", **SOON)["changed"]
    assert clean.operations("graph") == ["policy_GetDefaultAppManagementPolicy", ADD_PASSWORD]


def test_own_changes_of_a_mailbox_are_seen_by_the_next_task(clean):
    options = {"identity": SUPPORT, **SOON}
    assert clean.run(o365_mailbox.MODULE, smtp_auth="enabled", **options)["changed"]
    assert clean.run(o365_mailbox_info.MODULE, **options)["mailbox"]["smtp_auth"] == "enabled"
    assert not clean.run(o365_mailbox.MODULE, smtp_auth="enabled", **options)["changed"]


def test_what_concerns_the_mailbox_itself_outlives_a_change_of_its_client_access(clean):
    clean.run(o365_mailbox.MODULE, identity=SUPPORT, smtp_auth="enabled", **SOON)
    clean.cloud.clear_journal()
    clean.run(exchange_forwarding.MODULE, identity=SUPPORT, forward_to=ALIAS, keep_copy=True, **SOON)
    assert clean.operations("exchange") == ["Set-Mailbox"]


def test_a_forwarding_is_not_stopped_for_what_it_was_before(clean):
    """The task was told to stop ours; somebody has set another meanwhile."""
    given = {"identity": SUPPORT, "forward_to": ALIAS}
    edit_mailbox(clean, "ForwardingSmtpAddress", f"smtp:{ALIAS}")
    clean.run(o365_mailbox_info.MODULE, identity=SUPPORT, **SOON)
    edit_mailbox(clean, "ForwardingSmtpAddress", "smtp:somebody@else.example")
    assert not clean.run(exchange_forwarding.MODULE, state="absent", **given, **SOON)["changed"]
    assert clean.writes() == []


def test_an_asset_is_read_again_before_it_is_updated(clean, tmp_path):
    given = {
        "name": "Support",
        "email": SUPPORT,
        "record_path": str(tmp_path / "record.json"),
        "smtp_host": "smtp.office365.com",
        "smtp_port": 587,
    }
    clean.run(webex_connect_email_asset.MODULE, **given, **SOON)
    assert not clean.run(webex_connect_email_asset.MODULE, **given, **SOON)["changed"]
    assert clean.operations("connect").count("getEmailAsset") == 1
    place = len(clean.cloud.state()["connect"][0]["assets"]) - 1
    path = f"/connect/0/assets/{place}/username"
    clean.cloud.edit([{"op": "replace", "path": path, "value": "somebody@contoso.example"}])
    named = {**given, "name": "Support desk", "smtp_username": "somebody@contoso.example"}
    assert clean.run(webex_connect_email_asset.MODULE, **named, **SOON)["changed"]
    asset = clean.cloud.state()["connect"][0]["assets"][place]
    assert (asset["name"], asset["username"]) == ("Support desk", "somebody@contoso.example")


def test_another_identity_asks_for_itself(clean):
    clean.run(o365_mailbox_info.MODULE, identity=SUPPORT, **SOON)
    clean.cloud.clear_journal()
    refused = clean.run(
        o365_mailbox_info.MODULE, identity=SUPPORT, auth_client_secret="CANARY-wrong-secret", **SOON
    )
    assert refused["error"]["code"] == "sign_in_failed"
