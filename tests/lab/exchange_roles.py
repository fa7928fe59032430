# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may run which cmdlet: Entra directory roles and role groups, seen as Exchange management roles.

A call needs the application permission ``Exchange.ManageAsApp`` *and* a role: the permission alone answers
403, neither answers 401 (codes M, rule D: "App-only authentication for unattended scripts in Exchange
Online PowerShell").
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

MANAGE_AS_APP = "Exchange.ManageAsApp"

# Marks a directory role that holds every management role.
EVERYTHING = frozenset({"*"})
_READ_ONLY = frozenset({"View-Only Configuration", "View-Only Recipients"})
# The Exchange role group Recipient Management; it has no role for the transport configuration or spam
# policies.
_RECIPIENT_MANAGEMENT = frozenset(
    {
        "Distribution Groups",
        "Mail Recipient Creation",
        "Mail Recipients",
        "Message Tracking",
        "Recipient Policies",
    }
)

# Directory roles by their well-known template id, as they stand in a token's `wids`.
DIRECTORY_ROLES: dict[str, tuple[str, frozenset[str]]] = {
    "62e90394-69f5-4237-9190-012177145e10": ("Global Administrator", EVERYTHING),
    "29232cdf-9323-42fd-ade2-1d097af3e4de": ("Exchange Administrator", EVERYTHING),
    "31392ffb-586c-42d1-9346-e59415a2cc4e": ("Exchange Recipient Administrator", _RECIPIENT_MANAGEMENT),
    "f2ef992c-3afb-46b9-b7cf-a126ee74c451": ("Global Reader", _READ_ONLY),
    "5d6b6bb7-de71-4623-b4af-96380a352509": ("Security Reader", _READ_ONLY | {"Security Reader"}),
    # Documented as not sufficient for anti-spam policies over app-only access; what it may read is not said.
    "194ae4cb-b126-40b2-bd5b-6091b380977d": ("Security Administrator", frozenset()),
}


def management_roles(
    tenant: dict[str, Any], wids: Iterable[str], members: Iterable[str]
) -> frozenset[str] | None:
    """The management roles of a caller, None if it has no role at all.

    ``wids`` are directory roles (template ids, or names); ``members`` the ids by which the tenant's
    ``role_groups`` ({Name, Roles, Members}) may know the caller: its client id and object id.
    """
    held = {wid.lower() for wid in wids}
    known = {member.lower() for member in members}
    roles = [granted for wid, (name, granted) in DIRECTORY_ROLES.items() if held & {wid, name.lower()}]
    for group in tenant.get("role_groups", []):
        if known & {member.lower() for member in group["Members"]}:
            roles.append(frozenset(group["Roles"]))
    return frozenset().union(*roles) if roles else None


def may_run(roles: frozenset[str], needed: frozenset[str]) -> bool:
    """Whether one of the roles that hold a cmdlet is among ``roles``."""
    return roles == EVERYTHING or "*" in roles or bool(roles & needed)
