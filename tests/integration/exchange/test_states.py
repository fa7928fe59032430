# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of states: what the playbook does with a mailbox in a tenant, and what mail then does."""

from __future__ import annotations

import pytest

from integration.exchange.chain import ASSET, SUPPORT, Chain, mail, prepare, rows, sign_in
from integration.play import COLLECTION, Play
from unit.conftest import Task

BOOKS = ("tenants", "channels")
STEPS = {"exchange_outbound_policy": "policy", "o365_mailbox": "smtp", "exchange_forwarding": "forward"}
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
KEYS |= {"mail", "sign_in", "real"}


def test_the_table_is_as_long_as_it_has_to_be_and_says_nothing_twice():
    assert len(ROWS) >= 40
    assert len({(row["mailbox"], row["tenant"]) for row in ROWS}) == len(ROWS)
    assert [row for row in ROWS if set(row) - KEYS] == []


def name_of(row):
    return f"{row['mailbox']} - {row['tenant']}"


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_row(task, tmp_path, row):
    prepare(task.cloud, row.get("given", {}))
    if "roles" in row.get("given", {}):
        # The roles are in the token, so the one that is kept will not do.
        task = Task(task.cloud, tmp_path)
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

    _check_mail(task.cloud, row)


@pytest.mark.parametrize("row", [row for row in ROWS if row.get("real")], ids=name_of)
def test_row_by_the_playbooks(cloud, tmp_path, row):
    """The same row, by ansible-playbook: the same steps change something, and the same one fails."""
    prepare(cloud, row["given"])
    play, options = Play(tmp_path, cloud), row.get("options", {})
    play.variables("contoso", webex_email_senders=[SUPPORT])
    play.variables("support", webex_email_asset_id=ASSET["appId"], webex_email_asset_name=ASSET["name"])
    play.variables("support", **{f"webex_email_{name}": value for name, value in options.items()})
    books = [{"name": name, "ansible.builtin.import_playbook": f"{COLLECTION}.{name}"} for name in BOOKS]
    notices = [r"\[WARNING\]"] if row.get("warns") else []
    run = play.run(books, "--limit", "contoso,support", fails="stops" in row, notices=notices)
    done = [STEPS[task.module] for task in run.tasks if task.changed and task.module in STEPS]
    assert done == row["does"]
    if "stops" in row:
        host = "contoso" if row["stops"]["at"] == "policy" else "support"
        failure = run.failure(host)
        assert failure["error"]["code"] == row["stops"]["code"]
        assert row["stops"]["says"] in failure["msg"]
    for words in row.get("warns", []):
        assert words.split(". ")[0] in " ".join(run.output.split())
    _check_mail(cloud, row)


def _check_mail(cloud, row):
    address = row.get("options", {}).get("address", SUPPORT)
    assert mail(cloud, address) == row["mail"]
    answer = sign_in(cloud, row.get("user", SUPPORT), row.get("scope", "SMTP.Send"))
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
