# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The edge to msal: the only file that imports it."""

from __future__ import annotations

import logging

from ..core.errors import Fault

try:
    import msal

    MISSING = None
except ImportError as error:
    msal = None
    MISSING = error

# msal logs whole response bodies when it cannot read them (msal 1.39, oauth2cli/oauth2.py); nothing of its
# log is needed, because failures come back as values and exceptions.
logging.getLogger("msal").setLevel(logging.CRITICAL + 1)


def require():
    """Refuse to go on without msal.

    :raises Fault: ``library_missing``.
    """
    if msal is None:
        raise Fault(
            "library_missing",
            "The Python package msal is not installed where this task runs.",
            hint=f"Install it there, or give auth_access_token. ({MISSING})",
        )
