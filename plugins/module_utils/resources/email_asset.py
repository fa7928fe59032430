# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The e-mail asset in Webex Connect: steps 1 and 4 of Cisco's document."""

from __future__ import annotations

import uuid

from ..connect.client import open_connect
from ..core.addresses import mail_address, origin
from ..core.errors import Fault, Uncertain
from ..core.fields import Field, differing, options_of, same_text, wanted
from ..core.plan import Plan, Step
from ..core.record import Record
from ..core.spec import Spec

AUTHORITY = "https://login.microsoftonline.com"
# Help page of the e-mail asset (OAuth values for Office 365).
SCOPE = "offline_access https://outlook.office.com/SMTP.Send"

# The wire names are in connect.wire, which the client applies: here both sides have our names.
FIELDS = (
    Field("name", "name", {"type": "str"}),
    Field("email", "email", {"type": "str"}, same=same_text),
    Field("auth_type", "auth_type", None),
    Field("smtp_host", "smtp_host", {"type": "str", "default": "smtp.office365.com"}),
    Field("smtp_port", "smtp_port", {"type": "int", "default": 587}),
    Field(
        "smtp_security",
        "smtp_security",
        {"type": "str", "choices": ["none", "ssl", "starttls"], "default": "starttls"},
    ),
    Field("smtp_username", "smtp_username", {"type": "str"}),
    Field("oauth_client_id", "oauth_client_id", {"type": "str"}),
    Field("oauth_client_secret", "oauth_client_secret", {"type": "str", "no_log": True}, secret=True),
    Field("authorization_url", "authorization_url", None),
    Field("access_token_url", "access_token_url", None),
    Field("refresh_token_url", "refresh_token_url", None),
    Field("oauth_scope", "oauth_scope", {"type": "str"}),
    Field("uses_other_login", "uses_other_login", None),
    Field("oauth_login_id", "oauth_login_id", {"type": "str"}),
)
WRITABLE = tuple(item.name for item in FIELDS)
RECORD = Spec({"asset_id": {"type": "str"}, "record_path": {"type": "path"}})
SPEC = RECORD + Spec(
    {
        **options_of(FIELDS),
        "oauth_tenant": {"type": "str"},
        "oauth_authority": {"type": "str", "default": AUTHORITY},
        "update_secret": {
            "type": "str",
            "choices": ["on_change", "always"],
            "default": "on_change",
            "no_log": False,
        },
        "connect_mode": {"type": "str", "choices": ["api", "manual"], "default": "api"},
        "forwarding_address": {"type": "str"},
        "callback_url": {"type": "str"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    }
)


def build(options, runtime):
    """The resource for a task.

    :raises Fault: ``invalid_input`` for malformed options, before anything is sent.
    """
    if options.get("connect_mode") == "manual":
        return ManualAsset(options)
    if options.get("email") is not None:
        mail_address(options["email"], "email")
    record = Record(options.get("record_path"))
    return EmailAsset(open_connect(options, runtime), options, record, runtime.deadline)


def oauth_properties(tenant, client_id, authority=AUTHORITY, scope=None):
    """What the asset needs to sign in at Microsoft, in our names.

    :param tenant: directory id; the endpoint URLs hold it (help page of the e-mail asset).
    """
    endpoints = f"{origin(authority, 'oauth_authority')}/{tenant}/oauth2/v2.0"
    return {
        "oauth_client_id": client_id,
        "authorization_url": f"{endpoints}/authorize",
        "access_token_url": f"{endpoints}/token",
        "refresh_token_url": f"{endpoints}/token",
        "oauth_scope": scope or SCOPE,
    }


def full_update(actual, changes):
    """The body of an update: everything writable that is known, with the changes laid over it.

    Whether an update may be partial is not documented (assumption: connect-update). A masked secret that was read
    must never be written back.
    """
    known = {name: actual[name] for name in WRITABLE if name in actual and name != "oauth_client_secret"}
    return {**known, **changes}


def shown(asset):
    """The asset without its secrets."""
    return asset and {name: value for name, value in asset.items() if name != "oauth_client_secret"}


def no_such_asset(asset_id):
    """The Fault for an asset that is known here and not there: a wrong organization looks the same."""
    return Fault(
        "not_found",
        f"Webex Connect has no asset {asset_id} in this organization.",
        hint="Check connect_organization_id and the region. If the asset was deleted, take its id out of the "
        "inventory and the record, and a new one is made.",
    )


class ManualAsset:
    """An asset that a person made in the portal; the inventory says what the portal shows."""

    def __init__(self, options):
        self._options = options

    def read(self):
        """The asset as the options describe it.

        :raises Fault: ``invalid_input`` without the forwarding address, which only the portal knows.
        """
        if not self._options.get("forwarding_address"):
            raise Fault(
                "invalid_input",
                "connect_mode is manual, and forwarding_address is missing.",
                hint="Make the e-mail app in Webex Connect and copy its Forwarding Address into the inventory.",
            )
        mail_address(self._options["forwarding_address"], "forwarding_address")
        names = ("asset_id", "name", "email", "forwarding_address", "callback_url")
        return {name: self._options.get(name) for name in names}

    def plan(self, actual):
        """Nothing: the person is asked by the hand-over."""
        return Plan(actual, actual, actual=actual)


class EmailAsset:
    """Makes, reads and updates an asset through the API.

    :param record: Record. :param deadline: core.retry.Deadline, for waiting until another run has made the asset.
    """

    def __init__(self, client, options, record, deadline):
        self._client = client
        self._options = options
        self._record = record
        self._deadline = deadline

    def read(self):
        """The asset; None where none is known.

        :raises Fault: ``uncertain`` if an earlier run may have made one and never learnt its id; ``not_found`` if
            the known one is not there, because a wrong organization looks the same.
        """
        memory = self._record.read()
        if memory.get("asset_pending") and not memory.get("asset_id"):
            # Perhaps another run is making it at this moment: it holds the lock until it knows.
            with self._record.locked(self._deadline):
                memory = self._record.read()
        asset_id = self._options.get("asset_id") or memory.get("asset_id")
        if asset_id:
            return self._known(asset_id)
        self._demand_certainty(memory)
        # Nothing to read, but a token that is refused is to be told before anything is changed anywhere.
        self._client.check_access()
        return None

    def _demand_certainty(self, memory):
        if memory.get("asset_pending"):
            raise Fault(
                "uncertain",
                "An earlier run asked Webex Connect for an asset and never saw the answer "
                f"(tracking id {memory['asset_pending']}).",
                hint="Look under Assets > Apps: if the asset is there, give its App ID as asset_id; if not, remove "
                f"asset_pending from {self._options.get('record_path')}.",
            )

    def _known(self, asset_id):
        asset = self._client.read(asset_id)
        if asset is None and self._options.get("state") != "absent":
            raise no_such_asset(asset_id)
        return shown(asset)

    def plan(self, actual):
        """Create, update or delete; see full_update for what an update sends."""
        if self._options.get("state") == "absent":
            return self._plan_absent(actual)
        desired = self._desired()
        return self._plan_create(desired) if actual is None else self._plan_update(actual, desired)

    def _desired(self):
        options = self._options
        desired = {**wanted(FIELDS, options), "auth_type": "oauth2"}
        desired.setdefault("smtp_username", options.get("email"))
        if options.get("oauth_tenant") and options.get("oauth_client_id"):
            authority = options["oauth_authority"]
            desired |= oauth_properties(
                options["oauth_tenant"], options["oauth_client_id"], authority, options.get("oauth_scope")
            )
        if desired.get("oauth_login_id"):
            desired["uses_other_login"] = True
        return {name: value for name, value in desired.items() if value is not None}

    def _plan_create(self, desired):
        absent = [name for name in ("name", "email") if not desired.get(name)]
        if absent:
            raise Fault("invalid_input", f"A new asset needs {' and '.join(absent)}.")
        after = {**shown(desired), "asset_id": None, "forwarding_address": None, "callback_url": None}
        step = Step(
            f"create e-mail asset {desired['name']} for {desired['email']}",
            lambda current: self._create(desired),
        )
        # The record keeps runs from making a second one.
        return Plan({}, after, (step,), None, blind=True)

    def _create(self, desired):
        """Make the asset, unless another run has made it since this one looked."""
        with self._record.locked(self._deadline):
            memory = self._record.read()
            if memory.get("asset_id"):
                return self._known(memory["asset_id"])
            self._demand_certainty(memory)
            return self._create_first(desired)

    def _create_first(self, desired):
        tracking_id = str(uuid.uuid4())
        # Written down first: an answer that gets lost must not lead to a second asset.
        self._record.update(asset_pending=tracking_id)
        try:
            asset = self._client.create(desired, tracking_id)
        except Uncertain:
            raise
        except Fault as fault:
            if fault.status and 400 <= fault.status < 500:
                self._record.update(asset_pending=None)
            raise
        self._record.update(asset_id=asset["asset_id"], asset_pending=None)
        return shown({**desired, **asset})

    def _plan_update(self, actual, desired):
        # A property that the answer does not hold counts as not set (assumption: connect-answers-whole).
        names = differing(FIELDS, desired, actual)
        new_secret = desired.get("oauth_client_secret") and (
            self._options["update_secret"] == "always" or "oauth_client_id" in names
        )
        before = {name: actual[name] for name in WRITABLE if name in actual}
        if not names and not new_secret:
            return Plan(before, before, actual=actual)
        if not new_secret:
            desired.pop("oauth_client_secret", None)
        outcome = {**actual, **shown(desired)}

        def update(current):
            self._client.update(actual["asset_id"], full_update(actual, desired))
            return outcome

        changed = ", ".join(names + (["oauth_client_secret"] if new_secret else []))
        step = Step(f"update {changed} of e-mail asset {actual['asset_id']}", update)
        after = {name: outcome[name] for name in WRITABLE if name in outcome}
        return Plan(before, after, (step,), actual, outcome)

    def _plan_absent(self, actual):
        if actual is None:
            return self._plan_forgotten()
        if not self._client.can_delete:
            raise Fault(
                "conflict",
                "Webex Connect documents no call that deletes an e-mail asset.",
                hint="Delete it under Assets > Apps, unless it is registered: that cannot be undone.",
            )

        def delete(current):
            # Written down first: an answer that gets lost must not leave the record of an asset that is gone.
            self._record.update(asset_deleting=actual["asset_id"])
            try:
                self._client.delete(actual["asset_id"])
            except Fault as fault:
                if fault.status and 400 <= fault.status < 500 and fault.status != 404:
                    self._record.update(asset_deleting=None)
                raise
            self._record.forget()

        before = {name: actual[name] for name in WRITABLE if name in actual}
        return Plan(before, {}, (Step(f"delete e-mail asset {actual['asset_id']}", delete),), actual, {})

    def _plan_forgotten(self):
        """Forget an asset that an earlier run deleted unheard; any other may be there, in another organization."""
        if not self._record.read().get("asset_deleting"):
            return Plan({}, {})
        step = Step(
            "forget the e-mail asset that an earlier run deleted", lambda current: self._record.forget()
        )
        return Plan({}, {}, (step,), None, {})
