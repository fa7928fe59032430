# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Use an access token that somebody else obtained."""

from __future__ import annotations

import time

from ..core.errors import Fault
from .claims import claims_of
from .clouds import CLOUDS
from .options import demand

NAME = "access_token"
# Tokens can name their audience by the service's application id instead (learn.microsoft.com, "Verify
# first-party Microsoft applications in sign-in reports").
GRAPH_ID = "00000003-0000-0000-c000-000000000000"
EXCHANGE_ID = "00000002-0000-0ff1-ce00-000000000000"
APPLICATION_IDS = {cloud.graph: GRAPH_ID for cloud in CLOUDS.values()} | {
    cloud.exchange: EXCHANGE_ID for cloud in CLOUDS.values()
}


def validate(options):
    """Check the options without the network.

    :raises Fault: ``invalid_input``.
    """
    demand(options, NAME, "auth_access_token")


def acquire(options, audience):
    """The token, if it can be of use at this audience; what cannot be read is left to the service to judge.

    :raises Fault: ``invalid_input`` for a token made for another service; ``sign_in_failed`` if it expired.
    """
    token = options["auth_access_token"]
    claims = claims_of(token)
    named, fitting = claims.get("aud"), (audience, APPLICATION_IDS.get(audience))
    if isinstance(named, str) and named.rstrip("/").lower() not in fitting:
        raise Fault(
            "invalid_input",
            f"auth_access_token was made for another service than {audience}.",
            hint=f"Obtain one with the scope {audience}/.default, or let this collection sign in itself.",
        )
    expires = claims.get("exp")
    if isinstance(expires, (int, float)) and expires <= time.time():
        raise Fault(
            "sign_in_failed",
            "auth_access_token has expired.",
            hint="Obtain a new one just before the run, or let this collection sign in itself.",
        )
    return token


class ReadyMade:
    """The token source of this method; see ``sign_in.TokenSource``."""

    def __init__(self, options, audience):
        self._options = options
        self._audience = audience

    def get(self):
        """The token.

        :raises Fault: see ``acquire``.
        """
        return acquire(self._options, self._audience)

    def renew(self):
        """None: nobody here can make another one."""

    def claims(self):
        """The token's claims, unverified; {} if it is not a JSON web token."""
        return claims_of(self.get())
