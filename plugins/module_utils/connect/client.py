# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Webex Connect e-mail assets in typed operations; plain data in our names out."""

from __future__ import annotations

import uuid

from ..core.addresses import base_url
from ..core.errors import Fault
from ..core.pace import Pace
from ..core.retry import NEVER, Policy
from ..core.reuse import NOTHING, Reuse
from ..core.service import Service, unavailable
from ..core.web import Request
from .regions import BASE_URLS
from .wire import wire_table

NAME = "Webex Connect"
NO_ASSET = "a_000000000000000000"
# passwordCredential resource: the value has 16 to 64 characters.
SHORTEST_CLIENT_SECRET = 16
IDENTITY = ("connect_token", "connect_organization_id")


def open_connect(options, runtime):
    """The client for a task's options.

    :raises Fault: ``invalid_input`` where the base URL, the token or the organization is missing.
    """
    url = options.get("connect_url") or BASE_URLS.get(options.get("connect_region"))
    needed = {"connect_url or connect_region": url}
    needed |= {name: options.get(name) for name in ("connect_token", "connect_organization_id")}
    absent = [name for name, value in needed.items() if not value]
    if absent:
        raise Fault(
            "invalid_input",
            f"Webex Connect needs {', '.join(absent)}.",
            hint="Take the personal access token from the Webex developer portal; it lives for 12 hours.",
        )
    http = runtime.http()
    token = ReadyMadeToken(options["connect_token"])
    headers = {"x-organization-id": options["connect_organization_id"], "Accept": "application/json"}
    wire = wire_table(options.get("connect_wire"))
    # Cisco asks not to repeat a limited write, but to look at the asset first.
    pace = Pace(runtime.deadline, runtime.scratch, f"connect {url} {options['connect_organization_id']}")
    reads = Service(http, token, runtime.deadline, Policy(), explain, pace)
    writes = Service(http, token, runtime.deadline, NEVER, explain, pace)
    base = base_url(url, "connect_url")
    answers = runtime.reuse.of("connect", base, *(str(options[name]) for name in IDENTITY), repr(wire))
    return Connect(base, wire, headers, reads, writes, runtime.redactor.register, answers)


class ReadyMadeToken:
    """A token that somebody else obtained; it cannot be renewed."""

    def __init__(self, value):
        self._value = value

    def get(self):
        """The token."""
        return self._value

    def renew(self):
        """None: only a person can get a new one."""
        return


