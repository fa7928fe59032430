# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft Graph v1.0: which operation answers at which path, and with which right."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from . import graph_applications as apps
from . import graph_batch as batch
from . import graph_directory as directory
from . import graph_grants as grants
from . import graph_principals as principals
from . import graph_rights as rights
from . import graph_secrets as secrets
from .contract import operations
from .core import Lab
from .graph_http import Operation, Right, endpoint, error

_APPLICATION_KEYS = (
    "/applications/{id}",
    "/applications(appId='{appId}')",
    "/applications(uniqueName='{uniqueName}')",
)
_PRINCIPAL_KEYS = ("/servicePrincipals/{id}", "/servicePrincipals(appId='{appId}')")
_SIDES = {"appRoleAssignments": "principalId", "appRoleAssignedTo": "resourceId"}

Row = tuple[str, str, Right, Operation]


def _application_rows() -> list[Row]:
    read, write = rights.READ_APPLICATIONS, rights.WRITE_APPLICATIONS
    rows: list[Row] = [
        ("get", "/applications", read, apps.list_applications),
        ("post", "/applications", write, apps.create_application),
        (
            "get",
            "/applications/{id}/appManagementPolicies",
            rights.READ_APP_MANAGEMENT,
            directory.policies_of_application,
        ),
    ]
    for key in _APPLICATION_KEYS:
        by_name = "uniqueName" in key
        rows += [
            ("get", key, read, apps.get_application),
            ("patch", key, write, apps.upsert_application if by_name else apps.update_application),
            ("delete", key, write, apps.delete_application),
            ("post", f"{key}/addPassword", write, secrets.add_password),
            ("post", f"{key}/removePassword", write, secrets.remove_password),
        ]
    return rows


def _may_assign_some(caller: Any) -> bool:
    return rights.may_assign(caller, None)


def _principal_rows() -> list[Row]:
    read, write = rights.READ_APPLICATIONS, rights.WRITE_APPLICATIONS
    rows: list[Row] = [
        ("get", "/servicePrincipals", read, principals.list_principals),
        ("post", "/servicePrincipals", write, principals.create_principal),
    ]
    for key in _PRINCIPAL_KEYS:
        rows += [
            (
                "get",
                f"{key}/oauth2PermissionGrants",
                rights.READ_GRANTS,
                grants.list_grants_of_principal,
            ),
            ("get", key, read, principals.get_principal),
            (
                "patch",
                key,
                write,
                principals.upsert_principal if "appId" in key else principals.update_principal,
            ),
            ("delete", key, write, principals.delete_principal),
        ]
        for name, side in _SIDES.items():
            rows += [
                ("get", f"{key}/{name}", read, principals.list_assignments(side)),
                ("post", f"{key}/{name}", _may_assign_some, principals.create_assignment(side)),
            ]
    for name in ("appRoles", "oauth2PermissionScopes"):
        rows.append(("get", f"/servicePrincipals/{{id}}/{name}", read, principals.get_list(name)))
    for name, side in _SIDES.items():
        path = f"/servicePrincipals/{{id}}/{name}/{{opaqueId}}"
        rows.append(("delete", path, rights.DELETE_ASSIGNMENTS, principals.delete_assignment(side)))
    return rows


def _directory_rows() -> list[Row]:
    read, write, deleted = rights.READ_APPLICATIONS, rights.WRITE_APPLICATIONS, "/directory/deletedItems"
    policy = "/policies/permissionGrantPolicies/{policyId}"
    return [
        ("get", "/oauth2PermissionGrants", rights.READ_GRANTS, grants.list_grants),
        ("post", "/oauth2PermissionGrants", rights.WRITE_GRANTS, grants.create_grant),
        ("get", "/oauth2PermissionGrants/{opaqueId}", rights.READ_GRANTS, grants.get_grant),
        ("patch", "/oauth2PermissionGrants/{opaqueId}", rights.WRITE_GRANTS, grants.update_grant),
        ("delete", "/oauth2PermissionGrants/{opaqueId}", rights.WRITE_GRANTS, grants.delete_grant),
        ("get", f"{deleted}/microsoft.graph.application", read, directory.list_deleted),
        ("get", f"{deleted}/{{id}}", read, directory.get_deleted),
        ("delete", f"{deleted}/{{id}}", write, directory.purge_deleted),
        ("post", f"{deleted}/{{id}}/restore", write, directory.restore_deleted),
        ("get", "/policies/authorizationPolicy", rights.READ_AUTHORIZATION, directory.authorization_policy),
        (
            "get",
            "/policies/defaultAppManagementPolicy",
            rights.READ_APP_MANAGEMENT,
            directory.app_management_policy,
        ),
        (
            "get",
            "/policies/identitySecurityDefaultsEnforcementPolicy",
            rights.READ_SECURITY_DEFAULTS,
            directory.security_defaults_policy,
        ),
        (
            "get",
            "/policies/adminConsentRequestPolicy",
            rights.READ_CONSENT_REQUESTS,
            directory.admin_consent_request_policy,
        ),
        (
            "get",
            f"{policy}/includes",
            rights.READ_GRANT_POLICIES,
            directory.grant_policy_conditions("includes"),
        ),
        (
            "get",
            f"{policy}/excludes",
            rights.READ_GRANT_POLICIES,
            directory.grant_policy_conditions("excludes"),
        ),
        ("get", "/organization", rights.READ_ORGANIZATION, directory.list_organization),
        ("get", "/users/{user}", rights.READ_USERS, directory.get_user),
    ]


def routes(lab: Lab) -> list[Route]:
    """Graph's routes; each is named by the operationId that the contract gives to its path and method."""
    names = operations("graph")
    rows = [*_application_rows(), *_principal_rows(), *_directory_rows()]
    table = [
        Route(
            f"/v1.0{path}",
            endpoint(lab, right, operation),
            methods=[method.upper()],
            name=names[method, path],
        )
        for method, path, right, operation in rows
    ]
    return [
        *table,
        Route("/v1.0/$batch", batch.handler(lab), methods=["POST"], name=names["post", "/$batch"]),
    ]


def unknown_route(request: Request, status: int) -> Response:
    """Graph's answer to a path it does not know (404), or to a method that a path does not take (405)."""
    if status == 405:
        return error(
            request, 405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target."
        )
    segment = request.url.path.removeprefix("/v1.0/").split("/")[0].split("(")[0]
    return error(request, 404, "BadRequest", f"Resource not found for the segment '{segment}'.")
