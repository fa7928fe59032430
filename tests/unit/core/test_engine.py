# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine and its boundary, with tasks made up for the purpose."""

from __future__ import annotations

import json

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.engine import Definition, perform
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import CODES, Fault, Uncertain
from ansible_collections.ccops.webex_email.plugins.module_utils.core.plan import Plan, Step
from ansible_collections.ccops.webex_email.plugins.module_utils.core.redact import MASK, Disclosed
from ansible_collections.ccops.webex_email.plugins.module_utils.core.spec import COMMON, Spec

CANARY = "CANARY-secret-Q8~a+b/c=d"
SPEC = COMMON + Spec({"pin": {"type": "str", "no_log": True}})


class Thing:
    """A resource whose plan is given."""

    def __init__(self, plan=None, actual=None):
        self._plan = plan
        self._actual = actual

    def read(self):
        if isinstance(self._actual, Exception):
            raise self._actual
        return self._actual

    def plan(self, actual):
        return self._plan


def run(thing=None, check=False, returns="thing", writes=True, build=None, pin=CANARY):
    definition = Definition(SPEC, build or (lambda options, runtime: thing), returns, writes)
    options = {"deadline": 10, "request_timeout": 5, "ca_bundle": None, "pin": pin}
    return perform(definition, options, check)


def step(name, outcome=None):
    def act(current):
        if isinstance(outcome, Exception):
            raise outcome
        return outcome(current) if callable(outcome) else outcome

    return Step(name, act)


def plan(*steps, **more):
    return Plan({"a": 1}, {"a": 2}, steps, {"id": 7, "a": 1}, **more)


def test_steps_without_news_leave_it_as_foreseen():
    result, warnings = run(Thing(plan(step("one"), step("two"), outcome={"id": 7, "a": 2})))
    assert result == {
        "changed": True,
        "diff": {"before": {"a": 1}, "after": {"a": 2}},
        "actions": ["one", "two"],
        "thing": {"id": 7, "a": 2},
    }
    assert warnings == []


def test_steps_with_news_hand_on_what_grows():
    grow = [
        step("id", lambda now: {**now, "b": 1}),
        step("no news"),
        step("more", lambda now: {**now, "c": 2}),
    ]
    assert run(Thing(plan(*grow)))[0]["thing"] == {"id": 7, "a": 1, "b": 1, "c": 2}
    assert run(Thing(plan(*grow[:2])))[0]["thing"] == {"id": 7, "a": 1, "b": 1}


def test_check_mode_and_nothing_to_do_carry_nothing_out():
    never = step("never", AssertionError("carried out"))
    result, _warnings = run(Thing(plan(never, outcome={"a": 2})), check=True)
    assert result["changed"]
    assert result["thing"] == {"a": 2, "predicted": True}
    result, _warnings = run(Thing(Plan({"a": 1}, {"a": 1}, actual={"a": 1})))
    assert not result["changed"]
    assert result["thing"] == {"a": 1}


def test_several_objects_are_returned_under_their_names():
    outcome = {"policy": {"a": 2}, "verdicts": [], "internal": 1}
    for check in (False, True):
        result, _warnings = run(
            Thing(plan(step("s"), outcome=outcome)), check, returns=("policy", "verdicts")
        )
        assert set(result) == {"changed", "diff", "actions", "policy", "verdicts"}


def test_a_data_module_only_reads():
    assert run(Thing(actual=[1, 2]), writes=False)[0] == {"changed": False, "thing": [1, 2]}


def test_an_input_that_is_not_known_yet_is_refused_only_for_real():
    unfinished = plan(step("never", AssertionError("carried out")), missing=("forward_to",))
    assert run(Thing(unfinished), check=True)[0]["changed"]
    result, _warnings = run(Thing(unfinished))
    assert result["error"]["code"] == "not_known_yet"
    assert "forward_to" in result["msg"]
    assert result["changed"] is False
    assert "actions_left" not in result


