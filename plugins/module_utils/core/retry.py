# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""When to send a request again, as data, and the two loops that follow it."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from .errors import Fault, Uncertain


@dataclass(frozen=True)
class Policy:
    """How patient a client is.

    :param retry_statuses: answers that mean "later", whatever was sent.
    :param unclear_statuses: the part of them after which the request may have been applied all the same.
    :param first_wait: seconds before the second try; doubled each time, with jitter, up to ``longest_wait``.
    """

    retry_statuses: frozenset = frozenset({408, 429, 500, 502, 503, 504})
    unclear_statuses: frozenset = frozenset({408, 500, 502, 503, 504})
    first_wait: float = 0.5
    longest_wait: float = 30.0

    def wait(self, attempt, retry_after=None):
        """Seconds to wait before the next try: what the service asked for, else jittered back-off.

        A service that asks for no wait at all gets the back-off too, or it would be asked without a pause.
        """
        if retry_after:
            return retry_after
        ceiling = min(self.longest_wait, self.first_wait * 2**attempt)
        return ceiling * random.uniform(0.5, 1.0)


# Cisco: do not retry a rate-limited onboarding request, read the asset's state first
# (developer.webex.com, Webex Connect rate limits). So nothing is sent twice by itself.
NEVER = Policy(retry_statuses=frozenset())


class Deadline:
    """The end of one task's patience, shared by all its requests."""

    def __init__(self, seconds, clock=time.monotonic, sleep=time.sleep):
        self._clock = clock
        self._sleep = sleep
        self._end = clock() + seconds

    def now(self):
        """The instant on the clock by which this deadline goes."""
        return self._clock()

    def left(self):
        """Seconds left; never negative."""
        return max(0.0, self._end - self._clock())

    def sooner(self, seconds):
        """A Deadline that comes so many seconds before this one, so that what follows has them left."""
        return Deadline(self.left() - seconds, self._clock, self._sleep)

    def pause(self, seconds):
        """Sleep, unless that would leave no time for another try; returns whether it slept."""
        if seconds >= self.left():
            return False
        self._sleep(seconds)
        return True


def retry_after_seconds(value, now=None):
    """The Retry-After header in seconds.

    :param value: "30", "2.128" (Microsoft Graph shows fractions) or an HTTP date, which without a zone is in UTC
        (RFC 9110, 5.6.7); None if there is none.
    :returns: seconds, never negative; None where there is no header or it cannot be read.
    """
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        then = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    then = then.replace(tzinfo=then.tzinfo or timezone.utc)
    now = now or datetime.now(timezone.utc)
    return max(0.0, (then - now).total_seconds())


def persist(attempt_once, policy, deadline):
    """Call ``attempt_once`` until it works, its fault is final, or the deadline is near.

    :param attempt_once: returns the result, or raises a Fault whose ``retryable`` says whether to go on and
        whose ``retry_after`` says when.
    :raises Fault: the last one that says something: of a try that the deadline cut short we know only that. Uncertain
        is never followed by another try.
    """
    earlier = []
    while True:
        try:
            return attempt_once()
        except Uncertain:
            raise
        except Fault as fault:
            if earlier and fault.code == "timeout" and not deadline.left():
                raise earlier[-1] from None
            if not fault.retryable or not deadline.pause(policy.wait(len(earlier), fault.retry_after)):
                raise
            earlier.append(fault)


def create_once(create, look, policy, deadline):
    """Make something that must not be made twice: after an unclear answer, look before repeating.

    :param create: makes the thing and returns it; raises Uncertain where it may exist or not.
    :param look: returns the thing if it is there, else None.
    :raises Fault: ``uncertain`` when it could not be made clear, by the deadline or for want of an answer.
    """
    attempt, unclear = 0, None
    while True:
        try:
            return create()
        except Uncertain as fault:
            unclear = fault
        except Fault as fault:
            # A clash of names after an unclear answer: the thing is there, and reads do not show it yet.
            if unclear is None or fault.code != "conflict":
                raise
        # The write may be applied but not yet visible: give it the time of one back-off before looking.
        if not deadline.pause(policy.wait(attempt)):
            raise unclear
        try:
            found = look()
        except Fault:
            raise unclear from None
        if found is not None:
            return found
        attempt += 1
