# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""How fast all tasks of a run together may ask one service: within its published budget, and not while it says no.

The state is one small file in the run's private folder, which its worker processes share: when the service may be
asked again, and what was spent in each of the last seconds.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import math
import os
import random
from dataclasses import dataclass

from .errors import Fault

# Those that waited for the same instant do not all go on at it.
SPREAD_SECONDS = 0.5


@dataclass(frozen=True)
class Budget:
    """So much of something in any so many seconds."""

    name: str
    amount: int
    seconds: int


class Pace:
    """The pace of requests to one service.

    :param deadline: the task's Deadline, whose clock all processes of this machine share.
    :param scratch: the run's private folder; None paces this task alone.
    :param scope: what shares a budget: the service, the tenant and the app that asks.
    :param budgets: Budgets. :param costs: called with a Request; name of a budget -> how much of it that costs.
    """

    def __init__(self, deadline, scratch=None, scope="", budgets=(), costs=lambda request: {}):
        digest = hashlib.sha256(scope.encode()).hexdigest()
        self._path = os.path.join(scratch, f"webex_email_pace_{digest}") if scratch else None
        self._own = "{}"
        self._deadline = deadline
        self._budgets = budgets
        self._costs = costs

    def before(self, request):
        """Wait until the service can be expected to take a request, and count it.

        :raises Fault: ``throttled`` where that is later than the task's deadline.
        """
        costs = self._costs(request)
        while True:
            wait = self._change(lambda state: self._book(state, costs))
            if not wait:
                return
            if not self._deadline.pause(wait + random.uniform(0, SPREAD_SECONDS)):
                raise Fault(
                    "throttled",
                    f"This run has asked as much as the service allows; it may go on in {math.ceil(wait)} seconds.",
                    hint="Run again later, with fewer forks, or with a longer deadline.",
                )

    def hold(self, seconds):
        """Let no task of the run ask the service for so many seconds."""
        until = self._deadline.now() + seconds

        def extend(state):
            state["until"] = max(until, state.get("until", 0))

        self._change(extend)

    def _book(self, state, costs):
        """Seconds to wait before another try; 0 where the costs were booked."""
        now = self._deadline.now()
        waits = [state.get("until", 0) - now]
        for budget in self._budgets:
            spent = self._spent(state, budget, now)
            waits.append(_until_it_fits(spent, budget, costs.get(budget.name, 0), now))
        if max(waits) > 0:
            return max(waits)
        second = str(math.floor(now))
        for budget in self._budgets:
            spent = state["spent"][budget.name]
            spent[second] = spent.get(second, 0) + costs.get(budget.name, 0)
        return 0

    @staticmethod
    def _spent(state, budget, now):
        """What was spent of a budget in each second that still counts."""
        spent = state.setdefault("spent", {}).setdefault(budget.name, {})
        for second in [second for second in spent if int(second) + 1 + budget.seconds <= now]:
            del spent[second]
        return spent

    def _change(self, change):
        """Change the state, one process at a time; returns what ``change`` returns."""
        if not self._path:
            state = json.loads(self._own)
            answer = change(state)
            self._own = json.dumps(state)
            return answer
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with open(handle, "r+", encoding="utf-8") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            state = json.loads(stream.read() or "{}")
            answer = change(state)
            stream.seek(0)
            stream.truncate()
            json.dump(state, stream)
        return answer


def _until_it_fits(spent, budget, cost, now):
    """Seconds until a cost fits into a budget; a cost beyond the whole of it waits for an empty one."""
    left = sum(spent.values()) + min(cost, budget.amount) - budget.amount
    for second in sorted(spent, key=int):
        if left <= 0:
            break
        left -= spent[second]
        if left <= 0:
            return int(second) + 1 + budget.seconds - now
    return 0
