# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/lab.md: nothing in the lab without a row, no row without a source and a test that exists."""

from __future__ import annotations

import ast

import pytest

from lab import page


def test_nothing_is_in_the_lab_without_a_row():
    assert page.uncovered() == []


def test_the_page_is_what_the_data_say():
    assert page.PAGE.read_text("utf-8") == page.text(), "run `python -m lab.page` in tests"


def test_every_pattern_of_a_row_names_something():
    known = page.parts()
    for row in page.rows():
        for pattern in row["covers"]:
            assert any(page.fnmatchcase(part, pattern) for part in known), pattern


@pytest.mark.parametrize("row", page.rows(), ids=lambda row: row["behaviour"])
def test_a_row_has_a_source_a_known_mark_and_a_test_that_exists(row):
    assert row["source"]
    assert row["evidence"] in page.EVIDENCE
    file, _colons, name = row["test"].partition("::")
    tree = ast.parse((page.ROOT / file).read_text("utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
