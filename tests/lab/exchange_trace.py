# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The message trace: what became of each message, and the events on its way.

Parameters, limits and states: learn.microsoft.com pages of Get-MessageTraceV2 and Get-MessageTraceDetailV2
(evidence D); that events show some time later: documented without a figure. Form of a detail text
(``Reason: [{LED=...}]``): public reports of the trace (C). assumption: trace-of-forwarded.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from .exchange_errors import VALIDATION, CmdletError, bad_value
from .exchange_state import Context, Outcome, Record, limited

WINDOW = timedelta(hours=48)
SPAN = timedelta(days=10)
AGE = timedelta(days=90)
DEFAULT_SIZE = 1000
STATUSES = ("Delivered", "Expanded", "Failed", "FilteredAsSpam", "GettingStatus", "Pending", "Quarantined")
MATCHES = ("Contains", "StartsWith", "EndsWith")


def note(tenant: Record, row: Record, event: str, detail: str, lag: int) -> None:
    """Write down what became of a message for one recipient.

    :param detail: the status line of a refusal, or nothing; :param lag: traces that will not show it yet.
    """
    text = f"Reason: [{{LED={detail}}};{{MSG=}};{{FQDN=}};{{IP=}};{{LRT=}}]" if detail else ""
    events = [{"Date": row["Received"], "Event": event, "Action": "", "Detail": text}]
    tenant.setdefault("message_traces", []).append({**row, "lab_events": events, "lab_lag": lag})


def get_message_trace(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Get-MessageTraceV2: newest first; the last 48 hours, or at most 10 days within the last 90.

    ``message_traces`` of the world holds {Received (ISO 8601), SenderAddress, RecipientAddress, Subject,
    Status, MessageId, MessageTraceId}. There is no paging (evidence D).
    """
    start, end = _window(context, parameters)
    found = [
        row
        for row in context.tenant.get("message_traces", [])
        if _visible(row) and start <= moment(row["Received"]) <= end and _wanted(row, parameters)
    ]
    found.sort(key=lambda row: moment(row["Received"]), reverse=True)
    shown = [{key: value for key, value in row.items() if not key.startswith("lab_")} for row in found]
    return limited(shown, parameters.get("ResultSize", DEFAULT_SIZE))


def get_message_trace_detail(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Get-MessageTraceDetailV2: the events of one message for one recipient, oldest first."""
    trace, recipient = parameters["MessageTraceId"].lower(), parameters["RecipientAddress"].lower()
    rows = [
        row
        for row in context.tenant.get("message_traces", [])
        if row.get("lab_lag", 0) <= 0
        and (row["MessageTraceId"].lower(), row["RecipientAddress"].lower()) == (trace, recipient)
    ]
    head = ("MessageId", "MessageTraceId", "SenderAddress", "RecipientAddress")
    return Outcome(
        [{**{key: row[key] for key in head}, **event} for row in rows for event in row.get("lab_events", [])]
    )


def _visible(row: Record) -> bool:
    """Whether a trace shows the event already; each one that does not brings it nearer."""
    left = row.get("lab_lag", 0)
    if left > 0:
        row["lab_lag"] = left - 1
    return left <= 0


def _window(context: Context, parameters: dict[str, Any]) -> tuple[datetime, datetime]:
    given = {key: _date(key, parameters[key]) for key in ("StartDate", "EndDate") if key in parameters}
    if len(given) == 1:
        raise CmdletError(VALIDATION, "StartDate and EndDate must be given together.")
    end = given.get("EndDate", context.now)
    start = given.get("StartDate", end - WINDOW)
    if start > end or end - start > SPAN:
        raise CmdletError(VALIDATION, "The dates must be in order and not more than 10 days apart.")
    if context.now - start > AGE:
        raise CmdletError(VALIDATION, "StartDate can't be more than 90 days ago.")
    return start, end


def _date(parameter: str, value: str) -> datetime:
    try:
        return moment(value)
    except ValueError:
        raise bad_value(parameter, value, "The value is not a date.") from None


def moment(value: str) -> datetime:
    """An ISO 8601 time, also with seven fraction digits, as UTC. Raises ValueError."""
    head, dot, tail = value.partition(".")
    if dot:
        digits = len(tail) - len(tail.lstrip("0123456789"))
        value = f"{head}.{tail[:digits][:6].ljust(6, '0')}{tail[digits:]}"
    read = datetime.fromisoformat(value.replace("Z", "+00:00"))
    return read if read.tzinfo else read.replace(tzinfo=timezone.utc)


def _wanted(row: Record, parameters: dict[str, Any]) -> bool:
    for key in ("RecipientAddress", "SenderAddress", "MessageId", "Status"):
        values = parameters.get(key)
        if values and str(row.get(key, "")).lower() not in {value.lower() for value in values}:
            return False
    wanted_id = parameters.get("MessageTraceId")
    if wanted_id and str(row.get("MessageTraceId", "")).lower() != wanted_id.lower():
        return False
    return _subject_fits(str(row.get("Subject", "")).lower(), parameters)


def _subject_fits(subject: str, parameters: dict[str, Any]) -> bool:
    wanted = (parameters.get("Subject") or "").lower()
    tests = {
        "Contains": wanted in subject,
        "StartsWith": subject.startswith(wanted),
        "EndsWith": subject.endswith(wanted),
    }
    # Without a type a subject has to be the same (assumption).
    return not wanted or tests.get(parameters.get("SubjectFilterType", ""), subject == wanted)
