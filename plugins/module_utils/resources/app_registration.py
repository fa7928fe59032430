# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The app registration that Webex Connect signs in with: steps 2a, 2b, 2d, 2e and 2f of Cisco's document."""

from __future__ import annotations

from ..core.errors import Fault
from ..core.fields import differing, options_of, wanted
from ..core.plan import Plan, Step
from ..core.spec import Spec
from ..graph import reads
from ..graph.client import name_held, open_graph
from ..graph.rights import CREATE_APPS, WRITE_APPS, denied
from .app_consent import by_hand, consent_steps, other_labels, purge_steps, right_for, with_consent_url
from .app_properties import FIELDS, MANAGED, changes, check_options, merged_uris, properties
from .app_reading import entry, granted, read_app, shown
from .app_retirement import consent_back, deletion, purging, uses
from .permissions import PERMISSION, key_of, label_of, merged, required_resource_access, resolve

APP_ID = {"app_id": {"type": "str"}}
RETIREMENT = Spec(
    {
        "remove": {"type": "str", "choices": ["app", "consent"], "default": "app"},
        "if_unused": {"type": "bool", "default": False},
        "retired_secrets": {"type": "list", "elements": "str", "default": [], "no_log": False},
        "purge_deleted": {"type": "bool", "default": False},
    }
)
# As a part of a channel, which is not taken out of service by its plan.
PART = Spec(
    {
        **options_of(FIELDS),
        **APP_ID,
        "adopt": {"type": "bool", "default": False},
        "permissions": {"type": "list", "elements": "dict", "options": PERMISSION},
        "admin_consent": {"type": "bool", "default": False},
        "purge": {"type": "bool", "default": False},
        "restore_deleted": {"type": "bool", "default": False},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    required_one_of=(("unique_name", "app_id"),),
)
SPEC = PART + RETIREMENT
INFO_SPEC = Spec({"unique_name": {"type": "str"}, **APP_ID}, required_one_of=(("unique_name", "app_id"),))


def build(options, runtime):
    """The resource for a task.

    :raises Fault: ``invalid_input`` for a malformed name, id or redirect URI.
    """
    check_options(options)
    return AppRegistration(open_graph(options, runtime), options)


def build_info(options, runtime):
    """The resource for a task that only reads."""
    check_options(options)
    return AppInfo(open_graph(options, runtime), options)


class AppInfo:
    """Reads an app registration."""

    def __init__(self, client, options):
        self._client = client
        self._options = options

    def read(self):
        """The app as ``app_reading.shown`` says; None where there is none."""
        return shown(self._client, read_app(self._client, self._options))


class AppRegistration:
    """Reads and converges an app registration with its service principal, permissions and consent."""

    def __init__(self, client, options):
        self._client = client
        self._options = options
        self._reading = None
        self._deleted = None
        self._likely = None
        self._ahead = ()

    def expect(self, app_id, *ahead):
        """Say what the app's id probably is, None for an app that is probably not there yet.

        :param ahead: reads to send along, for whoever asks for them next.
        """
        self._likely, self._ahead = app_id, ahead

    @property
    def _present(self):
        return self._options["state"] == "present"

    def read(self):
        """The app: object_id, app_id, tenant_id, unique_name, display_name, sign_in_audience, redirect_uris,
        access_token_issuance, service_principal_id, permissions, consented, admin_consent_url; {} without an app.

        :raises Fault: ``conflict``, ``invalid_input``, ``ambiguous``, ``not_found``; see app_reading.
        """
        asked = (self._options.get("permissions") or []) if self._present else []
        self._deleted = None
        names = [item["resource"] for item in asked]
        self._reading = read_app(self._client, self._options, names, self._likely, self._sent_along)
        if self._reading.wire is None and self._present:
            if self._options.get("app_id"):
                raise Fault(
                    "not_found",
                    f"No app registration {self._options['app_id']}.",
                    hint="Leave app_id out to make one.",
                )
            self._deleted = self._client.deleted_application(
                self._options["unique_name"], self._reading.deleted
            )
        if self._reading.wire is None and self._purges_deleted:
            self._deleted = self._client.deleted_application(self._options["unique_name"])
        return shown(self._client, self._reading) or {}

    @property
    def _sent_along(self):
        """With the question for an app that may be missing goes the one whether a deleted one holds its name."""
        options = self._options
        uncertain = self._present and not self._likely and not options.get("app_id")
        return (reads.deleted_applications(False), *self._ahead) if uncertain else self._ahead

    @property
    def _purges_deleted(self):
        options = self._options
        asked = not self._present and options.get("remove") == "app" and options.get("purge_deleted")
        return bool(asked and options.get("unique_name"))

    def plan(self, actual):
        """Application, service principal, then consent; each only where it differs."""
        return self._plan_present(actual) if self._present else self._plan_absent(actual)

    def _plan_absent(self, actual):
        options = self._options
        if not actual:
            steps = [purging(self._client, self._deleted)] if self._deleted else []
            held = {"deleted_app_id": self._deleted["appId"]} if self._deleted else {}
            return Plan(held, {}, tuple(steps), {}, {})
        wire = self._reading.wire
        spared = options.get("retired_secrets") or (), options.get("redirect_uris") or ()
        used = uses(wire, *spared) if options.get("if_unused") else []
        if used:
            kept = {**actual, "in_use_by": used}
            return Plan(_view(actual), _view(actual), actual=kept)
        if options.get("remove") == "consent":
            return self._plan_consent_back(actual)
        self._demand(WRITE_APPS)
        steps = deletion(self._client, wire, options.get("purge_deleted"))
        return Plan(_view(actual), {}, tuple(steps), actual, {})

    def _plan_consent_back(self, actual):
        """Take back what was consented to, and leave the app."""
        steps = consent_back(self._client, actual["display_name"], self._reading)
        entries = [{**item, "consented": False} for item in actual["permissions"]]
        outcome = with_consent_url(self._client, {**actual, "permissions": entries, "consented": not entries})
        if not steps:
            return Plan(_view(actual), _view(actual), actual=actual)
        others = other_labels(self._reading.access, self._reading.declared, self._reading.declared)
        steps = _ending(steps, lambda current: outcome)
        return Plan(_view(actual, others), _view(outcome), steps, actual, outcome)

    def _plan_present(self, actual):
        asked = self._asked()
        permissions = self._permissions(asked)
        desired = self._desired(actual)
        outcome = self._outcome(actual, desired, permissions, asked)
        if self._deleted:
            return self._plan_restore(outcome)
        missing, others = self._to_consent(asked), self._others(asked)
        writes = self._write_steps(actual, desired, permissions)
        consents = self._consent_steps(outcome["display_name"], asked, missing, others)
        if not writes and not consents:
            return Plan(_view(actual), _view(actual), actual=self._judged(actual, asked))
        self._check_rights(actual, writes, missing, outcome)
        steps = _ending(writes + consents, self._final(outcome))
        after = {**_view(outcome), "service_principal": True}
        # An app is made by an upsert, which makes no second one, whatever has become of the first meanwhile.
        return Plan(_view(actual, others), after, steps, actual, outcome, blind=not actual)

    @property
    def _purges_permissions(self):
        return self._options["purge"] and self._options["permissions"] is not None

    def _asked(self):
        """The permissions that the task is about: those given, else those that the app declares."""
        given = self._options.get("permissions")
        return self._reading.declared if given is None else resolve(given, self._reading.named)

    def _permissions(self, asked):
        """The permissions that the app shall declare."""
        return merged(self._reading.declared, asked, self._purges_permissions)

    def _to_consent(self, asked):
        if not self._options["admin_consent"]:
            return []
        missing = [item for item in asked if not granted(self._client, self._reading.access, item)]
        for permission in missing:
            permission.demand_grantable()
        return missing

    def _others(self, asked):
        """Labels of grants to take back."""
        if not self._purges_permissions:
            return []
        return other_labels(self._reading.access, asked, self._reading.declared)

    def _desired(self, actual):
        """The managed properties as asked for, redirect URIs merged with those of others."""
        desired = wanted([item for item in FIELDS if item.name in MANAGED], self._options)
        if "redirect_uris" in desired:
            existing = actual.get("redirect_uris") or []
            desired["redirect_uris"] = merged_uris(existing, desired["redirect_uris"], self._options["purge"])
        if not actual and "display_name" not in desired:
            raise Fault("invalid_input", "There is no such app yet, and making it needs display_name.")
        return desired

    def _outcome(self, actual, desired, permissions, asked):
        """The app as it will be; ids that only Graph can make are None."""
        blank = {item.name: item.load(None) for item in FIELDS}
        nowhere = {"tenant_id": self._client.tenant_id(), "service_principal_id": None}
        consenting = {item.key for item in asked} if self._options["admin_consent"] else set()
        entries = [
            entry(item, item.key in consenting or granted(self._client, self._reading.access, item))
            for item in permissions
        ]
        app = {**blank, **nowhere, **actual, **desired, "permissions": entries}
        return with_consent_url(self._client, self._judged(app, asked))

    def _judged(self, app, asked):
        """The app with ``consented``: whether every permission asked for has admin consent."""
        keys = {item.key for item in asked}
        relevant = [item for item in app["permissions"] if key_of(item) in keys]
        return {**app, "consented": all(item["consented"] for item in relevant)}

    def _write_steps(self, actual, desired, permissions):
        """Application and service principal."""
        if actual:
            steps = self._update_steps(actual, desired, permissions)
        else:
            steps = [self._create_step(desired, permissions)]
        if self._reading.access.principal is None:
            steps.append(self._principal_step(desired.get("display_name") or actual["display_name"]))
        return steps

    def _consent_steps(self, name, asked, missing, others):
        """Grants to make, then those to take back."""
        access = self._reading.access
        steps = consent_steps(self._client, name, missing, access)
        return steps + (purge_steps(self._client, name, access, asked, others, missing) if others else [])

    def _update_steps(self, actual, desired, permissions):
        names = differing(FIELDS, desired, actual)
        body = properties(desired, names, self._reading.wire.get("web"))
        words = changes(desired, names, actual)
        have, want = (
            {item.key: item.label for item in group} for group in (self._reading.declared, permissions)
        )
        if have.keys() != want.keys():
            body["requiredResourceAccess"] = required_resource_access(permissions)
            words += [f"declare permission {want[key]}" for key in want if key not in have]
            words += [f"withdraw permission {have[key]}" for key in have if key not in want]
        if not body:
            return []

        def update(current):
            self._client.update_application(current["object_id"], body)
            return current

        verb = "update" if self._reading.adopted else "adopt"
        return [Step(f"{verb} app {actual['display_name']} ({actual['app_id']}): {'; '.join(words)}", update)]

    def _create_step(self, desired, permissions):
        body = properties(desired, desired, None)
        body.pop("uniqueName")
        if permissions:
            body["requiredResourceAccess"] = required_resource_access(permissions)

        def create(current):
            wire = self._client.create_application(desired["unique_name"], body)
            return {
                "object_id": wire["id"],
                "app_id": wire["appId"],
                "redirect_uris": desired.get("redirect_uris", []),
            }

        words = [f"add redirect URI {uri}" for uri in desired.get("redirect_uris", [])]
        words += [f"declare permission {item.label}" for item in permissions]
        action = f"create app {desired['display_name']} ({desired['unique_name']})"
        return Step(f"{action}: {'; '.join(words)}" if words else action, create)

    def _principal_step(self, name):
        def ensure(current):
            principal = self._client.ensure_principal(current["app_id"], name)
            return {**current, "service_principal_id": principal["id"]}

        return Step(f"create the service principal of app {name}", ensure)

    def _plan_restore(self, outcome):
        """Bring the deleted app back, then converge it: only then is known what it holds."""
        if not self._options["restore_deleted"]:
            raise name_held(self._options["unique_name"], self._deleted)
        self._demand(WRITE_APPS)

        def restore(current):
            self._client.restore_application(self._deleted)
            restored = self.read()
            plan = self.plan(restored)
            current = plan.actual
            for step in plan.steps:
                current = step.run(current)
            return current

        name, app_id = self._deleted.get("displayName"), self._deleted["appId"]
        action = f"restore the deleted app {name} ({app_id}) and bring it up to date"
        outcome = {**outcome, "object_id": self._deleted["id"], "app_id": app_id}
        return Plan({}, _view(outcome), (Step(action, restore),), {}, outcome)

    def _final(self, outcome):
        """What turns the object that the steps handed on, of which ids matter, into the one returned."""

        def final(current):
            ids = {name: current.get(name) for name in ("object_id", "app_id", "service_principal_id")}
            return with_consent_url(self._client, {**outcome, **ids})

        return final

    def _check_rights(self, actual, writes, missing, app):
        """Refuse, before anything is written, what the token shows that Graph would refuse halfway."""
        if writes:
            self._demand(WRITE_APPS if actual else CREATE_APPS)
        for permission in missing:
            self._demand(right_for(permission), by_hand(self._client, app, missing))

    def _demand(self, right, hint=None):
        if self._client.caller().clearly_lacks(right):
            raise denied(right, hint=hint)


def _ending(steps, final):
    """The steps, with ``final`` applied to what the last one returns."""
    last = steps[-1]
    return (*steps[:-1], Step(last.action, lambda current: final(last.run(current))))


def _view(app, others=()):
    """The managed properties as a diff shows them, consent included.

    :param others: labels of consent that is to be taken back.
    """
    if not app:
        return {}
    consented = [label_of(item) for item in app["permissions"] if item["consented"]]
    view = {
        **{name: app[name] for name in MANAGED},
        "redirect_uris": sorted(app["redirect_uris"]),
        "service_principal": app["service_principal_id"] is not None,
        "permissions": sorted(label_of(item) for item in app["permissions"]),
        "admin_consent": sorted(consented),
    }
    return {**view, "other_consent": sorted(others)} if others else view
