# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes roles and playbooks safe inside somebody else's play: nothing of theirs is touched or stopped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from meta.variables import load

PREFIX = re.compile(r"_{0,2}webex_email_\w+")
# "probe" stands beside webex_email_probe in the playbook preflight: what it runs only reads, and never by itself.
TAG = re.compile(r"webex_email_\w+|always|never|probe")
# A pattern that the caller can set, or the controller itself.
CHOSEN = r"webex_email_\w+_hosts \| default\('webex_email_\w+'\)"
HOSTS = re.compile(
    rf"localhost|{{{{ {CHOSEN} }}}}|{{{{ lookup\('ccops.webex_email.unsettled_hosts', {CHOSEN}\) }}}}"
)
# Modules that end or change the run of hosts that are not ours.
META = "ansible.builtin.meta"
STOPPING = frozenset(
    ("end_play", "end_batch", "end_host", "clear_host_errors", "clear_facts", "refresh_inventory")
)
FACTS = {"ansible.builtin.setup", "ansible.builtin.gather_facts"}
CHANGING = {"ansible.builtin.add_host", "ansible.builtin.group_by"}
# Where a task keeps tasks, and where it names a variable.
BLOCKS = ("block", "rescue", "always")
NAMING = ("register", "loop_var", "index_var")


def problems(root: Path) -> list[str]:
    """Every place in a role or playbook that reaches out of the collection, in words."""
    found = []
    for path in sorted([*root.glob("playbooks/**/*.yml"), *root.glob("roles/*/*/**/*.yml")]):
        if "meta" in path.relative_to(root).parts:
            continue
        content = load(path)
        parts = _plays(content) if isinstance(content, list) else _names(content)
        found += [f"{path.relative_to(root)}: {problem}" for problem in parts]
    return found


def _plays(items: list[dict[str, Any]]) -> Iterator[str]:
    """The problems of a list of plays, or of tasks."""
    for item in items:
        if "hosts" in item:
            yield from _play(item)
        elif "ansible.builtin.import_playbook" in item:
            yield from _common(item)
        else:
            yield from _task(item)


def _play(play: dict[str, Any]) -> Iterator[str]:
    name = play.get("name", "a play")
    if play.get("gather_facts") is not False:
        yield f"{name} gathers facts"
    if not HOSTS.fullmatch(str(play["hosts"])):
        yield f"{name} is for hosts that nobody can choose"
    yield from _common(play)
    for place in ("pre_tasks", "tasks", "post_tasks", "handlers"):
        for task in play.get(place, []):
            yield from _task(task)


def _task(task: dict[str, Any]) -> Iterator[str]:
    name = task.get("name", "a task")
    yield from _common(task)
    for module in sorted(FACTS & set(task)):
        yield f"{name} gathers facts with {module}"
    for module in sorted(CHANGING & set(task)):
        yield f"{name} changes the inventory with {module}"
    if str(task.get(META)) in STOPPING:
        yield f"{name} stops others with {task[META]}"
    yield from _names(task.get("ansible.builtin.set_fact") or {}, besides={"cacheable"})
    for block in BLOCKS:
        for inner in task.get(block, []):
            yield from _task(inner)


def _common(item: dict[str, Any]) -> Iterator[str]:
    tags = item.get("tags", [])
    for tag in [tags] if isinstance(tags, str) else tags:
        if not TAG.fullmatch(tag):
            yield f"the tag {tag} is not ours"
    yield from _names(item.get("vars") or {})
    for place in (item, item.get("loop_control") or {}):
        for key in NAMING:
            if key in place:
                yield from _names({place[key]: None})


def _names(variables: dict[str, Any], besides: frozenset[str] | set[str] = frozenset()) -> Iterator[str]:
    for name in variables:
        if not PREFIX.fullmatch(str(name)) and name not in besides:
            yield f"the variable {name} has not our prefix"
