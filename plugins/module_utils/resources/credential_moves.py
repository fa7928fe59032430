# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Carries out what ``handover_states`` foresees: the moves of a hand-over, and the removal of what is left behind."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from ..core.errors import Fault, Uncertain
from ..stores.store import Entry
from . import handover_look as handover
from .app_secret import own_credentials
from .email_asset import full_update

# What is kept of the task's time for taking a secret back that cannot be used: seconds, or that part of what is left.
RESERVE, PART = 10, 4


@dataclass(frozen=True)
class Tools:
    """What the moves work with.

    :param prove: called with (wire application, secret, Deadline); returns once the secret signs in.
    :param store: a store of the room ``stores``, or None.
    :param settings: called with the wire application; the sign-in properties of the asset.
    :param wish: called without arguments; the Wish of this instant.
    :param look_again: called once the channel is locked; the state as ``Credential.read``, in which a wish for a new
        secret is fulfilled if another run has handed one over since.
    :param see: called with (memory, wire application, asset); the state that they make.
    :param describe: called with a state; what the module returns of it.
    """

    graph: object
    connect: object
    record: object
    store: object
    deadline: object
    display_name: str
    prove: Callable
    settings: Callable
    wish: Callable
    look_again: Callable
    see: Callable
    describe: Callable


class Moves:
    """The steps of one channel's plan; each returns the channel as it is after it.

    :param state: what ``Credential.read`` returned. :param end: wire instant at which a new secret shall end.
    """

    def __init__(self, tools, state, end):
        self._tools = tools
        self._state = state
        self._end = end
        self._began = state["memory"]
        self._made = None
        self._superfluous = False

    def make(self, _view):
        """Announce, add and prove; nothing where another run has handed a secret over since this one looked."""
        self._tools.record.lock(self._tools.deadline)
        self._state = self._tools.look_again()
        self._began = self._state["memory"]
        self._superfluous = not self._state["sight"].due
        return self._through("announce", "add", "prove")

    def keep(self, _view):
        """Put the secret into the store, and read it back."""
        return self._through("store")

    def hand_over(self, _view):
        """Put the secret into the asset, and write down that it is there."""
        view = self._through("pend", "publish", "settle")
        self._tools.record.close()
        return view

    def remove(self, key_id):
        """Remove a credential of ours, unless another run has made use of it since the plan."""
        tools = self._tools
        with tools.record.locked(tools.deadline):
            item = next((item for item in self._own() if item["keyId"] == key_id), {})
            places = handover.Places(tuple(self._own()), self._memory())
            if key_id not in handover.look(places, tools.wish()).removable:
                return tools.describe(self._state)
            tools.graph.remove_password(self._state["app"]["id"], key_id)
            tools.record.update(**handover.removed(self._memory(), key_id, item.get("endDateTime")))
        return self._with_own(other for other in self._own() if other["keyId"] != key_id)

    def _through(self, *moves):
        if not self._superfluous:
            for move in moves:
                getattr(self, f"_{move}")()
        return self._tools.describe(self._state)

    def _own(self):
        return own_credentials(self._state["app"], self._tools.display_name)

    def _with_own(self, own):
        """Remember what has become of our credentials, and describe the channel."""
        app = {**self._state["app"], "passwordCredentials": list(own)}
        self._state = self._tools.see(self._memory(), app, self._state["asset"])
        return self._tools.describe(self._state)

    def _memory(self):
        """The record as it is now; the key id that the task was given counts where the record has none."""
        given = {"key_id": self._began["key_id"]} if "key_id" in self._began else {}
        return {**given, **self._tools.record.read()}

    def _announce(self):
        self._tools.record.update(**handover.announced(self._memory(), self._end, self._tools.wish()))

    def _add(self):
        self._made = self._tools.graph.add_password(self._state["app"], self._tools.display_name, self._end)

    def _prove(self):
        deadline = self._tools.deadline
        sooner = deadline.sooner(min(RESERVE, deadline.left() / PART))
        with self._taken_back():
            self._tools.prove(self._state["app"], self._made["secretText"], sooner)

    def _store(self):
        made = self._made
        entry = Entry(made["secretText"], made["keyId"], made["endDateTime"], self._state["app"]["appId"])
        with self._taken_back():
            self._tools.store.keep(entry)

    def _pend(self):
        self._tools.record.update(**handover.pending(self._memory(), self._made["keyId"]))

    def _publish(self):
        app, asset = self._state["app"], self._state["asset"]
        changes = {**self._tools.settings(app), "oauth_client_secret": self._made["secretText"]}
        try:
            self._tools.connect.update(asset["asset_id"], full_update(asset, changes))
        except Fault as fault:
            if _refused_for_certain(fault):
                self._tools.record.update(**handover.refused(self._memory(), self._made["keyId"]))
                self._take_back()
            raise
        self._state = {**self._state, "asset": {**asset, **changes}}

    def _settle(self):
        app, asset = self._state["app"], self._state["asset"]
        own = self._own_without_leftovers()
        changes = handover.settled(self._memory(), self._began, self._made, own, self._tools.wish())
        # The asset is known by now, whatever was open about its making.
        known = {"asset_id": asset["asset_id"], "app_id": app["appId"], "asset_pending": None}
        self._tools.record.update(**known, **changes)
        public = {name: value for name, value in self._made.items() if name != "secretText"}
        self._with_own([*(item for item in own if item["keyId"] != public["keyId"]), public])

    def _own_without_leftovers(self):
        """Our credentials, without those that earlier runs announced and nobody got.

        They may not have been visible at the first look. Once ours is visible, they are.
        """
        announced = self._memory().get("secrets_announced") or {}
        if not set(announced) - {self._end}:
            return self._own()
        app_id = self._state["app"]["id"]
        shown = self._tools.graph.passwords_shown_with(app_id, self._made["keyId"])
        own = own_credentials({"passwordCredentials": shown}, self._tools.display_name)
        strays = handover.look(handover.Places(tuple(own), self._memory()), self._tools.wish()).strays
        for key_id in strays:
            self._tools.graph.remove_password(app_id, key_id)
        return [item for item in own if item["keyId"] not in strays]

    @contextlib.contextmanager
    def _taken_back(self):
        try:
            yield
        except Fault:
            self._take_back()
            raise

    def _take_back(self):
        """Remove the new secret; where that fails, its announcement tells the next run to do it."""
        made = self._made
        with contextlib.suppress(Fault):
            self._tools.graph.remove_password(self._state["app"]["id"], made["keyId"])
            self._tools.record.update(**handover.removed(self._memory(), made["keyId"], made["endDateTime"]))


def _refused_for_certain(fault):
    """Whether the service said no, so that the asset holds what it held. 408 says that it gave up waiting."""
    return not isinstance(fault, Uncertain) and fault.status in range(400, 500) and fault.status != 408
