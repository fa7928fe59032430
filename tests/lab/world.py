# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The world: all state of the lab as plain data, and what is filled in when a file leaves it out."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import yaml

from .permissions import DISPLAY_NAMES, KEY_VAULT, SERVICE_NAMES, app_roles, permission_scopes

EXAMPLE = Path(__file__).with_name("worlds") / "example.yml"
MICROSOFT_SERVICES_TENANT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"

_LISTS = (
    "callers",
    "applications",
    "deleted_applications",
    "service_principals",
    "app_role_assignments",
    "oauth2_permission_grants",
    "mailboxes",
    "soft_deleted_mailboxes",
    "users",
    "restricted_senders",
    "outbound_policies",
    "outbound_rules",
    "remote_domains",
    "transport_rules",
    "consent_policies",
)
_DICTS = ("permission_grant_policies", "app_management_policies", "transport", "organization")
_CALLER: dict[str, Any] = {
    "secrets": [],
    "certificates": [],
    "federated": [],
    "managed_identity": False,
    "graph_roles": [],
    "exchange_app_roles": [],
    "directory_roles": [],
}


def example() -> dict[str, Any]:
    """The built-in example world."""
    return yaml.safe_load(EXAMPLE.read_text("utf-8"))


def complete(world: dict[str, Any]) -> dict[str, Any]:
    """Fill in what a world may leave out, in place, and answer it.

    Every tenant gets the service principals of Microsoft's own applications, and every caller its
    application and service principal, with ids derived from tenant and client id, thus equal in every run.
    ``first_party: []`` on a tenant keeps services away that it never had.
    """
    world.setdefault("clock", None)
    world.setdefault("connect", [])
    world.setdefault("contact_center", [])
    world.setdefault("vault", {"namespace": None, "tokens": [], "roles": [], "data": {}})
    world.setdefault("outside", [])
    world.setdefault("winrm", {"users": [], "certificates": []})
    for tenant in world.setdefault("tenants", []):
        _complete_tenant(tenant)
    for connect in world["connect"]:
        connect.setdefault("assets", [])
    for organization in world["contact_center"]:
        organization.setdefault("entry_points", [])
    return world


def _complete_tenant(tenant: dict[str, Any]) -> None:
    tenant.setdefault("domains", [tenant["domain"]])
    tenant.setdefault("display_name", tenant["domain"])
    tenant.setdefault("security_defaults", False)
    for name in _LISTS:
        tenant.setdefault(name, [])
    for name in _DICTS:
        tenant.setdefault(name, {})
    known = {principal["appId"] for principal in tenant["service_principals"]}
    # A tenant that has no key vault has never had that service's principal either.
    services = [app_id for app_id in DISPLAY_NAMES if app_id != KEY_VAULT or "key_vault" in tenant]
    for app_id in tenant.setdefault("first_party", services):
        if app_id not in known:
            tenant["service_principals"].append(first_party(tenant, app_id))
    for caller in tenant["callers"]:
        for name, value in _CALLER.items():
            caller.setdefault(name, value)
        _register(tenant, caller, known)


def _register(tenant: dict[str, Any], caller: dict[str, Any], known: set[str]) -> None:
    client_id = caller["client_id"]
    if all(app["appId"] != client_id for app in tenant["applications"]):
        app = new_application(tenant, {"displayName": caller["name"]}, "2026-01-05T08:00:00Z")
        app.update(id=stable_id(tenant, "application", client_id), appId=client_id)
        tenant["applications"].append(app)
    if client_id not in known:
        tenant["service_principals"].append(
            new_principal(tenant, client_id, caller["name"], stable_id(tenant, "principal", client_id))
        )


def stable_id(tenant: dict[str, Any], kind: str, name: str) -> str:
    """An id that is the same in every run."""
    return str(uuid.uuid5(uuid.UUID(tenant["id"]), f"{kind}/{name}"))


def first_party(tenant: dict[str, Any], app_id: str) -> dict[str, Any]:
    """The service principal of one of Microsoft's own applications in this tenant."""
    principal = new_principal(tenant, app_id, DISPLAY_NAMES[app_id], stable_id(tenant, "principal", app_id))
    principal.update(
        appOwnerOrganizationId=MICROSOFT_SERVICES_TENANT,
        appRoles=app_roles(app_id),
        oauth2PermissionScopes=permission_scopes(app_id),
        servicePrincipalNames=[app_id, *SERVICE_NAMES[app_id]],
        signInAudience="AzureADMultipleOrgs",
    )
    return principal


def new_principal(tenant: dict[str, Any], app_id: str, name: str | None, object_id: str) -> dict[str, Any]:
    """A service principal in wire shape, as Graph makes it from nothing but an ``appId``."""
    return {
        "id": object_id,
        "deletedDateTime": None,
        "accountEnabled": True,
        "appId": app_id,
        "appDisplayName": name,
        "displayName": name,
        "appOwnerOrganizationId": tenant["id"],
        "appRoleAssignmentRequired": False,
        "appRoles": [],
        "oauth2PermissionScopes": [],
        "servicePrincipalNames": [app_id],
        "servicePrincipalType": "Application",
        "signInAudience": "AzureADMyOrg",
        "replyUrls": [],
        "tags": [],
        "notes": None,
        "keyCredentials": [],
        "passwordCredentials": [],
    }


def new_application(tenant: dict[str, Any], wanted: dict[str, Any], created: str) -> dict[str, Any]:
    """An application in wire shape: what Graph answers to a create call that sent ``wanted``."""
    app = {
        "id": str(uuid.uuid4()),
        "deletedDateTime": None,
        "appId": str(uuid.uuid4()),
        "uniqueName": None,
        "displayName": None,
        "description": None,
        "notes": None,
        "createdDateTime": created,
        "publisherDomain": tenant["domain"],
        "signInAudience": "AzureADMyOrg",
        "isFallbackPublicClient": None,
        "identifierUris": [],
        "tags": [],
        "keyCredentials": [],
        "passwordCredentials": [],
        "requiredResourceAccess": [],
        "appRoles": [],
        "serviceManagementReference": None,
        "spa": {"redirectUris": []},
        "publicClient": {"redirectUris": []},
        "web": {
            "homePageUrl": None,
            "logoutUrl": None,
            "redirectUris": [],
            "implicitGrantSettings": {"enableAccessTokenIssuance": False, "enableIdTokenIssuance": False},
        },
    }
    return app | wanted
