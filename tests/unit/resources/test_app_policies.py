# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lifetimes of client secrets, and what consent policies mean."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.app_secret import (
    current_credential,
    described,
    own_credentials,
)
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.consent_policy import (
    assigned_policies,
    for_self,
    secret_policy,
    user_consent,
)
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.secret_lifetime import (
    Cap,
    duration,
    instant,
    lifetime_cap,
    refuse_over_cap,
    wire_instant,
)

NOON = datetime(2026, 8, 20, 12, tzinfo=timezone.utc)
DAY = timedelta(days=1)


def rule(kind, **extra):
    return {"restrictionType": kind, "state": "enabled", "maxLifetime": None, **extra}


def policy(*rules, enabled=True):
    return {"isEnabled": enabled, "applicationRestrictions": {"passwordCredentials": list(rules)}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P90D", 90 * DAY),
        ("P2W", 14 * DAY),
        ("P1Y", 365 * DAY),
        ("P6M", 168 * DAY),
        ("P4DT12H30M5.5S", timedelta(days=4, hours=12, minutes=30, seconds=5.5)),
        ("P", None),
        ("PT", None),
        ("90", None),
        (None, None),
    ],
)
def test_a_duration(text, expected):
    assert duration(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-08-20T12:00:00Z",
        "2026-08-20T12:00:00.0000000Z",
        "2026-08-20T14:00:00+02:00",
        "2026-08-20T12:00:00",
        " 2026-08-20T12:00:00z ",
    ],
)
def test_an_instant_in_any_form_of_the_wire(text):
    assert instant(text) == NOON
    assert wire_instant(instant(text)) == "2026-08-20T12:00:00Z"


@pytest.mark.parametrize(
    ("given", "created", "expected"),
    [
        (None, None, Cap()),
        ({}, None, Cap()),
        (policy(), None, Cap()),
        (policy(rule("passwordAddition"), enabled=False), None, Cap()),
        (policy(rule("passwordAddition", state="disabled")), None, Cap()),
        (policy(rule("passwordAddition")), None, Cap(True)),
        (policy({"restrictionType": "passwordAddition"}), None, Cap(True)),
        (policy(rule("symmetricKeyAddition")), None, Cap()),
        (policy(rule("passwordLifetime", maxLifetime="P90D")), None, Cap(False, 90 * DAY)),
        (
            policy(*(rule("passwordLifetime", maxLifetime=text) for text in ("P90D", "P30D"))),
            None,
            Cap(False, 30 * DAY),
        ),
        (policy(rule("passwordLifetime", maxLifetime="nonsense")), None, Cap()),
        (
            {"isEnabled": True, "restrictions": {"passwordCredentials": [rule("passwordAddition")]}},
            None,
            Cap(True),
        ),
        ({"isEnabled": True, "applicationRestrictions": None}, None, Cap()),
    ],
)
def test_what_a_policy_allows(given, created, expected):
    assert lifetime_cap(given, created) == expected


@pytest.mark.parametrize(
    ("created", "forbidden"),
    [("2026-01-01T00:00:00Z", False), ("2026-03-01T00:00:00Z", True), (None, True)],
)
def test_a_rule_may_spare_older_apps(created, forbidden):
    since = rule("passwordAddition", restrictForAppsCreatedAfterDateTime="2026-02-01T00:00:00Z")
    assert lifetime_cap(policy(since), created).forbidden is forbidden


def test_the_refusal_names_the_longest_lifetime():
    refuse_over_cap(Cap(False, 90 * DAY), 90)
    with pytest.raises(Fault, match="90 days at most, and valid_days is 91") as caught:
        refuse_over_cap(Cap(False, 90 * DAY), 91)
    assert caught.value.code == "policy_blocked"
    with pytest.raises(Fault, match="forbids"):
        refuse_over_cap(Cap(True), 1)


def credential(key, days, name="wxconnect"):
    return {"keyId": key, "displayName": name, "endDateTime": wire_instant(NOON + days * DAY), "hint": "abc"}


def test_only_our_own_secret_that_lives_long_enough_is_current():
    app = {"passwordCredentials": [credential("a", 10), credential("b", 40), credential("c", 700, "other")]}
    assert [item["keyId"] for item in own_credentials(app, "wxconnect")] == ["b", "a"]
    assert current_credential(app, "wxconnect", 30, NOON)["keyId"] == "b"
    assert current_credential(app, "wxconnect", 41, NOON) is None
    assert current_credential(app, "absent", 1, NOON) is None
    assert current_credential({}, "wxconnect", 1, NOON) is None


def test_a_secret_that_lives_just_long_enough_is_current_within_a_minute():
    app = {"passwordCredentials": [credential("a", 30)]}
    assert current_credential(app, "wxconnect", 30, NOON + timedelta(seconds=59))
    assert current_credential(app, "wxconnect", 30, NOON + timedelta(seconds=61)) is None


def test_a_secret_is_described_without_its_value():
    assert described({**credential("a", 1), "secretText": "CANARY"}) == {
        "key_id": "a",
        "hint": "abc",
        "expires": "2026-08-21T12:00:00Z",
        "display_name": "wxconnect",
    }


SELF = "ManagePermissionGrantsForSelf."
OWNED = "ManagePermissionGrantsForOwnedResource."
EVERYTHING = {"permissionType": "delegated", "permissionClassification": "all", "permissions": ["all"]}


@pytest.mark.parametrize(
    ("assigned", "rules", "verdict"),
    [
        (None, {}, "undetermined"),
        ([], {}, "admin_consent_required"),
        ([OWNED + "microsoft-dynamically-managed"], {}, "admin_consent_required"),
        ([SELF + "microsoft-user-default-allow-consent-apps"], {}, "admin_consent_required"),
        ([SELF + "microsoft-user-default-legacy"], {}, "allowed"),
        (["managePermissionGrantsForSelf.microsoft-user-default-legacy"], {}, "allowed"),
        ([SELF + "microsoft-user-default-low"], {}, "undetermined"),
        ([SELF + "microsoft-user-default-recommended"], {}, "undetermined"),
        ([SELF + "own"], {"own": (None, None)}, "undetermined"),
        ([SELF + "own"], {"own": ([], [])}, "undetermined"),
        ([SELF + "own"], {"own": ([EVERYTHING], [])}, "allowed"),
        ([SELF + "own"], {"own": ([EVERYTHING], [EVERYTHING])}, "undetermined"),
        ([SELF + "own"], {"own": ([EVERYTHING | {"permissionType": "application"}], [])}, "undetermined"),
        ([SELF + "own"], {"own": ([EVERYTHING | {"clientApplicationIds": ["x"]}], [])}, "undetermined"),
    ],
)
def test_whether_users_may_consent(assigned, rules, verdict):
    answer, reason = user_consent(assigned, rules)
    assert answer == verdict
    assert reason.endswith(".")


def test_policies_are_read_from_the_authorization_policy():
    body = {"defaultUserRolePermissions": {"permissionGrantPoliciesAssigned": [SELF + "a", OWNED + "b"]}}
    assert assigned_policies(body) == [SELF + "a", OWNED + "b"]
    assert for_self(assigned_policies(body)) == ["a"]
    assert assigned_policies({}) == []
    assert assigned_policies(None) is None


def test_the_secret_policy_in_short():
    assert secret_policy(None) is None
    assert secret_policy(policy(rule("passwordLifetime", maxLifetime="P90D"))) == {
        "enabled": True,
        "forbidden": False,
        "max_lifetime_days": 90,
    }
