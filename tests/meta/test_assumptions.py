# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/assumptions.md and the code name the same assumptions, and each entry says what a reader needs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/assumptions.md"
PLACES = ("plugins", "roles", "playbooks", "tests/lab")
SUFFIXES = (".py", ".yml", ".yaml")
NAME = r"[a-z]+(?:-[a-z]+)+"
# How code refers to an entry: "assumption: some-name", or "some-name in docs/assumptions.md".
MARK = re.compile(rf"assumption:\s+({NAME})|({NAME}) in docs/assumptions\.md")
ENTRY = re.compile(rf"^## ({NAME})\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
PATH = re.compile(r"`([^`]+)`")
PARTS = ("Assumed", "Why", "If it is wrong", "Settle it", "In the code")


def _marked() -> dict[str, set[str]]:
    """Name -> files, relative to the root, that refer to it."""
    found: dict[str, set[str]] = {}
    for place in PLACES:
        for file in sorted((ROOT / place).rglob("*")):
            if file.suffix in SUFFIXES and file.is_file():
                for match in MARK.finditer(file.read_text("utf-8")):
                    found.setdefault(match[1] or match[2], set()).add(file.relative_to(ROOT).as_posix())
    return found


def _parts(text: str) -> dict[str, str]:
    """Heading -> text of the items of one entry; "Assumed (by the lab)" counts as "Assumed"."""
    items = re.findall(
        r"^- \*\*([^*(:]+?)(?: \([^)]*\))?:\*\*\s+(.*?)(?=^- \*\*|\Z)", text, re.MULTILINE | re.DOTALL
    )
    return {heading: body.strip() for heading, body in items}


MARKED = _marked()
ENTRIES = {name: _parts(text) for name, text in ENTRY.findall(PAGE.read_text("utf-8"))}


def test_the_code_marks_assumptions():
    assert MARKED, "no mark was found: the pattern of this test no longer fits the code"


def test_every_mark_has_an_entry_and_every_entry_a_mark():
    assert set(MARKED) == set(ENTRIES)


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_an_entry_is_complete(name):
    assert tuple(ENTRIES[name]) == PARTS
    assert all(ENTRIES[name].values())


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_an_entry_says_where_it_is_in_the_code(name):
    assert set(PATH.findall(ENTRIES[name]["In the code"])) == MARKED.get(name)
