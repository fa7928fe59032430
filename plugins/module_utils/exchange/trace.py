# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The message trace, which is minutes behind: look until every recipient's end is known, or time is over.

Parameters, states and limits: pages of Get-MessageTraceV2 and Get-MessageTraceDetailV2 (100 queries in 5 minutes,
the last 48 hours without dates). What is forwarded has a record of its own (assumption: trace-of-forwarded).
"""

from __future__ import annotations

from ..core.fields import same_text
from ..core.retry import Deadline

# What a message's state cannot change from any more.
FINAL = frozenset({"Delivered", "Expanded", "Failed", "FilteredAsSpam", "Quarantined"})
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0


def follow(invoke, sender, recipients, subject, seconds, deadline):
    """The newest record for each recipient, in their order; None where the trace shows none.

    :param invoke: called with a cmdlet and its parameters. :param sender, subject: None for any; the subject is
        looked for inside the message's.
    :param seconds: how long to wait for what is not final; :param deadline: the task's, which is not outlasted.
    """
    patience, pause = Deadline(min(seconds, deadline.left())), FIRST_PAUSE
    while True:
        found = _newest(invoke, sender, recipients, subject)
        if all(record and record.get("Status") in FINAL for record in found) or not patience.pause(pause):
            return found
        pause = min(2 * pause, LONGEST_PAUSE)


def _newest(invoke, sender, recipients, subject):
    parameters = {"RecipientAddress": list(recipients)}
    if sender:
        parameters["SenderAddress"] = [sender]
    if subject:
        parameters |= {"Subject": subject, "SubjectFilterType": "Contains"}
    records = invoke("Get-MessageTraceV2", **parameters)
    records.sort(key=lambda record: str(record.get("Received")), reverse=True)
    return [
        _telling([record for record in records if same_text(record.get("RecipientAddress"), recipient)])
        for recipient in recipients
    ]


def _telling(records):
    """The record of the newest message; of several, as a loop leaves them, the one that tells of the failure."""
    same = [record for record in records if record.get("MessageTraceId") == records[0].get("MessageTraceId")]
    return next((record for record in same if record.get("Status") == "Failed"), same[0] if same else None)


def events(invoke, record):
    """What happened to one message for one recipient: the records of Get-MessageTraceDetailV2."""
    return invoke(
        "Get-MessageTraceDetailV2",
        MessageTraceId=record["MessageTraceId"],
        RecipientAddress=record["RecipientAddress"],
    )
