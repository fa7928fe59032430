# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may use the lab's Windows host: NTLM, Basic and client certificates, each once per connection.

NTLM is spoken by pyspnego's acceptor, the other side of what pywinrm brings along.
"""

from __future__ import annotations

import base64
import binascii
import os
import tempfile
from pathlib import Path
from typing import Any

import spnego
from starlette.requests import Request

from .core import Lab

MUTUAL = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"


class Refused(Exception):
    """Not signed in; ``challenges`` are the values of WWW-Authenticate."""

    def __init__(self, *challenges: str) -> None:
        super().__init__("refused")
        self.challenges = challenges


class SignIn:
    """Signs connections in, by the users of the world: ``winrm: {users: [{name, password}], certificates: [name]}``."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._folder = tempfile.TemporaryDirectory(prefix="lab-ntlm-")  # gone with the process

    def check(self, request: Request) -> str:
        """The signed-in user. Raises Refused."""
        connection = request.scope["extensions"]["lab.connection"]
        scheme, _space, value = request.headers.get("authorization", "").partition(" ")
        if scheme == MUTUAL:
            return self._certificate(connection)
        if scheme.lower() == "basic":
            return self._basic(value)
        if scheme.lower() in ("negotiate", "ntlm") and value:
            return self._ntlm(connection, scheme, value)
        if connection.get("user"):
            return str(connection["user"])
        raise Refused("Negotiate", 'Basic realm="WSMAN"')

    def _users(self) -> list[dict[str, str]]:
        return list(self.lab.world["winrm"].get("users", []))

    def _basic(self, value: str) -> str:
        try:
            name, _colon, password = base64.b64decode(value).decode("utf-8", "replace").partition(":")
        except binascii.Error:
            raise Refused("Negotiate") from None
        for user in self._users():
            if (user["name"].lower(), user["password"]) == (name.lower(), password):
                return name
        raise Refused("Negotiate", 'Basic realm="WSMAN"')

    def _certificate(self, connection: dict[str, Any]) -> str:
        """A certificate that the lab's authority issued, mapped by its name."""
        subject = (connection.get("peer") or {}).get("subject", ())
        names = {value for part in subject for key, value in part if key == "commonName"}
        known = names & set(self.lab.world["winrm"].get("certificates", []))
        if not known:
            raise Refused(MUTUAL)
        return known.pop()

    def _ntlm(self, connection: dict[str, Any], scheme: str, value: str) -> str:
        try:
            token = base64.b64decode(value)
            if token[8:12] == b"\x01\0\0\0" or "ntlm" not in connection:
                connection["ntlm"], connection["user"] = self._acceptor(), None
            context = connection["ntlm"]
            reply = context.step(token)
        except (spnego.exceptions.SpnegoError, binascii.Error, ValueError):
            connection.pop("ntlm", None)
            raise Refused("Negotiate", 'Basic realm="WSMAN"') from None
        if not context.complete:
            raise Refused(f"{scheme} {base64.b64encode(reply or b'').decode()}")
        connection["user"] = context.client_principal
        return str(context.client_principal)

    def _acceptor(self) -> Any:
        """A new NTLM acceptor. Its users have to be in a file that a variable of the process names."""
        store, lines = Path(self._folder.name) / "users", []
        for user in self._users():
            domain, _slash, name = user["name"].rpartition("\\")
            lines.append(f"{domain}:{name}:{user['password']}\n")
        store.write_text("".join(lines), "utf-8")
        os.environ["NTLM_USER_FILE"] = str(store)
        return spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
