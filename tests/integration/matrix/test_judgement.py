# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The matrix can lose: what it compares, watches and counts is tried with defects put in on purpose."""

from __future__ import annotations

import copy
import json

import pytest

from integration import world as at
from integration.matrix.cases import KINDS, Case, cases_of, targets_of
from integration.matrix.chain import ADDRESS, connection
from integration.matrix.compare import differences, end_state
from integration.matrix.figures import table
from integration.matrix.trial import Bench, Verdict
from lab.client import LabClient


@pytest.fixture(scope="module")
def bench(lab, tmp_path_factory):
    made = Bench(LabClient(lab.url, lab.ca_bundle), tmp_path_factory.mktemp("matrix") / "bench")
    made.clean("create")
    return made


@pytest.fixture(scope="module")
def made(bench):
    """World and record at the end of an undisturbed create chain, and the world at its start."""
    bench.start("rotate")
    return bench.lab.state(), bench.record.read_text("utf-8"), bench.start("create").world


def our_app(world):
    return next(app for app in world["tenants"][0]["applications"] if app["uniqueName"])


def test_two_undisturbed_runs_end_alike_although_every_id_differs(bench, made):
    world, record, start = made
    bench.clean("create")
    again = bench.lab.state()
    assert our_app(again)["id"] != our_app(world)["id"]
    wanted = end_state(world, record, start)
    assert differences(wanted, end_state(again, bench.record.read_text("utf-8"), start)) == []
    assert "<in 730 days>" in json.dumps(wanted)


def orphan(world):
    key = {**our_app(world)["passwordCredentials"][0], "keyId": "00000000-0000-4000-8000-00000000000a"}
    our_app(world)["passwordCredentials"].append(key)


def second_asset(world):
    world["connect"][0]["assets"].append(
        {**world["connect"][0]["assets"][-1], "appId": "a_999999999999999999"}
    )


def other_secret_in_asset(world):
    world["connect"][0]["assets"][-1]["lab_secrets"]["clientSecret"] = "CANARY-something-else-entirely"


def foreign_rule(world):
    world["tenants"][0]["outbound_rules"][0]["From"].append(ADDRESS)


def shorter_life(world):
    our_app(world)["passwordCredentials"][0]["endDateTime"] = "2026-12-31T00:00:00Z"


@pytest.mark.parametrize("defect", [orphan, second_asset, other_secret_in_asset, foreign_rule, shorter_life])
def test_a_defect_in_the_end_state_is_seen(made, defect):
    world, record, start = made
    broken = copy.deepcopy(world)
    defect(broken)
    assert differences(end_state(world, record, start), end_state(broken, record, start))


def test_a_record_that_names_another_key_is_seen(made):
    world, record, start = made
    memory = json.loads(record)
    memory["webex_email_record"]["key_id"] = our_app(world)["id"]
    found = differences(end_state(world, record, start), end_state(world, json.dumps(memory), start))
    assert [line.split(":")[0] for line in found] == ["/record/webex_email_record/key_id"]


def test_every_request_meets_every_fault_that_fits_it(bench):
    journal = bench.journals["create"]
    cases = cases_of("create", journal)
    assert {case.kind for case in cases} == set(KINDS)
    assert {case.target for case in cases if case.target} == set(targets_of(journal))
    assert len(set(cases)) == len(cases) > 15 * len(journal) / 2


def test_a_fault_that_nobody_meets_loses_its_case(bench):
    target = next(target for target in targets_of(bench.journals["create"]) if target.writes)
    unmet = Case("create", "503", type(target)(**{**vars(target), "nth": 99}))
    assert bench.try_out(unmet).lost == ["the fault was never met"]


def test_the_figures_tell_what_is_lost():
    verdicts = [Verdict(Case("create", "503", None), []), Verdict(Case("create", "503", None), ["why"])]
    assert "| 503 | 1/2 | - | - |" in table(verdicts)
    assert table(verdicts).endswith("2 cases: 1 passed, 1 lost; 0 asked a person.")


class TestWatch:
    """The cloud's own look at the credentials in the assets."""

    @pytest.fixture
    def remove(self, bench, made, task_of):
        """Removes the secret that the asset holds, by the module for it."""

        def remove():
            bench.lab.reset(made[0])
            task_of(bench, made[0])

        return remove

    @pytest.fixture
    def task_of(self, tmp_path):
        from integration.matrix.chain import UNIQUE_NAME, Run

        def run(bench, world):
            options = connection(bench.lab.url, bench.lab.ca_bundle, world)
            Run(options, tmp_path).perform(
                "azure_app_secret",
                unique_name=UNIQUE_NAME,
                display_name=f"wxconnect {ADDRESS}",
                state="absent",
            )

        return run

    def test_a_secret_that_goes_while_the_asset_holds_it_is_a_lapse(self, bench, remove):
        remove()
        (lapse,) = bench.lab.lapses()
        assert lapse["operation"] == "application_removePassword"
        assert (lapse["email"], lapse["forwarding"], lapse["reason"]) == (ADDRESS, True, "no such secret")

    def test_what_was_dead_before_is_none(self, bench, remove):
        remove()
        bench.lab.reset(bench.lab.state())
        assert bench.lab.lapses() == []
        assert at.apps(bench.lab.state(), 0)
