# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the table of mailbox and tenant states into docs/exchange.md, from the data that its tests run on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
STATES = ROOT / "tests/integration/exchange/states"
PAGE = ROOT / "docs/exchange.md"
BEGIN, END = "<!-- states: made by make docs -->", "<!-- states: end -->"
HEAD = (
    "| mailbox | tenant | what the playbook does | what mail then does | sign-in for sending |\n"
    "| --- | --- | --- | --- | --- |"
)
STEPS = {"policy": "lets it forward", "smtp": "switches SMTP AUTH on", "forward": "forwards it"}
PLACES = {"plan": "the channel", "policy": "the tenant", "forward": "the forwarding"}


def section(groups: list[dict[str, Any]]) -> str:
    """The tables, one a group, as Markdown."""
    parts = [f"### {group['group']}\n\n{HEAD}\n" + "\n".join(map(_line, group["rows"])) for group in groups]
    return "\n\n".join(parts)


def replaced(page: str, text: str) -> str:
    """The page with ``text`` between the two marks. Raises ValueError where there are none."""
    head, _begin, rest = page.partition(BEGIN)
    _old, end, tail = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE.name} has no place for the states")
    return f"{head}{BEGIN}\n\n{text}\n\n{END}{tail}"


def current() -> tuple[str, str]:
    """(the page as it is, the page as it has to be)."""
    page = PAGE.read_text("utf-8")
    groups = [yaml.safe_load(path.read_text("utf-8")) for path in sorted(STATES.glob("*.yml"))]
    return page, replaced(page, section(groups))


def _line(row: dict[str, Any]) -> str:
    mail = row.get("mail", {"alias": True, "copy": True})
    sign_in = row.get("sign_in", "235 2.7.0")
    cells = [row["mailbox"], row["tenant"], _playbook(row), _mail(mail), f"`{sign_in}`"]
    return "| " + " | ".join(cell.replace("|", "\\|").replace("*", "\\*") for cell in cells) + " |"


def _quoted(words: str) -> str:
    return f'"{words}"'


def _playbook(row: dict[str, Any]) -> str:
    does, stops = row.get("does", list(STEPS)), row.get("stops")
    done = _listed([STEPS[step] for step in does])
    if stops:
        end = f"stops at {PLACES[stops['at']]} with `{stops['code']}`: {_quoted(stops['says'])}"
        done = f"{done}, {end}" if done else end
    else:
        done = "converges" if does == list(STEPS) else f"converges: {done}"
    for words in row.get("warns", []):
        done += f"; warns: {_quoted(words)}"
    if "verdict" in row:
        done += f"; `verify` says {row['verdict']}"
    return done


def _mail(found: dict[str, Any]) -> str:
    said = []
    if found.get("alias"):
        said.append("arrives at the asset")
    if found.get("elsewhere"):
        said.append(f"goes to {found['elsewhere']}")
    if found.get("copy"):
        said.append("a copy stays" if said else "stays in the mailbox")
    if found.get("report"):
        said.append(f"the sender gets `{found['report']}`")
    if found.get("dropped"):
        said.append(f"is dropped without a word (trace: `{found['dropped']}`)")
    return _listed(said)


def _listed(items: list[str]) -> str:
    return ", ".join(items)


def main() -> int:
    """Bring the page up to date; return the exit status."""
    page, wanted = current()
    if page != wanted:
        PAGE.write_text(wanted, "utf-8")
    print(f"{PAGE.relative_to(ROOT)} {'is' if page == wanted else 'was brought'} up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
