# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking an app out of service against the embedded cloud: only what nobody else uses, and at any point again."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.app_retirement import uses
from ansible_collections.ccops.webex_email.plugins.modules import azure_app_secret
from ansible_collections.ccops.webex_email.plugins.modules.azure_app_registration import MODULE

from unit.resources.directory import BOTH, DELETE_APP, NAME, Directory, without_waiting

GONE = {"unique_name": NAME, "state": "absent", "if_unused": True}
PURGE = "directory_DeleteDeletedItem"


@pytest.fixture
def directory(task, monkeypatch):
    without_waiting(monkeypatch)
    there = Directory(task)
    there.have(**BOTH)
    task.cloud.clear_journal()
    yield there
    assert task.cloud.violations() == []


def test_consent_goes_and_the_app_stays(task, directory):
    planned = task.run(MODULE, check=True, **GONE, remove="consent")
    assert len(planned["actions"]) == 2 and task.writes() == []
    done = task.run(MODULE, **GONE, remove="consent")
    assert done["actions"] == planned["actions"] and not done["app"]["consented"]
    assert directory.assignments() == directory.grants() == [] and len(directory.apps()) == 1
    assert not task.run(MODULE, **GONE, remove="consent")["changed"]
    assert directory.have(**BOTH)["app"]["consented"]


def test_an_app_in_use_is_left_alone_and_the_answer_says_by_whom(task, directory):
    task.run(azure_app_secret.MODULE, unique_name=NAME, display_name="wxconnect sales@contoso.example")
    for remove in ("app", "consent"):
        kept = task.run(MODULE, **GONE, remove=remove)
        assert not kept["changed"]
        assert kept["app"]["in_use_by"] == ["client secret wxconnect sales@contoso.example"]
    foreseen = task.run(MODULE, check=True, **GONE, retired_secrets=["wxconnect sales@contoso.example"])
    assert foreseen["actions"][0].startswith("delete app")


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"passwordCredentials": [{"displayName": None}]}, "client secret without description"),
        ({"keyCredentials": [{"displayName": None, "keyId": "k"}]}, "certificate k"),
        ({"web": {"redirectUris": ["https://other.example/x"]}}, "redirect URI https://other.example/x"),
        ({"web": {"redirectUris": ["https://a.us.webexconnect.io/callback", "https://own.example"]}}, None),
    ],
)
def test_what_tells_that_somebody_uses_an_app(part, words):
    assert uses(part, redirect_uris=["https://own.example"]) == ([words] if words else [])


def test_a_name_can_be_set_free_at_once_or_later(task, directory):
    done = task.run(MODULE, **GONE, purge_deleted=True)
    assert len(done["actions"]) == 2 and directory.tenant["deleted_applications"] == []
    assert not task.run(MODULE, **GONE, purge_deleted=True)["changed"]

    directory.have()
    task.run(MODULE, **GONE)
    refused = task.run(MODULE, unique_name=NAME, display_name="WebexConnect")
    assert refused["error"]["code"] == "conflict" and "restore_deleted" in refused["msg"]
    planned = task.run(MODULE, check=True, **GONE, purge_deleted=True)
    assert planned["changed"] and "for good" in planned["actions"][0]
    assert task.run(MODULE, **GONE, purge_deleted=True)["changed"]
    directory.have()


@pytest.mark.parametrize("operation", [DELETE_APP, PURGE])
@pytest.mark.parametrize("phase", ["before", "after"])
def test_a_lost_answer_is_made_up_for(task, directory, operation, phase):
    task.cloud.faults([{"match": {"operation": operation, "nth": 1}, "do": "reset", "phase": phase}])
    assert not task.run(MODULE, **GONE, purge_deleted=True).get("failed")
    assert directory.apps() == directory.tenant["deleted_applications"] == []
