# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Microsoft Graph in typed operations; plain wire dictionaries out."""

from __future__ import annotations

import contextlib

from ..auth.clouds import CLOUDS
from ..auth.options import identity_of
from ..auth.sign_in import SignIn
from ..core.addresses import origin
from ..core.errors import Fault, Uncertain
from ..core.ledger import Ledger
from ..core.pace import Pace
from ..core.retry import create_once, persist
from . import reads, shapes
from .budget import BUDGETS, costs
from .consent_page import ConsentPage
from .errors import Duplicate, NameTaken
from .made import Made
from .passwords import Passwords
from .rights import ASSIGN_ROLES, CREATE_APPS, WRITE_APPS, WRITE_GRANTS, Caller
from .session import Read, Session
from .wire import application_path, is_guid, principal_path, segment, select, where

CREATE_IF_MISSING = "create-if-missing"
TENANT_WIDE = "AllPrincipals"


def open_graph(options, runtime):
    """The client for a task's options.

    :raises Fault: ``invalid_input`` where the URL is malformed or the sign-in options do not fit.
    """
    cloud = CLOUDS[options["cloud"]]
    url = origin(options.get("graph_url") or cloud.graph, "graph_url")
    token = SignIn(options, runtime).source(cloud.graph)
    made = Made(Ledger(runtime.scratch, f"{url} {options.get('auth_tenant')}"))
    answers = runtime.reuse.of("graph", url, *identity_of(options))
    budget = f"graph {url} {options.get('auth_tenant')} {options.get('auth_client_id')}"
    pace = Pace(runtime.deadline, runtime.scratch, budget, BUDGETS, costs)
    session = Session(runtime.http(), token, runtime.deadline, url, made, answers, pace)
    return Graph(session, token, Passwords(session, runtime.redactor), options)


