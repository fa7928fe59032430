# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The hand-over of a client secret as a state machine, as data.

Three places tell where a channel stands: the credentials of its description in Entra ID, the asset, and the record.
``handover_look`` condenses them into the facts of ``FACTS``; the first of ``STATES`` that fits them is the channel's
state, and says what leads out of it. ``MOVES`` is the way through a hand-over; a run may die between any two of them,
and the next one finds one of these states. ``docs/secrets.md`` draws them.
"""

from __future__ import annotations

from dataclasses import dataclass

# The way through a hand-over: the move, what it does, and what a run finds after one that died there. What is before
# "pend" leaves the asset alone; from there on the asset may hold the new secret; with "settle" it does for certain.
MOVES_EXPLAINED = (
    ("announce", "writes down when the new secret will end", "`announced`, or what it found before"),
    ("add", "makes the secret in Entra ID", "`added`, or what it found before; the secret goes at once"),
    ("prove", "signs in with it until that works", "the same"),
    ("store", "writes it to the store, reads it back and compares", "the same"),
    ("pend", "writes down that the asset may hold it", "`interrupted`"),
    ("publish", "puts it into the asset", "`interrupted`"),
    ("settle", "writes down that the asset holds it, and what it held before", "`overlap`, or `good`"),
)
MOVES = tuple(name for name, _does, _finds in MOVES_EXPLAINED)

HAND_OVER, REMOVE, WAIT, NOTHING = "hand over", "remove", "wait", "nothing"


@dataclass(frozen=True)
class State:
    """One state.

    :param marks: fact -> the values that make this state; facts not named may be anything.
    :param leads: what leads out of it. :param to: names of the states that the next run may find,
        besides the same one; and any may become "expiring" with time.
    :param why: the reason in words, where a new secret is due; it may hold {days}.
    :param meaning: what an operator is to understand by it.
    """

    name: str
    marks: dict
    leads: str
    to: tuple
    meaning: str
    why: str | None = None

    def fits(self, facts):
        """Whether the facts make this state."""
        return all(facts[name] in values for name, values in self.marks.items())


# Fact -> (its values, where it is seen, what it says).
FACTS = {
    "asset": (
        ("unknown", "other app", "empty", "filled"),
        "asset",
        "whether the asset is known, names our app, and holds some secret",
    ),
    "pending": (("no", "yes"), "record", "whether a hand-over began to write to the asset and never settled"),
    "current": (
        ("unknown", "gone", "expired", "expiring", "good"),
        "record, Entra ID",
        "the credential that the record says is in the asset",
    ),
    "rivals": (
        ("none", "fresh", "stale"),
        "Entra ID, record",
        "credentials of our description that the record does not know, and not older than the current one",
    ),
    "store": (
        ("none", "holds it", "lacks it"),
        "store",
        "whether the store, if one is used, holds the current one",
    ),
    "asked": (("no", "yes"), "option", "whether a new secret is asked for in any case"),
    "strays": (
        ("none", "seen", "unseen"),
        "record, Entra ID",
        "credentials announced by a run that did not go on",
    ),
    "superseded": (("none", "kept", "over"), "record, Entra ID", "credentials that the asset held before"),
}

AFTERWARDS = ("added", "announced", "interrupted", "contested", "overtaken", "overlap", "superseded", "good")
STATES = (
    State(
        "unconnected",
        {"asset": {"unknown"}},
        HAND_OVER,
        AFTERWARDS,
        "No asset is known yet. The step before makes it.",
        "no asset is known here",
    ),
    State(
        "interrupted",
        {"pending": {"yes"}},
        HAND_OVER,
        AFTERWARDS,
        "A run ended while it wrote to the asset: either secret may be in it, and both are valid.",
        "an earlier run was interrupted while handing one over",
    ),
    State(
        "new",
        {"current": {"unknown"}, "asset": {"other app", "empty", "filled"}},
        HAND_OVER,
        AFTERWARDS,
        "The channel has no secret yet, or its record is lost.",
        "the asset holds none that is known here",
    ),
    State(
        "gone",
        {"current": {"gone"}},
        HAND_OVER,
        AFTERWARDS,
        "Somebody removed the secret in Entra ID. The channel does not work until the next run.",
        "the one in the asset is no longer in Entra ID",
    ),
    State(
        "expired",
        {"current": {"expired"}},
        HAND_OVER,
        AFTERWARDS,
        "The secret has expired. The channel does not work until the next run.",
        "the present one has expired",
    ),
    State(
        "overtaken",
        {"rivals": {"stale"}, "current": {"expired", "expiring", "good"}},
        HAND_OVER,
        AFTERWARDS,
        "Somebody else, with another record, has made a secret of this description since: either may be in the asset.",
        "one was made elsewhere that the record does not know",
    ),
    State(
        "other_app",
        {"asset": {"other app"}},
        HAND_OVER,
        AFTERWARDS,
        "The asset signs in as another app.",
        "the asset names another app",
    ),
    State(
        "emptied",
        {"asset": {"empty"}},
        HAND_OVER,
        AFTERWARDS,
        "Somebody emptied the field in the portal. The channel does not work until the next run.",
        "the asset has lost it",
    ),
    State(
        "unstored",
        {"store": {"lacks it"}, "current": {"expiring", "good"}},
        HAND_OVER,
        AFTERWARDS,
        "The store does not hold the secret of the asset, and nobody can read it again.",
        "the store does not hold it",
    ),
    State(
        "expiring",
        {"current": {"expiring"}},
        HAND_OVER,
        AFTERWARDS,
        "All works. The secret has fewer days left than webex_email_secret_min_remaining_days.",
        "the present one has {days} days left",
    ),
    State(
        "asked",
        {"asked": {"yes"}},
        HAND_OVER,
        AFTERWARDS,
        "All works. A new secret is asked for with webex_email_secret_rotate.",
        "a new one is asked for",
    ),
    State(
        "added",
        {"strays": {"seen"}},
        REMOVE,
        ("overlap", "superseded", "contested", "overtaken", "announced", "good"),
        "All works. A run ended after it made a secret and before anybody got it.",
    ),
    State(
        "superseded",
        {"superseded": {"over"}},
        REMOVE,
        ("overlap", "contested", "overtaken", "announced", "good"),
        "All works. The secret before is in use nowhere, and its overlap is over.",
    ),
    State(
        "contested",
        {"rivals": {"fresh"}},
        WAIT,
        ("overtaken", "good"),
        "All works. Another run, with another record, is probably at work on this channel right now.",
    ),
    State(
        "announced",
        {"strays": {"unseen"}},
        WAIT,
        ("added", "overlap", "superseded", "good"),
        "All works. A run ended just before or after it asked for a secret, which Entra ID does not show yet.",
    ),
    State(
        "overlap",
        {"superseded": {"kept"}},
        WAIT,
        ("superseded",),
        "All works. The secret before is kept for webex_email_secret_overlap_days.",
    ),
    State("good", {}, NOTHING, ("expiring", "asked"), "All works, and nothing is left to do."),
)
