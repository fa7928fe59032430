# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make versions`: sanity, unit and integration tests on every supported ansible-core and Python, as a table.

Each pair has an environment of its own below .cache/versions, made once. All are made before the first gate, as hours
later nobody looks whether one could be. A gate that passed is not run again until a file of the project changes, so
that an interrupted matrix goes on where it was. `versions.py 2.16-py3.10 sanity` runs the named rows, and of each the
named gates. A Python that the machine does not have makes a row that says so. There are no ignore files.
"""

from __future__ import annotations

import datetime
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import export
import sanity
import tree
from env import CACHE, ROOT, Environment, beside_awx, separate
from gate import Gate, Outcome, run, side_by_side

# The Pythons on which each ansible-core runs playbooks: its own requirement, and its support matrix.
SUPPORTED = {
    "2.16": ("3.10", "3.11", "3.12"),
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13", "3.14"),
    "2.21": ("3.12", "3.13", "3.14"),
}
FOLDER = CACHE / "versions"
RESULTS = FOLDER / "results.json"
REQUIREMENTS = "tests/requirements-versions.txt"
SMOKE = (
    "tests/integration/playbooks/test_site.py",
    "tests/integration/playbooks/test_check_mode.py::test_an_empty_tenant_is_not_written_to",
    # Before 2.19 and from then on Ansible itself hides quite different things.
    "tests/integration/playbooks/test_canaries.py::test_every_failure_of_a_rotation_at_once",
)
# Sanity keeps one core busy and the tests leave some of two unused, so it runs beside them and gives way.
LANES = (("sanity",), ("units", "integration"))
GATES = tuple(name for lane in LANES for name in lane)
HEADINGS = ("ansible-core", "Python", *GATES, "minutes")
MISSING, LEFT = "not on this machine", "not run"
LIMIT = 60 * 60  # seconds; the machine may have more to do than this
_writing = threading.Lock()


@dataclass
class Row:
    """One pair of versions and how each of its gates ended, in words; what ended well stays true for these files."""

    core: str
    python: str
    release: str = ""
    told: dict[str, str] = field(default_factory=dict)
    minutes: float = 0

    @property
    def name(self) -> str:
        """How the row is called on the command line, and its environment's folder."""
        return f"{self.core}-py{self.python}"

    @property
    def failed(self) -> bool:
        """Whether a gate of it has failed."""
        return any("FAILED" in word for word in self.told.values())

    def cells(self) -> tuple[str, ...]:
        """What stands in the table."""
        told = [self.told.get(name, LEFT) for name in GATES]
        return (self.release or self.core, self.python, *told, f"{self.minutes:.0f}" if self.minutes else "")


def main(names: list[str]) -> int:
    """Run the named gates of the named rows (all where none is named) that have not passed, and print the table."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    files = export.tree_id()
    rows = [Row(core, python) for core, pythons in SUPPORTED.items() for python in pythons]
    known = {row.name for row in rows}
    if unknown := set(names) - known - set(GATES):
        sys.exit(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join([*sorted(known), *GATES])}")
    asked = [name for name in GATES if name in names] or GATES
    for row in rows:
        row.__dict__.update(_passed(files).get(row.name, {}))
    chosen = [row for row in rows if row.name in names or not known & set(names)]
    copy = tree.refresh()
    todo = [(row, name, gate) for row in chosen for name, gate in left(row, asked, copy).items()]
    lanes = [[item for item in todo if item[1] in lane] for lane in LANES]
    side_by_side(lambda lane: [fill(*item, files) for item in lane], lanes)
    print("\n".join(table(iter(rows))))
    failed = sum(row.failed for row in rows)
    missing = sum(MISSING in row.told.values() for row in rows)
    today = datetime.datetime.now(datetime.timezone.utc).date()
    print(f"\n{today}, files {files[:12]}: {failed} rows failed, {missing} without their Python")
    return 1 if failed else 0


def smoke_gates() -> list[Gate]:
    """The part that `make test` runs, on the oldest and the newest pair of the machine: see ``SMOKE``."""
    found = sanity.interpreters()
    pairs = [(core, python) for core, pythons in SUPPORTED.items() for python in pythons if python in found]
    made = []
    for core, python in dict.fromkeys((pairs[0], pairs[-1])):
        environment = prepared(core, python, found[python])
        command = [environment.python, "-m", "pytest", "-q", *SMOKE]
        made.append(Gate(f"core {core}, py {python}", command, variables=environment.variables, cases=True))
    return made


def left(row: Row, asked: Iterable[str], copy: Path) -> dict[str, Gate]:
    """Those of a row's gates that are asked for and have not passed; its environment is made where needed."""
    interpreter = sanity.interpreters().get(row.python)
    if interpreter is None:
        row.told = dict.fromkeys(GATES, MISSING)
    names = [name for name in asked if name not in row.told]
    if not names:
        return {}
    environment = prepared(row.core, row.python, interpreter)
    row.release = release(environment)
    made = gates(row, environment, copy)
    return {name: made[name] for name in names}


def fill(row: Row, name: str, gate: Gate, files: str) -> None:
    """Run one gate of a row, and write down how it ended."""
    outcome = run(gate, {})
    with _writing:
        print(f"{row.name}: {outcome.line()}", flush=True)
        row.told[name] = _word(outcome)
        row.minutes += outcome.seconds / 60
        _remember(row, files)


def prepared(core: str, python: str, interpreter: Path) -> Environment:
    """The environment of a pair of versions, made where needed."""
    folder = f"versions/{core}-py{python}"
    made = separate(folder, REQUIREMENTS, f"ansible-core=={core}.*", interpreter=str(interpreter))
    return beside_awx(made)


def release(environment: Environment) -> str:
    """The exact version of an environment's ansible-core."""
    program = "import importlib.metadata as m; print(m.version('ansible-core'))"
    command = [environment.python, "-c", program]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def gates(row: Row, environment: Environment, copy: Path) -> dict[str, Gate]:
    """The gates of a row, by name; ``copy`` is the one of the project that ansible-test looks at."""
    command = ["nice", "-n", "19", environment.tool("ansible-test"), "sanity", "--python", row.python]
    variables = environment.variables | sanity.prepared(environment)
    made = {"sanity": Gate(f"{row.name} sanity", command, copy, variables)}
    pytest = [environment.python, "-m", "pytest", "-q", "-n", str(os.cpu_count()), "--dist", "loadfile"]
    for name, folder in (("units", "tests/unit"), ("integration", "tests/integration")):
        made[name] = Gate(
            f"{row.name} {name}", [*pytest, folder], variables=environment.variables, cases=True, limit=LIMIT
        )
    return made


def table(rows: Iterator[Row]) -> Iterator[str]:
    """The rows as a table in Markdown."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    lines.insert(1, tuple("-" * width for width in widths))
    for line in lines:
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"


def _word(outcome: Outcome) -> str:
    if not outcome.gate.cases:
        return "FAILED" if outcome.failed else "ok"
    return f"{outcome.failed} FAILED" if outcome.failed else f"{outcome.passed} passed"


def _passed(files: str) -> dict[str, dict]:
    """What is remembered of each row, of runs with exactly these files."""
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    return kept.get(files, {})


def _remember(row: Row, files: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    passed = {**asdict(row), "told": {name: word for name, word in row.told.items() if "FAILED" not in word}}
    RESULTS.write_text(json.dumps({files: _passed(files) | {row.name: passed}}, indent=1))


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
