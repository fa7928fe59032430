# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A message on its way through the lab."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from email.message import EmailMessage
from typing import Any


def domain_of(address: str) -> str:
    """The part after the @, lower case."""
    return address.rpartition("@")[2].lower()


def _new_message_id() -> str:
    return f"<{uuid.uuid4()}@mail.lab.example>"


@dataclass(frozen=True)
class Message:
    """One message; a forwarded copy is the same message with a longer way behind it.

    ``sender`` is the envelope's, empty for a report; ``hops`` counts Received headers; ``via`` lists the
    mailboxes that forwarded it, ``chain`` those of the tenant that it is in; ``report`` is the status line that a
    report of non-delivery tells of.
    """

    sender: str
    subject: str
    text: str = ""
    message_id: str = field(default_factory=_new_message_id)
    trace_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    hops: int = 0
    via: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    report: str | None = None

    @classmethod
    def parsed(cls, sender: str, content: EmailMessage) -> Message:
        """The message that a client handed over by SMTP."""
        body = content.get_body(("plain",))
        return cls(
            sender,
            str(content.get("Subject", "")),
            body.get_content().replace("\r\n", "\n") if body else "",
            str(content.get("Message-ID") or _new_message_id()),
            hops=len(content.get_all("Received", [])),
        )

    def plain(self, recipient: str, received: str) -> dict[str, Any]:
        """As an inbox of the world holds it."""
        shown = {key: value for key, value in asdict(self).items() if key != "chain"}
        return {**shown, "via": list(self.via), "recipient": recipient, "received": received}