class Connect:
    """Create, read and update one e-mail asset.

    :param protect: called with a secret that an answer holds, before anything else can see it.
    :param answers: core.reuse.Answers.
    """

    def __init__(self, url, wire, headers, reads, writes, protect, answers=None):
        self._answers = answers or Reuse().of()
        self._url = url
        self._wire = wire
        self._headers = headers
        self._reads = reads
        self._writes = writes
        self._protect = protect

    @property
    def can_delete(self):
        """Whether the wire table names a delete call; Cisco documents none for e-mail."""
        return bool(self._wire["operations"]["delete"]["method"])

    def read(self, asset_id):
        """The asset in our names and values, with only the properties that the answer holds; None if there is none.

        Of its secret is only told that it is empty: where it is not, it is left out.

        :raises Fault: ``unauthenticated``, ``denied``, ``protocol`` and the passing ones.
        """
        subject = _subject(asset_id)
        known = self._answers.find(subject, "asset")
        if known is not NOTHING:
            return known
        before = self._answers.writes(subject)
        try:
            asset = _without_secret(self._call(self._reads, "read", asset_id))
        except Fault as fault:
            if fault.code == "not_found":
                return None
            raise
        self._answers.keep(subject, "asset", asset, before)
        return asset

    def check_access(self):
        """Ask for an asset that does not exist, to learn whether the token is accepted at all.

        What the service says about an unknown id is not documented, so only a refused token counts.

        :raises Fault: ``unauthenticated``, ``denied``.
        """
        if self._answers.find("token", "accepted") is not NOTHING:
            return
        fault = self.knock()
        if fault is not None and fault.code in ("unauthenticated", "denied"):
            raise fault
        if fault is None or fault.code == "not_found":
            self._answers.keep("token", "accepted", True, 0)

    def knock(self):
        """The Fault with which the service answers the question for an asset that does not exist; None for an asset."""
        try:
            self._call(self._reads, "read", NO_ASSET)
        except Fault as fault:
            return fault
        return None

    def shape(self, asset_id):
        """Which names the answer about an asset has, without any of their values.

        :returns: ``absent``, our names of properties that it does not have; ``other``, wire names that are not in the
            wire table; ``code``, the literal that stands for success there, or None.
        :raises Fault: as ``read``; ``protocol`` for an answer without an asset.
        """
        response = self._send(self._reads, "read", asset_id)
        found = self._load(response)
        body = response.json()
        asset = body.get(self._wire["envelope"]["asset"])
        known = {*self._wire["fields"].values(), *self._wire["envelope"].values()}
        return {
            "absent": [name for name in self._wire["fields"] if name not in found],
            "other": sorted(set(asset if isinstance(asset, dict) else body) - known),
            "code": body.get(self._wire["envelope"]["code"]),
        }

    def create(self, properties, tracking_id):
        """Make an asset; the asset as the service answered.

        :param tracking_id: sent as ``trackingid``, so that support can find the request.
        :raises Uncertain: the asset may have been made; it must be looked for before another try.
        """
        asset = self._call(self._writes, "create", None, properties, tracking_id)
        subject = _subject(asset["asset_id"])
        known = _without_secret({**properties, **asset})
        self._answers.keep(subject, "asset", known, self._answers.writes(subject), certain=True)
        return asset

    def update(self, asset_id, properties):
        """Send all of the asset's properties; whether the rest would be kept is not documented."""
        with self._answers.writing(_subject(asset_id)):
            return self._call(self._writes, "update", asset_id, properties)

    def delete(self, asset_id):
        """Delete the asset, where the wire table names a call for it."""
        with self._answers.writing(_subject(asset_id)):
            self._call(self._writes, "delete", asset_id, answer=False)

    def _call(self, service, operation, asset_id, properties=None, tracking_id=None, answer=True):
        response = self._send(service, operation, asset_id, properties, tracking_id)
        return self._load(response) if answer else None

    def _send(self, service, operation, asset_id, properties=None, tracking_id=None):
        call = self._wire["operations"][operation]
        request = Request(
            call["method"],
            self._url + call["path"].format(asset_id=asset_id),
            params=self._wire["query"],
            headers={**self._headers, "trackingid": tracking_id or str(uuid.uuid4())},
            body=None if properties is None else self._dump(properties),
            repeatable=operation != "create",
        )
        return service.call(request)

    def _dump(self, properties):
        fields, values = self._wire["fields"], self._wire["values"]
        return {fields[name]: values.get(name, {}).get(value, value) for name, value in properties.items()}

    def _load(self, response):
        """The asset in an answer, wherever the envelope has it.

        Older Webex Connect interfaces answer 200 with an error code inside, so an answer without an asset's id is
        a failure whatever its status.
        """
        fields, values = self._wire["fields"], self._wire["values"]
        body = response.json()
        body = body if isinstance(body, dict) else {}
        nested = body.get(self._wire["envelope"]["asset"])
        asset = nested if isinstance(nested, dict) else body
        if not asset.get(fields["asset_id"]):
            code = body.get(self._wire["envelope"]["code"])
            raise Fault(
                "protocol",
                f"{NAME} answered without an asset (code {str(code)[:20]!r}).",
                hint="If the service has changed its names, correct them with connect_wire.",
                status=response.status,
                request_id=_transaction(response),
            )
        self._protect_secret(asset.get(fields["oauth_client_secret"]))
        words = {name: {wire: ours for ours, wire in table.items()} for name, table in values.items()}
        return {
            name: words.get(name, {}).get(asset[wire], asset[wire])
            for name, wire in fields.items()
            if wire in asset
        }

    def _protect_secret(self, value):
        # Whether answers hold the secret is not documented; a mask is shorter than any secret of Microsoft's.
        if isinstance(value, str) and len(value) >= SHORTEST_CLIENT_SECRET:
            self._protect(value)


def _subject(asset_id):
    return f"asset {asset_id}"


def _without_secret(asset):
    """The asset without its secret; whether that is empty is to be seen."""
    return {name: value for name, value in asset.items() if name != "oauth_client_secret" or not value}


def explain(response, request):
    """The Fault for an answer, or None for a success.

    Statuses and envelope: developer.webex.com, Webex Connect status and error codes.
    """
    known = {"status": response.status, "request_id": _transaction(response)}
    if 200 <= response.status < 300:
        return None
    if response.status == 401:
        return Fault(
            "unauthenticated",
            "Webex Connect refused the access token.",
            hint="A personal access token lives for 12 hours: take a new one from the Webex developer portal and "
            "give it as connect_token.",
            **known,
        )
    if response.status == 403:
        return Fault(
            "denied",
            "Webex Connect does not let this token manage assets of the organization.",
            hint="Check connect_organization_id, and that the token's user may manage digital assets.",
            **known,
        )
    if response.status == 404:
        return Fault("not_found", "Webex Connect has no such asset.", **known)
    if response.status == 400:
        return Fault(
            "conflict",
            "Webex Connect refused the asset's values.",
            hint="Compare the names with the developer portal's Try Out panel; correct them with connect_wire.",
            **known,
        )
    return unavailable(NAME, response)


def _transaction(response):
    """The service's id of the exchange; the header of ours is used where the body has none."""
    body = response.json()
    found = body.get("transid") if isinstance(body, dict) else None
    return found if isinstance(found, str) else response.request_id
