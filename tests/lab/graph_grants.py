# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Graph's ``/oauth2PermissionGrants``: delegated permissions consented for all users or for one.

Source: Microsoft Graph v1.0 reference, oauth2permissiongrant-* pages; the wording for a duplicate: reported
widely.
"""

from __future__ import annotations

import secrets
from typing import Any, NoReturn

from starlette.responses import Response

from .graph_http import Context
from .graph_principals import find as find_principal
from .graph_principals import referenced
from .graph_query import filtered, page, project, selected

_FILTERABLE = ("clientId", "resourceId", "consentType", "principalId")


def find(context: Context) -> dict[str, Any]:
    """The grant that the path names; 404 if absent or not replicated yet."""
    wanted = context.path("opaqueId")
    for grant in context.tenant["oauth2_permission_grants"]:
        if grant["id"] == wanted and context.lab.replicated(wanted):
            return grant
    return context.not_found(wanted)


def list_grants(context: Context) -> Response:
    return _page(context, context.tenant["oauth2_permission_grants"])


def list_grants_of_principal(context: Context) -> Response:
    client = find_principal(context)["id"]
    return _page(
        context, [item for item in context.tenant["oauth2_permission_grants"] if item["clientId"] == client]
    )


def _page(context: Context, grants: list[dict[str, Any]]) -> Response:
    found = filtered(context, grants, _FILTERABLE)
    visible = [item for item in found if context.lab.replicated(item["id"])]
    return page(context, "oauth2PermissionGrants", "PermissionGrant", visible, dict)


def get_grant(context: Context) -> Response:
    names = selected(context, "PermissionGrant")
    return context.entity("oauth2PermissionGrants/$entity", project(find(context), names))


def create_grant(context: Context) -> Response:
    """One grant for each client, resource, consent type and principal; a second one is refused with 409."""
    body = context.body
    wanted = {
        "clientId": body["clientId"].lower(),
        "consentType": body["consentType"],
        "principalId": body.get("principalId"),
        "resourceId": body["resourceId"].lower(),
    }
    _check_principal(context, wanted["consentType"], wanted["principalId"])
    for object_id in (wanted["clientId"], wanted["resourceId"]):
        if referenced(context, object_id) is None:
            context.not_found(object_id)
    for grant in context.tenant["oauth2_permission_grants"]:
        if all(grant[name] == value for name, value in wanted.items()):
            _refuse_duplicate(context)
    grant = {"id": secrets.token_urlsafe(32), **wanted, "scope": body.get("scope")}
    context.tenant["oauth2_permission_grants"].append(grant)
    context.lab.delay_replication("oauth2PermissionGrant", grant["id"])
    context.applied()
    return context.entity("oauth2PermissionGrants/$entity", grant, 201)


def _check_principal(context: Context, consent_type: str, principal_id: str | None) -> None:
    if (consent_type == "Principal") != (principal_id is not None):
        context.bad_request(
            "Invalid value specified for property 'principalId' of resource 'OAuth2PermissionGrant'."
        )
    users = {str(box.get("ExternalDirectoryObjectId")) for box in context.tenant["mailboxes"]}
    if principal_id is not None and principal_id not in users:
        context.not_found(principal_id)


def _refuse_duplicate(context: Context) -> NoReturn:
    context.refuse(409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists.")


def update_grant(context: Context) -> Response:
    """Replace the whole scope string."""
    find(context)["scope"] = context.body["scope"]
    context.applied()
    return context.done()


def delete_grant(context: Context) -> Response:
    context.tenant["oauth2_permission_grants"].remove(find(context))
    context.applied()
    return context.done()