class Graph:
    """Typed operations over one Session.

    :param token: the token source, for the claims. :param passwords: Passwords. :param options: the task's.
    """

    def __init__(self, session, token, passwords, options):
        self._session = session
        self._token = token
        self._made = session.made
        self._passwords = passwords
        self._tenant = options.get("auth_tenant")
        self._consent_page = ConsentPage(options)

    def caller(self):
        """What the access token says about who signed in."""
        return Caller(self._token.claims())

    def tenant_id(self):
        """Directory id of the tenant, or None where neither token nor options tell it."""
        return self.caller().tenant_id or (self._tenant if is_guid(self._tenant) else None)

    def consent_url(self, app_id, resource_app_ids, redirect_uris):
        """Where an administrator can consent by hand; None where the tenant is not known."""
        tenant = self.tenant_id() or self._tenant
        return self._consent_page.url(tenant, app_id, resource_app_ids, redirect_uris) if tenant else None

    def read(self, *wanted):
        """Answers to several of the functions in ``reads``, in one request and in that order."""
        return self._session.read(*wanted)

    def application(self, unique_name=None, app_id=None):
        """One application with its passwordCredentials, or None. What this run has made of it is waited for."""

        looks = []

        def look():
            found = self._session.read(reads.application(unique_name, app_id), anew=bool(looks))[0]
            if found is None or self._passwords.up_to_date(found):
                return found
            looks.append(found)
            raise Fault("not_found", "A client secret that this run made is not visible yet.", retryable=True)

        return persist(look, self._session.policy, self._session.deadline)

    def deleted_application(self, unique_name, first_page=None):
        """The soft-deleted application that still holds the name, or None; also where they may not be read.

        :param first_page: the body of the first page of the deleted ones, where it was read already.
        """
        read = reads.deleted_applications()
        found = self._session.all_pages(first_page, read) if first_page else self.read(read)[0]
        shapes.DELETED.check(found)
        return next((item for item in found or [] if item.get("uniqueName") == unique_name), None)

    def create_application(self, unique_name, properties):
        """Make an application by upsert, which may be repeated (learn.microsoft.com/graph/api/application-upsert).

        :returns: the application, also where another run has made it meanwhile.
        :raises Fault: ``conflict`` where a deleted application holds the name.
        """
        path = application_path(unique_name)
        try:
            response = self._session.write(
                "PATCH", path, properties, right=CREATE_APPS, prefer=CREATE_IF_MISSING, fresh=False
            )
        except NameTaken:
            return self._take_over(unique_name, properties)
        self._made.note(reads.application_key(unique_name))
        if response.status == 201:
            wire = shapes.APPLICATION.check(response.json())
            self._session.hand_in(reads.application(unique_name), wire)
        else:
            wire = self.application(unique_name)
        self._made.note(reads.application_key(app_id=wire["appId"]))
        return wire

    def _take_over(self, unique_name, properties):
        """The application that got the name while our first answer was lost, or a Fault about a deleted one."""
        deleted = self.deleted_application(unique_name)
        if deleted:
            raise name_held(unique_name, deleted)
        self._made.note(reads.application_key(unique_name))
        wire = self.application(unique_name)
        self.update_application(wire["id"], properties)
        return {**wire, **properties}

    def update_application(self, object_id, properties):
        """Set wire properties; collections are replaced as a whole."""
        self._session.write("PATCH", application_path(object_id=object_id), properties, right=WRITE_APPS)

    def restore_application(self, deleted):
        """Bring a soft-deleted application back; one that is back already is fine."""
        path = f"{reads.DELETED}/{segment(deleted['id'])}/restore"

        def restore():
            self._session.write("POST", path, {}, right=WRITE_APPS, repeatable=False, fresh=False)
            return True

        def look():
            return None if self._is_deleted(deleted) else True

        create_once(restore, look, self._session.policy, self._session.deadline)
        self._made.note(
            reads.application_key(deleted["uniqueName"]), reads.application_key(app_id=deleted["appId"])
        )

    def delete_application(self, application):
        """Soft-delete an application, which takes its service principal with it; gone already is fine."""
        app_id = application["appId"]
        own_key = reads.application_key(app_id=app_id)

        def attempt():
            try:
                self._remove(application_path(object_id=application["id"]), WRITE_APPS)
            except Fault as fault:
                # About an app that this run has made, "not found" may also mean "not yet there to be deleted".
                if fault.code != "not_found":
                    raise
                if self._made.knows(own_key) and not self._is_deleted(application):
                    fault.retryable = True
                    raise

        persist(attempt, self._session.policy, self._session.deadline)
        self._made.forget(
            reads.application_key(application["uniqueName"]), own_key, reads.principal_key(app_id)
        )

    def purge_application(self, application):
        """Delete a soft-deleted application for good, so that its unique name is free; gone already is fine."""
        path = f"{reads.DELETED}/{segment(application['id'])}"

        def attempt():
            try:
                self._remove(path, WRITE_APPS)
            except Fault as fault:
                # Its deletion may not have reached the list of deleted ones yet; then it is still an application.
                if fault.code != "not_found":
                    raise
                if self.application(app_id=application["appId"]) is not None:
                    fault.retryable = True
                    raise

        persist(attempt, self._session.policy, self._session.deadline)

    def _is_deleted(self, application):
        return self.read(Read(select(f"{reads.DELETED}/{segment(application['id'])}", "id")))[0] is not None

    def ensure_principal(self, app_id, display_name):
        """The service principal of an app, made where it is missing.

        Source: learn.microsoft.com/graph/api/serviceprincipal-upsert, whose answer to an existing one is empty.
        """
        try:
            response = self._session.write(
                "PATCH",
                principal_path(app_id),
                {"displayName": display_name},
                right=WRITE_APPS,
                prefer=CREATE_IF_MISSING,
            )
        except Duplicate:
            response = None
        self._made.note(reads.principal_key(app_id))
        if response is not None and response.status == 201:
            return shapes.IDENTIFIED.check(response.json())
        return self.read(reads.principal(app_id))[0]

    def assign_role(self, principal_id, resource_id, role_id, right=ASSIGN_ROLES):
        """Grant an application permission; granted already is fine, so a repetition is too."""
        body = {"principalId": principal_id, "resourceId": resource_id, "appRoleId": role_id}
        with contextlib.suppress(Duplicate):
            self._session.write(
                "POST", f"/servicePrincipals/{resource_id}/appRoleAssignedTo", body, right=right
            )
        self._made.note(_granted(principal_id, resource_id, role_id))

    def has_granted(self, principal_id, resource_id, permission, listed):
        """Whether a permission (role id or scope value) is granted: it is listed, or this run has granted it.

        :param listed: what the lists say; None, where they cannot be read, is passed on.

        Lists lag. Once they have shown the grant they are believed again, so that a revocation is seen.
        """
        name = _granted(principal_id, resource_id, permission)
        if listed:
            self._made.forget(name)
            return True
        return True if self._made.knows(name) else listed

    def unassign_role(self, principal_id, assignment):
        """Take an application permission (wire appRoleAssignment) back; gone already is fine."""
        self._made.forget(_granted(principal_id, assignment["resourceId"], assignment["appRoleId"]))
        path = f"/servicePrincipals/{principal_id}/appRoleAssignments/{segment(assignment['id'])}"
        self._allow_absent(path, ASSIGN_ROLES)

    def grant_scopes(self, principal_id, resource_id, scopes, grant=None):
        """Grant delegated permissions for the whole tenant, beside those that are granted already.

        :param scopes: values, in the order in which new ones are added.
        :param grant: the grant for this resource if there is one, as it was read.
        """
        found = grant or self._create_grant(principal_id, resource_id, scopes)
        have = (found.get("scope") or "").split()
        missing = [scope for scope in scopes if scope not in have]
        if missing:
            self.set_grant(found, have + missing)
        self._made.note(*(_granted(principal_id, resource_id, scope) for scope in scopes))

    def _create_grant(self, principal_id, resource_id, scopes):
        """Make the grant, or return the one that turns out to exist.

        An answer "not found" was seen for a grant that had been written, so it is looked for before a repetition.
        """
        body = {
            "clientId": principal_id,
            "consentType": TENANT_WIDE,
            "principalId": None,
            "resourceId": resource_id,
            "scope": " ".join(scopes),
        }

        def create():
            try:
                response = self._session.write(
                    "POST", "/oauth2PermissionGrants", body, right=WRITE_GRANTS, repeatable=False
                )
                return shapes.GRANT.check(response.json())
            except Duplicate as fault:
                raise Uncertain(fault.message, status=fault.status, request_id=fault.request_id) from None

        def look():
            return self._tenant_grant(principal_id, resource_id)

        return create_once(create, look, self._session.policy, self._session.deadline)

    def _tenant_grant(self, principal_id, resource_id):
        # Asking by client is what Microsoft documents against replication delay.
        query = where(clientId=principal_id, consentType=TENANT_WIDE)
        found = self.read(Read(f"/oauth2PermissionGrants?{query}", WRITE_GRANTS, None, (), shapes.GRANT))[0]
        return next((grant for grant in found if grant["resourceId"] == resource_id), None)

    def set_grant(self, grant, scopes):
        """Replace the scopes of a delegated grant (wire oAuth2PermissionGrant); without any, the grant goes."""
        dropped = set((grant.get("scope") or "").split()) - set(scopes)
        self._made.forget(*(_granted(grant["clientId"], grant["resourceId"], scope) for scope in dropped))
        path = f"/oauth2PermissionGrants/{segment(grant['id'])}"
        if scopes:
            self._session.write("PATCH", path, {"scope": " ".join(scopes)}, right=WRITE_GRANTS)
        else:
            self._allow_absent(path, WRITE_GRANTS)

    def add_password(self, application, display_name, expires):
        """Add a client secret; see Passwords.add."""
        return self._passwords.add(application, display_name, expires)

    def remove_password(self, object_id, key_id):
        """Remove a client secret; see Passwords.remove."""
        self._passwords.remove(object_id, key_id)

    def passwords_shown_with(self, object_id, key_id):
        """See Passwords.shown_with."""
        return self._passwords.shown_with(object_id, key_id)

    def default_app_management_policy(self):
        """The tenant's policy about credentials of apps, or None where it cannot be read."""
        return self.read(reads.policy("defaultAppManagementPolicy"))[0]

    def app_management_policies(self, object_id):
        """The policies assigned to one application, which replace the tenant's; [] where they cannot be read."""
        path = f"{application_path(object_id=object_id)}/appManagementPolicies"
        return self.read(Read(path, none_for=(403, 404, 501)))[0] or []

    def _remove(self, path, right):
        self._session.write("DELETE", path, right=right, fresh=False)

    def _allow_absent(self, path, right):
        try:
            self._remove(path, right)
        except Fault as fault:
            if fault.code != "not_found":
                raise


def name_held(unique_name, deleted):
    """The Fault for a name that a deleted application still holds, which it does for 30 days."""
    name, app_id = deleted.get("displayName"), deleted.get("appId")
    return Fault(
        "conflict",
        f"The deleted app {name!r} ({app_id}) still holds the unique_name {unique_name!r}.",
        hint="Set restore_deleted to bring it back, delete it for good in the Entra admin center, or use another name.",
    )


def _granted(principal_id, resource_id, permission):
    """The name under which ``Made`` knows a grant."""
    return f"grant {principal_id} {resource_id} {permission}"
