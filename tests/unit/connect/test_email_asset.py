# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The asset module's behaviour, over real HTTP against the lab."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.record import Record
from ansible_collections.ccops.webex_email.plugins.module_utils.core.retry import Deadline
from ansible_collections.ccops.webex_email.plugins.modules.webex_connect_email_asset import MODULE

NAME, EMAIL = "Contoso Support", "support@contoso.example"


@pytest.fixture
def asset(task, tmp_path):
    """Run the module with the usual options; keyword arguments change them."""
    record = tmp_path / "host_vars/support/webex_email_record.json"

    def run(check_mode=False, **options):
        usual = {"name": NAME, "email": EMAIL, "record_path": str(record)}
        return task.run(MODULE, check_mode, **{**usual, **options})

    run.record = record
    return run


def writes(cloud):
    return [entry for entry in cloud.journal() if entry["write"]]


def assets(cloud):
    return cloud.state()["connect"][0]["assets"]


def test_life_of_an_asset(asset, cloud):
    planned = asset(check_mode=True)
    assert planned["changed"] and planned["asset"]["predicted"] and planned["asset"]["asset_id"] is None
    assert writes(cloud) == [] and not asset.record.exists()

    made = asset()
    assert made["actions"] == planned["actions"]
    assert made["asset"]["forwarding_address"].endswith("@mail-us.imiconnect.io")
    assert made["asset"]["callback_url"] == "https://yourwebexconnectname.us.webexconnect.io/callback"
    assert json.loads(asset.record.read_text())["webex_email_record"] == {
        "asset_id": made["asset"]["asset_id"]
    }

    again = asset()
    assert not again["changed"] and again["asset"]["asset_id"] == made["asset"]["asset_id"]

    changed = asset(name="Support", check_mode=True)
    assert changed["changed"] and changed["diff"]["before"]["name"] == NAME
    assert asset(name="Support")["changed"]
    assert not asset(name="Support")["changed"]
    assert [item["name"] for item in assets(cloud)] == ["Support"]


def test_delete_is_refused_where_no_call_is_known(asset, cloud):
    asset()
    refused = asset(state="absent")
    assert refused["error"]["code"] == "conflict" and len(assets(cloud)) == 1


def test_delete_by_a_call_of_the_users(asset, cloud):
    cloud.settings(connect_delete=True)
    asset()
    wire = {"operations": {"delete": {"method": "DELETE", "path": "/v2/digital/app/{asset_id}"}}}
    assert asset(state="absent", connect_wire=wire, check_mode=True)["changed"] and assets(cloud)
    assert asset(state="absent", connect_wire=wire)["changed"] and assets(cloud) == []
    assert not asset(state="absent", connect_wire=wire)["changed"]


def test_a_deletion_that_nobody_heard_of_is_remembered_and_a_refused_one_is_not(asset, cloud):
    cloud.settings(connect_delete=True)
    asset()
    wire = {"operations": {"delete": {"method": "DELETE", "path": "/v2/digital/app/{asset_id}"}}}
    cloud.faults([{"match": {"operation": "deleteEmailAsset"}, "do": "status", "status": 403}])
    assert asset(state="absent", connect_wire=wire)["error"]["code"] == "denied"
    assert "asset_deleting" not in asset.record.read_text()
    cloud.faults([{"match": {"operation": "deleteEmailAsset"}, "do": "reset", "phase": "after"}])
    assert asset(state="absent", connect_wire=wire)["failed"] and assets(cloud) == []
    cloud.faults([])
    assert asset(state="absent", connect_wire=wire)["changed"] and not asset.record.exists()
    assert not asset(state="absent", connect_wire=wire)["changed"]


def test_an_asset_that_is_not_there_is_not_forgotten_without_a_deletion(asset, cloud):
    asset()
    cloud.edit([{"op": "replace", "path": "/connect/0/assets", "value": []}])
    assert not asset(state="absent")["changed"] and asset.record.exists()


@pytest.mark.parametrize("do", ["reset", "status"])
def test_a_lost_answer_never_leads_to_a_second_asset(asset, cloud, do):
    fault = {"match": {"service": "connect", "method": "POST"}, "do": do, "phase": "after", "status": 503}
    cloud.faults([fault])
    lost = asset()
    cloud.faults([])
    assert lost["error"]["code"] == "uncertain" and len(assets(cloud)) == 1
    second = asset()
    assert (
        second["error"]["code"] == "uncertain"
        and "asset_pending" in second["msg"]
        and len(assets(cloud)) == 1
    )
    found = asset(asset_id=assets(cloud)[0]["appId"])
    assert not found["changed"]


