# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The targets, each with what was measured and whether it is met."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .capacity import allowed

START = "playbook without a task"
MODULE_FLOOR = "plain http.client as a module"
LATENCY = "80"
# What keeps a target from being met, and what would be needed, for those that may be missed on a slow machine.
WHY = {
    "graph wall": "Two tasks start two workers, each with a sign-in or a look into the run's cache of tokens. Needed: "
    "one module for app and secret together, or a faster machine.",
    "one": "What Ansible itself takes for the tasks of a quiet run, on this machine; see the slope below.",
    "hundred": "A channel takes one task, and Ansible takes each through a process of its own, in which every template "
    "is compiled again. Needed: a faster machine, more cores, AWX slices, or an ansible-core that keeps compiled "
    "templates.",
    "thousand": "As for 100 channels.",
    "growth": "Ansible takes longer for each host the more hosts there are. Needed: AWX slices.",
    "first": "The controller's cores bind long before the budgets do. Needed: AWX slices on sixteen nodes for 90 s, by "
    "the model of [capacity](capacity.md); the rest is tasks that do not ask Graph, in which its budget lies idle.",
    "graph cpu": "A third is importing the collection's Python, which Ansible compiles anew in each run; then there "
    "are two workers, each with its templates, and the sign-in by msal. Needed: a collection loader that keeps "
    "bytecode (0.05 s), and one task for app and secret together (0.03 s).",
}


@dataclass(frozen=True)
class Target:
    """One target.

    :param measure: called with the figures; a number, or raises LookupError where it was not measured.
    :param why: key of ``WHY``.
    """

    work: str
    target: float
    unit: str
    measure: Callable[[dict[str, Any]], float]
    at_least: bool = False
    why: str = ""


def _graph(name: str, what: str) -> Callable[[dict[str, Any]], float]:
    return lambda figures: figures["graph"][LATENCY][name][what]


def _beyond(name: str, what: str) -> Callable[[dict[str, Any]], float]:
    """Of one program of the Graph part, beyond the empty playbook."""
    return lambda figures: figures["graph"][LATENCY][name][what] - figures["graph"][LATENCY][START][what]


def _ratio(suffix: str) -> Callable[[dict[str, Any]], float]:
    return lambda figures: (
        figures["graph"][LATENCY][f"ours: {suffix}"]["wall"]
        / figures["graph"][LATENCY][f"{MODULE_FLOOR}: {suffix}"]["wall"]
    )


def _site(size: int, run: str, what: str) -> Callable[[dict[str, Any]], float]:
    return lambda figures: figures["site"][LATENCY][str(size)][run][what]


def _one(figures: dict[str, Any]) -> float:
    one = figures["site"][LATENCY]["1"]
    return one["no-change run"]["wall"] - one[START]["wall"]


def _marginal(run: str) -> Callable[[dict[str, Any]], float]:
    """Requests of one channel more, where ten are compared with one."""

    def measure(figures: dict[str, Any]) -> float:
        sizes = figures["site"][LATENCY]
        return (sizes["10"][run]["requests"] - sizes["1"][run]["requests"]) / 9

    return measure


def _first(figures: dict[str, Any]) -> float:
    return figures["site"][LATENCY]["1000"]["first run"]["wall"] / allowed(1000)


def _growth(figures: dict[str, Any]) -> float:
    """The power of the number of channels with which a quiet run's time, beyond its start, grows; 1 is linear."""
    sizes = figures["site"][LATENCY]
    beyond = [sizes[size]["no-change run"]["wall"] - sizes[size][START]["wall"] for size in ("100", "1000")]
    return math.log10(beyond[1] / beyond[0])


def _less(figures: dict[str, Any]) -> float:
    return figures["ways"]["ordinary"]["cpu_a_task"] / figures["ways"]["in process"]["cpu_a_task"]


TARGETS = (
    Target(
        "Graph part, no-change, CPU beyond the empty playbook",
        0.15,
        "s",
        _beyond("ours: again", "cpu"),
        why="graph cpu",
    ),
    Target("Graph part, create, HTTP requests", 6, "", _graph("ours: create", "requests")),
    Target("Graph part, no-change, HTTP requests", 2, "", _graph("ours: again", "requests")),
    Target(
        "Graph part, create, wall time against the floor as a module",
        1.3,
        "times",
        _ratio("create"),
        why="graph wall",
    ),
    Target("Graph part, no-change, the same", 1.3, "times", _ratio("again"), why="graph wall"),
    Target("one channel, `site`, no-change, beyond the empty playbook", 1.5, "s", _one, why="one"),
    Target(
        "one channel, `site`, no-change, HTTP requests, tenant included",
        5,
        "",
        _site(1, "no-change run", "requests"),
    ),
    Target("one channel more, `site`, create, HTTP requests", 14, "", _marginal("first run")),
    Target("100 channels, no-change", 10, "s", _site(100, "no-change run", "wall"), why="hundred"),
    Target(
        "1,000 channels, no-change, 50 forks", 90, "s", _site(1000, "no-change run", "wall"), why="thousand"
    ),
    # A tenth more than linear, because the machine's speed drifts between the two.
    Target(
        "the same, seconds grow from 100 on with channels to the power of", 1.1, "", _growth, why="growth"
    ),
    Target(
        "1,000 channels, no-change, memory of the controller process",
        250,
        "MiB",
        _site(1000, "no-change run", "memory"),
    ),
    Target(
        "1,000 channels, first run, against what Graph's budgets allow", 1.2, "times", _first, why="first"
    ),
    Target("1,000 channels, first run, answers 429", 0, "", _site(1000, "first run", "throttled")),
    Target("in process against ordinary, CPU a task, times less", 6, "times", _less, at_least=True),
)


def rows(figures: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """(work, measured, target, verdict) for each target."""
    for item in TARGETS:
        sign = "at least" if item.at_least else "at most"
        target = f"{sign} {item.target:g} {item.unit}".strip()
        try:
            value = item.measure(figures)
        except LookupError:
            yield item.work, "not measured", target, "open"
            continue
        met = value >= item.target if item.at_least else value <= item.target
        verdict = "met" if met else f"**missed.** {WHY.get(item.why, '')}".strip()
        yield item.work, f"{value:.3g} {item.unit}".strip(), target, verdict
