# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data about assumptions, docs/assumptions.md, the code and the probes name the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.probes import PROBES

from meta.assumptions_page import DATA, GROUPS, PAGE, entries, load, marked, page, questions, rewrite

ROOT = Path(__file__).resolve().parents[2]
MARKED = marked(ROOT)
ENTRIES = {entry["id"]: entry for entry in entries(ROOT)}
QUESTIONS = {item["id"]: item for item in questions(ROOT)}
KEYS = {"id", "assumed", "evidence", "breaks"}
OPTIONAL = {"settle", "command", "probe", "by_lab", "by_stand_in"}


def test_the_page_is_what_make_docs_would_write():
    assert (ROOT / PAGE).read_text("utf-8") == page(ROOT), "run make docs"


def test_the_code_marks_assumptions():
    assert MARKED, "no mark was found: the pattern of this test no longer fits the code"


def test_every_mark_has_an_entry_and_every_entry_a_mark():
    assert set(MARKED) == set(ENTRIES)


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_an_entry_is_complete(name):
    entry = ENTRIES[name]
    assert set(entry) - OPTIONAL == KEYS
    assert ("settle" in entry) != ("command" in entry)
    assert all(entry.values())


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_a_question_is_complete(name):
    assert set(QUESTIONS[name]) - {"probe"} == {"id", "question", "known", "settle"}
    assert QUESTIONS[name]["question"].endswith("?")


def test_no_name_is_given_twice():
    assert len(entries(ROOT)) + len(questions(ROOT)) == len({*ENTRIES, *QUESTIONS})


def test_every_probe_is_named_and_every_name_has_a_probe():
    named = {item["probe"] for item in (*ENTRIES.values(), *QUESTIONS.values()) if "probe" in item}
    assert named == set(PROBES)


def test_a_probe_of_an_assumption_has_its_name():
    """So that an answer can be looked up on the page."""
    assert all(entry.get("probe", name) == name for name, entry in ENTRIES.items())


def test_the_role_reads_all_files_in_the_order_of_the_page():
    order = load(ROOT, "all")["webex_email_assumptions"]
    places = [order.index(f"webex_email_assumptions_{group}") for group in GROUPS]
    assert places == sorted(places)
    assert order.index("webex_email_open_questions") > places[-1]
    assert {path.stem for path in (ROOT / DATA).glob("*.yml")} == {"all", "questions", *GROUPS}


def test_a_page_that_is_behind_is_renewed(tmp_path):
    for folder in ("docs", "plugins", DATA):
        (tmp_path / folder).mkdir(parents=True)
    for group in GROUPS:
        (tmp_path / DATA / f"{group}.yml").write_text(f"webex_email_assumptions_{group}: []\n", "utf-8")
    entry = {"id": "two-words", "assumed": "a", "evidence": "b", "breaks": "c", "command": "one\ntwo"}
    text = f"webex_email_assumptions_connect: [{json.dumps(entry)}]\n"
    (tmp_path / DATA / "connect.yml").write_text(text, "utf-8")
    (tmp_path / DATA / "questions.yml").write_text(
        'webex_email_open_questions: [{id: x-y, question: "Q?", known: k., settle: s., probe: p}]\n', "utf-8"
    )
    (tmp_path / "plugins/a.py").write_text("# assumption: two-words\n", "utf-8")
    rewrite(tmp_path)
    written = (tmp_path / PAGE).read_text("utf-8")
    assert written == page(tmp_path)
    assert "## two-words\n\n- **Assumed:** a\n- **Why:** b\n- **If it is wrong:** c\n" in written
    assert "  ```sh\n  one\n  two\n  ```\n\n- **In the code:** `plugins/a.py`\n" in written
    assert "- **Q?** k. To find out: `--tags probe`, or s.\n" in written
