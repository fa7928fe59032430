# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures programs: time, processor time, memory, and what the embedded cloud saw of them."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab.client import LabClient

LAUNCHER = Path(__file__).with_name("launcher.py")
SIGN_IN = "signin"
FIELDS = ("wall", "cpu", "memory", "requests", "connections")


@dataclass(frozen=True)
class Sample:
    """One run of a program with all its children.

    :param wall, cpu: seconds. :param memory: peak of the largest of its processes, in MiB.
    :param requests: HTTP requests without those for signing in; a batch is one. :param by_service: the same by service.
    :param sign_ins: requests for signing in. :param connections: TLS connections. :param throttled: answers 429.
    """

    wall: float
    cpu: float
    memory: float
    requests: int = 0
    sign_ins: int = 0
    connections: int = 0
    throttled: int = 0
    by_service: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Program:
    """What is measured: its command, variables, folder, and what has to be done before each run."""

    name: str
    command: list[str]
    environment: dict[str, str]
    folder: Path
    prepare: Callable[[], None] = lambda: None


class Failed(Exception):
    """A measured program did not do what it should."""


def sample(program: Program, lab: LabClient) -> Sample:
    """Run a program once.

    :raises Failed: it ended with another status than 0, with the end of what it printed.
    """
    program.prepare()
    lab.clear_journal()
    printed, told = program.folder / "printed.log", program.folder / "measured.json"
    with printed.open("w") as output:
        subprocess.run(
            [sys.executable, "-I", "-S", str(LAUNCHER), str(told), *program.command],
            env=program.environment,
            cwd=program.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=True,
        )
    facts = json.loads(told.read_text("utf-8"))
    if facts["status"]:
        raise Failed(f"{program.name}: exit status {facts['status']}\n{printed.read_text()[-3000:]}")
    return counted(facts, lab.counts())


def counted(facts: dict[str, float], counts: dict[str, Any]) -> Sample:
    """A Sample of what the launcher measured (wall, cpu, memory in KiB) and what the cloud counted."""
    by_service = {name: n for name, n in counts["requests"].items() if name != SIGN_IN}
    return Sample(
        wall=facts["wall"],
        cpu=facts["cpu"],
        memory=facts["memory"] / 1024,
        requests=sum(by_service.values()),
        sign_ins=counts["requests"].get(SIGN_IN, 0),
        connections=counts["connections"],
        throttled=counts["statuses"].get("429", 0),
        by_service=by_service,
    )


def median(samples: Iterable[Sample], name: str) -> float:
    """The median of one of the fields."""
    return statistics.median(getattr(item, name) for item in samples)


def summary(samples: list[Sample]) -> dict[str, Any]:
    """Medians of all fields, how many runs they are of, and how far apart the times were."""
    found: dict[str, Any] = {name: median(samples, name) for name in FIELDS}
    walls = [item.wall for item in samples]
    return {
        **found,
        "sign_ins": median(samples, "sign_ins"),
        "throttled": max(item.throttled for item in samples),
        "runs": len(samples),
        "fastest": min(walls),
        "slowest": max(walls),
        "by_service": samples[-1].by_service,
    }


def interleaved(
    programs: list[Program], lab: LabClient, runs: int, tell: Callable[[str], None]
) -> dict[str, dict[str, Any]]:
    """Run the programs in turn, ``runs`` times over, so that what disturbs the machine disturbs all of them."""
    samples: dict[str, list[Sample]] = {program.name: [] for program in programs}
    for number in range(runs):
        for program in programs:
            found = sample(program, lab)
            samples[program.name].append(found)
            tell(f"{program.name} {number + 1}/{runs}: {found.wall:.2f} s, {found.requests} requests")
    return {name: summary(found) for name, found in samples.items()}
