# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An AWX for each file of tests: its tests look at what the ones before have made."""

from __future__ import annotations

import pytest

from integration.awx.tower import running_tower


@pytest.fixture(scope="module")
def tower(lab, tmp_path_factory):
    """A ``Tower`` on a fresh AWX and a cloud as it is at the start."""
    lab.reset()
    with running_tower(tmp_path_factory.mktemp("tower"), lab) as tower:
        yield tower
