# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Sign in with a client secret."""

from __future__ import annotations

from . import confidential
from .options import check_application, demand

NAME = "client_secret"


def validate(options):
    """Check the options without the network.

    :raises Fault: ``invalid_input``.
    """
    check_application(options, NAME)
    demand(options, NAME, "auth_client_secret")


def credential(options):
    """What tells this credential from any other, as text or bytes."""
    return options["auth_client_secret"]


def secrets(credential):
    """What must never be shown."""
    return [credential]


def acquire(options, _credential, audience, transport, cache):
    """msal's result; see ``confidential.acquire``."""
    return confidential.acquire(options, options["auth_client_secret"], audience, transport, cache)
