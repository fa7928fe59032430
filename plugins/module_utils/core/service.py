# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""A service behind a bearer token: what all three have in common."""

from __future__ import annotations

from dataclasses import replace

from .errors import Fault, Uncertain
from .pace import Pace
from .retry import persist


class Service:
    """Sends requests to one service with a token, and repeats those that may be repeated.

    :param http: an ``Http`` session.
    :param token: an object with ``get()`` -> token text and ``renew()`` -> a new token, or None if there is none.
    :param explain: called with (Response, Request); returns a Fault, or None for success.
    :param pace: how fast the run may ask, a Pace; this service alone where it is not given.

    ``sent`` counts the requests that were sent.
    """

    def __init__(self, http, token, deadline, policy, explain, pace=None):
        self._http = http
        self._token = token
        self.deadline = deadline
        self.policy = policy
        self._explain = explain
        self.pace = pace or Pace(deadline)
        self.sent = 0

    def call(self, request):
        """The Response to a request, once it is a success.

        :raises Uncertain: the request is not repeatable and may have been applied.
        :raises Fault: what ``explain`` made of the last answer, or why there was none.
        """
        return persist(lambda: self._attempt(request), self.policy, self.deadline)

    def _attempt(self, request):
        response = self._send(request, self._token.get())
        if response.status == 401:
            renewed = self._token.renew()
            if renewed:
                response = self._send(request, renewed)
        fault = self._explain(response, request)
        if fault is None:
            return response
        raise self._with_policy(fault, request, response)

    def _send(self, request, token):
        self.pace.before(request)
        self.sent += 1
        return self._http.send(
            replace(request, headers={"Authorization": f"Bearer {token}", **request.headers})
        )

    def _with_policy(self, fault, request, response):
        if response.status in self.policy.unclear_statuses and not request.repeatable:
            return Uncertain(fault.message, status=fault.status, request_id=fault.request_id)
        fault.retryable = fault.retryable or response.status in self.policy.retry_statuses
        if response.retry_after is not None:
            fault.retry_after = response.retry_after
        if response.status == 429 and response.retry_after:
            self.pace.hold(response.retry_after)
        return fault


def unavailable(name, response):
    """The Fault for an answer that says "not now", or for one that is no part of any contract.

    :param name: the service's name in a sentence.
    :returns: Fault ``throttled``, ``service_error`` or ``protocol``.
    """
    known = {"status": response.status, "request_id": response.request_id}
    if response.status == 429:
        return Fault(
            "throttled", f"{name} asked to slow down.", hint="Run again later, or with fewer forks.", **known
        )
    if response.status >= 500 or response.status == 408:
        return Fault(
            "service_error", f"{name} failed (HTTP {response.status}).", hint="Run again later.", **known
        )
    return Fault(
        "protocol",
        f"{name} gave an answer that is not part of its contract (HTTP {response.status}).",
        **known,
    )
