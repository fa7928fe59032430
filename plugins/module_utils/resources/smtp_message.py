# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""A test mail from one mailbox to another, which can be found again by its subject."""

from __future__ import annotations

import uuid
from email.message import EmailMessage
from email.policy import SMTP as WIRE

from ..core.addresses import mail_address
from ..core.errors import Fault
from ..core.fields import same_text
from ..core.plan import Plan, Step
from ..core.spec import Spec
from ..smtp.client import open_smtp
from ..smtp.session import ACCEPTED
from .mail_trouble import explained, trouble

SPEC = Spec(
    {
        "sender": {"type": "str", "required": True},
        "recipient": {"type": "str", "required": True},
        "subject": {"type": "str", "default": "Test of the e-mail channel"},
        "text": {"type": "str", "default": "This is a test of the e-mail channel. Please do not answer it."},
    }
)


def build(options, runtime):
    """The resource for a task.

    :raises Fault: ``invalid_input`` for malformed addresses or a subject of several lines, before anything is sent.
    """
    for name in ("sender", "recipient"):
        mail_address(options[name], name)
    if same_text(options["sender"], options["recipient"]):
        raise Fault(
            "invalid_input",
            "sender and recipient are the same.",
            hint="Webex Connect starts no flow for mail from the asset's own address: send from another mailbox.",
        )
    if len(options["subject"].splitlines()) != 1:
        raise Fault("invalid_input", "subject must be one line of text.")
    return TestMessage(open_smtp(options, runtime), options)


class TestMessage:
    """Sends one mail each time; there is nothing to read before."""

    def __init__(self, client, options):
        self._client = client
        self._options = options

    def read(self):
        """What will be sent: sender, recipient, subject with a mark of its own, message_id."""
        mark = uuid.uuid4()
        domain = self._options["sender"].rpartition("@")[2]
        return {
            "sender": self._options["sender"],
            "recipient": self._options["recipient"],
            "subject": f"{self._options['subject']} {mark}",
            "message_id": f"<{mark}@{domain}>",
        }

    def plan(self, actual):
        """One message, always."""
        action = f"send a test mail from {actual['sender']} to {actual['recipient']}"
        return Plan({}, actual, (Step(action, self._send),), actual)

    def _send(self, message):
        reply = self._client.send(message["sender"], message["recipient"], self._content(message))
        if reply.code == ACCEPTED:
            return
        found, row = explained(reply.code, reply.status, reply.text), trouble(reply.status, reply.text)
        raise Fault(
            row.error if row else "service_error",
            f"The test mail from {message['sender']} was not taken: {found['detail']}",
            hint=found["remedy"],
        )

    def _content(self, message):
        mail = EmailMessage(policy=WIRE)
        mail["From"], mail["To"] = message["sender"], message["recipient"]
        mail["Subject"], mail["Message-ID"] = message["subject"], message["message_id"]
        # No out-of-office answers to a test (Microsoft's MS-OXCMAIL, section on X-Auto-Response-Suppress).
        mail["X-Auto-Response-Suppress"] = "All"
        mail.set_content(self._options["text"])
        return mail.as_bytes()
