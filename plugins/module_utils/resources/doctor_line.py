# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""A line of the doctor's table, and the shape of the tables that its words come from."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..core.errors import Fault

OK, WARNING, BLOCKS, UNKNOWN = "ok", "warning", "blocks", "unknown"
# The worst first. What nobody could look at may be as bad as it likes, but stops nothing by itself.
SEVERITY = (BLOCKS, WARNING, UNKNOWN, OK)


@dataclass(frozen=True)
class Case:
    """One thing that a check can find.

    :param why: what it means, in sentences; ``{name}`` stands for a value that was found.
    :param portal: where in a portal it is put right, "" for nothing to do; :param command: the same as a command.
    """

    status: str
    why: str
    portal: str = ""
    command: str = ""


@dataclass(frozen=True)
class Check:
    """One line of the table: ``title`` in words, what it is about, and every case that it can come to."""

    title: str
    about: str
    cases: dict


@dataclass(frozen=True)
class Verdict:
    """What a check came to: the name of its case, and the values for the case's texts, which are also data."""

    case: str
    values: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """What a read brought: a value, or the Fault that stands in its place."""

    value: object = None
    fault: Fault | None = None


def see(read):
    """A Seen of what ``read()`` returns or raises."""
    try:
        return Seen(read())
    except Fault as fault:
        return Seen(fault=fault)


def line(name, check, verdict, common):
    """The line as data: check, title, status, case, why, portal, command, found, text.

    portal and command are None where there is nothing to do.

    :param common: values that every text may use. :raises KeyError: a case or value that the check does not have.
    """
    case = check.cases[verdict.case]
    values = {key: _words(value) for key, value in {**common, **verdict.values}.items()}
    why, portal, command = (
        text.format(**values).strip() or None for text in (case.why, case.portal, case.command)
    )
    return {
        "check": name,
        "title": check.title,
        "status": case.status,
        "case": verdict.case,
        "why": why,
        "portal": portal,
        "command": command,
        "found": verdict.values,
        "text": _text(case.status, check.title, why, portal, command),
    }


def worst(lines):
    """The status of a whole table: that of its worst line."""
    found = {item["status"] for item in lines}
    return next((status for status in SEVERITY if status in found), OK)


def _text(status, title, why, portal, command):
    """The line as people read it, with a line of its own for each remedy."""
    remedies = [f"{name}: {value}" for name, value in (("portal", portal), ("command", command)) if value]
    return [f"{status.upper():8} {title}: {why}", *(f"{'':8} {remedy}" for remedy in remedies)]


def _words(value):
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value) or "none"
    return "unknown" if value is None else str(value)
