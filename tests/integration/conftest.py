# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real playbook runs against the embedded cloud."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from integration.play import CHANNELS, Play, Run


@pytest.fixture
def play(cloud, tmp_path):
    """A ``Play`` on a cloud as it is at the start."""
    return Play(tmp_path, cloud)


@pytest.fixture(scope="module")
def module_play(lab, tmp_path_factory):
    """The same for all tests of a file, which look at the same runs."""
    lab.reset()
    return Play(tmp_path_factory.mktemp("play"), lab)


@dataclass(frozen=True)
class Converged:
    """What one run of site made of the example: the cloud's state, the records, and what it did."""

    world: dict
    records: dict
    run: Run
    journal: list


@pytest.fixture(scope="session")
def first_site(lab, tmp_path_factory):
    """A run of site on the example, once for each test worker."""
    lab.reset()
    play = Play(tmp_path_factory.mktemp("first"), lab)
    run = play.run("site")
    records = {channel: play.record_path(channel).read_text("utf-8") for channel in CHANNELS}
    return Converged(lab.state(), records, run, lab.journal())


def _restore(play, converged):
    play.lab.reset(converged.world)
    for channel, text in converged.records.items():
        play.record_path(channel).write_text(text, "utf-8")


@pytest.fixture
def converged(first_site, play):
    """A ``Play`` on a cloud as site left it."""
    _restore(play, first_site)
    return play


@pytest.fixture(scope="module")
def module_converged(first_site, module_play):
    """The same for all tests of a file."""
    _restore(module_play, first_site)
    return module_play
