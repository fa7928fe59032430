# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What Exchange's answers mean.

An error text has three parts, ``id|.NET type|human text``, the first often empty (seen in published answers).
The types are the same whichever road the cmdlet took, so faults are told apart by type, then by phrase.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from ..core.errors import Fault
from ..core.service import unavailable
from .cmdlets import CMDLETS

SECONDS = re.compile(r"\b(\d{1,5}) seconds?\b")
TRANSIENT = ("ADTransientException", "ADServerSettingsChangedException", "CmdletProxyException")


@dataclass(frozen=True)
class CmdletError:
    """The parts of an error text; ``kind`` is the short .NET type name, possibly empty."""

    kind: str
    text: str


def parse(text):
    """Read ``id|type|text``, whose human text may hold bars itself, or the JSON that some errors come as.

    :param text: ``{"ClassName": ..., "Message": ...}`` is the other form (seen in public code).
    """
    if text.startswith("{"):
        try:
            found = _object(json.loads(text))
            return CmdletError(_short(found.get("ClassName")), str(found.get("Message") or ""))
        except ValueError:
            return CmdletError("", text)
    parts = text.split("|", 2)
    return CmdletError(_short(parts[1]), parts[2]) if len(parts) == 3 else CmdletError("", text)


def cmdlet_error(body):
    """The error that a cmdlet ran into; None for a body that tells of none.

    A value that did not fit its parameter comes with its type beside the text instead of in it (seen in published
    answers).

    :param body: decoded JSON, or None for a body that was no JSON.
    """
    error = _object(_object(body).get("error"))
    internal = _object(_object(error.get("innererror")).get("internalexception"))
    details = error.get("details")
    first = _object(details[0]) if isinstance(details, list) and details else {}
    text = internal.get("message") or first.get("message") or error.get("message")
    if not text:
        return None
    found = parse(str(text))
    beside = _short(internal.get("type"))
    return CmdletError(beside, found.text) if not found.kind and beside != "Exception" else found


def _object(value):
    return value if isinstance(value, dict) else {}


def _short(name):
    return str(name or "").rsplit(".", 1)[-1]


def explain(response, cmdlet, errors=()):
    """The Fault for an answer, or None for a success.

    :param response: core.web.Response; :param errors: texts found beside a 200 (``@adminapi.errors``).
    """
    known = {"status": response.status, "request_id": response.request_id}
    if response.status in (200, 204):
        return explain_cmdlet(parse(errors[0]), cmdlet, known) if errors else None
    if response.status == 401:
        return token_refused(**known)
    if response.status == 403:
        return denied(cmdlet, **known)
    error = cmdlet_error(response.json())
    if response.status in (400, 404) and error:
        return explain_cmdlet(error, cmdlet, known)
    if response.status == 404:
        return Fault(
            "protocol",
            "Exchange Online does not know this tenant (HTTP 404).",
            hint="Check auth_tenant, cloud and exchange_url.",
            **known,
        )
    fault = unavailable("Exchange Online", response)
    if response.status == 429:
        # Also told in plain words, in place of the header (seen in public code).
        told = SECONDS.search(response.text)
        fault.retry_after = float(told[1]) if told else None
    return fault


def token_refused(**known):
    """The Fault for an access token that Exchange does not take."""
    return Fault(
        "unauthenticated",
        "Exchange Online refused the access token.",
        hint="The app needs the permission Exchange.ManageAsApp with admin consent, and a directory role such as "
        "Exchange Administrator.",
        **known,
    )


def denied(cmdlet, **known):
    """The Fault for a cmdlet that is in no role of the app."""
    return Fault(
        "denied",
        f"Exchange Online does not let this app run {cmdlet}.",
        hint="Give its service principal the Exchange Administrator role, or a role group with "
        f"{CMDLETS[cmdlet].role!r}, and the permission Exchange.ManageAsApp. A new role can take up to an hour.",
        **known,
    )


def explain_cmdlet(error, cmdlet, known):
    """The Fault for a cmdlet's own error."""
    if error.kind == "ManagementObjectNotFoundException" or "mailbox doesn't exist" in error.text:
        return Fault("not_found", f"{cmdlet}: no such object in Exchange Online.", **known)
    if "out of the current user's write scope" in error.text:
        return Fault(
            "conflict",
            f"{cmdlet}: the property is mastered in the on-premises directory.",
            hint="Change it there, and let the directory synchronisation carry it over.",
            **known,
        )
    if error.kind == "ManagementObjectAlreadyExistsException" or "already been used" in error.text:
        return Fault("conflict", f"{cmdlet}: an object of that name exists.", **known)
    if "Enable-OrganizationCustomization" in error.text:
        return Fault(
            "policy_blocked",
            f"{cmdlet}: this organization cannot be customised yet.",
            hint="Run Enable-OrganizationCustomization once in Exchange Online PowerShell.",
            **known,
        )
    if error.kind in TRANSIENT:
        sentence = f"{cmdlet}: Exchange Online had a passing fault ({error.kind})."
        return Fault("service_error", sentence, retryable=True, **known)
    return Fault(
        "conflict" if error.kind else "protocol",
        f"{cmdlet} was refused ({error.kind or 'no error type given'}).",
        hint="Look the request up by its id in the support case, or run the cmdlet by hand.",
        **known,
    )
