# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is no fault of a channel although a step has something to do, and what is one although none has."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.channel_checks import (
    RUN_SITE,
    checks,
    summary,
)

QUIET = {"changes": False, "actions": []}
ALLOWED = {"verdict": "allowed", "decided_by": "our rule"}
CHANNEL = {"mailbox": {"smtp_auth_effective": "enabled"}, "verdict": ALLOWED}
COPY = {"forward_to": "alias@imi.example", "keep_copy": True}


def changed(before=None, after=None):
    return {"changes": True, "actions": ["do it"], "diff": {"before": before or {}, "after": after or {}}}


def failed(plan, **channel):
    """Names of the checks that are not ok."""
    return [row["check"] for row in checks(plan, {**CHANNEL, **channel}) if not row["ok"]]


@pytest.mark.parametrize("step", ["app", "asset"])
def test_a_step_with_something_to_do_is_a_fault(step):
    row = checks({step: changed()}, {})[-1]
    assert not row["ok"] and row["remedy"] == RUN_SITE and row["detail"].endswith(": do it")


def test_nothing_to_do_is_none():
    plan = dict.fromkeys(("app", "credential", "asset", "mailbox", "forwarding"), QUIET)
    rows = checks(plan, CHANNEL)
    assert [row["check"] for row in rows] == [
        "app",
        "credential",
        "asset",
        "smtp_auth",
        "forwarding",
        "outbound_policy",
    ]
    assert all(row["ok"] and row["remedy"] is None and "as wished" in row["detail"] for row in rows[:-1])


@pytest.mark.parametrize(
    ("before", "faults"),
    [
        ({"due": [], "asset_settings": {}, "superseded": ["old"]}, []),
        ({"due": ["2 days left"], "asset_settings": {}}, ["credential"]),
        ({"due": [], "asset_settings": {"oauth_scope": "x"}}, ["credential"]),
    ],
)
def test_a_superseded_secret_is_no_fault(before, faults):
    assert failed({"credential": changed(before)}) == faults


@pytest.mark.parametrize(
    ("before", "after", "faults"),
    [
        (COPY, {**COPY, "keep_copy": False}, []),
        ({**COPY, "keep_copy": False}, COPY, ["forwarding"]),
        ({**COPY, "forward_to": None}, COPY, ["forwarding"]),
    ],
)
def test_a_copy_that_is_still_kept_is_no_fault(before, after, faults):
    assert failed({"forwarding": changed(before, after)}) == faults


def test_a_secret_that_a_person_hands_over_is_not_checked():
    rows = {row["check"]: row for row in checks({"asset": QUIET}, {})}
    assert rows["credential"]["ok"] is None and rows["credential"]["detail"].startswith("Not checked:")


def test_a_mailbox_that_may_not_send_is_a_fault_although_its_own_switch_is_right():
    assert failed({"mailbox": QUIET}, mailbox={"smtp_auth_effective": "disabled"}) == ["smtp_auth"]


@pytest.mark.parametrize("word", ["blocked", "indeterminate"])
def test_a_mailbox_that_may_not_forward_is_a_fault(word):
    rows = checks({"mailbox": QUIET}, {**CHANNEL, "verdict": {"verdict": word, "decided_by": "Default"}})
    assert [row["check"] for row in rows] == ["smtp_auth", "outbound_policy"]
    assert f"{word} by Default" in rows[1]["detail"] and "tenants playbook" in rows[1]["remedy"]


def test_the_summary_has_every_name_from_the_start():
    names = [
        "address",
        "asset_id",
        "forwarding_address",
        "callback_url",
        "app_id",
        "tenant_id",
        "key_id",
        "key_expires",
    ]
    assert summary({}) == dict.fromkeys(names)
    known = summary({"asset": None, "credential": {"key_id": "k", "expires": "2026-12-01T00:00:00Z"}})
    assert (known["key_id"], known["key_expires"]) == ("k", "2026-12-01T00:00:00Z")
