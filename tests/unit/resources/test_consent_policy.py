# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies about consent and secrets against the embedded cloud."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.modules.azure_consent_policy_info import MODULE

from unit.resources.directory import Directory


def test_policies_of_the_example_tenant(task):
    assert task.run(MODULE)["consent_policy"] == {
        "user_consent": "allowed",
        "reason": "Users may consent to every permission that does not itself need an administrator.",
        "policies": ["ManagePermissionGrantsForSelf.microsoft-user-default-legacy"],
        "security_defaults": False,
        "secret_policy": {"enabled": False, "forbidden": False, "max_lifetime_days": None},
    }
    assert len([entry for entry in task.requests("graph") if entry["batch"] is None]) == 1
    assert task.writes() == []


def test_policies_that_may_not_be_read(task):
    found = task.run(MODULE, caller="no-graph-rights")["consent_policy"]
    assert found["user_consent"] == "undetermined"
    assert "Policy.Read.All" in found["reason"]
    assert found["security_defaults"] is None
    assert found["secret_policy"] is None


def test_a_consent_policy_of_the_tenant_s_own_is_judged_by_its_rules(task):
    there = Directory(task)
    there.give_rights("Policy.Read.All", "Policy.Read.PermissionGrant")
    there.edit("consent_policies", ["ManagePermissionGrantsForSelf.own"])
    rules = there.tenant["permission_grant_policies"]["microsoft-user-default-legacy"]
    there.edit("permission_grant_policies/own", rules, "add")
    assert task.run(MODULE)["consent_policy"]["user_consent"] == "allowed"
    there.edit("permission_grant_policies/own/excludes", rules["includes"])
    assert task.run(MODULE)["consent_policy"]["user_consent"] == "undetermined"


def test_a_tenant_where_only_administrators_consent(task):
    there = Directory(task)
    there.edit("consent_policies", [])
    there.edit("security_defaults", True)
    found = task.run(MODULE)["consent_policy"]
    assert found["user_consent"] == "admin_consent_required"
    assert found["security_defaults"] is True


OWN = "ManagePermissionGrantsForSelf."


@pytest.mark.parametrize(
    "assigned, verdict",
    [
        ([], "admin_consent_required"),
        (["ManagePermissionGrantsForOwnedResource.microsoft-dynamically-managed"], "admin_consent_required"),
        ([OWN + "microsoft-user-default-allow-consent-apps"], "admin_consent_required"),
        ([OWN + "microsoft-user-default-legacy"], "allowed"),
        ([OWN.lower() + "microsoft-user-default-legacy"], "allowed"),
        ([OWN + "microsoft-user-default-low"], "undetermined"),
        ([OWN + "microsoft-user-default-recommended"], "undetermined"),
        ([OWN + "microsoft-user-default-low", OWN + "microsoft-user-default-legacy"], "allowed"),
    ],
)
def test_each_form_of_user_consent_is_told_apart(task, assigned, verdict):
    Directory(task).edit("consent_policies", assigned)
    assert task.run(MODULE)["consent_policy"]["user_consent"] == verdict
