# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state machine of the hand-over, from every state there is and through every death and every interleaving."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.resources import handover_states as states
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.handover_look import Sight
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.secret_lifetime import wire_instant

from unit.resources.handover_model import BEGIN, DAY, MINUTE, OVERLAP, Run, World, settle_down

# Three credentials of ours: an old one, one of yesterday, and one that somebody may be handing over right now.
STARTS = {"old": BEGIN - 90 * DAY, "new": BEGIN - DAY - MINUTE, "fresh": BEGIN - MINUTE}
GONE = "gone"
RECORDED = (None, *STARTS, GONE)


def subsets(names):
    return itertools.chain.from_iterable(
        itertools.combinations(names, size) for size in range(len(names) + 1)
    )


def announcements():
    """No announcement; one that was followed by each of the credentials; one that nothing followed."""
    ends = {name: wire_instant(start + 730 * DAY) for name, start in STARTS.items()}
    yield None
    for end in (ends["new"], ends["fresh"], "2031-01-01T00:00:00Z"):
        yield {end: {"at": wire_instant(BEGIN - MINUTE), "by": "one"}}


def memories():
    for key_id, pending, announced, before in itertools.product(
        RECORDED, (None, "new", "fresh", GONE), announcements(), (None, "old", "new")
    ):
        memory = {
            "key_id": key_id,
            "keys_pending": pending and [pending],
            "secrets_announced": announced,
            "superseded": before and {before: wire_instant(BEGIN - 2 * DAY)},
        }
        # No record says of the same credential that it is in the asset and that it is not.
        if before is None or before not in (key_id, pending):
            yield {name: value for name, value in memory.items() if value is not None}


def worlds():
    """Every combination of what is in Entra ID, what the asset holds, and what the record says."""
    for present, held, memory in itertools.product(subsets(STARTS), RECORDED, memories()):
        world = World(asset=held, records=[memory])
        for name in present:
            world.place(name, STARTS[name])
        world.was_alive = world.alive
        yield world


def contradicts_itself(world):
    """Whether the record is sure of one credential and the asset holds another, which nobody can see.

    ``test_no_sequence_of_deaths_...`` and ``test_no_interleaving_...`` show that no runs lead there; a person who
    types another secret into the portal does.
    """
    sight = Run(world).sight
    if world.alive:
        return world.asset not in sight.candidates
    return world.asset is not None and not sight.due


def test_every_combination_ends_in_the_good_state_and_never_in_an_outage():
    seen, count = set(), 0
    for world in worlds():
        if contradicts_itself(world):
            continue
        count += 1
        found = settle_down(world)
        assert_led(found)
        seen |= set(found)
        assert world.alive and list(world.entra) == [world.asset] == [world.records[0]["key_id"]]
    # Those that this model cannot play are facts of the asset's fields, the store and the clock alone.
    elsewhere = {"unconnected", "emptied", "unstored", "expiring", "expired", "asked"}
    assert seen == {state.name for state in states.STATES} - elsewhere
    assert count > 3000


def assert_led(found):
    """The states that runs found one after the other are those to which each is said to lead."""
    leads = {state.name: {state.name, *state.to} for state in states.STATES}
    for one, other in itertools.pairwise(found):
        assert other in leads[one], f"{one} led to {other}"


def every_death(world, asked, overlap=OVERLAP):
    """The world after a run that died after each number of moves, and after one that did not die."""
    total = 0
    while True:
        after = world.copy()
        run = Run(after, asked=asked, overlap=overlap)
        for _move in range(total):
            if not run.move(after):
                return
        yield after
        total += 1


def signature(world):
    """What distinguishes worlds whose next steps differ, with times as ages in minutes."""
    return repr((sorted(world.entra), world.asset, sorted(world.records[0].items()), world.now))


