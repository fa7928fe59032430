# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Turn what msal returns or raises into a token or a Fault."""

from __future__ import annotations

import time
from dataclasses import dataclass

from ..core.errors import Fault
from .aadsts import refusal


@dataclass(frozen=True)
class Token:
    """An access token; ``expires`` is seconds since the epoch by this machine's clock."""

    text: str
    expires: float

    @property
    def alive(self):
        """Whether it can still be sent."""
        return self.expires > time.time()


def ask(acquire, transport):
    """Call msal and return its result, a dictionary with ``access_token`` or ``error``.

    :param acquire: called without arguments. The application object must be made inside: its constructor
        already asks the network, and it remembers errors (msal 1.39, throttled_http_client).
    :raises Fault: as the transport does; ``protocol`` for an answer that cannot be read.
    """
    try:
        result = acquire()
    except Fault:
        raise
    except Exception:
        # msal promises no types here (ValueError, KeyError and RuntimeError were seen), and the texts quote
        # bodies. Without any answer it is a defect of ours instead, which the boundary reports.
        if transport.last is None:
            raise
        return _unread(transport.last)
    return result if isinstance(result, dict) else _unread(transport.last)


def token_of(result, transport, names):
    """The Token in a result of ``ask``.

    :raises Fault: ``sign_in_failed`` and the others of ``aadsts.CAUSES``; ``protocol`` for no token at all.
    """
    text = result.get("access_token")
    if isinstance(text, str) and text:
        return Token(text, time.time() + int(result.get("expires_in", 0)))
    if "error" in result:
        raise refusal(result, transport.last.status, **names)
    raise _no_contract(transport.last)


def _unread(response):
    content = response.json()
    if response.status >= 400 and isinstance(content, dict):
        return {"error": "refused", **content}
    raise _no_contract(response)


def _no_contract(response):
    return Fault(
        "protocol",
        f"The sign-in service gave an answer that is not part of its contract (HTTP {response.status}).",
        hint="Check authority_url, and whether a proxy answers in its place.",
        status=response.status,
    )
