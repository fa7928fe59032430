# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one command behind `make test`: every gate, two at a time, one line each, and a count at the end.

`suite.py` runs all groups; `suite.py unit lint` runs the named ones.
"""

from __future__ import annotations

import shutil
import signal
import sys
import time
from pathlib import Path

import lint
import sanity
import tree
import versions
from env import CACHE, ROOT, Environment, ensure
from gate import Gate, Outcome, notes, run, side_by_side

GROUPS = ("lint", "unit", "integration", "foreign", "sanity", "package", "oldest")
# Beside the long integration tests runs what mostly waits for processes of its own.
LANES = (("unit", "integration"), ("lint", "foreign", "sanity", "package", "oldest"))
# What the contracts declare must be exercised by these, whose answers are looked at closely; the rest adds to it.
COVERING = {"unit"}
COVERAGE = CACHE / "contract-coverage"
EXCERPT = 60  # lines of a failed gate's log


def main(names: list[str]) -> int:
    """Run the groups of gates in ``names`` (all when empty); return the exit status."""
    if unknown := set(names) - set(GROUPS):
        sys.exit(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    started = time.monotonic()
    environment = ensure("test")
    chosen = set(names or GROUPS)
    groups = gates(environment, chosen)
    shutil.rmtree(COVERAGE, ignore_errors=True)
    lanes = [[gate for group in lane for gate in groups.get(group, [])] for lane in LANES]

    def run_lane(lane: list[Gate]) -> list[Outcome]:
        return [show(run(gate, environment.variables)) for gate in lane]

    outcomes = [outcome for lane in side_by_side(run_lane, lanes) for outcome in lane]
    if chosen >= COVERING:
        outcomes.append(show(run(contracts(environment), environment.variables)))
    for note in [note for outcome in outcomes for note in notes(outcome.gate)]:
        print(note)
    failed = [outcome for outcome in outcomes if outcome.failed]
    for outcome in failed:
        print(f"\n--- {outcome.gate.name}: {outcome.gate.log.relative_to(ROOT)}\n{excerpt(outcome.gate.log)}")
    print(f"\n{time.monotonic() - started:.0f} s")
    print(f"{sum(o.passed for o in outcomes)} passed, {sum(o.failed for o in outcomes)} failed")
    return 1 if failed else 0


def gates(environment: Environment, names: set[str]) -> dict[str, list[Gate]]:
    """Return the gates of each named group, ready to run."""
    copy = tree.refresh()
    pytest = [environment.python, "-m", "pytest", "-q", "-n", "auto", "--dist", "loadfile"]
    alone = [environment.python, "-m", "pytest", "-q"]
    noted = {"WEBEX_EMAIL_LAB_COVERAGE": str(COVERAGE)}
    makers = {
        "lint": lambda: lint.gates(environment, copy),
        "unit": lambda: [Gate("unit", [*pytest, "tests/unit", "tests/meta"], variables=noted, cases=True)],
        "integration": lambda: [
            Gate("integration", [*pytest, "tests/integration"], variables=noted, cases=True)
        ],
        "foreign": lambda: [Gate("foreign", [*alone, "tests/foreign"], cases=True)],
        "sanity": lambda: sanity.gates(environment, copy),
        # One process, as its tests share one artefact.
        "package": lambda: [
            Gate("package", [environment.python, "-m", "pytest", "-q", "tests/package"], cases=True)
        ],
        "oldest": versions.smoke_gates,
    }
    return {name: makers[name]() for name in names}


def contracts(environment: Environment) -> Gate:
    """The gate that holds what the tests exercised against what the contracts declare."""
    command = [environment.python, "-m", "lab.coverage_report", str(COVERAGE)]
    return Gate("contract-coverage", command, cwd=ROOT / "tests")


def show(outcome: Outcome) -> Outcome:
    """Print a gate's line as soon as it ends."""
    print(outcome.line(), flush=True)
    return outcome


def excerpt(log: Path) -> str:
    """Return what matters of a failed gate's log: its marked errors where the tool marks them, else its end."""
    lines = log.read_text(errors="replace").splitlines()
    marked = [line for line in lines if line.startswith(("ERROR: ", "FATAL: "))]
    return "\n".join((marked or lines)[-EXCERPT:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
