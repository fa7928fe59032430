# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast the tasks of a run ask together, on a clock of our own."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core import pace as module
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault
from ansible_collections.ccops.webex_email.plugins.module_utils.core.pace import Budget, Pace
from ansible_collections.ccops.webex_email.plugins.module_utils.core.retry import Deadline

BUDGET = Budget("units", 10, 5)


class Time:
    """An instant that only sleeping moves."""

    def __init__(self):
        self.now = 1000.0
        self.slept = []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture(autouse=True)
def no_spread(monkeypatch):
    monkeypatch.setattr(module, "SPREAD_SECONDS", 0)


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def task(time, tmp_path):
    """Makes the pace of one task after the other; requests are what they cost."""

    def make(seconds=60, scratch=tmp_path, scope="graph", budgets=(BUDGET,)):
        deadline = Deadline(seconds, lambda: time.now, time.sleep)
        return Pace(deadline, scratch and str(scratch), scope, budgets, lambda cost: {"units": cost})

    return make


@pytest.mark.parametrize("alone", [False, True])
def test_within_the_budget_nobody_waits_and_beyond_it_until_the_first_is_forgotten(task, time, alone):
    pace = task(scratch=None) if alone else None
    for _number in range(10):
        (pace or task()).before(1)
    assert time.slept == []
    (pace or task()).before(1)
    assert sum(time.slept) == pytest.approx(6)


def test_never_more_than_the_budget_in_any_so_many_seconds(task, time):
    sent = []
    for _number in range(100):
        task(seconds=1000).before(1)
        sent.append(time.now)
    for start in sent:
        assert sum(start <= moment < start + BUDGET.seconds for moment in sent) <= BUDGET.amount
    # Seconds are counted whole, so that the last of them may be given away; no more than that.
    assert time.now - 1000 <= (100 / BUDGET.amount) * (BUDGET.seconds + 1)


def test_what_costs_more_than_the_whole_budget_is_sent_all_the_same(task, time):
    task().before(3)
    task().before(25)
    assert sum(time.slept) == pytest.approx(6)


def test_a_hold_holds_every_task_and_no_other_service(task, time):
    task().hold(7)
    task(scope="exchange").before(1)
    assert time.slept == []
    task().before(1)
    assert time.slept == [7]


def test_a_shorter_hold_does_not_end_a_longer_one(task, time):
    task().hold(7)
    task().hold(2)
    task().before(1)
    assert time.slept == [7]


def test_who_cannot_wait_so_long_says_so_and_sends_nothing(task, time):
    task().hold(90)
    with pytest.raises(Fault, match="may go on in 90 seconds") as raised:
        task(seconds=60).before(1)
    assert raised.value.code == "throttled"
    assert time.slept == []


def test_tasks_at_the_same_time_lose_nothing(task, tmp_path):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: task(budgets=(Budget("units", 10**6, 5),)).before(1), range(200)))
    (state,) = tmp_path.glob("webex_email_pace_*")
    assert sum(module.json.loads(state.read_text())["spent"]["units"].values()) == 200
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
