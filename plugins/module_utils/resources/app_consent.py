# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What has been granted to an app, and the steps that grant and take back."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.errors import Fault
from ..core.plan import Step
from ..graph.client import TENANT_WIDE
from ..graph.consent_page import MICROSOFT_GRAPH
from ..graph.rights import ASSIGN_GRAPH_ROLES, ASSIGN_ROLES, WRITE_GRANTS
from .permissions import APPLICATION, DELEGATED


@dataclass(frozen=True)
class Access:
    """What the directory holds about an app's rights.

    :param principal: wire service principal, or None. :param assignments: wire appRoleAssignments.
    :param grants: wire oauth2PermissionGrants for the whole tenant, or None where they may not be read.
    """

    principal: dict | None = None
    assignments: tuple = ()
    grants: tuple | None = ()

    @classmethod
    def of(cls, principal, assignments, grants):
        """From what Graph answered. Grants for single users are theirs, and left out."""
        if principal is None:
            return cls()
        if grants is not None:
            grants = tuple(grant for grant in grants if grant.get("consentType") == TENANT_WIDE)
        return cls(principal, tuple(assignments or ()), grants)

    def granted(self, permission):
        """Whether a permission has admin consent; None where that cannot be read."""
        if permission.type == APPLICATION:
            wanted = (permission.resource_id, permission.id)
            return any((item["resourceId"], item["appRoleId"]) == wanted for item in self.assignments)
        if self.grants is None:
            return None
        return permission.value in scopes_of(self.grant(permission.resource_id))

    def grant(self, resource_id):
        """The delegated grant for one resource, or None."""
        return next((grant for grant in self.grants or () if grant["resourceId"] == resource_id), None)

    def other_assignments(self, permissions):
        """Assignments of none of these permissions."""
        wanted = {(item.resource_id, item.id) for item in permissions if item.type == APPLICATION}
        return [item for item in self.assignments if (item["resourceId"], item["appRoleId"]) not in wanted]

    def other_scopes(self, permissions):
        """Pairs of grant and those of its scopes that are none of these permissions."""
        wanted = {(item.resource_id, item.value) for item in permissions if item.type == DELEGATED}
        found = []
        for grant in self.grants or ():
            others = [scope for scope in scopes_of(grant) if (grant["resourceId"], scope) not in wanted]
            if others:
                found.append((grant, others))
        return found


def scopes_of(grant):
    """The scopes of a delegated grant, in its own order."""
    return ((grant or {}).get("scope") or "").split()


def right_for(permission):
    """The right that granting a permission takes."""
    if permission.type == DELEGATED:
        return WRITE_GRANTS
    return ASSIGN_GRAPH_ROLES if permission.resource_app_id == MICROSOFT_GRAPH else ASSIGN_ROLES


def consent_steps(client, name, missing, access):
    """Steps that grant what is missing: one for each application permission, one a resource for delegated ones."""
    steps = [_role_step(client, name, permission) for permission in missing if permission.type == APPLICATION]
    by_resource = {}
    for permission in missing:
        if permission.type == DELEGATED:
            by_resource.setdefault(permission.resource_id, []).append(permission)
    steps += [_scope_step(client, name, group, access.grant(key)) for key, group in by_resource.items()]
    return steps


def _role_step(client, name, permission):
    def assign(current):
        client.assign_role(
            current["service_principal_id"], permission.resource_id, permission.id, right_for(permission)
        )
        return current

    return _consenting(
        client, f"grant admin consent for {permission.label} to app {name}", assign, [permission]
    )


def _scope_step(client, name, permissions, grant):
    scopes = [permission.value for permission in permissions]

    def assign(current):
        client.grant_scopes(current["service_principal_id"], permissions[0].resource_id, scopes, grant)
        return current

    labels = ", ".join(permission.label for permission in permissions)
    return _consenting(client, f"grant admin consent for {labels} to app {name}", assign, permissions)


def _consenting(client, action, run, permissions):
    """A step whose refusal names the page on which an administrator can do it by hand."""

    def step(current):
        try:
            return run(current)
        except Fault as fault:
            if fault.code == "denied":
                fault.hint = f"{fault.hint} {by_hand(client, current, permissions)}"
            raise

    return Step(action, step)


def by_hand(client, app, permissions):
    """The remedy without more rights: an administrator consents in a browser."""
    url = consent_url(client, app, [permission.resource_app_id for permission in permissions])
    where = f"at {url}" if url else "at the admin_consent_url that is returned with the app"
    return f"Or set admin_consent to false, and let an administrator consent {where}."


def consent_url(client, app, resource_app_ids):
    """The admin consent page for permissions of an app; None without permissions, or while it has no app_id."""
    if not app.get("app_id") or not resource_app_ids:
        return None
    return client.consent_url(app["app_id"], resource_app_ids, app["redirect_uris"])


def with_consent_url(client, app):
    """The app with ``admin_consent_url``: where to consent to what is not consented to yet, or None."""
    left = [item["resource_app_id"] for item in app["permissions"] if not item["consented"]]
    return {**app, "admin_consent_url": consent_url(client, app, left)}


def purge_steps(client, name, access, permissions, labels, added):
    """Steps that take back every tenant-wide grant to the app that is none of the permissions.

    :param labels: ``other_labels`` of the same, in the same order.
    :param added: permissions that earlier steps have granted.
    """
    runs = [_revocation(client, item) for item in access.other_assignments(permissions)]
    runs += [_reduction(client, grant, others, added) for grant, others in access.other_scopes(permissions)]
    return [
        Step(f"take back admin consent for {label} from app {name}", run)
        for label, run in zip(labels, runs, strict=True)
    ]


def other_labels(access, permissions, known):
    """How diffs and actions show the grants that ``purge_steps`` takes back.

    :param known: permissions with names, to name what is granted where that is possible.
    """
    names = {(item.resource_id, item.id): item.label for item in known}
    resources = {item.resource_id: item.resource for item in known}
    labels = []
    for item in access.other_assignments(permissions):
        resource = item.get("resourceDisplayName") or item["resourceId"]
        anonymous = f"{resource} / {APPLICATION} / {item['appRoleId']}"
        labels.append(names.get((item["resourceId"], item["appRoleId"]), anonymous))
    for grant, others in access.other_scopes(permissions):
        resource = resources.get(grant["resourceId"], grant["resourceId"])
        labels.append(f"{resource} / {DELEGATED} / {' '.join(others)}")
    return labels


def _revocation(client, assignment):
    def revoke(current):
        client.unassign_role(current["service_principal_id"], assignment)
        return current

    return revoke


def _reduction(client, grant, others, added):
    kept = [scope for scope in scopes_of(grant) if scope not in others]
    new = [item.value for item in added if item.type == DELEGATED and item.resource_id == grant["resourceId"]]

    def reduce(current):
        client.set_grant(grant, kept + new)
        return current

    return reduce
