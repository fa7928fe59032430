# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the matrix breaks is the chain that ansible-playbook runs: both leave the same journal."""

from __future__ import annotations

from collections import Counter

import pytest

from integration.matrix import chain as chains
from integration.matrix.trial import Bench
from integration.play import Play

PLAYBOOKS = {"create": "site", "rotate": "rotate_secret", "retire": "retire", "retire_shared": "retire"}
VARIABLES = {
    "webex_email_keep_copy": False,
    "webex_email_secret_overlap_days": 0,
    "webex_email_connect_wire": chains.DELETE_CALL,
    "webex_email_retire_app": True,
    "webex_email_retire_purge": True,
}
# Graph is asked under keys of one's choice, Connect under ids that the service makes.
FACTS = ("service", "operation", "method", "status", "applied", "write", "query")


@pytest.fixture
def bench(lab, tmp_path):
    return Bench(lab, tmp_path / "bench")


def requests_of(journal):
    """The requests without what differs from run to run, counted: the services are asked side by side."""
    return Counter(tuple(str(entry[name]) for name in FACTS) for entry in journal)


def writes_of(journal):
    """The writes, whose order is the chain's."""
    return [entry["operation"] for entry in journal if entry["applied"]]


@pytest.mark.parametrize("chain", chains.CHAINS)
def test_the_driver_sends_what_the_playbook_sends(lab, bench, tmp_path, chain):
    bench.clean(chain)
    start, journal = bench.start(chain), bench.journals[chain]
    lab.reset(start.world)
    lab.settings(connect_delete=True)
    folder = tmp_path / "play"
    folder.mkdir()
    play = Play(folder, lab)
    if start.record:
        play.record_path("support").parent.mkdir(parents=True, exist_ok=True)
        play.record_path("support").write_text(start.record, "utf-8")
    play.run(PLAYBOOKS[chain], "--limit", "contoso,support", **VARIABLES)
    assert writes_of(lab.journal()) == writes_of(journal)
    assert requests_of(lab.journal()) == requests_of(journal)
