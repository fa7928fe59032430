# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wire form of the Exchange admin API's answers: type companions, ``$select``, pages and envelopes.

Shapes: bodies published by public clients (evidence M/C).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Any

from .exchange_parameters import GUID

HASH_TABLE = "#Exchange.GenericHashTable"
EXPIRED = "Expired or Invalid pagination request. Default Expiry time is 00:30:00"


class CursorRefused(Exception):
    """A page link that belongs to another request, or to none."""


def typed(record: dict[str, Any]) -> dict[str, Any]:
    """``record`` with the type notes the service puts before GUIDs and lists."""
    wire: dict[str, Any] = {"@odata.type": HASH_TABLE}
    for key, value in record.items():
        if isinstance(value, list):
            wire[f"{key}@odata.type"] = "#Collection(String)"
        elif key.endswith("Guid") and isinstance(value, str) and GUID.fullmatch(value):
            wire[f"{key}@odata.type"] = "#Guid"
        wire[key] = value
    return wire


def selected(record: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """The properties of ``record`` ``$select`` asks for (all for none); unknown names are passed over."""
    if not names:
        return record
    wanted = {name.lower() for name in names}
    return {key: value for key, value in record.items() if key.lower() in wanted}


def select_names(query: str | None) -> list[str]:
    """The property names of a ``$select`` value."""
    return [name.strip() for name in (query or "").split(",") if name.strip()]


def envelope(
    tenant_id: str, value: list[dict[str, Any]] | None, warnings: list[str], next_link: str | None = None
) -> dict[str, Any]:
    """The body of a successful call. ``value`` None stands for the JSON null some writes answer with."""
    base = f"https://outlook.office365.com/adminapi/beta/{tenant_id}"
    body: dict[str, Any] = {
        "@odata.context": f"{base}/$metadata#Collection(Exchange.GenericHashTable)",
        "adminapi.warnings@odata.type": "#Collection(String)",
        "@adminapi.warnings": warnings,
        "value": value if value is None else [typed(record) for record in value],
    }
    if next_link:
        body["@odata.nextLink"] = next_link
    return body


def refusal(code: str, message: str) -> dict[str, Any]:
    """The body of an error that no cmdlet raised."""
    return {"error": {"code": code, "message": message}}


def fingerprint(*parts: bytes) -> str:
    """What ties a page link to its request: the same body, anchor and connection (evidence I)."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def cursor(offset: int, mark: str) -> str:
    """The opaque part of a page link."""
    return base64.urlsafe_b64encode(json.dumps([offset, mark]).encode()).decode()


def offset_of(token: str | None, mark: str) -> int:
    """Where a page starts; 0 without a cursor.

    Raises CursorRefused for one that was not made for ``mark``.
    """
    if token is None:
        return 0
    try:
        offset, made_for = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, binascii.Error):
        raise CursorRefused from None
    if made_for != mark:
        raise CursorRefused
    return int(offset)
