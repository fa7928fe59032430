# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which application permission lets a caller do what.

Source: Microsoft Graph permissions data (microsoftgraph/microsoft-graph-devx-content, August 2026). Not
from there: restoring and purging deleted applications, taken to need the right to write applications.
"""

from __future__ import annotations

from typing import Any

from .core import Caller
from .graph_http import Context, Right
from .permissions import GRAPH

ALL = "Application.ReadWrite.All"
OWNED = "Application.ReadWrite.OwnedBy"


def any_of(*roles: str) -> Right:
    """A right that any one of these permissions gives."""
    return lambda caller: caller.has(*roles)


def everyone(caller: Caller) -> bool:
    """No permission needed beyond a valid token."""
    return True


READ_APPLICATIONS = any_of(
    "Application.Read.All", OWNED, ALL, "Directory.Read.All", "Directory.ReadWrite.All"
)
WRITE_APPLICATIONS = any_of(OWNED, ALL)
READ_GRANTS = any_of(
    "Directory.Read.All", "Directory.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All"
)
WRITE_GRANTS = any_of("DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All")
DELETE_ASSIGNMENTS = any_of("AppRoleAssignment.ReadWrite.All", ALL)
READ_AUTHORIZATION = any_of("Policy.Read.All", "Policy.ReadWrite.Authorization")
READ_APP_MANAGEMENT = any_of("Policy.Read.All", "Policy.ReadWrite.ApplicationConfiguration")
READ_SECURITY_DEFAULTS = any_of("Policy.Read.All", "Policy.ReadWrite.SecurityDefaults")
READ_CONSENT_REQUESTS = any_of("Policy.Read.All", "Policy.ReadWrite.ConsentRequest")
READ_GRANT_POLICIES = any_of("Policy.Read.PermissionGrant", "Policy.ReadWrite.PermissionGrant")
READ_ORGANIZATION = any_of("Organization.Read.All", "Directory.Read.All", "Directory.ReadWrite.All")
READ_USERS = any_of("User.ReadBasic.All", "User.Read.All", "Directory.Read.All", "Directory.ReadWrite.All")


def may_assign(caller: Caller, resource: dict[str, Any] | None) -> bool:
    """True if ``caller`` may grant application permissions of ``resource`` (None: of some resource).

    Either AppRoleAssignment.ReadWrite.All together with a right to read applications, or
    Application.ReadWrite.All alone, which does not reach the permissions of Microsoft Graph itself.
    """
    if caller.has("AppRoleAssignment.ReadWrite.All") and caller.has(
        "Application.Read.All", ALL, "Directory.Read.All"
    ):
        return True
    return caller.has(ALL) and (resource is None or resource["appId"] != GRAPH)


def require_owner(context: Context, target: dict[str, Any]) -> None:
    """With Application.ReadWrite.OwnedBy alone, a caller may change only what it owns; 403 otherwise."""
    if not context.caller.has(ALL) and context.caller.object_id not in target.get("lab_owners", []):
        context.denied()


def owners_of_new(context: Context) -> list[str]:
    """Owners of an object that this caller creates: itself if it acts by the OwnedBy permission."""
    return [] if context.caller.has(ALL) else [context.caller.object_id]
