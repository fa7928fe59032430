# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""SMTP submission as smtp.office365.com offers it: port of the lab's own, STARTTLS, AUTH XOAUTH2.

Built on aiosmtpd, in the event loop of the lab. Each sign-in and each message is an entry of the journal
(service ``smtp``, operation ``AUTH`` or ``DATA``) that holds no token.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import collections
import email
import email.policy
import logging
import ssl
from email.utils import parseaddr
from typing import Any

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, Envelope, Session

from . import mail_codes as codes
from . import mail_flow
from .core import Lab
from .mail_codes import Answer
from .mail_message import Message, domain_of
from .mail_sign_in import Refused, SignedIn, basic, xoauth2

HOST = "127.0.0.1"
# RFC 4954 demands 12,288 for AUTH; a token alone is longer than the 512 of any other command.
LONGEST_COMMAND = 16384
# Shown in every answer, as the service shows the name of the server at work.
SERVER = "LAB0001CA0001.labprd01.prod.outlook.com"


async def serve(lab: Lab, context: ssl.SSLContext) -> asyncio.Server:
    """Listen on a free port of the loopback interface; the caller closes it."""
    # aiosmtpd warns of its own deprecated names.
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: _Server(_Handler(lab), context, loop), HOST, 0)


class _Server(SMTP):
    """aiosmtpd's protocol with room for a token in AUTH, and this service's word for "not encrypted"."""

    line_length_limit = LONGEST_COMMAND

    def __init__(self, handler: _Handler, context: ssl.SSLContext, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            handler,
            hostname="smtp.lab.example",
            ident=f"{SERVER} Microsoft ESMTP MAIL Service ready",
            tls_context=context,
            auth_require_tls=True,
            auth_exclude_mechanism=["PLAIN"],
            loop=loop,
        )
        self.command_size_limits = collections.defaultdict(lambda: 512, AUTH=LONGEST_COMMAND)

    async def smtp_AUTH(self, arg: str) -> None:
        if self._tls_protocol is None:
            await self.push(_line(codes.NOT_AUTHENTICATED))
            return
        await super().smtp_AUTH(arg)


# aiosmtpd asks for the syntax line of a command by this mark.
_Server.smtp_AUTH.__smtp_syntax__ = SMTP.smtp_AUTH.__smtp_syntax__  # type: ignore[attr-defined]


def _line(answer: Answer) -> str:
    return f"{answer} [{SERVER}]"


class _Handler:
    """One connection's commands."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        """SASL XOAUTH2, with or without an initial response (Microsoft's page on OAuth for SMTP)."""
        sent: Any = args[1] if len(args) > 1 else await server.challenge_auth("")
        if sent is MISSING:
            return AuthResult(success=False, handled=True)
        user, token = _credentials(sent)
        try:
            signed_in = xoauth2(self.lab, user, token)
        except Refused as refusal:
            self._note("AUTH", user, refusal.answer)
            return AuthResult(success=False, handled=False, message=_line(refusal.answer))
        self._note("AUTH", user, codes.SIGNED_IN)
        return AuthResult(success=True, auth_data=signed_in, message=_line(codes.SIGNED_IN))

    async def auth_LOGIN(self, server: SMTP, args: list[str]) -> AuthResult:
        """A user name and a password: offered, and refused."""
        for prompt in ("Username:", "Password:")[len(args) - 1 :]:
            if await server.challenge_auth(prompt) is MISSING:
                return AuthResult(success=False, handled=True)
        answer = basic(self.lab)
        self._note("AUTH", "", answer)
        return AuthResult(success=False, handled=False, message=_line(answer))

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Nobody sends without having signed in."""
        if not session.authenticated:
            return _line(codes.NOT_AUTHENTICATED)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Sender OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take the message, or say why not."""
        signed_in: SignedIn = session.auth_data
        content = email.message_from_bytes(envelope.content or b"", policy=email.policy.default)
        senders = {envelope.mail_from or "", parseaddr(str(content.get("From", "")))[1]} - {""}
        refusal = self._refusal(signed_in, senders, envelope.rcpt_tos)
        message = Message.parsed(envelope.mail_from or "", content)
        self._note("DATA", signed_in.address, refusal, message)
        if refusal:
            return _line(refusal)
        mail_flow.submit_from(self.lab, signed_in.place(self.lab)[0], message, envelope.rcpt_tos)
        return f"250 2.0.0 OK {message.message_id} [Hostname={SERVER}]"

    def _refusal(self, signed_in: SignedIn, senders: set[str], to: list[str]) -> Answer | None:
        if not signed_in.may_log_on:
            return codes.LOGON_FAILURE
        if not all(signed_in.may_send_as(self.lab, sender) for sender in senders):
            return codes.SEND_AS_DENIED
        tenant, mailbox = signed_in.place(self.lab)
        outside = any(self.lab.tenant(domain_of(address)) is not tenant for address in to)
        if outside and mail_flow.is_restricted(tenant, mailbox):
            return codes.RESTRICTED_SENDER
        return None

    def _note(self, operation: str, user: str, answer: Answer | None, message: Message | None = None) -> None:
        entry = self.lab.journal.open(
            service="smtp",
            method=operation,
            path=user,
            query="",
            operation=operation,
            write=operation == "DATA",
            request_headers={},
            request_body=message.subject.encode() if message else b"",
        )
        entry.status = answer.code if answer else 250
        entry.applied = operation == "DATA" and answer is None
        entry.response_body = str(answer or "").encode()


def _credentials(sent: str | bytes) -> tuple[str, str]:
    """User name and token of ``user=...^Aauth=Bearer ...^A^A``, in base64 or decoded; empty where it is not that."""
    try:
        raw = base64.b64decode(sent, validate=True) if isinstance(sent, str) else sent
        parts = dict(part.partition("=")[::2] for part in raw.decode().split("\x01") if part)
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    scheme, _space, token = parts.get("auth", "").partition(" ")
    return parts.get("user", ""), token if scheme.lower() == "bearer" else ""
