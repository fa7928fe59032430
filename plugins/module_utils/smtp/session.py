# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""One connection to an SMTP submission server: the only file of the product that knows smtplib.

The server's words stay inside: they name the server, and could repeat what they were told.
"""

from __future__ import annotations

import base64
import contextlib
import re
import smtplib
import socket
import ssl
import threading
from dataclasses import dataclass, field

from ..core.errors import Fault, Uncertain

ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
SIGNED_IN = 235
ACCEPTED = 250


@dataclass(frozen=True)
class Reply:
    """An answer: SMTP ``code``, enhanced ``status`` (RFC 3463) or "", and a text that is for matching only."""

    code: int
    status: str
    text: str = field(repr=False)

    @classmethod
    def of(cls, code, text):
        """The Reply in what smtplib returns: a number and bytes."""
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        status = ENHANCED.match(words.lstrip())
        return cls(code, status[1] if status else "", words)


class _Client(smtplib.SMTP):
    """smtplib's client, which tells of its socket before it listens to it, so that it can be cut off any time."""

    def __init__(self, connected, *arguments, **keywords):
        self._connected = connected
        super().__init__(*arguments, **keywords)

    def _get_socket(self, *arguments):
        made = super()._get_socket(*arguments)
        self._connected(made)
        return made


class Session:
    """A connection, encrypted by STARTTLS with a checked certificate before anything else is said.

    Used in a ``with`` statement. When the deadline comes the connection is cut, whatever the server is doing.

    :param timeout: seconds to wait for one answer; :param deadline: the task's Deadline.
    :raises Fault: ``unreachable``, ``tls``, ``timeout``, ``protocol``.
    """

    def __init__(self, host, port, ca_bundle, timeout, deadline):
        self._address = (host, port)
        self._place = f"{host}:{port}"
        self._timeout = timeout
        self._deadline = deadline
        self._context = self._trust(ca_bundle)
        self._client = self._socket = self._alarm = None

    def __enter__(self):
        try:
            self._guarded(self._open)
        except Fault:
            self.close()
            raise
        return self

    def __exit__(self, *_failure):
        self.close()

    def sign_in(self, user, token):
        """The Reply to AUTH XOAUTH2 with an access token; 235 is a success (Microsoft's page on OAuth for SMTP)."""
        sasl = f"user={user}\x01auth=Bearer {token}\x01\x01".encode()
        line = f"XOAUTH2 {base64.b64encode(sasl).decode('ascii')}"
        return self._guarded(lambda: self._command("AUTH", line))

    def send(self, sender, recipient, content):
        """The Reply to a message, 250 where the server took it; else the first that refused.

        :param content: the whole message as bytes, with CRLF line ends.
        :raises Uncertain: the connection broke after the message went out, so that it may have been taken.
        """
        for name, argument in (("MAIL", f"FROM:<{sender}>"), ("RCPT", f"TO:<{recipient}>")):
            reply = self._guarded(lambda name=name, argument=argument: self._command(name, argument))
            if reply.code != ACCEPTED:
                return reply
        try:
            return self._guarded(lambda: Reply.of(*self._client.data(content)))
        except Fault as fault:
            if fault.code in ("timeout", "unreachable"):
                raise Uncertain(
                    f"The connection to {self._place} broke while a message was handed over."
                ) from None
            raise

    def close(self):
        """End the connection without a word."""
        if self._alarm:
            self._alarm.cancel()
        if self._client:
            self._client.close()
        elif self._socket:
            self._socket.close()

    @staticmethod
    def _trust(ca_bundle):
        try:
            return ssl.create_default_context(cafile=ca_bundle)
        except OSError:
            raise Fault("tls", "The CA bundle cannot be read.", hint="Check the path in ca_bundle.") from None

    def _open(self):
        # The name of this machine is nobody's business.
        self._client = _Client(
            self._connected, *self._address, timeout=self._seconds(), local_hostname="localhost"
        )
        self._expect(self._client.ehlo())
        if not self._client.has_extn("starttls"):
            raise Fault(
                "tls",
                f"{self._place} does not offer STARTTLS.",
                hint="Give the port for submission, 587, and see that nothing on the way takes STARTTLS out.",
            )
        self._client.starttls(context=self._context)
        self._expect(self._client.ehlo())

    def _connected(self, made):
        """Set the alarm: a server that answers a little at a time would outlast the timeout of each answer."""
        self._socket = made
        self._alarm = threading.Timer(self._deadline.left(), self._cut)
        self._alarm.daemon = True
        self._alarm.start()

    def _cut(self):
        # Closing would not wake who is reading; shutting down does. The encrypted socket has taken the first one over.
        encrypted = self._client.sock if self._client else None
        with contextlib.suppress(OSError):
            (encrypted or self._socket).shutdown(socket.SHUT_RDWR)

    def _expect(self, answer):
        if answer[0] != ACCEPTED:
            raise self._no_contract(answer[0])

    def _command(self, name, argument):
        self._client.sock.settimeout(self._seconds())
        return Reply.of(*self._client.docmd(name, argument))

    def _seconds(self):
        left = self._deadline.left()
        if not left:
            raise Fault("timeout", "The task's time is over.", hint="Run again, or raise deadline.")
        return min(self._timeout, left)

    def _guarded(self, work):
        """Do some work, and say in our words what went wrong with the connection."""
        try:
            return work()
        except ssl.SSLCertVerificationError:
            raise Fault(
                "tls",
                f"No secure connection to {self._place}: the certificate was refused.",
                hint="If a proxy re-signs traffic or the service is private, point ca_bundle at its authority.",
            ) from None
        except TimeoutError:
            raise self._too_late() from None
        except (smtplib.SMTPException, OSError, AttributeError, ValueError) as error:
            # smtplib stumbles in various ways over a socket that the alarm has cut off.
            if not self._deadline.left():
                raise self._too_late() from None
            if isinstance(error, smtplib.SMTPResponseException):
                raise self._no_contract(error.smtp_code) from None
            raise Fault(
                "unreachable",
                f"The connection to {self._place} failed.",
                hint="Many networks let no connection out to port 587: check the firewall, and smtp_host.",
            ) from None

    def _too_late(self):
        return Fault("timeout", f"{self._place} did not answer in time.")

    def _no_contract(self, code):
        return Fault(
            "protocol",
            f"{self._place} does not answer like a submission server (SMTP {code}).",
            hint="Check smtp_host and smtp_port.",
        )
