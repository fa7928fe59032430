# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases of the matrix: every request of a chain, as the journal of a clean run shows them, times every fault."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

LAGS = (1, 5, 30)
CUT_BY_GATEWAY = {"text": "<html>Bad gateway</html>", "content_type": "text/html"}
SOON = {"headers": {"Retry-After": "0.128"}}


@dataclass(frozen=True)
class Kind:
    """One way to break a request.

    :param rule: the cloud's rule, without its match. :param alone: whether only a request of its own can meet it,
        not a part of a batch. :param services: those whose requests can meet it; all where empty.
    :param timeout: seconds that the client waits for an answer, where the fault is about that.
    """

    rule: dict[str, Any]
    alone: bool = False
    services: tuple[str, ...] = ()
    timeout: int | None = None
    creating: bool = False

    def fits(self, target: Target) -> bool:
        """Whether a request can meet this fault."""
        if self.services and target.service not in self.services:
            return False
        return not (self.alone and target.in_batch) and (not self.creating or target.creates)


@dataclass(frozen=True)
class Target:
    """One request of a chain: the ``nth`` of its operation.

    :param writes: it changed something. :param creates: it made something in the directory, which others may see
        later. :param answers: its answer has a body.
    """

    service: str
    operation: str
    nth: int
    in_batch: bool
    writes: bool
    creates: bool
    answers: bool

    @property
    def match(self) -> dict[str, Any]:
        """How the cloud recognises it."""
        return {"service": self.service, "operation": self.operation, "nth": self.nth}

    def __str__(self) -> str:
        return f"{self.operation} {self.nth}"


def _status(status: int, **more: Any) -> dict[str, Any]:
    return {"do": "status", "status": status, **more}


KINDS = {
    "killed before": Kind({"do": "kill"}, alone=True),
    "killed after": Kind({"do": "kill", "phase": "after"}, alone=True),
    "reset before": Kind({"do": "reset"}, alone=True),
    "reset after": Kind({"do": "reset", "phase": "after"}, alone=True),
    "500 after": Kind(_status(500, phase="after")),
    "429": Kind(_status(429)),
    "429 with Retry-After": Kind(_status(429, **SOON)),
    "503": Kind(_status(503)),
    "503 with Retry-After": Kind(_status(503, **SOON)),
    "token revoked": Kind({"do": "revoke"}, alone=True, services=("graph", "exchange", "connect")),
    "malformed JSON": Kind({"do": "body", "phase": "after", **CUT_BY_GATEWAY}),
    "truncated JSON": Kind({"do": "truncate", "phase": "after"}),
    "answered too late": Kind({"do": "kill_client_marker", "phase": "after"}, alone=True, timeout=1),
    "applied too late": Kind({"do": "late"}, alone=True, timeout=1),
    "down from here on": Kind(_status(503, spreads=True), alone=True),
    "gone from here on": Kind({"do": "reset", "phase": "after", "spreads": True}, alone=True),
    **{f"lag of {reads}": Kind({"do": "lag", "reads": reads}, creating=True) for reads in LAGS},
}


@dataclass(frozen=True)
class Case:
    """One cell of the matrix; ``target`` None stands for the whole run, with ``settings`` of the cloud."""

    chain: str
    kind: str
    target: Target | None
    settings: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def rules(self) -> list[dict[str, Any]]:
        """The cloud's fault rules."""
        return (
            [{**KINDS[self.kind].rule, "name": "matrix", "match": self.target.match}] if self.target else []
        )

    @property
    def timeout(self) -> int | None:
        """Seconds that the client waits for an answer; None for its usual patience."""
        return KINDS[self.kind].timeout if self.target else None

    def __str__(self) -> str:
        return f"{self.chain}: {self.kind}" + (f" at {self.target}" if self.target else " throughout")


def targets_of(journal: Iterable[dict[str, Any]]) -> list[Target]:
    """The requests of a clean run. Its services are asked side by side, so each is counted by its operation."""
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for entry in journal:
        name = (entry["service"], entry["operation"])
        seen[name] += 1
        found.append(
            Target(
                *name,
                nth=seen[name],
                in_batch=entry["batch"] is not None,
                writes=entry["applied"],
                creates=entry["applied"] and entry["service"] == "graph" and entry["status"] in (200, 201),
                answers=entry["response_body"] is not None,
            )
        )
    return found


def cases_of(chain: str, journal: list[dict[str, Any]]) -> list[Case]:
    """Every case of a chain, in an order that is the same in every run."""
    targets = sorted(targets_of(journal), key=lambda item: (item.service, item.operation, item.nth))
    single = [
        Case(chain, name, target)
        for target in targets
        for name, kind in KINDS.items()
        if kind.fits(target) and (target.answers or name != "truncated JSON")
    ]
    throughout = [
        Case(
            chain,
            f"lag of {reads}",
            None,
            {"replication_reads": reads, "exchange_replication_reads": reads},
        )
        for reads in LAGS
    ]
    return single + throughout


def sample(cases: list[Case], count: int, offset: int = 0) -> list[Case]:
    """A part of the cases, always the same one: kind after kind, at requests that wrote something if there are any.

    :param offset: the kind to begin with, so that the samples of several chains have all kinds between them.
    """
    chosen: list[Case] = []
    met: Counter[Target | None] = Counter()
    kinds = list(KINDS)
    for number in range(count):
        kind = kinds[(offset + number) % len(kinds)]
        left = [case for case in cases if case.kind == kind and case not in chosen]
        if left:
            best = min(left, key=lambda case: (not _writes(case), met[case.target], _digest(case)))
            met[best.target] += 1
            chosen.append(best)
    return chosen


def _writes(case: Case) -> bool:
    return case.target is not None and case.target.writes


def _digest(case: Case) -> str:
    return hashlib.sha256(str(case).encode()).hexdigest()
