# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Graph's limits for one app in one tenant: resource units in ten seconds, and writes in two and a half minutes.

Source: Microsoft Graph service-specific throttling limits, "Identity and access service limits": 3,500 units for a
tenant with less than 50 users (5,000 and 8,000 for larger ones), 3,000 writes; a write costs 1 unit, a read of
applications 2, one less with ``$select``, one less with ``$top`` below 20, at least 1. Headers: "Microsoft Graph
throttling guidance", whose sample shows a fractional ``Retry-After``.
"""

from __future__ import annotations

import time
import weakref
from collections import deque
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from .core import DEFAULT_SETTINGS, Caller, Lab

UNITS_IN = 10.0  # seconds
WRITES_IN = 150.0  # seconds
PUBLISHED = {"graph_units": 3500, "graph_writes": 3000}
DEFAULT_SETTINGS.update(dict.fromkeys(PUBLISHED))  # None: no limit
DEFAULT_SETTINGS["graph_units_seconds"] = UNITS_IN  # less where a test cannot wait that long


@dataclass
class Window:
    """What was spent lately."""

    spent: deque[tuple[float, int]] = field(default_factory=deque)

    def wait(self, seconds: float, budget: int, cost: int, now: float) -> float:
        """Seconds until ``cost`` fits into the budget of so many seconds; 0 if it does now, and then it is spent."""
        while self.spent and self.spent[0][0] <= now - seconds:
            self.spent.popleft()
        if sum(amount for _moment, amount in self.spent) + cost <= budget:
            self.spent.append((now, cost))
            return 0.0
        return max(seconds - (now - self.spent[0][0]), 0.001) if self.spent else seconds


class Throttle:
    """The windows of every app in every tenant of one lab."""

    def __init__(self, lab: Lab) -> None:
        self._lab = weakref.proxy(lab)
        self._world: object = None
        self._windows: dict[tuple[str, str, str], Window] = {}

    def wait(self, request: Request, caller: Caller) -> float:
        """Seconds that this request must wait; 0 if it may go on, and then it is counted."""
        if self._world is not self._lab.world:
            self._windows.clear()
            self._world = self._lab.world
        now, settings = time.monotonic(), self._lab.settings
        limits = [("graph_units", settings["graph_units_seconds"], units(request))]
        if request.method != "GET":
            limits.append(("graph_writes", WRITES_IN, 1))
        waits = [0.0]
        for name, seconds, cost in limits:
            if settings[name] is not None:
                key = (caller.tenant["id"], caller.client_id, name)
                window = self._windows.setdefault(key, Window())
                waits.append(window.wait(seconds, settings[name], cost, now))
        return max(waits)


def of(lab: Lab) -> Throttle:
    """The one throttle of a lab."""
    return _THROTTLES.setdefault(lab, Throttle(lab))


_THROTTLES: weakref.WeakKeyDictionary[Lab, Throttle] = weakref.WeakKeyDictionary()


def units(request: Request) -> int:
    """What a request costs."""
    if request.method != "GET":
        return 1
    query = request.query_params
    cost = 2 - ("$select" in query) - (query.get("$top", "").isdigit() and int(query["$top"]) < 20)
    return max(cost, 1)


def mark(response: Response, request: Request, wait: float = 0.0) -> Response:
    """The headers that tell a client about its budget."""
    response.headers["x-ms-resource-unit"] = str(units(request))
    if wait:
        response.headers["Retry-After"] = f"{wait:.3f}"
        response.headers["x-ms-throttle-scope"] = "Tenant_Application/ReadWrite/*/*"
        response.headers["x-ms-throttle-information"] = "ResourceUnitLimitExceeded"
    return response
