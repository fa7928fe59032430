# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What PowerShell's errors mean: the same Faults as over REST, from the exception's type and text.

The cmdlets of ExchangeOnlineManagement write the service's own ``id|type|text``, with the request's id in the error
record's mark and the short type as reason (seen in published transcripts; assumption: powershell-errors).
"""

from __future__ import annotations

import re

from ..core.errors import Fault
from .errors import CmdletError, denied, explain_cmdlet, parse, token_refused

MODULE = "ExchangeOnlineManagement"
# The mark of a cmdlet's error: [Server=...,RequestId=...,TimeStamp=...],Write-ErrorMessage
REQUEST_ID = re.compile(r"RequestId=([0-9a-fA-F-]{36})")
# No word about what is wrong: the pipe text's own type is better, if it has one.
PLAIN = ("Exception", "SystemException", "RuntimeException", "WriteErrorException")
# .NET's own exceptions for a service that could not be reached or gave no usable answer.
NETWORK = (
    "HttpRequestException",
    "WebException",
    "SocketException",
    "IOException",
    "TaskCanceledException",
    "TimeoutException",
)
# What Connect-ExchangeOnline says to a token it cannot use, and to an app without any role.
UNAUTHORIZED = re.compile(r"\bunauthori[sz]ed\b|\b401\b", re.IGNORECASE)
NO_ROLE = re.compile(r"isn't supported in this scenario|\bforbidden\b|\b403\b", re.IGNORECASE)
THROTTLED = re.compile(r"maximum number of concurrent|\b429\b|too many requests", re.IGNORECASE)


def failed_connection(failure, cmdlet, place):
    """The Fault for a session that did not come about.

    :param failure: type, reason, text and mark of the error record; :param cmdlet: what was to be run first.
    :param place: where PowerShell runs, in words.
    """
    if failure.get("mark", "").startswith("Modules_"):
        return Fault(
            "library_missing",
            f"The PowerShell module {MODULE} 3.1.0 or newer is not installed on {place}.",
            hint=f"Install it there for all users: Install-Module {MODULE} -Scope AllUsers.",
        )
    text = failure.get("text", "")
    if UNAUTHORIZED.search(text):
        return token_refused()
    if NO_ROLE.search(text):
        return denied(cmdlet)
    return _passing(failure, f"Exchange Online did not let {place} connect") or Fault(
        "protocol",
        f"Connect-ExchangeOnline failed on {place} ({_kind(failure) or 'no error type given'}).",
        hint=f"Check auth_tenant and cloud, and that {MODULE} is up to date there.",
    )


def failed_cmdlet(failure, cmdlet):
    """The Fault for a cmdlet's own error."""
    known = {}
    request = REQUEST_ID.search(failure.get("mark", ""))
    if request:
        known["request_id"] = request[1]
    kind = _kind(failure)
    if kind == "CommandNotFoundException":
        # A session holds only the cmdlets that the app's roles hold.
        return denied(cmdlet, **known)
    if kind == "UnauthorizedAccessException":
        return token_refused(**known)
    error = parse(failure.get("text", ""))
    if not error.kind and kind not in PLAIN:
        error = CmdletError(kind, error.text)
    return _passing(failure, f"{cmdlet} could not reach Exchange Online", **known) or explain_cmdlet(
        error, cmdlet, known
    )


def _passing(failure, sentence, **known):
    """The Fault for what goes away by itself; None for anything else."""
    if THROTTLED.search(failure.get("text", "")) and "|" not in failure.get("text", ""):
        return Fault(
            "throttled",
            "Exchange Online asked to slow down.",
            hint="Run again later, or with fewer forks.",
            retryable=True,
            **known,
        )
    if _kind(failure) in NETWORK:
        return Fault("service_error", f"{sentence}.", hint="Run again later.", retryable=True, **known)
    return None


def _kind(failure):
    """The short type that says most: the record's reason, else the exception's own type."""
    names = [str(failure.get(key) or "").rsplit(".", 1)[-1] for key in ("reason", "type")]
    return next((name for name in names if name and name not in PLAIN), "")