def test_a_refused_request_is_not_remembered_as_pending(asset, cloud):
    cloud.faults(
        [
            {
                "match": {"service": "connect", "method": "POST"},
                "do": "status",
                "phase": "before",
                "status": 429,
            }
        ]
    )
    assert asset()["error"]["code"] == "throttled"
    assert (
        len(
            [
                entry
                for entry in cloud.journal()
                if entry["method"] == "POST" and entry["service"] == "connect"
            ]
        )
        == 1
    )
    cloud.faults([])
    assert asset()["changed"]


def test_an_error_inside_a_success_is_an_error(asset, cloud):
    asset()
    cloud.settings(connect_error_in_200=True)
    gone = asset(asset_id="a_000000000000000000")
    assert gone["failed"] and gone["error"]["code"] == "protocol"


def test_a_known_asset_that_is_gone_is_not_made_again_by_guess(asset, cloud):
    gone = asset(asset_id="a_000000000000000000")
    assert gone["error"]["code"] == "not_found" and assets(cloud) == []


@pytest.mark.parametrize(
    ("options", "code", "word"),
    [
        ({"email": "support.contoso.example"}, "invalid_input", "mail address"),
        ({"name": None}, "invalid_input", "name"),
        ({"connect_url": "http://localhost/connectapi"}, "invalid_input", "https"),
        ({"connect_wire": {"operation": {}}}, "invalid_input", "operation"),
        ({"connect_organization_id": "5a1f2d3c-8e4b-4f6a-9c7d-0b1a2c3d4eff"}, "denied", "organization"),
        ({"connect_token": "CANARY-connect-token-contoso-expired-1~y+z/a="}, "unauthenticated", "12 hours"),
        ({"connect_token": "CANARY-connect-token-contoso-norole-2~v+w/x="}, "denied", "manage"),
        ({"connect_mode": "manual"}, "invalid_input", "forwarding_address"),
    ],
)
def test_bad_input_is_one_sentence_and_writes_nothing(asset, cloud, options, code, word):
    refused = asset(**options)
    assert refused["failed"] and refused["error"]["code"] == code and word in refused["msg"]
    assert assets(cloud) == [] and "CANARY" not in json.dumps(refused)


def test_manual_mode_asks_nothing_of_the_service(asset, cloud):
    alias = "a41a0ba3566ed2091155f13e48e6d4f8@mail-us.imiconnect.io"
    manual = asset(connect_mode="manual", forwarding_address=alias, connect_token=None)
    assert not manual["changed"] and manual["asset"]["forwarding_address"] == alias
    assert [entry for entry in cloud.journal() if entry["service"] == "connect"] == []


def test_the_secret_is_sent_when_the_client_changes_or_always(asset, cloud):
    secret = "CANARY-oauth-client-secret-7~x+y/z="
    oauth = {
        "oauth_client_id": "56ba9bac-67be-4bd2-b551-47258e7ead62",
        "oauth_client_secret": secret,
        "oauth_tenant": "0f47778c-61c2-4b0a-8e94-3f05e737a1dd",
    }
    asset()
    result = asset(**oauth)
    assert result["changed"] and secret not in json.dumps(result)
    stored = assets(cloud)[0]
    assert stored["lab_secrets"]["clientSecret"] == secret
    assert stored["authorizationUrl"].endswith("/0f47778c-61c2-4b0a-8e94-3f05e737a1dd/oauth2/v2.0/authorize")
    assert not asset(**oauth)["changed"]
    assert asset(**oauth, update_secret="always")["changed"]


@pytest.mark.parametrize("echo", ["masked", "omitted", "echoed"])
def test_an_update_keeps_the_secret_out_of_results_and_out_of_the_body(asset, cloud, echo):
    asset(
        oauth_client_id="56ba9bac-67be-4bd2-b551-47258e7ead62",
        oauth_client_secret="CANARY-oauth-secret-1~a+b/c=",
    )
    cloud.settings(connect_secret_echo=echo)
    result = asset(name="Support")
    assert result["changed"] and "CANARY" not in json.dumps(result)
    assert assets(cloud)[0]["lab_secrets"]["clientSecret"] == "CANARY-oauth-secret-1~a+b/c="


def test_an_asset_that_another_run_is_making_at_this_moment_is_waited_for(asset, cloud, monkeypatch):
    made = asset()["asset"]
    known = json.loads(asset.record.read_text())
    pending = {"webex_email_record": {"asset_pending": "its tracking id"}}
    asset.record.write_text(json.dumps(pending))
    other = Record(str(asset.record))
    other.lock(Deadline(30))
    looked, read = Event(), Record.read

    def watched(record):
        found = read(record)
        looked.set()
        return found

    monkeypatch.setattr(Record, "read", watched)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(asset)
        assert looked.wait(30)
        asset.record.write_text(json.dumps(known))
        other.close()
        found = waiting.result()
    assert not found.get("failed"), found
    assert found["asset"]["asset_id"] == made["asset_id"]
    assert len(writes(cloud)) == 1
