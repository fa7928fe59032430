# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page docs/lab.md, made of ``behaviours.yml`` and the contracts: ``python -m lab.page`` writes it."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from . import app
from .contract import document, services
from .core import DEFAULT_SETTINGS
from .coverage import METHODS
from .exchange_cmdlets import CMDLETS
from .faults import ACTIONS

assert app  # whose import registers the settings of every service

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/lab.md"
DATA = Path(__file__).with_name("behaviours.yml")
EVIDENCE = {
    "D": "documented by the service's maker",
    "C": "seen in public code",
    "M": "measured and reported by others",
    "T": "tested here with a client of somebody else's",
    "I": "inferred",
    "A": "assumed, see [assumptions](assumptions.md)",
    "L": "the lab's own, no service does it",
}


def rows() -> list[dict[str, Any]]:
    """The rows of the table, as the data file has them."""
    return yaml.safe_load(DATA.read_text("utf-8"))["rows"]


def operations() -> list[tuple[str, dict[str, Any]]]:
    """Every operation of every contract as (service, operation)."""
    return [
        (service, operation)
        for service in services()
        for item in document(service)["paths"].values()
        for method, operation in item.items()
        if method in METHODS
    ]


def parts() -> list[str]:
    """Everything in the lab that needs a row."""
    return [
        *(f"operation {operation['operationId']}" for _service, operation in operations()),
        *(f"cmdlet {cmdlet.name}" for cmdlet in CMDLETS.values()),
        *(f"setting {name}" for name in sorted(DEFAULT_SETTINGS)),
        *(f"fault {name}" for name in ACTIONS),
    ]


def row_of(part: str) -> dict[str, Any] | None:
    """The row that names a part most closely, None if none does."""
    found = [
        (len(pattern), -place, row)
        for place, row in enumerate(rows())
        for pattern in row["covers"]
        if fnmatchcase(part, pattern)
    ]
    return max(found, key=lambda entry: entry[:2])[2] if found else None


def uncovered() -> list[str]:
    """The parts without a row."""
    return [part for part in parts() if row_of(part) is None]


def text() -> str:
    """The page."""
    return "\n".join([*_head(), *_behaviours(), "", *_operations(), ""])


def _head() -> list[str]:
    marks = [f"- **{mark}** {meaning}" for mark, meaning in EVIDENCE.items()]
    return [
        "# The lab: what it does, and how we know",
        "",
        "All tests run on the embedded cloud in `tests/lab`. It is worth what it has in common with the real",
        "services, so each of its behaviours stands here with its source, a mark for the evidence, and the test",
        "that pins it. Clients that others wrote drive it as well, unmodified: `make foreign`.",
        "",
        "This page is made of `tests/lab/behaviours.yml` and the contracts in `tests/lab/contracts` by",
        "`python -m lab.page` (in `tests`); a test compares both, and finds anything in the lab that has no row.",
        "",
        "Evidence:",
        "",
        *marks,
        "",
        "## Behaviours",
        "",
    ]


def _behaviours() -> list[str]:
    lines = ["| behaviour | parts | source | evidence | test |", "| --- | --- | --- | --- | --- |"]
    for row in rows():
        covered = ", ".join(f"`{pattern.partition(' ')[2]}`" for pattern in row["covers"]) or "-"
        lines.append(_line(row["behaviour"], covered, row["source"], row["evidence"], f"`{row['test']}`"))
    return lines


def _operations() -> list[str]:
    lines = [
        "## Operations",
        "",
        "| service | operation | source | evidence | test |",
        "| --- | --- | --- | --- | --- |",
    ]
    for service, operation in operations():
        source = operation.get("x-source") or operation["externalDocs"]["url"]
        row = row_of(f"operation {operation['operationId']}")
        test = f"`{row['test']}`" if row else "-"
        lines.append(_line(service, f"`{operation['operationId']}`", source, operation["x-evidence"], test))
    return lines


def _line(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    PAGE.write_text(text(), "utf-8")
