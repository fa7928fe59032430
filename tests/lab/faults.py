# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Misbehaviour on demand: errors, lost answers, delays and cut connections for chosen requests."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import Any

ACTIONS = (
    "status",
    "reset",
    "cut",
    "delay",
    "body",
    "kill_client_marker",
    "kill",
    "late",
    "truncate",
    "revoke",
    "lag",
    "echo",
)
PHASES = ("before", "after")
_MATCHERS = ("service", "operation", "method", "path", "body", "nth", "times")


class ConnectionCut(Exception):
    """The connection is to be closed without an answer."""


@dataclass
class Fault:
    """One rule. ``phase`` after means: the service has done its work, only the answer is spoiled.

    ``do``: status and body answer with what the rule gives (status defaults to 503 and 200); reset closes the
    connection before the answer, cut in the middle of it; delay waits ``seconds`` and goes on; kill_client_marker
    keeps the client waiting until it is gone (or ``seconds``, 60 by default, are over): the journal shows the
    request, without status, meanwhile;
    kill ends the process ``pid``, the client on this machine, by SIGKILL at this very point and cuts the
    connection; late (phase before) waits until the client has given up and only then does the work; truncate
    (phase after) sends the first half of the answer's body as if it were the whole; revoke takes the request's
    access token back, which every service refuses until the rules are replaced; lag serves the request with
    ``replication_reads`` set to ``reads``, so that only what this request makes is slow to show; echo answers with
    status (400 by default) and quotes, in body and headers, the request with its token and all that it holds, and in
    phase after also what the answer would have been.

    With ``spreads`` every request after the first that fired meets the same fault, whatever it is.

    ``match.nth`` counts matching requests from 1; with ``match.times`` the rule fires from there on that
    often (once if only ``nth`` is given, at every match if neither is).
    """

    do: str
    match: dict[str, Any] = field(default_factory=dict)
    phase: str = "before"
    name: str | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    json: Any = None
    text: str | None = None
    content_type: str | None = None
    seconds: float = 0
    pid: int | None = None
    reads: int = 0
    spreads: bool = False
    seen: int = field(default=0, init=False)
    fired: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.name = self.name or self.do
        if self.do not in ACTIONS or self.phase not in PHASES:
            raise ValueError(f"no such fault: do={self.do!r} phase={self.phase!r}")
        unknown = sorted(set(self.match) - set(_MATCHERS))
        if unknown:
            raise ValueError(f"a fault cannot match on {', '.join(unknown)}")

    def takes(self, service: str, operation: str | None, method: str, path: str, body: str = "") -> bool:
        """Count this request if it matches; True if the rule fires for it."""
        if self.spreads and self.fired:
            self.fired += 1
            return True
        if not self._fits(service, operation, method, path, body):
            return False
        self.seen += 1
        first = self.match.get("nth")
        times = self.match.get("times", 1 if first else None)
        if self.seen < (first or 1) or (times is not None and self.fired >= times):
            return False
        self.fired += 1
        return True

    def _fits(self, service: str, operation: str | None, method: str, path: str, body: str) -> bool:
        wanted = self.match
        exact = {"service": service, "operation": operation, "method": method}
        patterns = {"path": path, "body": body}
        return all(wanted[key] == value for key, value in exact.items() if key in wanted) and all(
            re.search(wanted.get(key, ""), text) for key, text in patterns.items()
        )


class FaultBook:
    """The rules in force; the first that fires for a request is the one that acts."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []

    def replace(self, rules: list[dict[str, Any]]) -> None:
        """Put these rules in force instead of the present ones. Raises ValueError for an unknown key."""
        known = {entry.name for entry in fields(Fault) if entry.init}
        for rule in rules:
            unknown = sorted(set(rule) - known)
            if unknown or "do" not in rule:
                raise ValueError(f"not a fault: {unknown or 'do is missing'}")
        self.rules = [Fault(**rule) for rule in rules]

    def pick(
        self, service: str, operation: str | None, method: str, path: str, body: str = ""
    ) -> Fault | None:
        """The rule that acts on this request, if any; every matching rule counts it."""
        firing = [rule for rule in self.rules if rule.takes(service, operation, method, path, body)]
        return firing[0] if firing else None
