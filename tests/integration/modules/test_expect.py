# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks that every step goes through can fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from integration.modules.both import unequal
from integration.modules.expect import check
from integration.modules.scenario import Names, Outcome, Step

WRITE = {"service": "exchange", "operation": "Set-CASMailbox", "write": True}
DIFF = {"before": {"smtp_auth": "inherit"}, "after": {"smtp_auth": "enabled"}}
GOOD = Outcome(
    step=Step("switch on", "o365_mailbox", {"smtp_auth": "enabled"}, changed=True),
    result={"changed": True, "actions": ["switch"], "diff": DIFF, "mailbox": {"smtp_auth": "enabled"}},
    failed=False,
    journal=[WRITE],
    run=None,
)
ERROR = {"code": "denied", "status": 403, "request_id": None, "retryable": False, "hint": None}
FAILURE = replace(
    GOOD,
    step=Step("refuse", "o365_mailbox", code="denied", msg="lacks"),
    result={"changed": False, "msg": "It lacks a role.", "error": ERROR},
    failed=True,
    journal=[],
)


def with_result(outcome, **changes):
    """The outcome with a part of its result changed."""
    return replace(outcome, result={**outcome.result, **changes})


def test_what_is_right_passes():
    assert check([GOOD, FAILURE]) == []


@pytest.mark.parametrize(
    ("outcome", "complaint"),
    [
        (replace(GOOD, failed=True), "failed is True"),
        (with_result(GOOD, changed=False), "changed is False"),
        (replace(GOOD, journal=[]), "wrote nothing"),
        (replace(GOOD, step=replace(GOOD.step, check=True)), "wrote exchange Set-CASMailbox"),
        (with_result(GOOD, diff={"before": {}, "after": {}}), "diff does not tell"),
        (with_result(GOOD, actions=[]), "actions do not tell"),
        (with_result(GOOD, mailbox="CANARY-x"), "a secret is in the result"),
        (
            with_result(GOOD, invocation={"module_args": {"connect_token": "x"}}),
            "connect_token is not masked",
        ),
        (
            replace(GOOD, step=replace(GOOD.step, result={"mailbox": {"smtp_auth": "inherit"}})),
            "not 'inherit'",
        ),
        (replace(FAILURE, failed=False), "failed is False"),
        (replace(FAILURE, journal=[WRITE]), "wrote exchange Set-CASMailbox"),
        (with_result(FAILURE, error={**ERROR, "code": "conflict"}), "code is conflict"),
        (with_result(FAILURE, error={"code": "denied"}), "error is"),
        (with_result(FAILURE, msg="No."), "msg is No."),
        (with_result(FAILURE, msg="It lacks. Traceback (most recent call last)"), "Traceback in the result"),
    ],
)
def test_what_is_wrong_is_found(outcome, complaint):
    assert [problem for problem in check([outcome]) if complaint in problem]


def test_a_surprise_after_check_mode_is_found():
    foreseen = replace(GOOD, step=replace(GOOD.step, check=True), journal=[])
    assert check([foreseen, GOOD]) == []
    assert "not what check mode foretold" in check([foreseen, with_result(GOOD, actions=["another"])])[0]


def test_paths_are_compared_whole():
    one, other = {"a": [{"b": 1}], "c": 1}, {"a": [{"b": 2}]}
    assert unequal("results", one, one) == []
    assert len(unequal("results", one, other)) == 3


def test_made_names_are_numbered():
    first, second = "0f47778c-61c2-4b0a-8e94-3f05e737a1dd", "7b1e0f6d-3c3a-4d6e-b0a5-92d4c1e8f0aa"
    value = {"id": first, "ids": [second, first], "at": "2026-11-21T10:00:00Z", "_ansible_no_log": False}
    assert Names().plain(value) == {"at": "<instant>", "id": "<made-0>", "ids": ["<made-1>", "<made-0>"]}


@pytest.mark.parametrize("end", ["-{}x", "x{}-", "-{}-", "x{}x"])
def test_ids_of_assignments_are_numbered_whatever_they_begin_and_end_with(end):
    made = [end.format(letter * 41) for letter in "ab"]
    assert Names().plain([*made, made[0]]) == ["<made-0>", "<made-1>", "<made-0>"]
