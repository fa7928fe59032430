# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks without Ansible around them, as the unit tests run them."""

from __future__ import annotations

from unit.conftest import task

__all__ = ["task"]
