# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What became of a message, recipient by recipient, as Exchange Online's message trace tells it."""

from __future__ import annotations

from ..core.addresses import mail_address
from ..core.errors import Fault
from ..core.spec import Spec
from ..exchange.client import open_exchange
from .mail_trouble import code_in, explained
from .permitted import readable

SPEC = Spec(
    {
        "sender": {"type": "str"},
        "recipients": {"type": "list", "elements": "str", "required": True},
        "subject": {"type": "str"},
        "wait": {"type": "int", "default": 0},
    }
)
# State -> whether the mail is where it was to go; unknown for any other.
ENDS = {
    "Delivered": True,
    "Expanded": True,
    "Failed": False,
    "FilteredAsSpam": False,
    "Quarantined": False,
}
# State -> what it means, and what to do. What Failed means depends on the reason.
STATES = {
    "Delivered": ("The mail was delivered.", None),
    "Expanded": ("The mail was passed on to other recipients.", None),
    "FilteredAsSpam": ("The mail was taken for spam.", "Look into the quarantine and the junk mail folder."),
    "Quarantined": (
        "The mail is held in quarantine.",
        "Defender portal, Quarantine: see why, and release it.",
    ),
    "Pending": ("The mail is still being delivered.", "Look again later."),
    "GettingStatus": ("Exchange Online is still finding the state out.", "Look again later."),
    None: ("The trace does not show the mail.", "The trace is some minutes behind: look again later."),
}


def build(options, runtime):
    """The resource for a task.

    :raises Fault: ``invalid_input`` for malformed addresses or an empty list, before anything is sent.
    """
    if not options["recipients"]:
        raise Fault("invalid_input", "recipients is empty.")
    for address in options["recipients"]:
        mail_address(address, "recipients")
    if options.get("sender"):
        mail_address(options["sender"], "sender")
    return MessageTrace(open_exchange(options, runtime), options)


class MessageTrace:
    """Reads the trace, and explains what is not well."""

    def __init__(self, client, options):
        self._client = client
        self._options = options

    def read(self):
        """A record for each recipient.

        :returns: recipient, delivered (None: not known yet), status (None: not seen), received, sender, subject,
            message_id, code, cause, detail, remedy.
        """
        options = self._options
        found = self._client.trace_messages(
            options.get("sender"), options["recipients"], options.get("subject"), options["wait"]
        )
        return [
            self._entry(recipient, record or {})
            for recipient, record in zip(options["recipients"], found, strict=True)
        ]

    def _entry(self, recipient, record):
        status = record.get("Status")
        return {
            "recipient": recipient,
            "delivered": ENDS.get(status),
            "status": status,
            "received": record.get("Received"),
            "sender": record.get("SenderAddress"),
            "subject": record.get("Subject"),
            "message_id": record.get("MessageId"),
            **(self._reason(record) if status == "Failed" else _meaning(status)),
        }

    def _reason(self, record):
        """Why it failed: the last event that names a code."""
        events = readable(lambda: self._client.trace_events(record), [])
        texts = [str(event.get("Detail") or "") for event in events]
        reason = next((text for text in reversed(texts) if any(code_in(text))), "")
        return explained(*code_in(reason), reason)


def _meaning(status):
    detail, remedy = STATES.get(status, (f"Exchange Online says {status}.", None))
    return {"code": None, "cause": None, "detail": detail, "remedy": remedy}
