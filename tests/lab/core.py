# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state every service of the lab shares: the world, its clock, the journal, settings and faults."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import jsonpatch
from starlette.requests import Request
from starlette.responses import Response

from .faults import FaultBook
from .journal import Journal
from .problems import Problem
from .tokens import TokenRefused, TokenSigner
from .watch import CredentialWatch
from .world import complete, example

DEFAULT_SETTINGS: dict[str, Any] = {
    "latency_ms": 0,
    "replication_reads": 0,  # looks at a new object that still find nothing
    "replication_reads_of": {},  # the same for one kind of object, for example {"application": 3}
    "page_size": 100,
    "connect_secret_echo": "masked",
    "connect_put": "merge",
    "clock_offset_seconds": 0,
    "exchange_not_found_status": 404,
    "token_lifetime_seconds": 3599,
    "graph_write_ms": 0,  # how long a write keeps its application to itself; another one meanwhile is refused
    "contract_checks": True,
}


@dataclass(frozen=True)
class Caller:
    """Who a bearer token speaks for: the tenant's world entry and the claims services decide on."""

    tenant: dict[str, Any]
    client_id: str
    object_id: str
    roles: list[str] = field(default_factory=list)
    wids: list[str] = field(default_factory=list)
    claims: dict[str, Any] = field(default_factory=dict)

    def has(self, *roles: str) -> bool:
        """True if the token carries at least one of the named application roles."""
        return any(role in self.roles for role in roles)


class Lab:
    """One embedded cloud. Everything that :meth:`reset` does not put back is fixed for the process.

    ``world`` is plain JSON-able data. Handlers read and write it between two awaits, so that one request
    is one atomic step, as it is in the single event loop the lab runs in.
    """

    def __init__(self, world: dict[str, Any] | None = None) -> None:
        self.signer = TokenSigner()
        self.smtp_port: int | None = (
            None  # set by the server; an application without one carries mail all the same
        )
        self._default = world or example()
        self.reset()

    def reset(self, world: dict[str, Any] | None = None) -> None:
        """Start over with ``world`` (default: the one the lab was started with), no journal and no faults."""
        self.world = complete(copy.deepcopy(world if world is not None else self._default))
        self.settings = dict(DEFAULT_SETTINGS)
        self.journal = Journal()
        self.faults = FaultBook()
        self.violations: list[dict[str, Any]] = []
        self.powershell_starts: list[dict[str, Any]] = []  # of pwsh, with arguments and environment
        self.issued_secrets: set[str] = set()  # also those removed since: the journal hides them for good
        self.revoked: set[str] = set()  # access tokens that a fault has taken back
        self._lag: dict[str, int] = {}
        self.being_written: set[str] = set()
        self.watch = CredentialWatch(self)

    def edit(self, operations: list[dict[str, Any]]) -> None:
        """Apply a JSON Patch (RFC 6902) to the world: drift made by hand. Raises jsonpatch's exceptions."""
        self.world = jsonpatch.apply_patch(self.world, operations)
        self.watch.start_over(self)

    def change_settings(self, changes: dict[str, Any]) -> None:
        """Merge ``changes`` into the settings; an unknown name raises ValueError."""
        unknown = sorted(set(changes) - set(DEFAULT_SETTINGS))
        if unknown:
            raise ValueError(f"unknown settings: {', '.join(unknown)}")
        self.settings.update(changes)

    def now(self) -> datetime:
        """The lab's time (UTC): the world's ``clock`` or real time, moved by ``clock_offset_seconds``."""
        fixed = self.world.get("clock")
        base = datetime.fromisoformat(fixed.replace("Z", "+00:00")) if fixed else datetime.now(timezone.utc)
        return base + timedelta(seconds=self.settings["clock_offset_seconds"])

    def timestamp(self) -> str:
        """:meth:`now` in the wire form of Microsoft's services, whole seconds with ``Z``."""
        return self.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    @staticmethod
    def new_id() -> str:
        return str(uuid.uuid4())

    def tenant(self, id_or_domain: str) -> dict[str, Any] | None:
        """The Microsoft tenant with this id or one of its domains (case-insensitive), else None."""
        wanted = id_or_domain.lower()
        for tenant in self.world["tenants"]:
            if wanted in {tenant["id"].lower(), tenant["domain"].lower(), *map(str.lower, tenant["domains"])}:
                return tenant
        return None

    def connect_tenant(self, organization_id: str) -> dict[str, Any] | None:
        """The Webex Connect tenant of this organization id (case-insensitive), else None."""
        wanted = organization_id.lower()
        return next((t for t in self.world["connect"] if t["organization_id"].lower() == wanted), None)

    def caller(
        self, request: Request, audiences: tuple[str, ...], refuse: Callable[[str], Response]
    ) -> Caller:
        """Who sent ``request``, by its bearer token.

        ``refuse(reason)`` builds the service's own answer to a bad token; reason is one of ``missing``,
        ``malformed``, ``expired``, ``audience`` or ``tenant``. Raises :class:`Problem` with that answer.
        """
        scheme, _space, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Problem(refuse("missing"))
        if token in self.revoked:
            raise Problem(refuse("expired"))
        try:
            claims = self.signer.read(token.strip(), audiences, self.now())
        except TokenRefused as refusal:
            raise Problem(refuse(refusal.reason)) from None
        tenant = self.tenant(claims["tid"])
        if tenant is None:
            raise Problem(refuse("tenant"))
        request.state.client_id = claims["appid"]
        return Caller(
            tenant, claims["appid"], claims["oid"], claims.get("roles", []), claims.get("wids", []), claims
        )

    def delay_replication(self, kind: str, *keys: str) -> None:
        """Make the next looks at each key answer as if it were not there yet.

        How many: ``replication_reads_of`` the kind of object, else ``replication_reads``.
        """
        own = self.settings["replication_reads_of"]
        for key in keys:
            self._lag[key] = own.get(kind, self.settings["replication_reads"])

    def lags(self, key: str) -> bool:
        """Whether the next look at ``key`` would not find it, without looking."""
        return self._lag.get(key, 0) > 0

    def replicated(self, key: str) -> bool:
        """Look at ``key`` once: False (and one look less to go) while its replication lags."""
        left = self._lag.get(key, 0)
        if left <= 0:
            return True
        self._lag[key] = left - 1
        return False
