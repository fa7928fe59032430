# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks after every applied write whether the credentials in Webex Connect's assets still work.

A prober that signs in now and then can miss the moment; this look is taken inside the lab, between two requests, so
there is no moment that it does not see.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .core import Lab
    from .journal import Entry


class CredentialWatch:
    """Writes down each time an asset is left with a credential that could not obtain a token.

    What was dead at the start (or after a JSON Patch, which is drift on purpose) is no lapse until it has worked
    once. ``lapses`` holds {n, operation, asset, email, forwarding, reason}; ``forwarding`` says whether a mailbox
    still sends its mail to the asset.
    """

    def __init__(self, lab: Lab) -> None:
        self.lapses: list[dict[str, Any]] = []
        self._dead: set[tuple[str, str, str]] = set()
        self.start_over(lab)

    def start_over(self, lab: Lab) -> None:
        """Take what is dead now for known."""
        self._dead = {_held(asset) for asset in _assets(lab) if dead(lab, asset)}

    def look(self, lab: Lab, entry: Entry) -> None:
        """Compare with the last look; called after the request of ``entry`` was applied."""
        for asset in _assets(lab):
            held, reason = _held(asset), dead(lab, asset)
            if reason is None:
                self._dead.discard(held)
            elif held not in self._dead:
                self._dead.add(held)
                self.lapses.append(
                    {
                        "n": entry.n,
                        "operation": entry.operation,
                        "asset": asset["appId"],
                        "email": asset["emailId"],
                        "forwarding": _is_forwarded_to(lab, asset),
                        "reason": reason,
                    }
                )


def dead(lab: Lab, asset: dict[str, Any]) -> str | None:
    """Why Microsoft would refuse what the asset holds at this moment; None where it would not, or holds nothing."""
    client_id, secret = _held(asset)[1:]
    if not secret:
        return None
    for tenant in lab.world["tenants"]:
        for app in tenant["applications"]:
            if app["appId"] == client_id:
                return _refusal(lab, tenant, app, secret)
    return "no such application"


def _refusal(lab: Lab, tenant: dict[str, Any], app: dict[str, Any], secret: str) -> str | None:
    if all(principal["appId"] != app["appId"] for principal in tenant["service_principals"]):
        return "no service principal"
    values = app.get("lab_secrets", {})
    for credential in app["passwordCredentials"]:
        if values.get(credential["keyId"]) == secret:
            if lab.lags(f"{credential['keyId']}/sign-in"):
                return "not replicated"
            end = datetime.fromisoformat(credential["endDateTime"].replace("Z", "+00:00"))
            return "expired" if end <= lab.now() else None
    return "no such secret"


def _assets(lab: Lab) -> list[dict[str, Any]]:
    return [asset for connect in lab.world["connect"] for asset in connect["assets"]]


def _held(asset: dict[str, Any]) -> tuple[str, str, str]:
    return asset["appId"], asset.get("clientId", ""), asset.get("lab_secrets", {}).get("clientSecret", "")


def _is_forwarded_to(lab: Lab, asset: dict[str, Any]) -> bool:
    target = f"smtp:{asset['forwardingAddress']}".lower()
    return any(
        (mailbox.get("ForwardingSmtpAddress") or "").lower() == target
        for tenant in lab.world["tenants"]
        for mailbox in tenant["mailboxes"]
    )
