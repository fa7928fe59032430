# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Reads that are good to have, by an app that need not have the rights for them."""

from __future__ import annotations

from ..core.errors import Fault


def readable(read, otherwise):
    """What ``read()`` returns; ``otherwise`` where this app may not read it."""
    try:
        return read()
    except Fault as fault:
        if fault.code != "denied":
            raise
    return otherwise
