# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The life of a channel's client secret: from Entra straight into the asset, and nowhere else.

Look, add, prove by a real sign-in, put into the asset, write the key id down, remove what is superseded. Every point
at which a run can be killed leaves a state that the next run recognises from the app's credentials, the asset and
the record (see docs/decisions/0004-secret-hand-over.md):

=====================  ====================================  ================================================
killed after           what the next run finds               what it does
=====================  ====================================  ================================================
add                    a credential that nobody wrote down   removes it; for a new channel, after the overlap
writing "pending"      ``key_pending``                       adds another; both older ones stay for the overlap
the asset's update     ``key_pending``                       the same, for either may be in the asset
writing the key id     ``key_id``                            nothing
=====================  ====================================  ================================================
"""

from __future__ import annotations

from ..auth.clouds import CLOUDS
from ..auth.prove import prove_client_secret
from ..connect.client import open_connect
from ..core.errors import Fault, Uncertain
from ..core.fields import differing
from ..core.plan import Plan, Step
from ..core.record import Record
from ..core.spec import Spec
from ..graph.client import open_graph
from .app_properties import check_options
from .app_secret import (
    APP,
    LIFETIME,
    app_key,
    check_lifetime,
    effective_policies,
    now,
    own_credentials,
    refuse_by_policies,
)
from .email_asset import FIELDS, RECORD, full_update, no_such_asset, oauth_properties
from .secret_lifetime import DAY, TOLERANCE, instant, wire_instant

KEY_ID = Spec({"key_id": {"type": "str", "no_log": False}})
INFO_SPEC = (
    APP
    + RECORD
    + KEY_ID
    + Spec(
        {
            "display_name": {"type": "str", "required": True},
            "min_remaining_days": {"type": "int", "default": 30},
        }
    )
)
SPEC = (
    APP
    + LIFETIME
    + RECORD
    + KEY_ID
    + Spec(
        {
            "overlap_days": {"type": "int", "default": 1},
            "oauth_tenant": {"type": "str"},
            "oauth_scope": {"type": "str"},
            "oauth_authority": {"type": "str"},
        }
    )
)


def build(options, runtime):
    """The resource for a task.

    :raises Fault: ``invalid_input`` for options that do not fit.
    """
    check_options(options)
    check_lifetime(options)
    return _credential(options, runtime)


def _credential(options, runtime):
    return Credential(open_graph(options, runtime), open_connect(options, runtime), options, runtime)


class Credential:
    """Reads where a channel's client secret stands, and moves it to where it should be."""

    def __init__(self, graph, connect, options, runtime):
        self._graph = graph
        self._connect = connect
        self._options = options
        self._runtime = runtime
        self._record = Record(options.get("record_path"))
        self._fresh = None

    def read(self):
        """What the plan needs: app and asset (or None), memory (the record), reasons for a new secret.

        :raises Fault: ``not_found`` if the known asset is not there.
        """
        memory = self._record.read()
        if self._options.get("key_id"):
            memory["key_id"] = self._options["key_id"]
        asset_id = self._options.get("asset_id") or memory.get("asset_id")
        key = app_key(self._options)
        app = self._graph.application(**key) if key else None
        asset = self._connect.read(asset_id) if asset_id else None
        if asset_id and asset is None:
            raise no_such_asset(asset_id)
        state = {"memory": memory, "app": app, "asset": asset}
        state["reasons"] = self._reasons(state)
        if state["reasons"]:
            state["policies"] = effective_policies(self._graph, app, self._options["valid_days"])
        return state

    def view(self, state):
        """What the module returns about the credential: ids and instants, never a value."""
        app, asset = state["app"] or {}, state["asset"] or {}
        current = self._current(state)
        expires = current and instant(current["endDateTime"])
        return {
            "app_id": app.get("appId"),
            "asset_id": asset.get("asset_id"),
            "display_name": self._options["display_name"],
            "key_id": current and current["keyId"],
            "hint": current and current.get("hint"),
            "expires": expires and wire_instant(expires),
            "days_left": expires and _days(now(), expires),
            "due": state["reasons"],
        }

    def plan(self, state):
        """Add, prove, publish, then remove; or only what is missing of that.

        :raises Fault: ``policy_blocked`` where the tenant does not allow such a secret.
        """
        refuse_by_policies(state.get("policies", ()), state["app"], self._options["valid_days"])
        view, drift = self.view(state), self._drift(state)
        outcome = {**view, "due": []}
        if state["reasons"]:
            steps = self._hand_over_steps(state)
            outcome |= {
                "key_id": None,
                "hint": None,
                "expires": wire_instant(self._end()),
                "days_left": self._options["valid_days"],
            }
        else:
            steps = self._settings_steps(state, drift)
        gone = [item["keyId"] for item in self._own(state) if self._removable(state, item["keyId"])]
        steps += [self._removal(state, key_id) for key_id in gone]
        held = {name: (state["asset"] or {}).get(name) for name in drift}
        before = {**view, "asset_settings": held, "superseded": gone}
        after = {**outcome, "asset_settings": drift, "superseded": []}
        return Plan(before, after, tuple(steps), view, outcome, self._missing(state))

    def _missing(self, state):
        if not state["reasons"]:
            return ()
        return tuple(
            name for name, thing in (("app_id", state["app"]), ("asset_id", state["asset"])) if thing is None
        )

    def _own(self, state):
        return own_credentials(state["app"], self._options["display_name"]) if state["app"] else []

    def _current(self, state):
        """The credential that the record says is in the asset, if the app still has it."""
        key_id = state["memory"].get("key_id")
        return next((item for item in self._own(state) if item["keyId"] == key_id), None)

    def _reasons(self, state):
        """Why a new secret is due, in words; [] where the one in the asset is good."""
        current, asset, app = self._current(state), state["asset"], state["app"]
        reasons = []
        if self._options["rotate"]:
            reasons.append("a new one is asked for")
        if state["memory"].get("key_pending"):
            reasons.append("an earlier run was interrupted while handing one over")
        if current is None:
            reasons.append("the asset holds none that is known here")
        else:
            end = instant(current["endDateTime"])
            if end + TOLERANCE <= now() + self._options["min_remaining_days"] * DAY:
                reasons.append(f"the present one has {_days(now(), end)} days left")
        if asset and app and asset.get("oauth_client_id") != app["appId"]:
            reasons.append("the asset names another app")
        elif asset and asset.get("oauth_client_secret", "present") in (None, ""):
            reasons.append("the asset has lost it")
        if asset is None and not reasons:
            reasons.append("no asset is known here")
        return reasons

    def _end(self):
        return now() + self._options["valid_days"] * DAY

    def _settings(self, state):
        cloud = CLOUDS[self._options["cloud"]]
        return oauth_properties(
            self._options.get("oauth_tenant") or self._options.get("auth_tenant"),
            state["app"]["appId"],
            self._options.get("oauth_authority") or cloud.authority,
            self._options.get("oauth_scope") or f"offline_access {cloud.smtp_scope}",
        )

    def _hand_over_steps(self, state):
        name = self._options["display_name"]
        app = (state["app"] or {}).get("displayName") or "the new app"
        asset = (state["asset"] or {}).get("asset_id") or "the new asset"
        until = wire_instant(self._end())
        return [
            Step(
                f"add client secret {name} to {app}, valid until {until}, and prove it",
                lambda view: self._add(state, view),
            ),
            Step(
                f"put client secret {name} into e-mail asset {asset}", lambda view: self._publish(state, view)
            ),
        ]

    def _drift(self, state):
        """The asset's sign-in settings that it does not hold as they should be."""
        if state["app"] is None:
            return {}
        settings = self._settings(state)
        names = differing(FIELDS, settings, state["asset"] or {})
        return {name: settings[name] for name in names}

    def _settings_steps(self, state, drift):
        """Repair the asset's sign-in settings where only they have drifted."""
        if not drift:
            return []
        asset = state["asset"]

        def update(view):
            self._connect.update(asset["asset_id"], full_update(asset, drift))
            return view

        return [Step(f"update {', '.join(drift)} of e-mail asset {asset['asset_id']}", update)]

    def _add(self, state, view):
        app = state["app"]
        made = self._graph.add_password(app, self._options["display_name"], wire_instant(self._end()))
        try:
            self._prove(app, made["secretText"])
        except Fault:
            self._graph.remove_password(app["id"], made["keyId"])
            raise
        self._fresh = made
        return {**view, "key_id": made["keyId"], "hint": made.get("hint"), "expires": made["endDateTime"]}

    def _prove(self, app, secret):
        tenant = self._options.get("oauth_tenant") or self._options["auth_tenant"]
        audience = CLOUDS[self._options["cloud"]].exchange
        prove_client_secret(self._options, self._runtime, tenant, app["appId"], secret, audience)

    def _publish(self, state, view):
        made, asset = self._fresh, state["asset"]
        settings = {**self._settings(state), "oauth_client_secret": made["secretText"]}
        with self._record.locked():
            self._refuse_parallel(state)
            self._record.update(key_pending=made["keyId"])
            try:
                self._connect.update(asset["asset_id"], full_update(asset, settings))
            except Uncertain:
                raise
            except Fault as fault:
                if fault.status and 400 <= fault.status < 500:
                    # Refused for certain: the asset still holds the old one, so the new one goes.
                    self._graph.remove_password(state["app"]["id"], made["keyId"])
                    self._record.update(key_pending=state["memory"].get("key_pending"))
                raise
            self._record.update(
                asset_id=asset["asset_id"],
                app_id=state["app"]["appId"],
                key_id=made["keyId"],
                key_expires=made["endDateTime"],
                key_pending=None,
                superseded=self._superseded(state) or None,
            )
        left = _days(now(), instant(made["endDateTime"]))
        return {
            **view,
            "asset_id": asset["asset_id"],
            "app_id": state["app"]["appId"],
            "days_left": left,
            "due": [],
        }

    def _refuse_parallel(self, state):
        if self._record.read().get("key_id") not in (None, state["memory"].get("key_id")):
            self._graph.remove_password(state["app"]["id"], self._fresh["keyId"])
            raise Fault(
                "conflict",
                "Another run has just handed over a secret of this channel.",
                hint="Nothing is left to do.",
            )

    def _superseded(self, state):
        """key id -> instant since when it is no longer in the asset, for all of ours but the new one."""
        known = state["memory"].get("superseded") or {}
        stamp = wire_instant(now())
        return {item["keyId"]: known.get(item["keyId"], stamp) for item in self._own(state)}

    def _removable(self, state, key_id):
        memory = state["memory"]
        if key_id in (memory.get("key_id"), memory.get("key_pending")):
            return False
        since = (memory.get("superseded") or {}).get(key_id)
        if since is None:
            # Never written down. With a record that means an interrupted run, and a value that nobody has; without
            # one it may be the very secret that the asset holds.
            return bool(memory.get("key_id")) and not memory.get("key_pending")
        return _days(instant(since), now()) >= self._options["overlap_days"]

    def _removal(self, state, key_id):
        def remove(view):
            self._graph.remove_password(state["app"]["id"], key_id)
            with self._record.locked():
                superseded = dict(self._record.read().get("superseded") or {})
                superseded.pop(key_id, None)
                self._record.update(superseded=superseded or None)
            return view

        return Step(f"remove superseded client secret {key_id}", remove)


def _days(start, end):
    """Whole days from start to end, rounded down; negative where the end is past."""
    return (end - start) // DAY


class CredentialInfo:
    """The same, for reading only."""

    def __init__(self, credential):
        self._credential = credential

    def read(self):
        """The credential's view."""
        return self._credential.view(self._credential.read())


def build_info(options, runtime):
    """The reader for a task."""
    return CredentialInfo(
        _credential({"rotate": False, "valid_days": 1, "overlap_days": 0, **options}, runtime)
    )
