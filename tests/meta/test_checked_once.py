# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a playbook does not check by a role's spec is checked all the same: by the module that looks at the channel."""

from __future__ import annotations

import pytest

from meta.documentation import specified
from meta.variables import load

PLAYBOOKS = (
    "playbooks/channels.yml",
    "playbooks/verify.yml",
    "playbooks/copies.yml",
    "playbooks/tasks/channel_steps.yml",
)
TENANTS = ("playbooks/tenants.yml",)
IMPORT = "ansible.builtin.import_role"
LOOK = ("ccops.webex_email.preflight", "channel")
# Options of the modules that verify calls.
LATER = "webex_email_verify_"
# Variables that fill no option: they choose among values that are checked, or are only told.
TOLD = {
    "webex_email_handover_done",
    "webex_email_permission_profile",
    "webex_email_secret_store",
}


def spec(root, role, point):
    path = root / "roles" / role.rpartition(".")[2] / "meta/argument_specs.yml"
    return load(path)["argument_specs"][point]["options"]


def unchecked(root, playbooks=PLAYBOOKS):
    """(role, entry point) of every role that a playbook imports without checking its inputs."""
    for name in playbooks:
        for task in (task for item in load(root / name) for task in item.get("tasks", [item])):
            role = task.get(IMPORT, {})
            if role.get("rolespec_validate") is False:
                yield role["name"], role.get("tasks_from", "main")


def filled(root):
    """Variable -> option of the module that it fills, by the data with which the look fills them."""
    data = load(root / "roles/preflight/vars/main.yml")
    found = {}
    for step, given in (data["webex_email_channel_inputs"] | data["webex_email_credential_inputs"]).items():
        options = specified("email_channel_info")[step]
        if isinstance(given, dict):
            found |= {variable: options["options"][option] for option, variable in given.items()}
        else:
            found[given] = options
    # One variable stands between the operator's and the option.
    return found | {"webex_email_secret_rotate": found["webex_email_rotate_now"]}


def test_some_roles_are_not_checked_by_their_specs(root):
    assert len(list(unchecked(root))) == 9 and len(list(unchecked(root, TENANTS))) == 2


def test_the_look_takes_all_that_they_would_check(root):
    looked = spec(root, *LOOK)
    for role, point in unchecked(root):
        for name, entry in spec(root, role, point).items():
            assert name in looked or name in TOLD or name.startswith(LATER), (role, point, name)
            rules = [
                {key: rule for key, rule in item.items() if key != "description"}
                for item in (entry, looked.get(name, entry))
            ]
            assert rules[0] == rules[1], (role, point, name)


def test_the_module_checks_what_the_spec_of_the_look_would(root):
    options = filled(root)
    for name, entry in spec(root, *LOOK).items():
        if name not in TOLD and not name.startswith(LATER) and entry["type"] != "raw":
            assert name in options, name
            assert options[name].get("type", "str") == entry["type"], name
            assert "choices" not in entry or options[name].get("choices") == entry["choices"], name


def test_the_modules_take_what_the_specs_of_the_tenants_roles_would_check(root):
    for role, point in unchecked(root, TENANTS):
        folder = root / "roles" / role.rpartition(".")[2]
        text = "".join(
            path.read_text("utf-8") for path in folder.glob("*/main.yml") if path.parent.name != "meta"
        )
        text += "".join(path.read_text("utf-8") for path in folder.glob("tasks/look.yml"))
        for name in set(spec(root, role, point)) - TOLD:
            assert name in text, (role, name)


@pytest.mark.parametrize("name", sorted(TOLD))
def test_what_is_only_told_has_no_option(root, name):
    assert name not in filled(root)
