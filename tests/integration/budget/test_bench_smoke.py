# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bench measures what it says, tried on the cheapest programs."""

from __future__ import annotations

import pytest

from bench.measure import Failed, Program, sample
from bench.stage import Stage


@pytest.fixture
def stage(cloud, tmp_path):
    return Stage(cloud, tmp_path / "stage", channels=2, latency=20)


def test_the_floor_makes_everything_in_four_requests_and_sees_it_in_one(stage, cloud):
    first = sample(stage.floor("create", fresh=True), cloud)
    assert (first.requests, first.sign_ins, first.connections) == (4, 1, 2)
    assert first.wall >= 5 * 0.02
    assert first.cpu > 0 and 5 < first.memory < 100
    again = sample(stage.floor("again", fresh=False), cloud)
    assert (again.requests, again.by_service) == (1, {"graph": 1})


def test_ours_makes_the_same_in_six_and_sees_it_in_two(stage, cloud):
    more = {"bench_floor": stage.floor_options()}
    assert sample(stage.playbook("graph.yml", fresh=True, **more), cloud).requests == 6
    assert sample(stage.playbook("graph.yml", **more), cloud).requests == 2


def test_a_program_that_fails_is_no_figure(stage, cloud):
    with pytest.raises(Failed, match="exit status 3"):
        sample(Program("broken", ["/bin/sh", "-c", "exit 3"], {}, stage.folder), cloud)
