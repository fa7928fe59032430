# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/exchange.md shows the states that are tested."""

from __future__ import annotations

import pytest

from tools.states import BEGIN, END, current, replaced, section

ROW = {"mailbox": "a | b", "tenant": "*", "does": [], "mail": {"report": "550 5.7.520"}}


def test_the_page_is_what_make_docs_would_write():
    page, wanted = current()
    assert page == wanted, "run make docs"


def test_a_row_becomes_a_line():
    stops = {"at": "plan", "code": "conflict", "says": "Go there"}
    text = section([{"group": "G", "rows": [{**ROW, "stops": stops, "sign_in": "535 5.7.3"}]}])
    line = text.splitlines()[-1]
    assert text.startswith("### G\n")
    assert line == (
        '| a \\| b | \\* | stops at the channel with `conflict`: "Go there" | the sender gets `550 5.7.520` '
        "| `535 5.7.3` |"
    )


def test_only_what_is_between_the_marks_is_replaced():
    assert (
        replaced(f"before\n{BEGIN}\nold\n{END}\nafter\n", "new")
        == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    )
    with pytest.raises(ValueError, match="no place"):
        replaced("a page without marks", "new")
