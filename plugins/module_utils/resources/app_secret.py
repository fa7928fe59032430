# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Client secrets of an app registration: step 2c of Cisco's document."""

from __future__ import annotations

from datetime import datetime, timezone

from ..core.errors import Fault
from ..core.plan import Plan, Step
from ..core.redact import Disclosed
from ..core.spec import Spec
from ..graph.client import open_graph
from .app_properties import check_options
from .secret_lifetime import DAY, TOLERANCE, chosen_end, instant, lifetime_cap, refuse_over_cap, wire_instant

# Cisco's document chooses 24 months.
VALID_DAYS = 730
APP = Spec({"unique_name": {"type": "str"}, "app_id": {"type": "str"}})
LIFETIME = Spec(
    {
        "display_name": {"type": "str", "required": True},
        "valid_days": {"type": "int", "default": VALID_DAYS},
        "min_remaining_days": {"type": "int", "default": 30},
        "rotate": {"type": "bool", "default": False},
    }
)
SPEC = (
    APP
    + LIFETIME
    + Spec(
        {
            "return_value": {"type": "bool", "default": False},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        }
    )
)
INFO_SPEC = APP + Spec({"display_name": {"type": "str"}}, required_one_of=(("unique_name", "app_id"),))


def build(options, runtime):
    """The resource for a task.

    :raises Fault: ``invalid_input`` for lifetimes that would make a new secret at every run.
    """
    check_options(options)
    check_lifetime(options)
    return AppSecret(open_graph(options, runtime), options)


def build_info(options, runtime):
    """The resource for a task that only reads."""
    check_options(options)
    return AppSecrets(open_graph(options, runtime), options)


def check_lifetime(options):
    """Refuse lifetimes that would make a new secret at every run.

    :raises Fault: ``invalid_input``.
    """
    if not 0 <= options["min_remaining_days"] < options["valid_days"]:
        raise Fault("invalid_input", "min_remaining_days must be at least 0 and less than valid_days.")


def effective_policies(client, application, valid_days):
    """The policies in force for an app: its own replace the tenant's. Empty entries where none can be read.

    The app's own are asked for only where the tenant's would refuse, which is the exception.

    :param application: the wire application, or None for one still to be made.
    """
    policy = client.default_app_management_policy()
    cap = lifetime_cap(policy, (application or {}).get("createdDateTime"))
    if cap.allows(valid_days) or application is None:
        return [policy]
    return client.app_management_policies(application["id"]) or [policy]


def refuse_by_policies(policies, application, valid_days):
    """Refuse a lifetime that one of the policies does not allow.

    :raises Fault: ``policy_blocked``.
    """
    for policy in policies:
        refuse_over_cap(lifetime_cap(policy, (application or {}).get("createdDateTime")), valid_days)


def now():
    """This instant, in whole seconds because the wire has no more."""
    return datetime.now(timezone.utc).replace(microsecond=0)


def own_credentials(application, display_name):
    """The wire passwordCredentials of that display name, the one that expires last first."""
    found = [
        item
        for item in application.get("passwordCredentials") or []
        if item.get("displayName") == display_name
    ]
    return sorted(found, key=lambda item: instant(item["endDateTime"]), reverse=True)


def current_credential(application, display_name, min_remaining_days, at):
    """The credential of that display name that lives longest, if it does so long enough after ``at``; else None."""
    for item in own_credentials(application, display_name):
        if instant(item["endDateTime"]) + TOLERANCE > at + min_remaining_days * DAY:
            return item
    return None


def described(credential):
    """What every module returns about a client secret; never its value.

    :returns: key_id, hint (its first three characters), expires (UTC), display_name.
    """
    return {
        "key_id": credential.get("keyId"),
        "hint": credential.get("hint"),
        "expires": wire_instant(instant(credential["endDateTime"])),
        "display_name": credential.get("displayName"),
    }


def app_key(options):
    """The key of the app among the options, as keyword of ``Graph.application``; {} while it is not known."""
    return next(({name: options[name]} for name in ("unique_name", "app_id") if options.get(name)), {})


