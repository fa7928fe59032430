# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our modules against a cloud whose answers keep the contract and are unusual: no crash, and the right decision.

``make fuzz`` runs this file with many more seeds.
"""

from __future__ import annotations

import os
import random

import pytest
from ansible_collections.ccops.webex_email.plugins.modules import (
    azure_app_registration,
    azure_app_registration_info,
    azure_app_secret,
    azure_app_secret_info,
    azure_consent_policy_info,
    exchange_forwarding,
    exchange_forwarding_info,
    exchange_outbound_policy,
    exchange_outbound_policy_info,
    o365_mailbox,
    o365_mailbox_info,
    webex_connect_email_asset,
    webex_connect_email_asset_info,
)

from unit.resources.directory import BOTH, NAME

SEEDS = int(os.environ.get("WEBEX_EMAIL_FUZZ_SEEDS", "1"))
FIRST = int(os.environ.get("WEBEX_EMAIL_FUZZ_SEED", "2026"))
BOX = "support@contoso.example"
ASSET = {"name": "Support", "email": BOX}

# Each writer with what it is asked for, and each reader; the order makes later ones find something.
WRITERS = (
    (azure_app_registration, BOTH),
    (azure_app_secret, {"unique_name": NAME, "display_name": "fuzz", "valid_days": 90}),
    (o365_mailbox, {"identity": BOX, "smtp_auth": "enabled"}),
    (exchange_forwarding, {"identity": BOX, "forward_to": f"{'a' * 32}@mail.example.net"}),
    (exchange_outbound_policy, {"senders": [BOX]}),
)
READERS = (
    (azure_app_registration_info, {"unique_name": NAME}),
    (azure_app_secret_info, {"unique_name": NAME}),
    (azure_consent_policy_info, {}),
    (o365_mailbox_info, {"identity": BOX}),
    (exchange_forwarding_info, {"identity": BOX}),
    (exchange_outbound_policy_info, {"senders": [BOX]}),
)
# What an honest client must not even notice.
HARMLESS = ("unknown_properties", "empty_pages", "long_lists")
# What takes information away: a client may then say that it cannot decide.
POORER = ("nulls", "absent", "unknown_members")


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Take most of the waiting out of what is tried again."""
    from ansible_collections.ccops.webex_email.plugins.module_utils.core.retry import Policy

    monkeypatch.setattr(Policy, "wait", lambda self, attempt, retry_after=None: 0.2)


def decided(task, module, options, patience=120):
    """Run a module; it may refuse, in its own words, and must not stumble."""
    result = task.run(module.MODULE, **options, deadline=patience)
    if result.get("failed"):
        assert result["error"]["code"] != "internal", (module.__name__, result)
        assert result["msg"]
    return result


@pytest.fixture
def prepared(task):
    """A cloud to which everything was done once, in ordinary answers."""
    for module, options in WRITERS:
        assert not decided(task, module, options).get("failed")
    return task


@pytest.mark.parametrize("kinds", [[kind] for kind in HARMLESS] + [list(HARMLESS)], ids="+".join)
def test_what_says_nothing_changes_nothing(prepared, kinds):
    before = {module: decided(prepared, module, options) for module, options in READERS}
    settings = {"unusual": kinds, "unusual_seed": FIRST}
    if "empty_pages" in kinds:
        settings["page_size"] = 1
    prepared.cloud.settings(**settings)
    prepared.cloud.clear_journal()
    for module, options in READERS:
        assert decided(prepared, module, options) == before[module], module.__name__
    for module, options in WRITERS:
        result = decided(prepared, module, options)
        assert not result.get("failed") and not result["changed"], (module.__name__, result)
    assert prepared.writes() == []
    assert prepared.cloud.violations() == []


@pytest.mark.parametrize("seed", range(FIRST, FIRST + SEEDS))
@pytest.mark.parametrize("kind", POORER)
def test_who_is_told_less_decides_in_words_and_makes_nothing_twice(prepared, kind, seed):
    chance = random.Random(seed)
    for run in range(2):
        prepared.cloud.settings(unusual=[kind], unusual_seed=chance.random())
        for module, options in (*READERS, *WRITERS):
            decided(prepared, module, options, patience=15)
        state = prepared.cloud.state()["tenants"][0]
        assert len([app for app in state["applications"] if app["uniqueName"] == NAME]) == 1, run
        assert len(state["app_role_assignments"]) == 1
        assert len(state["oauth2_permission_grants"]) == 1
        assert len(state["outbound_rules"]) == 1
    # A permission of a kind that nobody knows is kept and sent back, as a service that had it would want.
    if kind != "unknown_members":
        assert [item for item in prepared.cloud.violations() if item["direction"] == "request"] == []


@pytest.mark.parametrize("kind", [*HARMLESS, *POORER])
def test_an_asset_is_read_and_changed_through_unusual_answers(task, kind):
    made = decided(task, webex_connect_email_asset, ASSET)
    asset_id = made["asset"]["asset_id"]
    task.cloud.settings(unusual=[kind], unusual_seed=FIRST)
    for module in (webex_connect_email_asset_info, webex_connect_email_asset):
        options = {"asset_id": asset_id, **(ASSET if module is webex_connect_email_asset else {})}
        result = decided(task, module, options)
        if kind in HARMLESS:
            assert not result.get("failed") and not result.get("changed"), result
    assert len(task.cloud.state()["connect"][0]["assets"]) == 1
