# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One scenario through both paths: in the worker process, and as ordinary modules."""

from __future__ import annotations

from integration.modules.expect import check, differences
from integration.modules.scenario import Names, Outcome, Step, run, steps_of
from integration.play import Play


def check_module(play: Play, module: str) -> None:
    """Run a module's scenario twice, and raise AssertionError with everything that is otherwise than expected."""
    check_steps(play, steps_of(module))


def check_steps(play: Play, steps: list[Step], **keywords: object) -> None:
    """The same for steps that are not in a file."""
    worlds, runs, problems = [], [], []
    for in_process in (True, False):
        outcomes = run(play, steps, in_process, **keywords)
        path = "in process" if in_process else "ordinary module"
        problems += [f"{path}: {problem}" for problem in check(outcomes)]
        runs.append(_comparable(outcomes))
        worlds.append(Names().plain(play.lab.state()))
    problems += unequal("results", *runs) + unequal("worlds", *worlds)
    assert not problems, "\n".join(problems)


def unequal(what: str, one: object, other: object) -> list[str]:
    """Every place where two values differ, seen from both sides."""
    if one == other:
        return []
    return [f"the {what} differ: {text}" for text in differences(one, other) + differences(other, one)]


def _comparable(outcomes: list[Outcome]) -> dict[str, object]:
    names = Names()
    return {
        item.step.name: {
            "result": names.plain(item.result),
            "keys": sorted(item.result),
            "requests": _requests(item),
        }
        for item in outcomes
    }


def _requests(outcome: Outcome) -> list[str]:
    """What was asked, without sign-in, which each ordinary module does for itself; not in which order or how often,
    because services are asked side by side, and again when they fail.
    """
    entries = [entry for entry in outcome.journal if entry["service"] != "signin"]
    return sorted({f"{entry['service']} {entry['operation']}" for entry in entries})
