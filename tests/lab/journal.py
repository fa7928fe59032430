# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of every request the lab saw, with secrets hidden when it is read."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus

HIDDEN = "<secret>"
SECRET_NAMES = frozenset(
    {
        "secrettext",
        "client_secret",
        "client_assertion",
        "assertion",
        "access_token",
        "refresh_token",
        "id_token",
        "clientsecret",
        "client_token",
        "secret_id",
        "accesstoken",
        "refreshtoken",
        "password",
        "x-identity-header",
    }
)
_JWT = re.compile(r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]+")


@dataclass
class Entry:
    """One request. It is written down on arrival (``status`` None) and completed when it was answered."""

    n: int
    service: str
    method: str
    path: str
    query: str
    operation: str | None
    write: bool
    request_headers: dict[str, str]
    request_body: bytes
    batch: int | None = None
    status: int | None = None
    applied: bool = False
    client_id: str | None = None
    response_body: bytes = b""
    response_type: str = ""
    duration_ms: float | None = None
    fault: str | None = None


@dataclass
class Journal:
    """Entries in order of arrival. Sub-requests of a batch are entries too; ``batch`` names their parent.

    ``connections`` counts those that were opened for them.
    """

    entries: list[Entry] = field(default_factory=list)
    connections: int = 0

    def clear(self) -> None:
        """Forget everything."""
        self.entries.clear()
        self.connections = 0

    def counts(self) -> dict[str, Any]:
        """Requests by service, a batch counted as the one that it is; answers by status; connections."""
        alone = [entry for entry in self.entries if entry.batch is None]
        return {
            "requests": dict(Counter(entry.service for entry in alone)),
            "parts": len(self.entries) - len(alone),
            "statuses": {str(status): n for status, n in Counter(e.status for e in self.entries).items()},
            "connections": self.connections,
        }

    def open(self, **facts: Any) -> Entry:
        """Write down a request that has just arrived; answers its entry, to be completed in place."""
        entry = Entry(n=len(self.entries) + 1, **facts)
        self.entries.append(entry)
        return entry

    def render(self, secrets: Iterable[str]) -> list[dict[str, Any]]:
        """All entries as plain data, without the Authorization header and with every secret hidden.

        Hidden is: each string of ``secrets`` (also URL-quoted), any JSON web token, and the value of every
        field whose name says that it holds a secret.
        """
        needles = sorted({form for secret in secrets for form in _forms(secret)}, key=len, reverse=True)
        return [_render(entry, needles) for entry in self.entries]


def _render(entry: Entry, needles: list[str]) -> dict[str, Any]:
    plain = dict(vars(entry))
    plain.pop("response_type")
    plain["request_headers"] = {k: v for k, v in entry.request_headers.items() if k != "authorization"}
    plain["request_body"] = decode(entry.request_body, entry.request_headers.get("content-type", ""))
    plain["response_body"] = decode(entry.response_body, entry.response_type)
    text = json.dumps(_hide_named(plain))
    for needle in needles:
        text = text.replace(needle, HIDDEN)
    return json.loads(_JWT.sub(HIDDEN, text))


def decode(body: bytes, content_type: str) -> Any:
    """A body as readable data: JSON value, form fields as a dict, text otherwise; None if there is none."""
    if not body:
        return None
    text = body.decode("utf-8", "replace")
    if "form-urlencoded" in content_type:
        return dict(parse_qsl(text, keep_blank_values=True))
    try:
        return json.loads(text)
    except ValueError:
        return text


def _hide_named(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: HIDDEN
            if key.lower() in SECRET_NAMES and isinstance(item, str) and item
            else _hide_named(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_hide_named(item) for item in value]
    return value


def _forms(secret: str) -> set[str]:
    raw = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}
    return {json.dumps(form)[1:-1] for form in raw}


def secrets_of(value: Any) -> set[str]:
    """Every secret value in world data: what fields and lists named like secrets hold."""
    found: set[str] = set()
    if isinstance(value, list):
        for item in value:
            found |= secrets_of(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "lab_secrets":
                found |= set(item.values())
            elif key in ("secrets", "tokens"):
                found |= {entry["value"] for entry in item if isinstance(entry, dict) and "value" in entry}
            elif (key.lower() in SECRET_NAMES or key == "identity_header") and isinstance(item, str):
                found.add(item)
            else:
                found |= secrets_of(item)
    return found - {""}
