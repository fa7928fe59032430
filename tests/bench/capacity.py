# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a run takes, and what keeps it from being faster: the model of docs/capacity.md, run event by event.

``python -m bench.capacity`` prints its table. A node runs one slice: a controller process that hands out tasks one by
one, workers that share its cores, and services behind a latency. All slices of a tenant share Graph's budgets.
"""

from __future__ import annotations

import argparse
import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

# Graph: units in ten seconds for the smallest tenants, writes in 150 seconds (plugins/module_utils/graph/budget.py).
UNITS, UNITS_IN = 3500, 10.0
WRITES, WRITES_IN = 3000, 150.0


@dataclass(frozen=True)
class Step:
    """What one task costs on one host.

    :param cpu: seconds in a worker. :param trips: requests one after the other.
    :param units, writes: of Graph's budgets.
    """

    cpu: float
    trips: int = 0
    units: int = 0
    writes: int = 0


# A channel that has nothing to do: its look. Processor times are those of docs/performance.md, and hold the process
# itself.
QUIET = (Step(0.150, trips=2),)
# A new channel: look, include, five steps between two skipped ones, result, second look, checks, skipped rest.
# Of Graph a look, an addPassword, and a look again.
FIRST = (
    Step(0.200, trips=2, units=8),
    Step(0.050),
    Step(0.150, trips=1),
    Step(0.150, trips=1),
    Step(0.170, trips=1, units=6),
    Step(0.050),
    Step(0.220, trips=3, units=3, writes=1),
    Step(0.150, trips=1),
    Step(0.090),
    *[Step(0.050)] * 2,
    Step(0.200, trips=2, units=6),
    Step(0.090),
    *[Step(0.050)] * 2,
)
CHAINS = {"no-change": QUIET, "first": FIRST}


@dataclass(frozen=True)
class Setting:
    """Where a run takes place.

    :param channels: of one tenant, all slices together. :param slices: nodes that share them.
    :param dispatch: seconds of the controller's time for each task on each host.
    :param start: seconds before the first task.
    """

    chain: str
    channels: int
    slices: int = 1
    forks: int = 50
    cores: int = 2
    latency: float = 0.08
    dispatch: float = 0.020
    start: float = 1.8


class Budget:
    """A sliding window; others spend their share of it."""

    def __init__(self, amount: float, seconds: float) -> None:
        self._amount, self._seconds = amount, seconds
        self._spent: list[tuple[float, float]] = []
        self._sum = 0.0
        self._last = 0.0

    def earliest(self, now: float, cost: float) -> float:
        """The instant at which a cost fits, from ``now`` on, and not before those that came first; it is spent then."""
        if not cost:
            return now
        now = max(now, self._last)
        while self._spent and (self._spent[0][0] + self._seconds <= now or self._sum + cost > self._amount):
            moment, amount = heapq.heappop(self._spent)
            self._sum -= amount
            now = max(now, moment + self._seconds)
        heapq.heappush(self._spent, (now, cost))
        self._sum += cost
        self._last = now
        return now


def allowed(channels: int) -> float:
    """Seconds in which Graph's budgets let the first run of so many channels of one tenant through."""
    units, writes = (sum(getattr(step, name) for step in FIRST) * channels for name in ("units", "writes"))
    return max(units / UNITS * UNITS_IN, writes / WRITES * WRITES_IN)


def simulate(setting: Setting) -> float:
    """Seconds from start to end of the slowest slice; slices are alike, so one is run with its share of the budgets."""
    hosts = math.ceil(setting.channels / setting.slices)
    budgets = (Budget(UNITS / setting.slices, UNITS_IN), Budget(WRITES / setting.slices, WRITES_IN))
    now = setting.start
    for step in CHAINS[setting.chain]:
        now = _task(setting, hosts, step, budgets, now)
    return now


def _task(setting: Setting, hosts: int, step: Step, budgets: tuple[Budget, Budget], now: float) -> float:
    """When the last host is done with a task that begins at ``now``: Ansible's linear strategy waits for it."""
    forks = [now] * min(setting.forks, hosts)
    # The controller is busy on a core of its own only while it hands out.
    cores = [now] * setting.cores
    controller = end = now
    for _host in range(hosts):
        controller = max(controller, heapq.heappop(forks)) + setting.dispatch
        core = heapq.heappop(cores)
        worked = max(controller, core) + step.cpu + setting.dispatch / setting.cores
        heapq.heappush(cores, worked)
        asked = worked
        for budget, cost in zip(budgets, (step.units, step.writes), strict=True):
            asked = budget.earliest(asked, cost)
        done = asked + step.trips * setting.latency
        heapq.heappush(forks, done)
        end = max(end, done)
    return end


def binding(setting: Setting) -> str:
    """What would have to be more for the run to be faster."""
    usual = simulate(setting)
    easier = {
        "cores": replace(setting, cores=setting.cores * 2, dispatch=setting.dispatch / 2),
        "forks": replace(setting, forks=setting.forks * 2),
        "latency": replace(setting, latency=setting.latency / 2),
    }
    gains = {name: usual - simulate(other) for name, other in easier.items()}
    gains["Graph's budget"] = usual - _unlimited(setting)
    return max(gains, key=lambda name: gains[name])


def _unlimited(setting: Setting) -> float:
    """The same run, were Graph's budgets twice as large."""
    hosts = math.ceil(setting.channels / setting.slices)
    budgets = (
        Budget(2 * UNITS / setting.slices, UNITS_IN),
        Budget(2 * WRITES / setting.slices, WRITES_IN),
    )
    now = setting.start
    for step in CHAINS[setting.chain]:
        now = _task(setting, hosts, step, budgets, now)
    return now


SETTINGS = [
    Setting(chain, channels, slices)
    for chain in CHAINS
    for channels, slices in ((1, 1), (10, 1), (100, 1), (1000, 1), (1000, 16), (10000, 10), (100000, 100))
]


def table(settings: Iterable[Setting] = SETTINGS) -> str:
    """The table of docs/capacity.md."""
    lines = ["| run | channels | nodes | seconds | what binds |", "| --- | --- | --- | --- | --- |"]
    for item in settings:
        seconds = simulate(item)
        lines.append(
            f"| {item.chain} | {item.channels:,} | {item.slices} | {seconds:,.0f} | {binding(item)} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Print the table, or one line of it."""
    parser = argparse.ArgumentParser(prog="python -m bench.capacity", description=__doc__)
    parser.add_argument("--chain", choices=list(CHAINS))
    for name in ("channels", "slices", "forks", "cores"):
        parser.add_argument(f"--{name}", type=int)
    parser.add_argument("--latency", type=float, help="seconds a request")
    given = {name: value for name, value in vars(parser.parse_args()).items() if value is not None}
    print(table([Setting(**{"chain": "no-change", "channels": 1000, **given})] if given else SETTINGS))


if __name__ == "__main__":
    main()
