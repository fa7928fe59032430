# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A part of the matrix: each kind of fault, and each request of a chain that writes. ``make matrix`` tries the rest."""

from __future__ import annotations

import pytest

from integration.matrix.cases import KINDS, sample
from integration.matrix.chain import CHAINS
from integration.matrix.figures import table
from integration.matrix.trial import Bench
from lab.client import LabClient

# Cases of each chain, and the kind with which it begins.
SIZE = {"create": 13, "rotate": 8, "retire": 9, "retire_shared": 6}
OFFSET = {"create": 0, "rotate": 13, "retire": 7, "retire_shared": 1}
assert set(SIZE) == set(OFFSET) == set(CHAINS)


@pytest.fixture(scope="module")
def bench(lab, tmp_path_factory):
    return Bench(LabClient(lab.url, lab.ca_bundle), tmp_path_factory.mktemp("matrix") / "bench")


def chosen(bench, chain):
    return sample(bench.cases(chain), SIZE[chain], OFFSET[chain])


@pytest.mark.parametrize("chain", CHAINS)
def test_an_interrupted_chain_costs_nothing_but_another_run(bench, chain):
    verdicts = [bench.try_out(case) for case in chosen(bench, chain)]
    print(table(verdicts))
    assert {str(verdict.case): verdict.lost for verdict in verdicts if verdict.lost} == {}


def test_the_sample_has_each_kind_and_each_write(bench):
    samples = {chain: chosen(bench, chain) for chain in CHAINS}
    assert {case.kind for cases in samples.values() for case in cases} == set(KINDS)
    for chain, cases in samples.items():
        writes = {case.target for case in bench.cases(chain) if case.target and case.target.writes}
        assert writes <= {case.target for case in cases}, chain
        assert cases == chosen(bench, chain)
