# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What a run sees of a channel's secret, and what it writes into the record. No network, no clock, no file.

What the record holds about secrets (never a value):

``key_id``, ``key_expires``  the credential that the asset holds for certain
``keys_pending``             credentials on their way into the asset when a run was last heard of; it may hold them
``secrets_announced``        end of validity of a credential about to be made -> when (``at``) and on which machine
                             (``by``). The end is chosen at random to the second, so that a credential whose answer
                             nobody heard is known by it
``superseded``               key id -> instant since which the asset holds it no more
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from .handover_states import HAND_OVER, STATES
from .secret_lifetime import TOLERANCE, instant, wire_instant

# How long after its making a credential that the record does not know may still be handed over by another run, beside
# that run's own deadline. Longer than clocks may differ (5 minutes, as Entra ID allows in assertions).
GRACE = timedelta(minutes=10)
# Clocks may differ so much: a secret that seems to have ended only since then may still be good.
SKEW = timedelta(minutes=5)


@dataclass(frozen=True)
class Sight:
    """What a run sees of a channel's secret.

    :param facts: name -> value, as ``FACTS`` lists them.
    :param current: the wire credential that the asset holds for certain, or None.
    :param candidates: key ids of credentials that the asset may hold; none of them may ever be removed.
    :param strays: key ids of credentials that an interrupted run made and did not hand over.
    :param over: key ids of credentials that the asset holds no more, and whose overlap is over.
    """

    facts: dict
    current: dict | None = None
    candidates: frozenset = frozenset()
    strays: tuple = ()
    over: tuple = ()

    @property
    def state(self):
        """The first of ``STATES`` that these facts make."""
        return next(state for state in STATES if state.fits(self.facts))

    @property
    def due(self):
        """Every state that asks for a new secret and fits, the weightiest first."""
        return [state for state in STATES if state.leads is HAND_OVER and state.fits(self.facts)]

    @property
    def removable(self):
        """Key ids to remove, strays first."""
        return (*self.strays, *(key_id for key_id in self.over if key_id not in self.strays))


@dataclass(frozen=True)
class Wish:
    """What the run wants.

    :param now: the instant of the look. :param min_remaining: timedelta. :param overlap: timedelta.
    :param grace: how long a credential that nobody here knows is taken for another run's work (timedelta).
    :param here: name of this machine, on which the record's lock keeps other runs away.
    """

    now: object
    min_remaining: timedelta
    overlap: timedelta
    grace: timedelta = GRACE
    asked: bool = False
    here: str = ""


@dataclass(frozen=True)
class Places:
    """What is where.

    :param own: wire passwordCredentials of our description. :param memory: the record.
    :param asset: one of the values of the fact of that name. :param stored: key id in the store; None without a
        store, "" for an empty one.
    """

    own: tuple = ()
    memory: dict = field(default_factory=dict)
    asset: str = "filled"
    stored: str | None = None


def look(places, wish):
    """The Sight of a channel. Pure: the same places and wish make the same sight."""
    memory, own = places.memory, {item["keyId"]: item for item in places.own}
    current = own.get(memory.get("key_id"))
    pending = set(memory.get("keys_pending") or ())
    superseded = memory.get("superseded") or {}
    strays = [item["keyId"] for item in places.own if _is_stray(item, memory, wish)]
    unknown = [key for key in own if key not in {memory.get("key_id"), *pending, *superseded, *strays}]
    older = [key for key in unknown if _certainly_before(own[key], current, wish.grace)]
    rivals = [own[key] for key in unknown if key not in older]
    # Also those that are not seen: reads lag, and a run may have died after one was removed and before it wrote so.
    since = {key: instant(moment) for key, moment in superseded.items()}
    since |= {key: instant(current["startDateTime"]) for key in older}
    over = tuple(key for key in since if since[key] + wish.overlap <= wish.now)
    facts = {
        "asset": places.asset,
        "pending": _yes(pending),
        "current": _current(memory, current, wish),
        "rivals": _rivals(rivals, wish),
        "store": _store(places.stored, memory),
        "asked": _yes(wish.asked),
        "strays": "seen" if strays else _announced(memory, wish),
        "superseded": "none" if not since else "over" if over else "kept",
    }
    candidates = {memory.get("key_id"), *pending, *(item["keyId"] for item in rivals)} & set(own)
    return Sight(facts, current, frozenset(candidates), tuple(strays), over)


def _yes(value):
    return "yes" if value else "no"


