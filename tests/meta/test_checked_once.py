# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a playbook does not check a second time was checked by the look at the channel."""

from __future__ import annotations

from meta.variables import load

PLAYBOOKS = (
    "playbooks/channels.yml",
    "playbooks/verify.yml",
    "playbooks/copies.yml",
    "playbooks/tasks/channel_steps.yml",
)
IMPORT = "ansible.builtin.import_role"


def spec(root, role, point):
    path = root / "roles" / role.rpartition(".")[2] / "meta/argument_specs.yml"
    return load(path)["argument_specs"][point]["options"]


def unchecked(root):
    """(role, entry point) of every role that a playbook imports without checking its inputs."""
    for name in PLAYBOOKS:
        content = load(root / name)
        tasks = content[0]["tasks"] if "hosts" in content[0] else content
        for task in tasks:
            role = task.get(IMPORT, {})
            if role.get("rolespec_validate") is False:
                yield role["name"], role.get("tasks_from", "main")


def test_some_roles_are_not_checked_twice(root):
    assert len(list(unchecked(root))) == 7


def test_the_look_checks_all_that_they_would(root):
    looked = spec(root, "preflight", "channel")
    for role, point in unchecked(root):
        for name, entry in spec(root, role, point).items():
            assert name in looked, (role, point, name)
            rules = [
                {key: rule for key, rule in item.items() if key != "description"}
                for item in (entry, looked[name])
            ]
            assert rules[0] == rules[1], (role, point, name)
