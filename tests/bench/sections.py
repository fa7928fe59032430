# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured, section by section; each returns plain data."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lab.client import LabClient

from .measure import interleaved, sample, summary
from .stage import Stage

Tell = Callable[[str], None]
TASKS = 6  # of playbooks/tasks.yml
FEW, MANY = 10, 50  # forks: Ansible users' usual choice for some hosts, and ours for many
# What the longest way through one channel takes one after the other: a token, and a look at the services side by side.
QUIET_TRIPS = 2


def forks(size: int) -> int:
    """How many channels are worked on side by side."""
    return FEW if size <= FEW else MANY


def graph(lab: LabClient, folder: Path, latency: int, runs: int, tell: Tell) -> dict[str, Any]:
    """Section (a): the Graph part, created and again, by us and by the floor."""
    stage = Stage(lab, folder / f"graph-{latency}", 1, latency)
    more = {"bench_floor": stage.floor_options()}
    programs = []
    for fresh, suffix in ((True, "create"), (False, "again")):
        programs += [
            stage.floor(f"plain http.client: {suffix}", fresh=fresh),
            stage.playbook(
                "floor.yml", fresh=fresh, title=f"plain http.client as a module: {suffix}", **more
            ),
            stage.playbook("graph.yml", fresh=fresh, title=f"ours: {suffix}", **more),
        ]
    # Each is measured once more right after it has made everything.
    pairs = [item for pair in zip(programs[:3], programs[3:], strict=True) for item in pair]
    controls = [
        stage.playbook("start.yml", title="playbook without a task", bench_hosts="contoso"),
        stage.playbook("module.yml", title="playbook with an empty module"),
    ]
    return interleaved(controls + pairs, lab, runs, tell)


def site(lab: LabClient, folder: Path, size: int, latency: int, runs: int, tell: Tell) -> dict[str, Any]:
    """Sections (b), (d) and (e): the whole of ``site`` for so many channels, first run and again."""
    stage = Stage(lab, folder / f"site-{size}-{latency}", size, latency)
    start = stage.playbook("start.yml", forks=forks(size), title="playbook without a task")
    first = stage.playbook("site", fresh=True, forks=forks(size), title="first run")
    again = stage.playbook("site", forks=forks(size), title="no-change run")
    if size <= FEW:
        found = interleaved([start, first, again], lab, runs, tell)
    else:
        tell(f"{size} channels: first run")
        found = {"first run": summary([sample(first, lab)])}
        found |= interleaved([start, again], lab, runs, tell)
    trips = math.ceil(size / forks(size)) * QUIET_TRIPS
    found["no-change run"]["floor"] = trips * latency / 1000
    return found


def ways(lab: LabClient, folder: Path, runs: int, tell: Tell) -> dict[str, Any]:
    """Section (c): one task more, in Ansible's own process and as an ordinary module."""
    stage = Stage(lab, folder / "ways", 1, 0)
    programs = [stage.playbook("start.yml", title="playbook without a task", bench_hosts="contoso")]
    for title, choice in (("in process", True), ("ordinary", False)):
        programs.append(stage.playbook("tasks.yml", title=title, webex_email_in_process=choice))
    found = interleaved(programs, lab, runs, tell)
    control = found["playbook without a task"]["cpu"]
    for title in ("in process", "ordinary"):
        found[title]["cpu_a_task"] = (found[title]["cpu"] - control) / TASKS
    return found