@pytest.mark.parametrize("overlap", [OVERLAP, timedelta()])
def test_no_sequence_of_deaths_loses_a_credential_or_leaves_one_behind(overlap):
    first = World()
    reached = {signature(first): first}
    ages = [(False, MINUTE), (True, MINUTE), (True, 3 * DAY)]
    for asked, pause in ages:
        following = {}
        for world in reached.values():
            for after in every_death(world, asked, overlap):
                after.pass_time(pause)
                assert not contradicts_itself(after)
                assert_led([Run(world.copy(), asked=asked).state, Run(after).state])
                following[signature(after)] = after
        reached = following
    assert len(reached) > 100
    for world in reached.values():
        settle_down(world)
        assert world.alive and list(world.entra) == [world.asset]


def interleavings(length_one, length_two):
    for chosen in itertools.combinations(range(length_one + length_two), length_one):
        yield [0 if index in chosen else 1 for index in range(length_one + length_two)]


@pytest.mark.parametrize("records", [1, 2])
@pytest.mark.parametrize("before", ["new channel", "rotation"])
def test_no_interleaving_of_two_runs_loses_a_credential(records, before):
    """Two machines without a common lock; with one record that both see, or with one each."""
    start = World(records=[{} for _record in range(records)])
    if before == "rotation":
        for record in range(records):
            Run(start, record).finish(start)
            start.pass_time(30 * DAY)
    for order in itertools.islice(interleavings(7, 7), 0, None, 11):
        world = start.copy()
        runs = [Run(world, 0, asked=True), Run(world, records - 1, asked=True, machine="two")]
        for index in order:
            runs[index].move(world)
            assert not world.alive or any(
                world.asset in Run(world, record).sight.candidates for record in range(records)
            )
        for pause in (MINUTE, 3 * DAY, 3 * DAY, 3 * DAY):
            world.pass_time(pause)
            for record in range(records):
                Run(world, record).finish(world)
        # With one record the channel comes to rest; with two, each run corrects what the other cannot know.
        assert world.alive
        if records == 1:
            settle_down(world)
            assert list(world.entra) == [world.asset]


def test_a_death_among_two_runs_loses_nothing_either():
    for order in itertools.islice(interleavings(5, 5), 0, None, 7):
        for dead_after in range(6):
            world = World()
            Run(world).finish(world)
            world.pass_time(30 * DAY)
            runs = [Run(world, asked=True), Run(world, asked=True, machine="two")]
            left = [dead_after, 99]
            for index in order + [1] * 5:
                if left[index]:
                    left[index] -= 1
                    runs[index].move(world)
            world.pass_time(MINUTE)
            settle_down(world)
            assert world.alive and list(world.entra) == [world.asset]


def test_every_state_can_be_told_and_leads_somewhere():
    names = [state.name for state in states.STATES]
    assert len(set(names)) == len(names) and names[-1] == "good"
    for state in states.STATES:
        assert set(state.to) <= set(names) and state.to
        for fact, values in state.marks.items():
            assert values <= set(states.FACTS[fact][0])
        assert bool(state.why) == (state.leads is states.HAND_OVER)


def test_the_good_state_is_left_only_by_age_or_wish():
    facts = {
        "asset": "filled",
        "pending": "no",
        "current": "good",
        "rivals": "none",
        "store": "none",
        "asked": "no",
        "strays": "none",
        "superseded": "none",
    }
    assert Sight(facts).state.name == "good"
    for name, (values, _where, _what) in states.FACTS.items():
        for value in set(values) - {facts[name], "holds it"}:
            assert Sight({**facts, name: value}).state.name != "good", (name, value)


@pytest.mark.parametrize("offset", [-5, -1, 0, 1, 5])
def test_a_clock_that_is_off_by_five_minutes_changes_nothing_about_a_good_secret(offset):
    world = World()
    Run(world).finish(world)
    world.now += offset * MINUTE
    assert Run(world).state == "good"


@pytest.mark.parametrize(
    "since, state", [(-6, "expiring"), (-1, "expiring"), (4, "expiring"), (6, "expired")]
)
def test_a_secret_that_ended_only_by_our_clock_is_not_called_expired(since, state):
    world = World()
    Run(world).finish(world)
    end = BEGIN + 730 * DAY
    world.entra[world.asset]["endDateTime"] = wire_instant(end)
    world.now = end + since * MINUTE
    assert Run(world).state == state