def test_partial_failure_says_what_was_done_and_what_is_left():
    fault = Fault("denied", "No.", hint="Ask.", status=403, request_id="r", retryable=False)
    result, _warnings = run(Thing(plan(step("one"), step("two", fault), step("three"))))
    assert result == {
        "failed": True,
        "changed": True,
        "msg": "No. Ask. Not done yet: two; three. Run again to go on.",
        "error": {"code": "denied", "status": 403, "request_id": "r", "retryable": False, "hint": "Ask."},
        "actions": ["one"],
        "actions_left": ["two", "three"],
    }


def test_failure_of_the_first_step_changed_nothing():
    result, _warnings = run(Thing(plan(step("one", Uncertain("Perhaps.")), step("two"))))
    assert result["failed"]
    assert result["changed"] is False
    assert result["actions"] == []
    assert result["actions_left"] == ["one", "two"]
    assert result["error"]["code"] == "uncertain"
    assert result["error"]["retryable"] is True


@pytest.mark.parametrize("place", ["build", "read", "plan", "step"])
def test_of_an_unforeseen_exception_only_the_class_name_leaves(place):
    class OddError(Exception):
        pass

    error = OddError(f"quotes {CANARY} and a value")

    def build(options, runtime):
        if place == "build":
            raise error
        return Thing(plan(step("s", error)) if place == "step" else None, error if place == "read" else None)

    result, _warnings = run(build=build)
    assert result["failed"]
    assert result["error"]["code"] == "internal"
    shown = json.dumps(result)
    assert ("OddError" if place != "plan" else "AttributeError") in shown
    assert "quotes" not in shown
    assert "a value" not in shown


def test_no_secret_leaves_by_any_road():
    def build(options, runtime):
        runtime.warn(f"w {options['pin']}")
        runtime.redactor.register("a-token-made-later")
        return Thing(
            Plan(
                {"a": CANARY},
                {"a": "a-token-made-later"},
                (step(f"do {CANARY}"),),
                {},
                {"b": [CANARY], CANARY: 1},
            )
        )

    for check in (False, True):
        result, warnings = run(build=build, check=check)
        shown = json.dumps([result, warnings])
        assert CANARY not in shown
        assert "a-token-made-later" not in shown
        assert warnings == [f"w {MASK}"]
    fault = Fault("conflict", f"It is {CANARY}.", hint=f"Not {CANARY}.", request_id=CANARY)
    assert CANARY not in json.dumps(run(Thing(actual=fault))[0])


def test_a_secret_that_was_asked_for_is_shown_on_success_only_there():
    outcome = {"value": Disclosed(CANARY), "note": CANARY}
    result, _warnings = run(Thing(plan(step("s"), outcome=outcome)))
    assert result["thing"] == {"value": CANARY, "note": MASK}


@pytest.mark.parametrize("word", ["failed", "changed", "msg", "error", "actions"])
def test_a_secret_that_equals_a_name_of_ours_does_not_break_the_result(word):
    result, _warnings = run(Thing(actual=Fault("denied", "No.")), pin=word)
    assert result["failed"] is True
    assert set(result) == {"failed", "changed", "msg", "error", "actions"}


def test_a_secret_too_short_to_protect_is_a_clear_error():
    result, warnings = run(Thing(plan()), pin="ab")
    assert result["error"]["code"] == "invalid_input"
    assert warnings == []


def test_warnings_of_the_plan_are_passed_on_once():
    def build(options, runtime):
        runtime.warn("same")
        return Thing(Plan({}, {}, actual={}, warnings=("same", "other")))

    assert run(build=build)[1] == ["same", "other"]


def test_sessions_are_closed_also_after_a_failure():
    closed = []

    def build(options, runtime):
        session = runtime.http()
        session.close = lambda: closed.append(True)
        raise Fault("denied", "No.")

    run(build=build)
    assert closed == [True]


def test_every_fault_has_a_known_code():
    with pytest.raises(ValueError, match="unknown error code"):
        raise Fault("oops", "x")
    assert all(text.endswith(".") for text in CODES.values())