def _is_stray(item, memory, wish):
    """Whether a run that is over announced this credential and got no further."""
    known = {memory.get("key_id"), *(memory.get("keys_pending") or ()), *(memory.get("superseded") or {})}
    end = instant(item["endDateTime"]).replace(microsecond=0)
    announced = memory.get("secrets_announced") or {}
    return item["keyId"] not in known and any(
        instant(when) == end and not _may_go_on(how, wish) for when, how in announced.items()
    )


def _may_go_on(announcement, wish):
    """Whether the run behind an announcement may be alive: on another machine, where our lock does not reach."""
    return announcement["by"] != wish.here and _is_young(announcement, wish)


def _is_young(announcement, wish):
    return wish.now < instant(announcement["at"]) + wish.grace


def _certainly_before(item, current, grace):
    """Whether the run that made a credential was over before the current one was made, so that the asset lost it."""
    if current is None or not item.get("startDateTime") or not current.get("startDateTime"):
        return False
    return instant(item["startDateTime"]) + grace <= instant(current["startDateTime"])


def _current(memory, current, wish):
    if current is None:
        return "gone" if memory.get("key_id") else "unknown"
    end = instant(current["endDateTime"])
    if end + SKEW <= wish.now:
        return "expired"
    return "expiring" if end + TOLERANCE <= wish.now + wish.min_remaining else "good"


def _rivals(rivals, wish):
    if not rivals:
        return "none"
    starts = [item.get("startDateTime") for item in rivals]
    fresh = all(start and wish.now < instant(start) + wish.grace for start in starts)
    return "fresh" if fresh else "stale"


def _store(stored, memory):
    if stored is None:
        return "none"
    return "holds it" if stored and stored == memory.get("key_id") else "lacks it"


def _announced(memory, wish):
    """An announcement that nothing followed is worth waiting for until the grace is over."""
    announced = memory.get("secrets_announced") or {}
    return "unseen" if any(_is_young(how, wish) for how in announced.values()) else "none"


# ---- What the moves write into the record: each returns the entries to change, None for one to take out.


def announced(memory, end, wish):
    """Before a secret is made: the end that it will have."""
    announcement = {"at": wire_instant(wish.now), "by": wish.here}
    return {"secrets_announced": {**(memory.get("secrets_announced") or {}), end: announcement}}


def pending(memory, key_id):
    """Before the asset is written: from here on it may hold the credential."""
    return {"keys_pending": [*(memory.get("keys_pending") or ()), key_id]}


def refused(memory, key_id):
    """After the asset refused for certain: it does not hold the credential, which is a stray now."""
    left = [key for key in memory.get("keys_pending") or () if key != key_id]
    return {"keys_pending": left or None}


def settled(memory, began, made, own, wish):
    """After the asset took the credential.

    Where another run has settled or begun meanwhile, nobody can say whose write came last: both stay pending, and the
    next run hands over again.

    :param memory: the record now. :param began: the record when this hand-over began. :param made: the new wire
        credential. :param own: all credentials of our description, as last seen.
    """
    key_id = made["keyId"]
    if memory.get("key_id") != began.get("key_id"):
        doubtful = {memory.get("key_id"), key_id, *(memory.get("keys_pending") or ())} - {None}
        return {"keys_pending": sorted(doubtful)}
    mine = {key_id, *(began.get("keys_pending") or ())}
    stamp = wire_instant(wish.now)
    # What is known is kept in mind although reads may not show it yet; its removal tells whether it is still there.
    known = {began.get("key_id"), *(began.get("keys_pending") or ()), *(memory.get("superseded") or {})}
    older = {item["keyId"] for item in own if _certainly_before(item, made, wish.grace)}
    gone = {
        key: (memory.get("superseded") or {}).get(key, stamp)
        for key in sorted((known | older) - {None, key_id})
    }
    return {
        "key_id": key_id,
        "key_expires": made["endDateTime"],
        "keys_pending": [key for key in memory.get("keys_pending") or () if key not in mine] or None,
        "secrets_announced": _of_others(memory, made, wish) or None,
        "superseded": gone or None,
    }


def _of_others(memory, made, wish):
    """Announcements that may still be followed by a credential of another machine."""
    announced = memory.get("secrets_announced") or {}
    end = instant(made["endDateTime"])
    return {when: how for when, how in announced.items() if instant(when) != end and _may_go_on(how, wish)}


def removed(memory, key_id, end):
    """After a credential was removed.

    :param end: its wire end of validity, which may have been announced; None where it was not seen any more.
    """
    superseded = {key: since for key, since in (memory.get("superseded") or {}).items() if key != key_id}
    left = {
        when: how
        for when, how in (memory.get("secrets_announced") or {}).items()
        if end is None or instant(when) != instant(end).replace(microsecond=0)
    }
    return {"superseded": superseded or None, "secrets_announced": left or None}
