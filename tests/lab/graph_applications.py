# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Graph's ``/applications``: list, create, read, update, upsert and (softly) delete.

Sources: Microsoft Graph v1.0 reference, pages application-*; redirect URI rules: "Redirect URI (reply URL)
restrictions and limitations"; the wording of the uniqueName conflict: microsoftgraph/msgraph-bicep-types
#137, #202.
"""

from __future__ import annotations

import copy
from typing import Any
from urllib.parse import urlsplit

from starlette.responses import Response

from .graph_http import Context
from .graph_query import filtered, page, project, selected
from .graph_rights import owners_of_new, require_owner
from .world import new_application

PERSONAL = ("AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount")
_FORBIDDEN_IN_REDIRECT = set("!$'(),;")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def find(context: Context) -> dict[str, Any]:
    """The application that the path names, by id, appId or uniqueName; 404 if absent or not replicated."""
    app = written(context)
    if app is None or not context.lab.replicated(app["id"]):
        context.not_found(next(iter(context.request.path_params.values())))
    return app


def written(context: Context) -> dict[str, Any] | None:
    """The application that the path names as the writing side knows it, without replication lag."""
    name = next(iter(context.request.path_params))
    value = context.path(name)
    for app in context.tenant["applications"]:
        known = app.get(name)
        if known == value or (name != "uniqueName" and str(known).lower() == value.lower()):
            return app
    return None


def shown(context: Context, app: dict[str, Any], with_keys: bool = False) -> dict[str, Any]:
    """An application as answers carry it: no secret values, no secrets that are not replicated yet."""
    data = {name: copy.deepcopy(value) for name, value in app.items() if not name.startswith("lab_")}
    data["passwordCredentials"] = [
        {"customKeyIdentifier": None, **credential, "secretText": None}
        for credential in data["passwordCredentials"]
        if context.lab.replicated(f"{credential['keyId']}/read")
    ]
    if not with_keys:
        data["keyCredentials"] = [{**key, "key": None} for key in data["keyCredentials"]]
    web = data.get("web")
    if web:
        web["redirectUriSettings"] = [{"uri": uri, "index": None} for uri in web.get("redirectUris", [])]
    return data


def list_applications(context: Context) -> Response:
    apps = filtered(context, context.tenant["applications"], ("appId", "displayName", "identifierUris"))
    visible = [app for app in apps if context.lab.replicated(app["id"])]
    return page(context, "applications", "Application", visible, lambda app: shown(context, app))


def get_application(context: Context) -> Response:
    names = selected(context, "Application")
    app = shown(context, find(context), with_keys="keyCredentials" in (names or ()))
    return context.entity("applications/$entity", project(app, names))


def create_application(context: Context) -> Response:
    return _create(context, context.body)


def upsert_application(context: Context) -> Response:
    """Update by uniqueName; with ``Prefer: create-if-missing`` create it if there is none (201)."""
    if written(context) is not None:
        return _update(context, written(context))
    if "create-if-missing" not in context.request.headers.get("prefer", ""):
        context.not_found(context.path("uniqueName"))
    return _create(context, {**context.body, "uniqueName": context.path("uniqueName")})


def _create(context: Context, wanted: dict[str, Any]) -> Response:
    _check(context, wanted)
    if wanted.get("uniqueName"):
        _refuse_taken(context, wanted["uniqueName"])
    app = new_application(context.tenant, {}, context.lab.timestamp())
    _merge(app, wanted)
    app["lab_owners"] = owners_of_new(context)
    app["lab_secrets"] = {}
    context.tenant["applications"].append(app)
    context.lab.delay_replication("application", app["id"])
    context.applied()
    return context.entity("applications/$entity", shown(context, app), 201)


def update_application(context: Context) -> Response:
    return _update(context, find(context))


def _update(context: Context, app: dict[str, Any]) -> Response:
    require_owner(context, app)
    wanted = context.body
    _check(context, {"signInAudience": app["signInAudience"], **wanted})
    if wanted.get("uniqueName", app["uniqueName"]) != app["uniqueName"]:
        if app["uniqueName"] is not None:
            context.bad_request("Property 'uniqueName' is read-only and cannot be set.")
        _refuse_taken(context, wanted["uniqueName"])
    _merge(app, wanted)
    context.applied()
    return context.done()


def _merge(app: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Put ``wanted`` into the application.

    Omitted properties keep their value, sent lists replace lists. Inside ``web`` omitted sub-properties are
    kept too (assumption: web-partial-update).
    """
    for name, value in wanted.items():
        current = app.get(name)
        if isinstance(value, dict) and isinstance(current, dict):
            _merge(current, value)
        else:
            app[name] = copy.deepcopy(value)


def _refuse_taken(context: Context, unique_name: str) -> None:
    """400, not 409, if the name is taken, also by an application that is only softly deleted."""
    for app in (*context.tenant["applications"], *context.tenant["deleted_applications"]):
        if app["uniqueName"] == unique_name:
            context.bad_request(
                "Another object with the same value for property uniqueName already exists.",
                {"code": "ObjectConflict", "message": "uniqueName already exists.", "target": "uniqueName"},
            )


def _check(context: Context, wanted: dict[str, Any]) -> None:
    personal = wanted.get("signInAudience") in PERSONAL
    for platform in ("web", "spa", "publicClient"):
        uris = (wanted.get(platform) or {}).get("redirectUris", [])
        if len(uris) > (100 if personal else 256):
            context.bad_request("The total number of redirect URIs exceeds the maximum allowed number.")
        for uri in uris:
            if not _acceptable(uri, personal):
                context.bad_request(
                    "Invalid value specified for property 'redirectUris' of resource 'Application'.",
                    {
                        "code": "InvalidValue",
                        "message": "The redirect URI is not acceptable.",
                        "target": "redirectUris",
                    },
                )


def _acceptable(uri: str, personal: bool) -> bool:
    parts = urlsplit(uri)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not secure or not parts.hostname or _FORBIDDEN_IN_REDIRECT & set(uri) or parts.fragment:
        return False
    return not (personal and ("*" in uri or parts.query))


def delete_application(context: Context) -> Response:
    """Soft delete: kept for 30 days, its name stays taken, its service principal goes with all its grants."""
    app = find(context)
    require_owner(context, app)
    context.tenant["applications"].remove(app)
    context.tenant["deleted_applications"].append(app | {"deletedDateTime": context.lab.timestamp()})
    for principal in list(context.tenant["service_principals"]):
        if principal["appId"] == app["appId"]:
            remove_principal(context.tenant, principal)
    context.applied()
    return context.done()


def remove_principal(tenant: dict[str, Any], principal: dict[str, Any]) -> None:
    """Take a service principal out of the tenant, with every grant from it or to it."""
    gone = principal["id"]
    tenant["service_principals"].remove(principal)
    tenant["app_role_assignments"] = [
        item
        for item in tenant["app_role_assignments"]
        if gone not in (item["principalId"], item["resourceId"])
    ]
    tenant["oauth2_permission_grants"] = [
        item
        for item in tenant["oauth2_permission_grants"]
        if gone not in (item["clientId"], item["resourceId"])
    ]
