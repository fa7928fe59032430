# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One gate: a command with a log, a time limit and a count of what passed."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from xml.etree import ElementTree

from env import CACHE, ROOT

LOGS = CACHE / "logs"
TIME_LIMIT = 45 * 60  # seconds; a gate that takes longer hangs
_running: set[subprocess.Popen] = set()
_starting = threading.Lock()
Lane, Result = TypeVar("Lane"), TypeVar("Result")


NOTE = "::: "  # what a gate wants people to see begins a line of its log with this


@dataclass(frozen=True)
class Gate:
    """A command to run in ``cwd``; with ``cases`` a pytest command whose test cases are counted."""

    name: str
    command: list[str]
    cwd: Path = ROOT
    variables: dict[str, str] = field(default_factory=dict)
    cases: bool = False
    limit: float = TIME_LIMIT

    @property
    def log(self) -> Path:
        """Where the command's output goes."""
        return LOGS / f"{self.name}.log"

    @property
    def report(self) -> Path:
        """Where pytest's machine-readable report goes."""
        return LOGS / f"{self.name}.xml"


@dataclass(frozen=True)
class Outcome:
    """How a gate ended; ``seconds`` is wall time."""

    gate: Gate
    passed: int
    failed: int
    seconds: float

    def line(self) -> str:
        """One line for people."""
        verdict = "FAILED" if self.failed else "ok"
        cases = f"{self.passed} passed, {self.failed} failed" if self.gate.cases else ""
        return f"{self.gate.name:<24}{verdict:<8}{self.seconds:6.1f} s  {cases}".rstrip()


def notes(gate: Gate) -> list[str]:
    """What a gate wants people to see, beside whether it passed."""
    lines = gate.log.read_text("utf-8", errors="replace").splitlines()
    return [line.removeprefix(NOTE) for line in lines if line.startswith(NOTE)]


def run(gate: Gate, variables: dict[str, str]) -> Outcome:
    """Run a gate to its end or its time limit; its whole process group is gone afterwards."""
    LOGS.mkdir(parents=True, exist_ok=True)
    gate.report.unlink(missing_ok=True)
    command = [*gate.command, f"--junit-xml={gate.report}"] if gate.cases else gate.command
    started = time.monotonic()
    with gate.log.open("w") as log:
        with _starting:
            process = subprocess.Popen(
                command,
                cwd=gate.cwd,
                env=variables | gate.variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            _running.add(process)
        try:
            status = process.wait(gate.limit)
        except subprocess.TimeoutExpired:
            log.write(f"\nstopped after {gate.limit} s\n")
            status = -signal.SIGKILL
        finally:
            _end_group(process)
            _running.discard(process)
    passed, failed = _count(gate, status)
    return Outcome(gate, passed, failed, time.monotonic() - started)


def side_by_side(work: Callable[[Lane], Result], lanes: Sequence[Lane]) -> list[Result]:
    """What ``work`` returns for each lane, all at once; who interrupts it ends every gate, and this process."""
    with ThreadPoolExecutor(len(lanes)) as pool:
        try:
            return list(pool.map(work, lanes))
        except KeyboardInterrupt:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)  # a second one would leave gates behind
            _starting.acquire()  # and never let go of: a lane goes on with its next gate otherwise
            for process in list(_running):
                _end_group(process)
            os._exit(130)  # the pool would wait for gates that have not even begun


def _end_group(process: subprocess.Popen) -> None:
    """End what the gate may have left running, for example a lab whose test was interrupted."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def _count(gate: Gate, status: int) -> tuple[int, int]:
    """Count passed and failed; a command that fails without a failed case is one failure."""
    if not gate.cases:
        return (1, 0) if status == 0 else (0, 1)
    passed = failed = 0
    if gate.report.exists():
        for suite in ElementTree.parse(gate.report).getroot().iter("testsuite"):
            bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            failed += bad
            passed += int(suite.get("tests", 0)) - bad - int(suite.get("skipped", 0))
    return passed, failed or int(status != 0)
