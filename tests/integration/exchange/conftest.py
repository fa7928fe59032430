# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks without Ansible around them, as the unit tests run them, and all with one sign-in, as within one run."""

from __future__ import annotations

import pytest

from unit.conftest import Task


@pytest.fixture(scope="session")
def scratch(tmp_path_factory):
    """The private folder of a run, in which its access tokens are kept."""
    return tmp_path_factory.mktemp("run")


@pytest.fixture
def task(cloud, scratch):
    """A ``Task`` on a cloud as it is at the start."""
    return Task(cloud, scratch)