def no_such_app(options):
    """The Fault for an app that is not there."""
    name = next(iter(app_key(options).values()), None)
    return Fault(
        "not_found", f"No app registration {name!r}.", hint="Make it with azure_app_registration first."
    )


class AppSecrets:
    """Lists the client secrets of an app."""

    def __init__(self, client, options):
        self._client = client
        self._options = options

    def read(self):
        """``described`` of every client secret, or of those with the display name given; [] without an app."""
        application = self._client.application(**app_key(self._options)) or {}
        name = self._options.get("display_name")
        found = application.get("passwordCredentials") or []
        return [described(item) for item in found if name is None or item.get("displayName") == name]


class AppSecret:
    """Keeps one client secret of a display name alive, or removes all of that name."""

    def __init__(self, client, options):
        self._client = client
        self._options = options
        self._application = None
        self._policies = ()
        self._now = now()

    def read(self):
        """The current secret as ``described``; {} where there is none. Policies are read if one must be added."""
        key = app_key(self._options)
        self._application = self._client.application(**key) if key else None
        if self._must_add:
            self._policies = effective_policies(self._client, self._application, self._options["valid_days"])
        own = own_credentials(self._application or {}, self._options["display_name"])
        return described(self._current or own[0]) if own else {}

    def plan(self, actual):
        """Add a secret where none lives long enough; old ones stay, for the time until everybody has the new one.

        An app that is not there yet is taken for one that an earlier task makes in the real run.
        """
        if self._options["state"] == "absent":
            return self._plan_absent(actual)
        if not self._must_add:
            return Plan(self._own_view(), {}, actual=actual)
        refuse_by_policies(self._policies, self._application, self._options["valid_days"])
        return self._plan_add()

    @property
    def _current(self):
        options = self._options
        return current_credential(
            self._application or {}, options["display_name"], options["min_remaining_days"], self._now
        )

    @property
    def _must_add(self):
        return self._options["state"] == "present" and (self._options["rotate"] or self._current is None)

    def _plan_add(self):
        name = self._options["display_name"]
        expires = chosen_end(self._options["valid_days"], self._now)
        outcome = {"key_id": None, "hint": None, "expires": expires, "display_name": name}
        app = next(iter(app_key(self._options).values()), "that is made before")

        def add(current):
            if self._application is None:
                raise no_such_app(self._options)
            return self._returned(self._client.add_password(self._application, name, expires))

        step = Step(f"add client secret {name} to app {app}, valid until {expires[:10]}", add)
        missing = () if app_key(self._options) else ("app_id",)
        after = self._own_view(outcome)
        return Plan(self._own_view(), after, (step,), {}, outcome, missing, self._warnings())

    def _own_view(self, *new):
        """Our secrets as a diff shows them: what identifies each, and how long it lives."""
        name = self._options["display_name"]
        secrets = [*new, *map(described, own_credentials(self._application or {}, name))]
        if not secrets:
            return {}
        shown = [{key: secret[key] for key in ("key_id", "expires")} for secret in secrets]
        return {"display_name": name, "secrets": shown}

    def _warnings(self):
        if self._application is not None or not app_key(self._options):
            return ()
        return (f"{no_such_app(self._options).message} Planned as if an earlier task makes it.",)

    def _returned(self, made):
        secret = described(made)
        return {**secret, "value": Disclosed(made["secretText"])} if self._options["return_value"] else secret

    def _plan_absent(self, actual):
        application = self._application or {}
        own = own_credentials(application, self._options["display_name"])
        if not own:
            return Plan({}, {}, actual={})
        steps = tuple(self._removal(application["id"], item) for item in own)
        return Plan(self._own_view(), {}, steps, actual, {})

    def _removal(self, object_id, credential):
        def remove(current):
            self._client.remove_password(object_id, credential["keyId"])
            return {}

        action = f"remove client secret {credential['displayName']} ({credential['keyId']})"
        return Step(action, remove)
