# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""API permissions of an app: from names that people use to the ids that Graph wants, and back. No network."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from ..core.errors import Fault
from ..graph.consent_page import EXCHANGE_ONLINE, MICROSOFT_GRAPH
from ..graph.wire import is_guid

# Names of the portal's permission picker, which is how Cisco's document calls them; ids from Microsoft's
# app-only page for Exchange PowerShell and the Graph permissions reference.
WELL_KNOWN = {"office 365 exchange online": EXCHANGE_ONLINE, "microsoft graph": MICROSOFT_GRAPH}

APPLICATION, DELEGATED = "application", "delegated"
# How requiredResourceAccess calls the two kinds.
WIRE_TYPES = {APPLICATION: "Role", DELEGATED: "Scope"}
TYPES = {wire: name for name, wire in WIRE_TYPES.items()}
PERMISSION = {
    "resource": {"type": "str", "required": True},
    "type": {"type": "str", "required": True, "choices": [APPLICATION, DELEGATED]},
    "value": {"type": "str", "required": True},
}


@dataclass(frozen=True)
class Permission:
    """One permission of one resource.

    :param resource: display name; :param resource_id: object id of its service principal, None if not known.
    :param id: id of the appRole or oauth2PermissionScope; :param value: its name, None if not known.
    """

    resource: str
    resource_app_id: str
    resource_id: str | None
    type: str
    value: str | None
    id: str

    @property
    def label(self):
        """How diffs and actions show it."""
        return label_of({"resource": self.resource, "type": self.type, "value": self.value, "id": self.id})

    @property
    def key(self):
        """What makes two permissions the same."""
        return (self.resource_app_id, self.type, self.id)

    def demand_grantable(self):
        """Refuse to grant what its resource does not offer, which an app may declare all the same.

        :raises Fault: ``conflict``.
        """
        if self.resource_id is None or self.value is None:
            raise Fault(
                "conflict",
                f"The app declares {self.label}, which the tenant does not offer.",
                hint="Give permissions explicitly, or withdraw it with purge.",
            )


def label_of(entry):
    """How diffs and actions show a permission, given as it is returned: resource, type, value, id."""
    return f"{entry['resource']} / {entry['type']} / {entry['value'] or entry['id']}"


def key_of(entry):
    """``Permission.key`` of a permission given as it is returned."""
    return (entry["resource_app_id"], entry["type"], entry["id"])


def reference(name):
    """How a resource is looked up: by app id where that is given or well known, else by its display name."""
    name = name.strip()
    if is_guid(name):
        return name.lower()
    return WELL_KNOWN.get(name.lower(), name)


def one_resource(name, found):
    """The one service principal that a resource name stands for.

    :param found: what ``graph.reads.resource`` brought: a dict, a list, or None.
    :raises Fault: ``invalid_input`` where there is none, ``ambiguous`` where a display name fits several.
    """
    candidates = found if isinstance(found, list) else [found] if found else []
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        ids = ", ".join(sorted(item["appId"] for item in candidates))
        raise Fault(
            "ambiguous", f"{len(candidates)} resources are called {name!r}: {ids}.", hint="Give the app id."
        )
    raise Fault(
        "invalid_input",
        f"The tenant has no service principal for the resource {name!r}.",
        hint="Check the name, or give the app id. A tenant gets Office 365 Exchange Online with its first licence.",
    )


def offered(resource, kind):
    """The permissions of one kind that a resource offers to apps: value -> id."""
    if kind == APPLICATION:
        entries = [
            role
            for role in resource.get("appRoles") or []
            if "Application" in role.get("allowedMemberTypes", ())
        ]
    else:
        entries = resource.get("oauth2PermissionScopes") or []
    return {entry["value"]: entry["id"] for entry in entries if entry.get("isEnabled") and entry.get("value")}


def resolve(asked, resources):
    """The permissions asked for, each once.

    :param asked: list of resource, type, value. :param resources: wire service principals by ``reference``.
    :raises Fault: ``invalid_input`` naming every value that its resource does not offer, with near matches.
    """
    found, unknown = {}, []
    for entry in asked:
        resource = resources[reference(entry["resource"])]
        permission_id = offered(resource, entry["type"]).get(entry["value"])
        if permission_id is None:
            unknown.append(_unknown(entry, resource))
            continue
        permission = _permission(resource, entry["type"], entry["value"], permission_id)
        found[permission.key] = permission
    if unknown:
        raise Fault("invalid_input", " ".join(unknown), hint="Nothing was changed.")
    return list(found.values())


def _permission(resource, kind, value, permission_id):
    return Permission(
        resource["displayName"] or resource["appId"],
        resource["appId"],
        resource["id"],
        kind,
        value,
        permission_id,
    )


def _unknown(entry, resource):
    """One sentence about a value that is not offered, with what may have been meant."""
    names = list(offered(resource, entry["type"]))
    folded = {name.lower(): name for name in names}
    near = [folded[name] for name in difflib.get_close_matches(entry["value"].lower(), folded, 3, 0.6)]
    sentence = f"{resource['displayName']} offers no {entry['type']} permission {entry['value']!r}"
    other = DELEGATED if entry["type"] == APPLICATION else APPLICATION
    if entry["value"] in offered(resource, other):
        near.append(f"{entry['value']} as type {other}")
    return f"{sentence}; near: {', '.join(near)}." if near else f"{sentence}."


def declared(application, by_app_id):
    """The permissions that an application declares (requiredResourceAccess), in its own order.

    :param by_app_id: the wire service principals that were read, by app id; a permission of any other resource
        keeps ids for names.
    """
    found = []
    for block in application.get("requiredResourceAccess") or []:
        app_id = block["resourceAppId"]
        resource = by_app_id.get(app_id) or {}
        for access in block.get("resourceAccess") or []:
            kind = TYPES.get(access["type"], access["type"])
            values = {permission_id: value for value, permission_id in offered(resource, kind).items()}
            name = resource.get("displayName") or app_id
            found.append(
                Permission(name, app_id, resource.get("id"), kind, values.get(access["id"]), access["id"])
            )
    return found


def merged(existing, asked, purge):
    """Declared and asked permissions together, in a stable order; with ``purge`` the asked ones alone."""
    if purge:
        return list(asked)
    known = {permission.key for permission in existing}
    return [*existing, *(permission for permission in asked if permission.key not in known)]


def required_resource_access(permissions):
    """The wire form of a list of permissions."""
    blocks = {}
    for permission in permissions:
        access = {"id": permission.id, "type": WIRE_TYPES.get(permission.type, permission.type)}
        blocks.setdefault(permission.resource_app_id, []).append(access)
    return [{"resourceAppId": app_id, "resourceAccess": accesses} for app_id, accesses in blocks.items()]
