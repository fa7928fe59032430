# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real playbook runs against the embedded cloud."""

from __future__ import annotations

import pytest

from integration.play import Play


@pytest.fixture
def play(cloud, tmp_path):
    """A ``Play`` on a cloud as it is at the start; no request or answer of the test may break a contract."""
    yield Play(tmp_path, cloud)
    assert cloud.violations() == []


@pytest.fixture(scope="module")
def module_play(lab, tmp_path_factory):
    """The same for all tests of a file, which look at the same runs."""
    lab.reset()
    yield Play(tmp_path_factory.mktemp("play"), lab)
    assert lab.violations() == []
