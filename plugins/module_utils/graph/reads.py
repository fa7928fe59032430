# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What can be read in one go: one function a thing, for ``Graph.read``."""

from __future__ import annotations

from . import shapes
from .rights import READ_GRANTS, READ_POLICIES
from .session import ACCESS, APPLICATIONS, Read
from .wire import application_path, is_guid, principal_path, select, where

APPLICATION = (
    "id",
    "appId",
    "uniqueName",
    "displayName",
    "createdDateTime",
    "signInAudience",
    "web",
    "requiredResourceAccess",
    "passwordCredentials",
    "keyCredentials",
)
RESOURCE = ("id", "appId", "displayName", "appRoles", "oauth2PermissionScopes")
PRINCIPAL = ("id", "appId", "displayName")
DELETED = "/directory/deletedItems"
# Subjects that nothing of ours writes to.
RESOURCES, POLICIES = "resources", "policies"


def application_key(unique_name=None, app_id=None):
    """The name under which ``Made`` knows an application."""
    return f"application uniqueName={unique_name}" if unique_name else f"application appId={app_id}"


def principal_key(app_id):
    """The name under which ``Made`` knows a service principal."""
    return f"servicePrincipal appId={app_id}"


def application(unique_name=None, app_id=None):
    """An application by one of its keys; None where there is none."""
    path = select(application_path(unique_name, app_id), *APPLICATION)
    key = application_key(unique_name, app_id)
    return Read(path, key=key, subject=APPLICATIONS, shape=shapes.APPLICATION)


def deleted_applications(whole=True):
    """The soft-deleted applications; None where they may not be read.

    Filtering by uniqueName is not documented here, so all are listed (assumption: deleted-items-filter).
    """
    names = ("id", "appId", "displayName", "uniqueName", "deletedDateTime")
    path = select(f"{DELETED}/microsoft.graph.application", *names)
    shape = shapes.DELETED if whole else shapes.ANYTHING
    return Read(path, none_for=(403, 404), subject=APPLICATIONS, whole=whole, shape=shape)


def resource(reference):
    """Service principals with their permissions: one by app id (or None), or a list of all that have the name."""
    if is_guid(reference):
        return Read(select(principal_path(reference), *RESOURCE), subject=RESOURCES, shape=shapes.RESOURCE)
    path = f"{select('/servicePrincipals', *RESOURCE)}&{where(displayName=reference)}"
    return Read(path, subject=RESOURCES, shape=shapes.RESOURCE)


def principal(app_id):
    """The service principal of an app; None where there is none."""
    path = select(principal_path(app_id), *PRINCIPAL)
    return Read(path, key=principal_key(app_id), subject=ACCESS, shape=shapes.IDENTIFIED)


def assignments(app_id):
    """Application permissions granted to an app (appRoleAssignments); None where it has no service principal."""
    path = f"{principal_path(app_id)}/appRoleAssignments"
    return Read(path, key=principal_key(app_id), subject=ACCESS, shape=shapes.ASSIGNMENT)


def grants(app_id):
    """Delegated permissions granted to an app; None where it has no service principal or they may not be read."""
    path = f"{principal_path(app_id)}/oauth2PermissionGrants"
    return Read(path, READ_GRANTS, principal_key(app_id), (403, 404), shapes.GRANT, ACCESS)


def policy(name):
    """A tenant policy; None where it may not be read or this cloud does not have it."""
    return Read(f"/policies/{name}", READ_POLICIES, None, (403, 404, 501), subject=POLICIES)


def consent_rules(policy_id, part):
    """The ``includes`` or ``excludes`` of a permission grant policy; None where they may not be read."""
    return policy(f"permissionGrantPolicies/{policy_id}/{part}")
