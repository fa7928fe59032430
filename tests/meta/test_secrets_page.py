# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/secrets.md draws the state machine that runs, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from meta.secrets_page import blocks, rewrite, written

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", blocks())
def test_the_page_shows_the_machine(name):
    assert written(ROOT)[name] == blocks()[name], "make it anew with tests/tools/secrets_page.py"


def test_a_page_that_is_behind_is_found_and_renewed(tmp_path):
    (tmp_path / "docs").mkdir()
    page = tmp_path / "docs/secrets.md"
    marks = [f"<!-- {name}, made of the code -->\nold {name}\n<!-- end -->\n" for name in blocks()]
    page.write_text("".join(marks), "utf-8")
    assert written(tmp_path) != blocks()
    rewrite(tmp_path)
    assert written(tmp_path) == blocks()
