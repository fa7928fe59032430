# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that break in the middle, and the next one that finishes: one app, one asset, one secret that signs in."""

from __future__ import annotations

import time

import pytest

from integration import world as at
from integration.play import kill
from integration.world import CONTOSO

LIMIT = ("--limit", "contoso,support")
UPSERT_APP = "applications.application_UpsertApplicationByUniqueName"
UPSERT_PRINCIPAL = "servicePrincipals.servicePrincipal_UpsertServicePrincipalByAppId"
CONSENT = "servicePrincipal_CreateAppRoleAssignedTo"
ADD_SECRET = "application_addPassword"
PUT_ASSET = "updateEmailAsset"


def lost(operation, **match):
    """The service does its work, and nobody hears of it."""
    return {"match": {"operation": operation, **match}, "do": "reset", "phase": "after"}


def unavailable(operation, phase, **match):
    """A gateway says 503, before or after the service did its work."""
    return {"match": {"operation": operation, **match}, "do": "status", "status": 503, "phase": phase}


def assert_finished(cloud):
    """Everything of the channel is there once, and the asset can sign in."""
    world = cloud.state()
    assert len(at.apps(world, CONTOSO)) == 1
    assert len(at.assets(world, "support")) == 1
    assert len(world["tenants"][CONTOSO]["app_role_assignments"]) == 1
    assert at.mailbox(world, "support")["ForwardingSmtpAddress"] == (
        f"smtp:{at.asset(world, 'support')['forwardingAddress']}"
    )
    assert at.signs_in(cloud, "support")


def key_in_asset(world):
    """Id of the secret that the asset holds."""
    secret = at.asset(world, "support")["lab_secrets"]["clientSecret"]
    (key_id,) = [key for key, value in at.app(world, CONTOSO)["lab_secrets"].items() if value == secret]
    return key_id


def test_one_lost_answer_each_is_made_up_for_in_the_same_run(play, cloud):
    operations = (UPSERT_APP, UPSERT_PRINCIPAL, CONSENT, ADD_SECRET, "Set-CASMailbox", "Set-Mailbox")
    cloud.faults(
        [lost(operation, nth=1) for operation in operations]
        + [unavailable(operation, "before", nth=2) for operation in (UPSERT_APP, CONSENT, ADD_SECRET)]
    )
    play.run("site", *LIMIT)
    assert_finished(cloud)
    assert len(at.credentials(cloud.state(), "support")) == 1
    assert len([entry for entry in cloud.journal() if entry["fault"]]) >= 8


def test_an_asset_nobody_heard_of_is_never_made_twice(play, cloud):
    cloud.faults([lost("createEmailAsset")])
    failure = play.run("site", *LIMIT, fails=True).failure("support")
    assert failure["error"]["code"] == "uncertain"
    assert len(at.assets(cloud.state(), "support")) == 1
    cloud.faults([])
    cloud.clear_journal()
    again = play.run("site", *LIMIT, fails=True).failure("support")
    assert "Assets > Apps" in again["msg"] and play.record("support")["asset_pending"] in again["msg"]
    assert [entry["operation"] for entry in cloud.journal() if entry["write"]] == []
    play.variables("support", webex_email_asset_id=at.asset(cloud.state(), "support")["appId"])
    play.run("site", *LIMIT)
    assert_finished(cloud)
    assert len(at.credentials(cloud.state(), "support")) == 1


@pytest.fixture
def broken_off(play, cloud):
    """Runs site with a service that stays broken; returns how the channel failed."""

    def run(fault):
        cloud.faults([fault])
        failure = play.run("site", *LIMIT, fails=True, webex_email_deadline=4).failure("support")
        cloud.faults([])
        assert "Run again" in failure["msg"]
        assert failure["error"]["retryable"] or failure["error"]["code"] == "uncertain"
        return failure

    return run


def test_each_run_goes_on_where_the_one_before_broke_off(play, cloud, broken_off):
    broken_off(unavailable(CONSENT, "after"))
    broken_off(unavailable("signin_token", "before", nth=3, times=99))
    assert at.credentials(cloud.state(), "support") == [], "a secret that is not proven does not stay"
    broken_off(lost("Set-Mailbox"))
    play.run("site", *LIMIT)
    assert_finished(cloud)
    assert [item["keyId"] for item in at.credentials(cloud.state(), "support")] == [
        key_in_asset(cloud.state())
    ]


def test_a_secret_that_nobody_knows_goes_after_the_overlap(play, cloud, broken_off):
    """Without a record it may be the one that an asset holds, so it is not removed at once."""
    broken_off(lost(ADD_SECRET))
    play.run("site", *LIMIT, webex_email_secret_overlap_days=0)
    assert_finished(cloud)
    assert play.run("site", *LIMIT, webex_email_secret_overlap_days=0).changed["support"] <= 1
    assert_finished(cloud)
    assert [item["keyId"] for item in at.credentials(cloud.state(), "support")] == [
        key_in_asset(cloud.state())
    ]


def wait_for(cloud, operation):
    """Return once a request for the operation is waiting for its answer."""
    deadline = time.monotonic() + 60
    while not [
        entry for entry in cloud.journal() if entry["operation"] == operation and entry["status"] is None
    ]:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def killed_while_the_asset_is_written(play, cloud):
    """The run is killed when the asset has the new secret and the record does not say so yet."""
    cloud.faults([{**lost(PUT_ASSET), "do": "kill_client_marker"}])

    def watch(process):
        wait_for(cloud, PUT_ASSET)
        kill(process)

    play.run("site", *LIMIT, fails=True, watch=watch)


def answer_lost_when_the_asset_is_written(play, cloud):
    """The asset has the new secret, and the run cannot know."""
    cloud.faults([lost(PUT_ASSET)])
    failure = play.run("site", *LIMIT, fails=True, webex_email_deadline=8).failure("support")
    assert "Run again" in failure["msg"]


@pytest.mark.parametrize("end", [killed_while_the_asset_is_written, answer_lost_when_the_asset_is_written])
def test_a_secret_that_may_be_in_the_asset_is_replaced_and_kept_for_the_overlap(play, cloud, end):
    end(play, cloud)
    cloud.faults([])
    (first,) = at.credentials(cloud.state(), "support")
    assert play.record("support")["keys_pending"] == [first["keyId"]]

    play.run("site", *LIMIT)
    assert_finished(cloud)
    world = cloud.state()
    assert len(at.credentials(world, "support")) == 2, "the older one stays for the overlap"
    assert key_in_asset(world) == play.record("support")["key_id"] != first["keyId"]

    play.run("site", *LIMIT, webex_email_secret_overlap_days=0)
    assert_finished(cloud)
    world = cloud.state()
    assert [item["keyId"] for item in at.credentials(world, "support")] == [key_in_asset(world)]
