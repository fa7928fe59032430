# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the lab's own tests."""

from __future__ import annotations

import pytest

from unit.lab.cloud import Cloud


@pytest.fixture
def here():
    """A lab in this process with a signed-in Graph client."""
    return Cloud()
