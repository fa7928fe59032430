# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of states: what the playbook does with a mailbox in a tenant, and what mail then does."""

from __future__ import annotations

import pytest

from integration.exchange.chain import SUPPORT, Chain, mail, prepare, rows, sign_in

ROWS = rows()
KEYS = {
    "group",
    "mailbox",
    "tenant",
    "given",
    "options",
    "user",
    "scope",
    "does",
    "stops",
    "warns",
    "verdict",
}
KEYS |= {"mail", "sign_in"}


def test_the_table_is_as_long_as_it_has_to_be_and_says_nothing_twice():
    assert len(ROWS) >= 40
    assert len({(row["mailbox"], row["tenant"]) for row in ROWS}) == len(ROWS)
    assert [row for row in ROWS if set(row) - KEYS] == []


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['mailbox']} - {row['tenant']}" for row in ROWS])
def test_row(task, row):
    prepare(task.cloud, row.get("given", {}))
    outcome = Chain(task, row.get("options", {})).run()
    assert outcome.does == row["does"], outcome
    _check_failure(outcome, row.get("stops"))
    expected = row.get("warns", [])
    assert len(outcome.warnings) == len(expected), outcome.warnings
    assert [text for text, words in zip(outcome.warnings, expected, strict=True) if words not in text] == []
    if outcome.failed is None:
        again = Chain(task, row.get("options", {})).run()
        assert again.does == [], "the same again"
        assert again.verdict["verdict"] == row.get("verdict", "allowed"), again.verdict
    assert task.cloud.violations() == []

    address = row.get("options", {}).get("address", SUPPORT)
    assert mail(task.cloud, address) == row["mail"]
    answer = sign_in(task.cloud, row.get("user", SUPPORT), row.get("scope", "SMTP.Send"))
    status, words = " ".join(row["sign_in"].split()[:2]), " ".join(row["sign_in"].split()[2:])
    assert answer.startswith(f"{status} ") and words in answer


def _check_failure(outcome, expected):
    """The error of the table, before which the failing step wrote nothing."""
    if expected is None:
        assert outcome.failed is None, outcome.failed
        return
    step, result = outcome.failed
    assert (step, result["error"]["code"]) == (expected["at"], expected["code"])
    assert expected["says"] in result["msg"]
    assert not result["changed"]
