# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What msal calls an http_client, on top of our own session.

With it our certificates, proxies and timeouts hold for sign-in too, and a connection that fails gives the
same Fault as everywhere else: msal lets exceptions that it does not know pass through.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from ..core.service import unavailable
from ..core.web import Request

# Microsoft services allow clocks to differ by five minutes (assumption: clock-skew).
CLOCK_TOLERANCE_SECONDS = 300


@dataclass(frozen=True)
class Answer:
    """A response in the shape that msal reads."""

    status_code: int
    text: str
    headers: dict


class Transport:
    """Sends msal's requests.

    :param http: an ``Http`` session.
    :param warn: called with a text that the user should see.
    :ivar last: the last Response, or None; msal keeps status and headers to itself.
    """

    def __init__(self, http, warn):
        self._http = http
        self._warn = warn
        self.last = None

    def get(self, url, params=None, headers=None, **_ignored):
        """An Answer to a GET; see ``_send``."""
        return self._send(Request("GET", url, params=params, headers=_given(headers)))

    def post(self, url, params=None, data=None, headers=None, **_ignored):
        """An Answer to a form POST; see ``_send``."""
        return self._send(Request("POST", url, params=params, headers=_given(headers), form=data))

    def close(self):
        """Nothing: the session belongs to the task, which closes it."""

    def _send(self, request):
        """Send once.

        :raises Fault: ``throttled`` or ``service_error``, retryable, before msal sees such an answer: it
            would remember it and not ask again for a while; also those of ``Http.send``.
        """
        response = self.last = self._http.send(request)
        self._compare_clocks(response.headers.get("Date"))
        if response.status in (408, 429) or response.status >= 500:
            fault = unavailable("Microsoft sign-in", response)
            fault.retryable = True
            fault.retry_after = response.retry_after
            raise fault
        return Answer(response.status, response.text, dict(response.headers))

    def _compare_clocks(self, date):
        try:
            ahead = time.time() - parsedate_to_datetime(date).timestamp()
        except (TypeError, ValueError):
            return
        if abs(ahead) > CLOCK_TOLERANCE_SECONDS:
            direction = "ahead of" if ahead > 0 else "behind"
            self._warn(
                f"The clock of this machine is about {round(abs(ahead) / 60)} minutes {direction} the sign-in"
                " service's; more than 5 minutes make certificates and tokens fail. Synchronise it (NTP)."
            )


def _given(headers):
    return {name: value for name, value in (headers or {}).items() if value is not None}
