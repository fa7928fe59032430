# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Client secrets of an application: the one thing in the directory that must never be made twice."""

from __future__ import annotations

import hashlib
import re

from ..core.errors import Fault, Uncertain
from ..core.retry import create_once, persist
from .rights import WRITE_APPS
from .session import Read
from .shapes import PASSWORDS
from .wire import application_path, select


class Passwords:
    """Adds and removes client secrets.

    :param session: Session. :param redactor: gets to know each new secret before anybody else does.
    """

    def __init__(self, session, redactor):
        self._session = session
        self._redactor = redactor
        self._visible = {}

    def up_to_date(self, application):
        """Whether an application as read shows the secrets that this run has added to it.

        Reads lag, and a task that does not see the secret of the one before it would add another. Remembered is
        not the secret but the set of key ids that it was added to: who sees just that set sees too little. Once
        the secret was seen that is forgotten, so that its removal by somebody else is seen, too.
        """
        object_id, key_ids = application["id"], _key_ids(application)
        self._visible[object_id] = key_ids
        added_to = self._session.made.known(_beyond(object_id))
        if added_to:
            seen = {_extended(object_id, key_ids - {key_id}) for key_id in key_ids}
            self._session.made.forget(*(seen & added_to))
        return _extended(object_id, key_ids) not in added_to

    def add(self, application, display_name, expires):
        """Add a client secret; its value is in this answer and never shown again.

        Where the answer is lost, the secret that it may have made is removed, because nobody knows its value, and
        another one is made. No start is sent: one in the past by clock skew is refused.

        :param application: wire application with its passwordCredentials.
        :param expires: ISO 8601 with Z. It should differ from that of any other secret of the name, because it is what
            tells a secret whose answer was lost from one that another run is making.
        :returns: the passwordCredential with its secretText.
        """
        object_id = application["id"]
        known = _key_ids(application)
        lost = []

        def create():
            return self._add_once(object_id, display_name, expires)

        def look():
            lost.append(object_id)
            self._remove_strays(object_id, display_name, expires, known)

        made = create_once(create, look, self._session.policy, self._session.deadline)
        if lost:
            self.shown_with(object_id, made["keyId"])
            self._remove_strays(object_id, display_name, expires, known | {made["keyId"]})
        self._session.made.note(_extended(object_id, known))
        self._visible[object_id] = known | {made["keyId"]}
        return made

    def _add_once(self, object_id, display_name, expires):
        body = {"passwordCredential": {"displayName": display_name, "endDateTime": expires}}
        path = f"{application_path(object_id=object_id)}/addPassword"
        response = self._session.write("POST", path, body, right=WRITE_APPS, repeatable=False)
        made = response.json()
        if not isinstance(made, dict) or not made.get("secretText") or not made.get("keyId"):
            raise Uncertain(
                "The answer with the new client secret cannot be read.",
                status=response.status,
                request_id=response.request_id,
            )
        self._redactor.register(made["secretText"])
        return made

    def remove(self, object_id, key_id):
        """Remove a client secret; gone already is fine.

        Graph answers 400 or 404 to an unknown key id, so the list decides what a refusal meant.
        """
        path = f"{application_path(object_id=object_id)}/removePassword"

        def attempt():
            try:
                self._session.write("POST", path, {"keyId": key_id}, right=WRITE_APPS, fresh=False)
            except Fault as fault:
                if fault.status not in (400, 404):
                    raise
                if key_id in _key_ids(self._read(object_id)):
                    fault.retryable = fault.status == 404
                    raise

        persist(attempt, self._session.policy, self._session.deadline)
        left = self._visible.get(object_id, set()) - {key_id}
        self._visible[object_id] = left
        self._session.made.forget(_extended(object_id, left))

    def _read(self, object_id):
        path = select(application_path(object_id=object_id), "id", "passwordCredentials")
        return self._session.read(Read(path, shape=PASSWORDS))[0] or {}

    def _remove_strays(self, object_id, display_name, expires, known):
        for item in credentials(self._read(object_id)):
            ours = (item.get("displayName"), _second(item["endDateTime"])) == (
                display_name,
                _second(expires),
            )
            if ours and item["keyId"] not in known:
                self.remove(object_id, item["keyId"])

    def shown_with(self, object_id, key_id):
        """The app's credentials once one of them is visible; those written to the app before it are then, too."""

        def look():
            found = self._read(object_id)
            if key_id not in _key_ids(found):
                raise Fault(
                    "not_found",
                    "The new client secret does not show up in the directory.",
                    hint="Run again in some minutes.",
                    retryable=True,
                )
            return credentials(found)

        return persist(look, self._session.policy, self._session.deadline)


def credentials(application):
    """The passwordCredentials of a wire application."""
    return application.get("passwordCredentials") or []


def _second(instant):
    """A wire instant without its fraction and zone, which is always UTC here: the service may write them otherwise."""
    return re.match(r"[^.Zz+]*", instant)[0]


def _key_ids(application):
    return {item["keyId"] for item in credentials(application)}


def _extended(object_id, key_ids):
    """The name under which ``Made`` knows that a secret was added to exactly these."""
    digest = hashlib.sha256(" ".join(sorted(key_ids)).encode("ascii")).hexdigest()
    return _beyond(object_id) + digest


def _beyond(object_id):
    return f"application id={object_id} passwords beyond "
