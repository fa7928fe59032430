# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The three places of a channel's secret in miniature, and runs that may die between any two moves.

What a run decides and what it writes down is the product's own ``handover_states`` and ``handover_look``; this file
plays Entra ID, the asset, the clock, and death.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from ansible_collections.ccops.webex_email.plugins.module_utils.resources import handover_look as handover
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.handover_states import MOVES
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.secret_lifetime import wire_instant

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
BEGIN = datetime(2026, 6, 1, tzinfo=timezone.utc)
LIFETIME, MIN_REMAINING, OVERLAP = 730 * DAY, 30 * DAY, DAY
# What a run needs from the look to the last move is less than the grace.
ONE_MOVE = timedelta(seconds=5)
SILENT = ("prove", "store")  # they change none of the three places


@dataclass
class World:
    """Entra ID (key id -> wire credential), what the asset holds (a key id or None), the records, the clock."""

    entra: dict = field(default_factory=dict)
    asset: str | None = None
    records: list = field(default_factory=lambda: [{}])
    now: datetime = BEGIN
    made: int = 0
    was_alive: bool = False

    def copy(self):
        return copy.deepcopy(self)

    def place(self, key_id, start, end=None):
        self.entra[key_id] = {
            "keyId": key_id,
            "startDateTime": wire_instant(start),
            "endDateTime": wire_instant(end or start + LIFETIME),
        }

    @property
    def alive(self):
        """Whether the asset can sign in."""
        held = self.entra.get(self.asset)
        return held is not None and wire_instant(self.now) < held["endDateTime"]

    def check(self):
        """No move may take a working credential away from the asset."""
        assert self.alive or not self.was_alive, "the asset was left with a dead credential"
        self.was_alive = self.alive

    def pass_time(self, period):
        self.now += period
        self.was_alive = self.alive


class Run:
    """One run on one machine, move by move; to kill it is to make no more moves.

    :param record: index of the record that it uses. :param machine: where it runs; on one machine a lock keeps two
        runs with the same record apart, and a run that is not alone there was preceded by a dead one.
    """

    def __init__(self, world, record=0, asked=False, overlap=OVERLAP, machine="one"):
        self.record, self.asked, self.overlap, self.machine = record, asked, overlap, machine
        self.began = dict(world.records[record])
        self.sight = self.look(world)
        self.own = sorted(world.entra)
        self.key = self.end = None
        self.moves = [("remove", key) for key in self.sight.removable]
        if self.sight.due:
            self.moves += [(move, None) for move in MOVES if move not in SILENT] + [("clear", None)]
        self.state = self.sight.state.name

    def look(self, world):
        wish = handover.Wish(world.now, MIN_REMAINING, self.overlap, handover.GRACE, self.asked, self.machine)
        asset = "filled" if world.asset else "other app"
        own = tuple(world.entra[key] for key in sorted(world.entra))
        return handover.look(handover.Places(own, world.records[self.record], asset), wish)

    def wish(self, world):
        return handover.Wish(world.now, MIN_REMAINING, self.overlap, handover.GRACE, here=self.machine)

    def move(self, world):
        """Make the next move; False when there is none left."""
        if not self.moves:
            return False
        name, key = self.moves.pop(0)
        getattr(self, f"_{name}")(world, *([key] if key else []))
        world.now += ONE_MOVE
        world.check()
        return True

    def finish(self, world):
        while self.move(world):
            pass
        return self

    def _write(self, world, changes):
        merged = {**world.records[self.record], **changes}
        world.records[self.record] = {name: value for name, value in merged.items() if value is not None}

    def _announce(self, world):
        world.made += 1
        self.key = f"key-{world.made}"
        self.end = wire_instant(world.now + LIFETIME + timedelta(seconds=world.made))
        self._write(world, handover.announced(world.records[self.record], self.end, self.wish(world)))

    def _add(self, world):
        world.place(self.key, world.now, datetime.fromisoformat(self.end.replace("Z", "+00:00")))

    def _pend(self, world):
        self._write(world, handover.pending(world.records[self.record], self.key))

    def _publish(self, world):
        world.asset = self.key

    def _settle(self, world):
        memory = world.records[self.record]
        own = [world.entra[key] for key in self.own if key in world.entra]
        if set(memory.get("secrets_announced") or {}) - {self.end}:
            own = list(world.entra.values())
            strays = handover.look(handover.Places(tuple(own), memory), self.wish(world)).strays
            for key in strays:
                del world.entra[key]
            own = [item for item in own if item["keyId"] not in strays]
        made = world.entra.get(self.key) or {
            "keyId": self.key,
            "endDateTime": self.end,
            "startDateTime": None,
        }
        self._write(world, handover.settled(memory, self.began, made, own, self.wish(world)))

    def _clear(self, world):
        """What may go once the new one is in the asset."""
        self.asked = False
        self.moves += [("remove", key) for key in self.look(world).removable]

    def _remove(self, world, key):
        if key not in self.look(world).removable:
            return
        item = world.entra.pop(key, {})  # gone already is fine, as it is for Graph
        self._write(world, handover.removed(world.records[self.record], key, item.get("endDateTime")))


def settle_down(world, record=0, most=6):
    """Run to the end again and again, a while apart; the names of the states that the runs found.

    :raises AssertionError: the good state was not reached within ``most`` runs.
    """
    found = []
    for _run in range(most):
        run = Run(world, record).finish(world)
        found.append(run.state)
        if run.state == "good":
            return found
        world.pass_time(2 * OVERLAP)
    raise AssertionError(f"never came to rest: {found}")
