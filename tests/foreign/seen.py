# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One app registration in the words of whoever shows it, brought into one form to be compared."""

from __future__ import annotations

from typing import Any

REDIRECT = "https://foreign.us.webexconnect.io/callback"
MAIL_SEND = "b633e1c5-b582-4048-a93e-9f11b44c7e96"
SMTP_SEND = "76faac2a-0f20-42f1-928a-50de5b9dbe52"


def of_graph(app: dict[str, Any]) -> dict[str, Any]:
    """From a client that shows Graph's own form."""
    return {
        "app_id": app["appId"],
        "object_id": app["id"],
        "unique_name": app["uniqueName"],
        "display_name": app["displayName"],
        "sign_in_audience": app["signInAudience"],
        "redirect_uris": app["web"]["redirectUris"],
        "access_token_issuance": app["web"]["implicitGrantSettings"]["enableAccessTokenIssuance"],
    }


def of_ours(app: dict[str, Any]) -> dict[str, Any]:
    """From what our modules return."""
    return {name: app[name] for name in of_graph_names()}


def of_graph_names() -> tuple[str, ...]:
    """The fields that are compared."""
    return (
        "app_id",
        "object_id",
        "unique_name",
        "display_name",
        "sign_in_audience",
        "redirect_uris",
        "access_token_issuance",
    )


def declared(app: dict[str, Any]) -> list[str]:
    """Ids of the permissions that an app in Graph's form declares."""
    return sorted(item["id"] for entry in app["requiredResourceAccess"] for item in entry["resourceAccess"])
