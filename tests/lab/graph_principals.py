# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Graph's ``/servicePrincipals`` and the application permissions granted to them.

Sources: Microsoft Graph v1.0 reference, serviceprincipal-* and approleassignment pages; error texts as
reported in hashicorp/terraform-provider-azuread #544, #581, #611, microsoftgraph/msgraph-bicep-types #161,
#193.
"""

from __future__ import annotations

import secrets
from typing import Any

from starlette.responses import Response

from .graph_applications import remove_principal
from .graph_http import Context
from .graph_query import filtered, page, project, selected
from .graph_rights import ALL, may_assign, owners_of_new, require_owner
from .permissions import DISPLAY_NAMES
from .world import first_party, new_principal

_FILTERABLE = ("appId", "displayName", "servicePrincipalNames")

# What the service decides itself, whatever a client sends.
_OWN = ("appId", "servicePrincipalType")


def find(context: Context) -> dict[str, Any]:
    """The service principal that the path names, by id or appId; 404 if absent or not replicated yet."""
    principal = written(context)
    if principal is None or not context.lab.replicated(principal["id"]):
        context.not_found(next(iter(context.request.path_params.values())))
    return principal


def written(context: Context) -> dict[str, Any] | None:
    """The service principal that the path names as the writing side knows it."""
    name = next(iter(context.request.path_params))
    value = context.path(name)
    return _by(context, name, value)


def _by(context: Context, name: str, value: str) -> dict[str, Any] | None:
    principals = context.tenant["service_principals"]
    return next((item for item in principals if item[name].lower() == value.lower()), None)


def referenced(context: Context, object_id: str) -> dict[str, Any] | None:
    """A service principal that a body names by id, None if absent or not replicated yet."""
    principal = _by(context, "id", object_id)
    return principal if principal is not None and context.lab.replicated(object_id) else None


def shown(principal: dict[str, Any]) -> dict[str, Any]:
    """A service principal as answers carry it."""
    return {name: value for name, value in principal.items() if not name.startswith("lab_")}


def list_principals(context: Context) -> Response:
    found = filtered(context, context.tenant["service_principals"], _FILTERABLE)
    visible = [item for item in found if context.lab.replicated(item["id"])]
    return page(context, "servicePrincipals", "ServicePrincipal", visible, shown)


def get_principal(context: Context) -> Response:
    names = selected(context, "ServicePrincipal")
    return context.entity("servicePrincipals/$entity", project(shown(find(context)), names))


def get_list(name: str) -> Any:
    """The handler that answers one list of a service principal on its own, as OData lets any property be read."""

    def reading(context: Context) -> Response:
        principal = find(context)
        return context.entity(f"servicePrincipals('{principal['id']}')/{name}", {"value": principal[name]})

    return reading


def create_principal(context: Context) -> Response:
    return _create(context, context.body["appId"], context.body)


def upsert_principal(context: Context) -> Response:
    """Update by appId; with ``Prefer: create-if-missing`` create it if there is none (201)."""
    principal = written(context)
    if principal is not None:
        return _update(context, principal)
    if "create-if-missing" not in context.request.headers.get("prefer", ""):
        context.not_found(context.path("appId"))
    return _create(context, context.path("appId"), context.body)


def _create(context: Context, app_id: str, wanted: dict[str, Any]) -> Response:
    if _by(context, "appId", app_id) is not None:
        context.refuse(
            409,
            "Request_MultipleObjectsWithSameKeyValue",
            "The service principal cannot be created, updated, or restored because the service principal "
            f"name {app_id} is already in use.",
            {"code": "ObjectConflict", "message": "servicePrincipalNames", "target": "servicePrincipalNames"},
        )
    principal = _from_backing_application(context, app_id.lower())
    principal.update({name: value for name, value in wanted.items() if name not in _OWN})
    principal["lab_owners"] = owners_of_new(context)
    context.tenant["service_principals"].append(principal)
    context.lab.delay_replication("servicePrincipal", principal["id"])
    context.applied()
    return context.entity("servicePrincipals/$entity", shown(principal), 201)


def _from_backing_application(context: Context, app_id: str) -> dict[str, Any]:
    if app_id in DISPLAY_NAMES and context.caller.has(ALL):
        return first_party(context.tenant, app_id)
    app = next((item for item in context.tenant["applications"] if item["appId"].lower() == app_id), None)
    visible = app is not None and context.lab.replicated(app["id"])
    if not context.caller.has(ALL) and not (
        visible and context.caller.object_id in app.get("lab_owners", [])
    ):
        context.denied(
            "When using this permission, the backing application of the service principal being created must "
            "in the local tenant"
        )
    if not visible:
        text = f"The appId '{app_id}' of the service principal does not reference a valid application object."
        context.bad_request(text, {"code": "NoBackingApplicationObject", "message": text, "target": "appId"})
    return new_principal(context.tenant, app["appId"], app["displayName"], context.lab.new_id())


def update_principal(context: Context) -> Response:
    return _update(context, find(context))


def _update(context: Context, principal: dict[str, Any]) -> Response:
    require_owner(context, principal)
    principal.update(context.body)
    context.applied()
    return context.done()


def delete_principal(context: Context) -> Response:
    principal = find(context)
    require_owner(context, principal)
    remove_principal(context.tenant, principal)
    context.applied()
    return context.done()


def list_assignments(side: str) -> Any:
    """The handler that lists the assignments whose ``principalId`` or ``resourceId`` the path names."""

    def listing(context: Context) -> Response:
        owner = find(context)["id"]
        mine = [item for item in context.tenant["app_role_assignments"] if item[side] == owner]
        visible = [item for item in mine if context.lab.replicated(item["id"])]
        found = filtered(context, visible, ("resourceId", "principalId"))
        return page(context, "appRoleAssignments", "AppRoleAssignment", found, dict)

    return listing


def create_assignment(side: str) -> Any:
    """The handler that grants an application permission; ``side`` is what the path names."""

    def granting(context: Context) -> Response:
        body, here = context.body, find(context)["id"]
        if body[side].lower() != here:
            context.bad_request("Not a valid reference update.")
        principal = referenced(context, body["principalId"])
        resource = referenced(context, body["resourceId"])
        if principal is None or resource is None:
            context.bad_request("Not a valid reference update.")
        if not may_assign(context.caller, resource):
            context.denied()
        _refuse_useless(context, principal, resource, body["appRoleId"].lower())
        return _grant(context, principal, resource, body["appRoleId"].lower())

    return granting


def _refuse_useless(
    context: Context, principal: dict[str, Any], resource: dict[str, Any], role_id: str
) -> None:
    offered = [role["id"] for role in resource["appRoles"] if "Application" in role["allowedMemberTypes"]]
    if role_id not in offered:
        context.bad_request("Permission being assigned was not found on application.")
    wanted = (principal["id"], resource["id"], role_id)
    for item in context.tenant["app_role_assignments"]:
        if (item["principalId"], item["resourceId"], item["appRoleId"]) == wanted:
            context.bad_request("Permission being assigned already exists on the object")


def _grant(context: Context, principal: dict[str, Any], resource: dict[str, Any], role_id: str) -> Response:
    assignment = {
        "id": secrets.token_urlsafe(32),
        "deletedDateTime": None,
        "appRoleId": role_id,
        "createdDateTime": context.lab.timestamp(),
        "principalDisplayName": principal["displayName"],
        "principalId": principal["id"],
        "principalType": "ServicePrincipal",
        "resourceDisplayName": resource["displayName"],
        "resourceId": resource["id"],
    }
    context.tenant["app_role_assignments"].append(assignment)
    context.lab.delay_replication("appRoleAssignment", assignment["id"])
    context.applied()
    return context.entity("appRoleAssignments/$entity", assignment, 201)


def delete_assignment(side: str) -> Any:
    """The handler that takes an application permission back; ``side`` is what the path names."""

    def revoking(context: Context) -> Response:
        here, wanted = find(context)["id"], context.path("opaqueId")
        for item in context.tenant["app_role_assignments"]:
            if item["id"] == wanted and item[side] == here:
                context.tenant["app_role_assignments"].remove(item)
                context.applied()
                return context.done()
        return context.bad_request("EntitlementGrant being updated or deleted is not found.")

    return revoking
