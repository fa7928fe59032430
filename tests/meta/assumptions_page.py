# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/assumptions.md, written from the data that the probes use: the role preflight's vars/assumptions."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import yaml

PAGE = "docs/assumptions.md"
DATA = "roles/preflight/vars/assumptions"
GROUPS = ("connect", "exchange", "directory", "awx")
PLACES = ("plugins", "roles", "playbooks", "tests/lab", "tests/awx")
SUFFIXES = (".py", ".yml", ".yaml")
NAME = r"[a-z]+(?:-[a-z]+)+"
# How code refers to an entry: "assumption: some-name", or "some-name in docs/assumptions.md".
MARK = re.compile(rf"assumption:\s+({NAME})|({NAME}) in docs/assumptions\.md")
WIDTH = 120
HEAD = """\
# Assumptions

<!-- Made by make docs from roles/preflight/vars/assumptions: change it there. -->

Nobody gave us a tenant, and no AWX. What Microsoft, Cisco and AWX document was read; what they do not document is
listed here, under the name by which the code refers to it. Each entry says what breaks if it is wrong, and how
somebody with a tenant settles it in minutes. Please send what you find: an entry that is settled goes away.

One command tries all that can be tried without writing. For each entry it prints *confirmed*, *refuted* or *not
testable here*, and why, in lines for an issue, with [no secret, id or
address](preflight.md#trying-what-is-assumed) in them:
`ansible-playbook -i inventory ccops.webex_email.preflight --tags probe`.

The other commands read the sign-in from the environment (`AZURE_TENANT_ID`, `AZURE_CLIENT_ID`, … see
[inventory](inventory.md#where-values-come-from)). Cmdlets are for Exchange Online PowerShell. `az rest` is the
Azure CLI, signed in. The Webex Connect asset API comes first, because most depends on it.
"""
QUESTIONS = """\
## Open questions

No single line rests on these, but operators should know them.
"""


def entries(root: Path) -> list[dict[str, Any]]:
    """The assumptions, in the order of the page."""
    return [entry for group in GROUPS for entry in load(root, group)[f"webex_email_assumptions_{group}"]]


def questions(root: Path) -> list[dict[str, Any]]:
    """The open questions."""
    return load(root, "questions")["webex_email_open_questions"]


def marked(root: Path) -> dict[str, set[str]]:
    """Name -> files, relative to the root, that refer to it."""
    found: dict[str, set[str]] = {}
    for file in sorted(path for place in PLACES for path in (root / place).rglob("*")):
        if file.suffix in SUFFIXES and file.is_file():
            for match in MARK.finditer(file.read_text("utf-8")):
                found.setdefault(match[1] or match[2], set()).add(file.relative_to(root).as_posix())
    return found


def page(root: Path) -> str:
    """The whole page."""
    marks = marked(root)
    parts = [HEAD, *(_entry(entry, marks.get(entry["id"], set())) for entry in entries(root)), QUESTIONS]
    return "\n".join(parts) + "\n" + "".join(_question(item) for item in questions(root))


def rewrite(root: Path) -> None:
    """Bring the page up to date."""
    (root / PAGE).write_text(page(root), "utf-8")


def load(root: Path, group: str) -> dict[str, Any]:
    """The content of one file of the data."""
    return yaml.safe_load((root / DATA / f"{group}.yml").read_text("utf-8"))


def _entry(entry: dict[str, Any], files: set[str]) -> str:
    by = " (by the lab)" if entry.get("by_lab") else " (by the stand-in)" if entry.get("by_stand_in") else ""
    settle = "Settle it (or `--tags probe`)" if "probe" in entry else "Settle it"
    lines = [
        _item(f"Assumed{by}", entry["assumed"]),
        _item("Why", entry["evidence"]),
        _item("If it is wrong", entry["breaks"]),
        _command(settle, entry["command"]) if "command" in entry else _item(settle, entry["settle"]),
    ]
    lines.append(_item("In the code", ", ".join(f"`{file}`" for file in sorted(files))))
    return f"## {entry['id']}\n\n{''.join(lines)}"


def _question(item: dict[str, Any]) -> str:
    probe = "`--tags probe`, or " if "probe" in item else ""
    return _item(item["question"], f"{item['known']} To find out: {probe}{item['settle']}", mark="")


def _command(head: str, text: str) -> str:
    return f"- **{head}:**\n\n  ```sh\n{textwrap.indent(text, '  ')}\n  ```\n\n"


def _item(head: str, text: str, mark: str = ":") -> str:
    return (
        textwrap.fill(
            f"- **{head}{mark}** {text}",
            WIDTH,
            subsequent_indent="  ",
            break_on_hyphens=False,
            break_long_words=False,
        )
        + "\n"
    )
