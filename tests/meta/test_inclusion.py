# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles and playbooks touch nothing of those who include them, and the check can fail."""

from __future__ import annotations

import pytest
import yaml

from meta.inclusion import problems

TASK = "roles/mailbox/tasks/smtp_auth.yml"
BOOK = "playbooks/channels.yml"


def test_nothing_reaches_out_of_the_collection(root):
    assert problems(root) == []


@pytest.mark.parametrize(
    ("file", "change", "words"),
    [
        (TASK, {"register": "result"}, "the variable result"),
        (TASK, {"vars": {"address": 1}}, "the variable address"),
        (TASK, {"loop_control": {"loop_var": "item_"}}, "the variable item_"),
        (TASK, {"tags": ["mailbox"]}, "the tag mailbox"),
        (TASK, {"tags": "mailbox"}, "the tag mailbox"),
        (TASK, {"ansible.builtin.set_fact": {"address": 1}}, "the variable address"),
        (TASK, {"ansible.builtin.meta": "end_play"}, "stops others with end_play"),
        (TASK, {"ansible.builtin.meta": "end_host"}, "stops others with end_host"),
        (TASK, {"ansible.builtin.setup": None}, "gathers facts with"),
        (TASK, {"ansible.builtin.add_host": {"name": "x"}}, "changes the inventory"),
        (TASK, {"block": [{"register": "inner"}]}, "the variable inner"),
        (TASK, {"rescue": [{"tags": ["inner"]}]}, "the tag inner"),
        (BOOK, {"pre_tasks": [{"ansible.builtin.meta": "end_play"}]}, "stops others with end_play"),
        (BOOK, {"gather_facts": True}, "gathers facts"),
        (BOOK, {"hosts": "all"}, "hosts that nobody can choose"),
        (BOOK, {"vars": {"address": 1}}, "the variable address"),
        (BOOK, {"tags": ["channels"]}, "the tag channels"),
        (BOOK, {"handlers": [{"register": "inner"}]}, "the variable inner"),
    ],
)
def test_a_planted_mistake_is_found(copy_of, file, change, words):
    copy_of("playbooks")
    path = (
        copy_of("roles") / file.removeprefix("roles/")
        if file == TASK
        else copy_of("playbooks") / "channels.yml"
    )
    items = yaml.safe_load(path.read_text())
    items[0].update(change)
    path.write_text(yaml.safe_dump(items))
    (problem,) = problems(copy_of("playbooks").parent)
    assert problem.startswith(file) and words in problem


def test_a_default_without_the_prefix_is_found(copy_of):
    copy_of("playbooks")
    path = copy_of("roles") / "settings/defaults/main/channel.yml"
    path.write_text(path.read_text() + "address: x\n")
    assert problems(path.parents[4]) == [
        "roles/settings/defaults/main/channel.yml: the variable address has not our prefix"
    ]
