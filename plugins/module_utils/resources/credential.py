# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The life of a channel's client secret: from Entra ID straight into the asset, and nowhere else.

The states, and what leads from one to the next, are data in ``handover_states``. This file reads the three places,
and turns a state into a plan; ``credential_moves`` carries it out.
"""

from __future__ import annotations

import platform
from datetime import timedelta

from ..auth.clouds import CLOUDS
from ..auth.prove import prove_client_secret
from ..connect.client import open_connect
from ..core.fields import differing
from ..core.plan import Plan, Step
from ..core.record import Record
from ..core.spec import Spec
from ..graph.client import open_graph
from ..stores.opening import open_store
from ..stores.options import OPTION
from . import handover_look as handover
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
from .credential_moves import Moves, Tools
from .email_asset import FIELDS, RECORD, full_update, no_such_asset, oauth_properties
from .secret_lifetime import DAY, chosen_end, instant, wire_instant

KEY_ID = Spec({"key_id": {"type": "str", "no_log": False}})
INFO_SPEC = (
    APP
    + RECORD
    + KEY_ID
    + OPTION
    + Spec(
        {
            "display_name": {"type": "str", "required": True},
            "min_remaining_days": {"type": "int", "default": 30},
        }
    )
)
# As a part of a channel, whose store is an option beside it.
PART = (
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
SPEC = PART + OPTION


def build(options, runtime):
    """The resource for a task.

    :raises Fault: ``invalid_input`` for options that do not fit.
    """
    check_options(options)
    check_lifetime(options)
    return _credential(options, runtime)


def _credential(options, runtime):
    record = runtime.keep(Record(options.get("record_path")))
    clients = open_graph(options, runtime), open_connect(options, runtime)
    return Credential(*clients, record, open_store(options, runtime), options, runtime)


class Credential:
    """Reads where a channel's client secret stands, and plans the way to where it should be."""

    def __init__(self, graph, connect, record, store, options, runtime):
        self._graph = graph
        self._connect = connect
        self._record = record
        self._store = store
        self._options = options
        self._runtime = runtime
        self._end = chosen_end(options["valid_days"], now())

    def read(self):
        """The state of the channel: memory (the record), wire app, asset (both may be None), sight, policies.

        :raises Fault: ``not_found`` if the known asset is not there.
        """
        state = self._read(self._memory(), self._options["rotate"])
        if state["sight"].due:
            state["policies"] = effective_policies(self._graph, state["app"], self._options["valid_days"])
        return state

    def _read(self, memory, asked):
        asset_id = self._options.get("asset_id") or memory.get("asset_id")
        key = app_key(self._options)
        app = self._graph.application(**key) if key else None
        asset = self._connect.read(asset_id) if asset_id else None
        if asset_id and asset is None:
            raise no_such_asset(asset_id)
        return self._seen(memory, app, asset, asked)

    def _memory(self):
        """The record; the key id that the task was given counts where the record has none."""
        given = {"key_id": self._options["key_id"]} if self._options.get("key_id") else {}
        return {**given, **self._record.read()}

    def _seen(self, memory, app, asset, asked=False):
        own = own_credentials(app or {}, self._options["display_name"])
        places = handover.Places(tuple(own), memory, _asset_fact(asset, app), self._stored())
        sight = handover.look(places, self._wish(asked))
        return {"memory": memory, "app": app, "asset": asset, "sight": sight}

    def _stored(self):
        """Key id of the secret that the store holds; None without a store."""
        return self._store.key_id() if self._store else None

    def _look_again(self, state):
        """The state, read anew if another run has changed the record meanwhile."""
        memory = self._memory()
        if memory == state["memory"]:
            return state
        self._runtime.reuse.ask_anew()
        served = memory.get("key_id") != state["memory"].get("key_id")
        return self._read(memory, self._options["rotate"] and not served)

    def _wish(self, asked=False):
        return handover.Wish(
            now(),
            self._options["min_remaining_days"] * DAY,
            self._options["overlap_days"] * DAY,
            handover.GRACE + timedelta(seconds=self._options["deadline"]),
            asked,
            platform.node(),
        )

    def view(self, state):
        """What the module returns about the credential: ids and instants, never a value."""
        app, asset, sight = state["app"] or {}, state["asset"] or {}, state["sight"]
        current = sight.current
        expires = current and instant(current["endDateTime"])
        left = expires and _days(expires)
        return {
            "app_id": app.get("appId"),
            "asset_id": asset.get("asset_id"),
            "display_name": self._options["display_name"],
            "key_id": current and current["keyId"],
            "hint": current and current.get("hint"),
            "expires": expires and wire_instant(expires),
            "days_left": left,
            "state": sight.state.name,
            "due": [found.why.format(days=left) for found in sight.due],
        }

    def plan(self, state):
        """Clear away what is left behind; hand over where a new secret is due, else repair what has drifted.

        :raises Fault: ``policy_blocked`` where the tenant does not allow such a secret.
        """
        refuse_by_policies(state.get("policies", ()), state["app"], self._options["valid_days"])
        view, sight, drift = self.view(state), state["sight"], self._drift(state)
        moves = Moves(self._tools(state), state, self._end)
        gone = [*sight.removable]
        steps = [_removal(moves, key_id) for key_id in gone]
        if sight.due:
            steps += self._hand_over_steps(state, moves)
            later = self._removable_then(state)
            steps += [_removal(moves, key_id) for key_id in later]
            gone += later
        else:
            steps += self._settings_steps(state, drift)
        outcome = self._outcome(view, sight, gone)
        held = {name: (state["asset"] or {}).get(name) for name in drift}
        before = {**view, "asset_settings": held, "superseded": gone}
        after = {**outcome, "asset_settings": drift, "superseded": []}
        missing, blind = self._missing(state), self._is_first(state)
        return Plan(before, after, tuple(steps), view, outcome, missing, blind=blind)

    def _is_first(self, state):
        """Whether nobody has handed over a secret here yet: then nothing is taken away, and the record is locked."""
        own = own_credentials(state["app"] or {}, self._options["display_name"])
        return not own and not {"key_id", "keys_pending", "superseded"} & set(state["memory"])

    def _outcome(self, view, sight, gone):
        """The view once the plan is carried out, as far as it can be foreseen."""
        if not sight.due:
            return {**view, "state": "good"} if gone else view
        left = _days(instant(self._end))
        new = {"key_id": None, "hint": None, "expires": self._end, "days_left": left}
        return {**view, **new, "state": "good", "due": []}

    def _removable_then(self, state):
        """What the asset will have lost once the hand-over is done, and what may go without an overlap."""
        wish, gone = self._wish(), state["sight"].removable
        own = own_credentials(state["app"] or {}, self._options["display_name"])
        own = [item for item in own if item["keyId"] not in gone]
        made = {"keyId": "new", "startDateTime": wire_instant(wish.now), "endDateTime": self._end}
        changes = handover.settled(state["memory"], state["memory"], made, own, wish)
        memory = {name: value for name, value in {**state["memory"], **changes}.items() if value is not None}
        return list(handover.look(handover.Places((*own, made), memory), wish).removable)

    def _missing(self, state):
        if not state["sight"].due:
            return ()
        return tuple(
            name for name, thing in (("app_id", state["app"]), ("asset_id", state["asset"])) if thing is None
        )

    def _settings(self, app):
        cloud = CLOUDS[self._options["cloud"]]
        return oauth_properties(
            self._tenant,
            app["appId"],
            self._options.get("oauth_authority") or cloud.authority,
            self._options.get("oauth_scope") or f"offline_access {cloud.smtp_scope}",
        )

    @property
    def _tenant(self):
        return self._options.get("oauth_tenant") or self._options.get("auth_tenant")

    def _hand_over_steps(self, state, moves):
        name = self._options["display_name"]
        app = (state["app"] or {}).get("displayName") or "the new app"
        asset = (state["asset"] or {}).get("asset_id") or "the new asset"
        keep = [Step(f"keep client secret {name} in {self._store.name}", moves.keep)] if self._store else []
        return [
            Step(f"add client secret {name} to {app}, valid until {self._end}, and prove it", moves.make),
            *keep,
            Step(f"put client secret {name} into e-mail asset {asset}", moves.hand_over),
        ]

    def _drift(self, state):
        """The asset's sign-in settings that it does not hold as they should be."""
        if state["app"] is None:
            return {}
        settings = self._settings(state["app"])
        names = differing(FIELDS, settings, state["asset"] or {})
        return {name: settings[name] for name in names}

    def _settings_steps(self, state, drift):
        """Repair the asset's sign-in settings where only they have drifted."""
        if not drift:
            return []
        asset = state["asset"]

        def update(_view):
            self._connect.update(asset["asset_id"], full_update(asset, drift))

        return [Step(f"update {', '.join(drift)} of e-mail asset {asset['asset_id']}", update)]

    def _tools(self, state):
        return Tools(
            graph=self._graph,
            connect=self._connect,
            record=self._record,
            store=self._store,
            deadline=self._runtime.deadline,
            display_name=self._options["display_name"],
            prove=self._prove,
            settings=self._settings,
            wish=self._wish,
            look_again=lambda: self._look_again(state),
            see=self._seen,
            describe=self.view,
        )

    def _prove(self, app, secret, deadline):
        audience = CLOUDS[self._options["cloud"]].exchange
        order = (self._options, self._runtime, self._tenant, app["appId"], secret, audience)
        prove_client_secret(*order, deadline)


def _asset_fact(asset, app):
    """Which of the values of the fact "asset" an asset makes. Not every answer holds the secret's field."""
    if asset is None:
        return "unknown"
    if app and asset.get("oauth_client_id") != app["appId"]:
        return "other app"
    return "empty" if asset.get("oauth_client_secret", "present") in (None, "") else "filled"


def _removal(moves, key_id):
    return Step(f"remove superseded client secret {key_id}", lambda _view: moves.remove(key_id))


def _days(moment):
    """Whole days from now until then, rounded down; negative where it is past."""
    return (moment - now()) // DAY


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
        _credential({"rotate": False, "valid_days": 1, "overlap_days": 1, **options}, runtime)
    )
