# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Graph's directory around applications: deleted items, the organization, users, and the tenant's policies.

Sources: Microsoft Graph v1.0 reference, directory-deleteditems-*, organization-*, user-get,
authorizationpolicy-get, resources tenantappmanagementpolicy, permissiongrantpolicy and
identitysecuritydefaultsenforcementpolicy.
"""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from .graph_applications import find as find_application
from .graph_applications import shown
from .graph_http import METADATA, Context
from .graph_query import filtered, page, project, selected
from .graph_rights import require_owner

_ACCOUNT_STATE = ("User.Read.All", "Directory.Read.All", "Directory.ReadWrite.All")


def _deleted(context: Context) -> dict[str, Any]:
    wanted = context.path("id").lower()
    for app in context.tenant["deleted_applications"]:
        if app["id"] == wanted:
            return app
    return context.not_found(wanted)


def list_deleted(context: Context) -> Response:
    apps = filtered(context, context.tenant["deleted_applications"], ("displayName", "appId"))
    return page(context, "applications", "Application", apps, lambda app: shown(context, app))


def get_deleted(context: Context) -> Response:
    app = project(shown(context, _deleted(context)), selected(context, "Application"))
    return context.entity("directoryObjects/$entity", {"@odata.type": "#microsoft.graph.application", **app})


def restore_deleted(context: Context) -> Response:
    """Bring an application back, without its service principal and grants.

    That these stay away is an assumption: restore-without-principal.
    """
    app = _deleted(context)
    require_owner(context, app)
    context.tenant["deleted_applications"].remove(app)
    app["deletedDateTime"] = None
    context.tenant["applications"].append(app)
    context.lab.delay_replication("application", app["id"])
    context.applied()
    data = {"@odata.type": "#microsoft.graph.application", **shown(context, app)}
    return context.entity("directoryObjects/$entity", data)


def purge_deleted(context: Context) -> Response:
    """Delete for good: only now the uniqueName is free again."""
    app = _deleted(context)
    require_owner(context, app)
    context.tenant["deleted_applications"].remove(app)
    context.applied()
    return context.done()


def list_organization(context: Context) -> Response:
    tenant = context.tenant
    domains = [
        {
            "name": domain,
            "type": "Managed",
            "capabilities": "Email, OfficeCommunicationsOnline",
            "isInitial": domain == tenant["domain"],
            "isDefault": domain == tenant["domains"][-1],
        }
        for domain in tenant["domains"]
    ]
    organization = {"id": tenant["id"], "displayName": tenant["display_name"], "verifiedDomains": domains}
    value = [project(organization, selected(context, "Organization"))]
    return JSONResponse({"@odata.context": METADATA + "organization", "value": value})


def get_user(context: Context) -> Response:
    """A user by object id or user principal name: the owners of the tenant's mailboxes."""
    wanted = context.path("user")
    for box in context.tenant["mailboxes"]:
        known = (box.get("ExternalDirectoryObjectId") or "", box["UserPrincipalName"])
        if wanted.lower() in map(str.lower, known):
            user = project(_user(context, box), selected(context, "User"))
            return context.entity("users/$entity", user)
    return context.not_found(wanted)


def _user(context: Context, box: dict[str, Any]) -> dict[str, Any]:
    user = {
        "id": box.get("ExternalDirectoryObjectId"),
        "userPrincipalName": box["UserPrincipalName"],
        "displayName": box.get("DisplayName"),
        "mail": box["PrimarySmtpAddress"],
        "mailNickname": box.get("Alias"),
        "proxyAddresses": box.get("EmailAddresses", []),
    }
    # User.ReadBasic.All does not reach the account's state (Microsoft Graph permissions reference).
    return user | ({"accountEnabled": True} if context.caller.has(*_ACCOUNT_STATE) else {})


def _policy(context: Context, schema: str, data: dict[str, Any]) -> Response:
    kind = f"policies/{schema[0].lower()}{schema[1:]}/$entity"
    return context.entity(kind, project(data, selected(context, schema)))


def authorization_policy(context: Context) -> Response:
    """Who may consent to what: ``permissionGrantPoliciesAssigned`` is the tenant's ``consent_policies``."""
    permissions = {
        "allowedToCreateApps": True,
        "allowedToCreateSecurityGroups": True,
        "allowedToCreateTenants": True,
        "allowedToReadBitlockerKeysForOwnedDevice": True,
        "allowedToReadOtherUsers": True,
        "permissionGrantPoliciesAssigned": context.tenant["consent_policies"],
    }
    data = {
        "id": "authorizationPolicy",
        "allowUserConsentForRiskyApps": False,
        "defaultUserRolePermissions": permissions,
    }
    return _policy(context, "AuthorizationPolicy", data)


def app_management_policy(context: Context) -> Response:
    return _policy(context, "TenantAppManagementPolicy", context.tenant["app_management_policy"])


def security_defaults_policy(context: Context) -> Response:
    data = {
        "id": "00000000-0000-0000-0000-000000000005",
        "displayName": "Security Defaults",
        "description": "Security defaults is a set of basic identity security mechanisms.",
        "isEnabled": context.tenant["security_defaults"],
    }
    return _policy(context, "SecurityDefaultsPolicy", data)


def admin_consent_request_policy(context: Context) -> Response:
    data = {
        "isEnabled": False,
        "notifyReviewers": False,
        "remindersEnabled": False,
        "requestDurationInDays": 0,
        "reviewers": [],
        "version": 0,
        **context.tenant.get("admin_consent_request_policy", {}),
    }
    return _policy(context, "AdminConsentRequestPolicy", data)


def grant_policy_conditions(side: str) -> Any:
    """The handler for the ``includes`` or ``excludes`` of a permission grant policy."""

    def listing(context: Context) -> Response:
        policy = context.tenant["permission_grant_policies"].get(context.path("policyId"))
        if policy is None:
            context.not_found(context.path("policyId"))
        kind = f"policies/permissionGrantPolicies('{context.path('policyId')}')/{side}"
        return page(context, kind, "PermissionGrantConditionSet", policy.get(side, []), dict)

    return listing


def policies_of_application(context: Context) -> Response:
    """The app management policy assigned to one application, if any."""
    policy = context.tenant["app_management_policies"].get(find_application(context)["id"])
    kind = "policies/appManagementPolicies"
    return page(context, kind, "AppManagementPolicy", [policy] if policy else [], dict)
