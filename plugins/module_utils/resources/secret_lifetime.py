# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Lifetimes of client secrets: what a tenant's policy allows, and how instants are written. No network."""

from __future__ import annotations

import math
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from ..core.errors import Fault

DAY = timedelta(days=1)
# Clocks differ, and the service keeps fractions that we do not send.
TOLERANCE = timedelta(seconds=60)
# Longer than clocks may differ, which is 5 minutes.
MARGIN = timedelta(minutes=10)
SPREAD = 6 * 60 * 60  # seconds
DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
# Years and months as their shortest, so that a cap is never exceeded.
UNITS = (365 * DAY, 28 * DAY, 7 * DAY, DAY, timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1))


@dataclass(frozen=True)
class Cap:
    """What a policy says about new client secrets of one app.

    :param forbidden: none may be added. :param longest: the longest lifetime (timedelta), None for any.
    """

    forbidden: bool = False
    longest: timedelta | None = None

    @property
    def longest_days(self):
        """The longest lifetime in whole days, or None."""
        return None if self.longest is None else math.floor(self.longest / DAY)

    def allows(self, valid_days):
        """Whether a secret that lives so many days may be added."""
        return not self.forbidden and (self.longest is None or valid_days * DAY <= self.longest)


def lifetime_cap(policy, created=None):
    """What an app management policy says about new client secrets.

    Source: learn.microsoft.com/graph/api/resources/tenantappmanagementpolicy. Exemptions of callers cannot be
    foreseen, so this is a hint that the service may contradict either way.

    :param policy: the tenant's default policy, one assigned to an application, or None where it cannot be read.
    :param created: creation time of the app (wire), None for one still to be made: rules may spare older apps.
    :returns: Cap.
    """
    if not policy or not policy.get("isEnabled"):
        return Cap()
    restrictions = policy.get("restrictions") or policy.get("applicationRestrictions") or {}
    rules = [rule for rule in restrictions.get("passwordCredentials") or [] if _in_force(rule, created)]
    forbidden = any(rule.get("restrictionType") == "passwordAddition" for rule in rules)
    lifetimes = [
        duration(rule.get("maxLifetime"))
        for rule in rules
        if rule.get("restrictionType") == "passwordLifetime"
    ]
    return Cap(forbidden, min((lifetime for lifetime in lifetimes if lifetime is not None), default=None))


def _in_force(rule, created):
    if rule.get("state", "enabled") != "enabled":
        return False
    since = rule.get("restrictForAppsCreatedAfterDateTime")
    return not since or not created or instant(created) >= instant(since)


def refuse_over_cap(cap, valid_days):
    """Refuse a lifetime that the policy does not allow.

    :raises Fault: ``policy_blocked``, with the longest lifetime allowed.
    """
    if cap.forbidden:
        raise Fault(
            "policy_blocked",
            "The tenant's app management policy forbids client secrets.",
            hint="An administrator can exempt this app with an app management policy of its own.",
        )
    if not cap.allows(valid_days):
        raise Fault(
            "policy_blocked",
            f"The tenant's app management policy lets a client secret live {cap.longest_days} days at most,"
            f" and valid_days is {valid_days}.",
            hint=f"Set valid_days to {cap.longest_days} or less.",
        )


def chosen_end(valid_days, at):
    """When a new secret shall end, as a wire instant: valid_days after ``at``, less MARGIN and a random part of SPREAD.

    A policy counts from the service's clock, which ours may be ahead of: so a lifetime of just the longest allowed
    is not refused. And an end that nobody else chooses tells our secret from any other of its description.
    """
    return wire_instant(at + valid_days * DAY - MARGIN - timedelta(seconds=secrets.randbelow(SPREAD)))


def duration(text):
    """An ISO 8601 duration such as P90D as timedelta; None where there is none or it cannot be read."""
    match = DURATION.fullmatch(text or "")
    if not match or not any(match.groups()):
        return None
    return sum(
        (float(count) * unit for count, unit in zip(match.groups(), UNITS, strict=True) if count), timedelta()
    )


def instant(text):
    """A wire timestamp as datetime in UTC. The service writes up to seven fractional digits, Python reads six."""
    plain = re.sub(r"(\.\d{6})\d+", r"\1", text.strip())
    moment = datetime.fromisoformat(re.sub(r"[Zz]$", "+00:00", plain))
    return moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def wire_instant(moment):
    """A datetime in the wire form, in whole seconds."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
