# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks over each road."""

from __future__ import annotations

import pytest

from integration.roads.road import Traveller


@pytest.fixture
def travel(cloud, tmp_path):
    """Called with a road's name: a ``Traveller`` on a cloud as it is at the start."""

    def start(road):
        cloud.reset()
        return Traveller(road, cloud, tmp_path)

    return start
