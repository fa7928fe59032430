# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a request is sent again, with a clock that does not tick by itself."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault, Uncertain
from ansible_collections.ccops.webex_email.plugins.module_utils.core.retry import (
    NEVER,
    Deadline,
    Policy,
    create_once,
    persist,
    retry_after_seconds,
)
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=timezone.utc)


class Clock:
    def __init__(self):
        self.now = 1000.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def deadline(clock):
    return Deadline(100, clock, clock.sleep)


def later(retry_after=None):
    return Fault("throttled", "later", retryable=True, retry_after=retry_after)


def scripted(*outcomes):
    """A callable that raises or returns one outcome after the other; ``calls`` counts."""
    left = list(outcomes)

    def call():
        call.calls += 1
        outcome = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    call.calls = 0
    return call


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0),
        ("2.128", 2.128),
        ("0", 0.0),
        ("-5", 0.0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0.0),
        ("Sat, 21 Nov 2026 12:00:10", 10.0),
        ("Sat, 21 Nov 2026 12:00:10 -0000", 10.0),
        ("soon", None),
        ("", None),
        (None, None),
        ("nan", 0.0),
    ],
)
def test_retry_after(value, seconds):
    assert retry_after_seconds(value, NOW) == seconds


@given(st.text(max_size=40))
def test_no_header_is_too_odd(value):
    seconds = retry_after_seconds(value, NOW)
    assert seconds is None or seconds >= 0


@given(st.integers(0, 40))
def test_the_back_off_grows_with_jitter_to_its_limit(attempt):
    policy = Policy(first_wait=0.5, longest_wait=30)
    ceiling = min(30, 0.5 * 2**attempt)
    assert ceiling / 2 <= policy.wait(attempt) <= ceiling


def test_what_the_service_asks_for_wins():
    assert Policy().wait(7, 2.5) == 2.5
    assert Policy().wait(0, 120) == 120


def test_a_service_that_asks_for_no_wait_is_not_asked_without_a_pause():
    assert Policy(first_wait=0.5).wait(0, 0.0) >= 0.25


def test_persist_goes_on_while_it_is_worth_it(clock, deadline):
    attempt = scripted(later(7), later(), "done")
    assert persist(attempt, Policy(), deadline) == "done"
    assert clock.slept[0] == 7
    assert len(clock.slept) == 2


@pytest.mark.parametrize("final", [Fault("denied", "no"), Uncertain("perhaps")])
def test_persist_stops_at_a_final_or_unclear_answer(clock, deadline, final):
    attempt = scripted(final)
    with pytest.raises(Fault) as caught:
        persist(attempt, Policy(), deadline)
    assert caught.value is final
    assert attempt.calls == 1
    assert clock.slept == []


def test_persist_does_not_sleep_past_the_deadline(clock, deadline):
    with pytest.raises(Fault):
        persist(scripted(later(101)), Policy(), deadline)
    assert clock.slept == []
    with pytest.raises(Fault):
        persist(scripted(later()), Policy(), deadline)
    assert clock.now <= 1100


@pytest.mark.parametrize(("earlier", "told"), [([], "timeout"), ([later(3)], "throttled")])
def test_a_try_that_the_deadline_cut_short_says_less_than_the_one_before(clock, deadline, earlier, told):
    def attempt():
        if earlier:
            raise earlier.pop()
        clock.sleep(deadline.left())
        raise Fault("timeout", "too late", retryable=True)

    with pytest.raises(Fault) as caught:
        persist(attempt, Policy(), deadline)
    assert caught.value.code == told


def test_defects_are_not_repeated(deadline):
    attempt = scripted(KeyError("x"))
    with pytest.raises(KeyError):
        persist(attempt, Policy(), deadline)
    assert attempt.calls == 1


def test_never_is_a_policy_without_a_reason_to_repeat():
    assert not NEVER.retry_statuses
    assert Policy().unclear_statuses < Policy().retry_statuses
    assert 429 not in Policy().unclear_statuses


def test_deadline(clock, deadline):
    assert deadline.left() == 100
    assert deadline.pause(60)
    assert not deadline.pause(60)
    assert deadline.left() == 40
    clock.now += 1000
    assert deadline.left() == 0


# -- create_once ---------------------------------------------------------------------------------------------------


def test_a_clear_answer_needs_no_look(clock, deadline):
    look = scripted(None)
    assert create_once(scripted("made"), look, Policy(), deadline) == "made"
    assert look.calls == 0
    assert clock.slept == []


def test_an_unclear_answer_is_followed_by_a_look_after_a_pause(clock, deadline):
    create, look = scripted(Uncertain("?")), scripted("there")
    assert create_once(create, look, Policy(), deadline) == "there"
    assert (create.calls, look.calls, len(clock.slept)) == (1, 1, 1)


def test_it_is_repeated_only_when_the_look_found_nothing(deadline):
    create, look = scripted(Uncertain("?"), Uncertain("?"), "made"), scripted(None)
    assert create_once(create, look, Policy(), deadline) == "made"
    assert (create.calls, look.calls) == (3, 2)


def test_a_clash_after_an_unclear_answer_means_that_it_is_there(deadline):
    create, look = scripted(Uncertain("?"), Fault("conflict", "taken")), scripted(None, None, "there")
    assert create_once(create, look, Policy(), deadline) == "there"


def test_a_clash_at_once_is_a_clash(deadline):
    look = scripted("somebody else's")
    with pytest.raises(Fault) as caught:
        create_once(scripted(Fault("conflict", "taken")), look, Policy(), deadline)
    assert caught.value.code == "conflict"
    assert look.calls == 0


@pytest.mark.parametrize("code", ["denied", "throttled", "not_found"])
def test_a_refusal_is_passed_on(deadline, code):
    create = scripted(Uncertain("?"), Fault(code, "no"))
    with pytest.raises(Fault) as caught:
        create_once(create, scripted(None), Policy(), deadline)
    assert caught.value.code == code


def test_a_look_that_fails_leaves_it_uncertain(deadline):
    create = scripted(Uncertain("?"))
    with pytest.raises(Uncertain):
        create_once(create, scripted(Fault("service_error", "down")), Policy(), deadline)
    assert create.calls == 1


def test_it_stays_uncertain_at_the_deadline(clock):
    create = scripted(Uncertain("?"))
    with pytest.raises(Uncertain):
        create_once(create, scripted(None), Policy(), Deadline(0, clock, clock.sleep))
    assert create.calls == 1


@given(st.lists(st.sampled_from(["unclear", "clash", "made"]), min_size=1, max_size=8), st.integers(0, 4))
def test_a_create_never_follows_an_unclear_one_without_a_look_between(answers, visible_after):
    events = []

    def create():
        events.append("create")
        answer = answers.pop(0) if answers else "made"
        if answer == "made":
            return "made"
        raise Uncertain("?") if answer == "unclear" else Fault("conflict", "taken")

    def look():
        events.append("look")
        return "there" if events.count("look") > visible_after else None

    clock = Clock()
    try:
        create_once(create, look, Policy(), Deadline(1e6, clock, clock.sleep))
    except Fault as fault:
        assert fault.code == "conflict"
        assert events == ["create"]
    assert "create create" not in " ".join(events)
