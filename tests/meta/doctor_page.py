# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of docs/preflight.md, written from the doctor's own tables of cases."""

from __future__ import annotations

import re
from pathlib import Path

from ansible_collections.ccops.webex_email.plugins.module_utils.resources.doctor import TABLE
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.doctor_line import (
    SEVERITY,
    Case,
    Check,
)

PAGE = "docs/preflight.md"
BEGIN, END = "<!-- lines: made by make docs -->", "<!-- lines: end -->"
FIELD = re.compile(r"\{(\w+)\}")


def tables() -> str:
    """One section for each line of the table, with every case that it can come to, the worst first."""
    return "\n\n".join(_section(name, check) for name, check in TABLE.items())


def replaced(page: str) -> str:
    """The page with the tables between its marks. Raises ValueError where there are none."""
    head, _begin, rest = page.partition(BEGIN)
    _old, end, tail = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE} has no place for the lines")
    return f"{head}{BEGIN}\n\n{tables()}\n\n{END}{tail}"


def rewrite(root: Path) -> None:
    """Bring the page up to date."""
    path = root / PAGE
    path.write_text(replaced(path.read_text("utf-8")), "utf-8")


def _section(name: str, check: Check) -> str:
    cases = sorted(check.cases.items(), key=lambda item: SEVERITY.index(item[1].status))
    rows = [_row(case_name, case) for case_name, case in cases]
    head = "| status | case | what it means | portal | command |\n| --- | --- | --- | --- | --- |"
    return f"### {check.title}\n\nLine `{name}`. {check.about}\n\n{head}\n" + "\n".join(rows)


def _row(name: str, case: Case) -> str:
    command = f"`{_plain(case.command)}`" if case.command else ""
    why, portal = (_plain(text, quoted=True) for text in (case.why, case.portal))
    return f"| {case.status} | `{name}` | {why} | {portal} | {command} |"


def _plain(text: str, quoted: bool = False) -> str:
    """A text with ``<name>`` for each value, as a cell of a table."""
    shown = FIELD.sub(r"`<\1>`" if quoted else r"<\1>", text).replace("{{", "{").replace("}}", "}")
    shown = re.sub(r"(?<![`\w])<([^`<>]+)>(?!`)", r"`<\1>`", shown) if quoted else shown
    return shown.replace("|", "\\|").strip()
