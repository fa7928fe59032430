# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Sign in with a token of another identity provider (workload identity federation).

The file is what Kubernetes, AWX or a CI system keeps renewing (learn.microsoft.com, workload identity
federation).
"""

from __future__ import annotations

from ..core.errors import Fault
from . import confidential
from .options import check_application, demand

NAME = "federated_token"
OPTION = "auth_federated_token_file"


def validate(options):
    """Check the options and the file without the network.

    :raises Fault: ``invalid_input``.
    """
    check_application(options, NAME)
    demand(options, NAME, OPTION)
    credential(options)


def credential(options):
    """The token, read afresh: it is renewed behind our back, typically every hour.

    :raises Fault: ``invalid_input`` with the path, never the content.
    """
    path = options[OPTION]
    try:
        with open(path, encoding="ascii") as stream:
            token = stream.read().strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise Fault("invalid_input", f"{OPTION} {path} cannot be read: {reason}.") from None
    if token.count(".") != 2:
        raise Fault("invalid_input", f"{OPTION} {path} does not hold a JSON web token.")
    return token


def secrets(token):
    """What must never be shown."""
    return [token]


def acquire(options, token, audience, transport, cache):
    """msal's result; see ``confidential.acquire``."""
    return confidential.acquire(options, {"client_assertion": lambda: token}, audience, transport, cache)
