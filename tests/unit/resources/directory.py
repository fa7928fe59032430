# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The directory of the example world, as the tests of app registrations look at it and change it."""

from __future__ import annotations

from ansible_collections.ccops.webex_email.plugins.module_utils.core.retry import Policy
from ansible_collections.ccops.webex_email.plugins.modules.azure_app_registration import MODULE

EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
GRAPH = "00000003-0000-0000-c000-000000000000"
CALLBACK = "https://yourwebexconnectname.us.webexconnect.io/callback"
SEND = {"resource": "Office 365 Exchange Online", "type": "application", "value": "Mail.Send"}
SMTP = {"resource": "Office 365 Exchange Online", "type": "delegated", "value": "SMTP.Send"}
SEND_LABEL = "Office 365 Exchange Online / application / Mail.Send"
SMTP_LABEL = "Office 365 Exchange Online / delegated / SMTP.Send"
NAME = "webex-connect-email"

# What Cisco's document clicks together.
CISCO = {
    "unique_name": NAME,
    "display_name": "WebexConnect",
    "redirect_uris": [CALLBACK],
    "access_token_issuance": True,
    "permissions": [SEND],
    "admin_consent": True,
}
BOTH = {**CISCO, "permissions": [SEND, SMTP]}

UPSERT_APP = "applications.application_UpsertApplicationByUniqueName"
UPDATE_APP = "applications.application_UpdateApplication"
DELETE_APP = "applications.application_DeleteApplication"
UPSERT_PRINCIPAL = "servicePrincipals.servicePrincipal_UpsertServicePrincipalByAppId"
ASSIGN = "servicePrincipal_CreateAppRoleAssignedTo"
UNASSIGN = "servicePrincipal_DeleteAppRoleAssignments"
GRANT = "oauth2PermissionGrants.oAuth2PermissionGrant_CreateOAuth2PermissionGrant"
UPDATE_GRANT = "oauth2PermissionGrants.oAuth2PermissionGrant_UpdateOAuth2PermissionGrant"
DELETE_GRANT = "oauth2PermissionGrants.oAuth2PermissionGrant_DeleteOAuth2PermissionGrant"
ADD_PASSWORD = "application_addPassword"
REMOVE_PASSWORD = "application_removePassword"
RESTORE = "directory.deletedItem_restore"


class Directory:
    """The first tenant's directory, read afresh at each look."""

    def __init__(self, task):
        self.task = task
        self.cloud = task.cloud

    @property
    def tenant(self):
        return self.cloud.state()["tenants"][0]

    def apps(self, display_name="WebexConnect"):
        return [app for app in self.tenant["applications"] if app["displayName"] == display_name]

    def app(self):
        (found,) = self.apps()
        return found

    def principals(self):
        ids = {app["appId"] for app in self.apps()}
        return [item for item in self.tenant["service_principals"] if item["appId"] in ids]

    def resource(self, app_id=EXCHANGE):
        return next(item for item in self.tenant["service_principals"] if item["appId"] == app_id)

    def assignments(self):
        ids = {item["id"] for item in self.principals()}
        return [item for item in self.tenant["app_role_assignments"] if item["principalId"] in ids]

    def grants(self):
        ids = {item["id"] for item in self.principals()}
        return [item for item in self.tenant["oauth2_permission_grants"] if item["clientId"] in ids]

    def secrets(self, display_name="wxconnect"):
        return [item for item in self.app()["passwordCredentials"] if item["displayName"] == display_name]

    def edit_app(self, name, value):
        index = next(
            i for i, app in enumerate(self.tenant["applications"]) if app["displayName"] == "WebexConnect"
        )
        self.edit(f"applications/{index}/{name}", value)

    def edit(self, path, value, op="replace"):
        self.cloud.edit([{"op": op, "path": f"/tenants/0/{path}", "value": value}])

    def give_rights(self, *roles):
        """Only these Graph permissions for the identity automation. Before it signs in: tokens are kept."""
        self.edit("callers/0/graph_roles", list(roles))

    def have(self, **changes):
        """Converge to Cisco's app with some options changed, which must work."""
        result = self.task.run(MODULE, **{**CISCO, **changes})
        assert not result.get("failed"), result["msg"]
        return result


def without_waiting(monkeypatch):
    """Keep the order of tries, and take the time out of them."""
    monkeypatch.setattr(Policy, "wait", lambda self, attempt, retry_after=None: 0.01)
