# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Graph's client secrets: ``addPassword`` and ``removePassword``, and the tenant's rules about them.

Sources: Microsoft Graph v1.0 reference, application-addpassword, application-removepassword, resources
passwordcredential and tenantappmanagementpolicy; error codes of the policies as reported in Azure/azure-cli
#28522.
"""

from __future__ import annotations

import secrets
import string
from datetime import datetime, timedelta, timezone
from typing import Any

import isodate
from starlette.responses import Response

from .graph_applications import PERSONAL, find
from .graph_http import Context
from .graph_rights import require_owner

_ALPHABET = string.ascii_letters + string.digits + "-._~"
_CLOCK_TOLERANCE = timedelta(minutes=5)


def add_password(context: Context) -> Response:
    """A new secret; its value is in this one answer and nowhere else."""
    app = find(context)
    require_owner(context, app)
    wanted = context.body.get("passwordCredential") or {}
    start, end = _period(context, wanted)
    _refuse_by_policy(context, app, start, end)
    _refuse_surplus(context, app)
    value = new_secret()
    credential = {
        "customKeyIdentifier": None,
        "displayName": wanted.get("displayName"),
        "endDateTime": _wire(end),
        "hint": value[:3],
        "keyId": context.lab.new_id(),
        "startDateTime": _wire(start),
    }
    app["passwordCredentials"].append(credential)
    app.setdefault("lab_secrets", {})[credential["keyId"]] = value
    context.lab.issued_secrets.add(value)
    context.lab.delay_replication(
        "passwordCredential", f"{credential['keyId']}/read", f"{credential['keyId']}/sign-in"
    )
    context.applied()
    return context.entity("microsoft.graph.passwordCredential", {**credential, "secretText": value})


def remove_password(context: Context) -> Response:
    """Remove a secret by its keyId; 400 if there is none (assumption: remove-password-unknown-key)."""
    app = find(context)
    require_owner(context, app)
    key_id = context.body["keyId"].lower()
    kept = [entry for entry in app["passwordCredentials"] if entry["keyId"].lower() != key_id]
    if len(kept) == len(app["passwordCredentials"]):
        context.bad_request(f"No password credential found with keyId '{key_id}'.")
    app["passwordCredentials"] = kept
    app.get("lab_secrets", {}).pop(key_id, None)
    context.applied()
    return context.done()


def new_secret() -> str:
    """A value of the real form: 40 characters, ``~`` among them.

    ``+``, ``/`` and ``=`` are always in it as well: who forgets to URL-encode shall not pass by luck.
    """
    first, tail = secrets.choice(string.ascii_letters), [secrets.choice(_ALPHABET) for _index in range(36)]
    tail[10:13] = "+/="
    return f"{first}{''.join(tail[:2])}8Q~{''.join(tail[2:])}"


def _period(context: Context, wanted: dict[str, Any]) -> tuple[datetime, datetime]:
    """Start (default now) and end (default two years later) of the new secret."""
    now = context.lab.now()
    start = _moment(wanted.get("startDateTime")) or now
    if start < now - _CLOCK_TOLERANCE:
        context.refuse(400, "KeyCredentialsInvalidStartDate", "Key credentials start date is invalid.")
    end = _moment(wanted.get("endDateTime")) or _years_later(start, 2)
    if end <= start or end <= now:
        context.refuse(400, "KeyCredentialsInvalidEndDate", "Key credentials end date is invalid.")
    return start, end


def _years_later(moment: datetime, years: int) -> datetime:
    return moment + isodate.Duration(years=years)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = isodate.parse_datetime(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _wire(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _refuse_surplus(context: Context, app: dict[str, Any]) -> None:
    """Applications open to personal accounts hold at most two secrets ("Supported accounts validation")."""
    count = len(app["passwordCredentials"]) + 1
    if app["signInAudience"] in PERSONAL and count > 2:
        context.refuse(
            400,
            "TooManyAppPasswords",
            f"Not allowed to add {count} passwords. You can only add a maximum of 2 passwords.",
        )


def _refuse_by_policy(context: Context, app: dict[str, Any], start: datetime, end: datetime) -> None:
    """What the tenant's app management policy, or the one assigned to this application, forbids."""
    policy = (
        context.tenant["app_management_policies"].get(app["id"]) or context.tenant["app_management_policy"]
    )
    if not policy.get("isEnabled"):
        return
    rules = policy.get("restrictions") or policy.get("applicationRestrictions") or {}
    for rule in rules.get("passwordCredentials", []):
        if not _in_force(rule, app):
            continue
        if rule["restrictionType"] == "passwordAddition":
            context.refuse(
                400,
                "CredentialTypeNotAllowedAsPerAppPolicy",
                f"Credential type not allowed as per assigned policy '{policy['id']}'.",
            )
        if rule["restrictionType"] == "passwordLifetime" and end > start + isodate.parse_duration(
            rule["maxLifetime"]
        ):
            context.refuse(
                400,
                "CredentialInvalidLifetimeAsPerAppPolicy",
                f"Credential lifetime exceeds the max value allowed as per assigned policy '{policy['id']}'.",
                {"code": "InvalidKeyEndDate", "message": "Key end date is invalid.", "target": "EndDate"},
            )


def _in_force(rule: dict[str, Any], app: dict[str, Any]) -> bool:
    since = _moment(rule.get("restrictForAppsCreatedAfterDateTime"))
    created = _moment(app["createdDateTime"])
    return rule.get("state", "enabled") == "enabled" and (
        since is None or created is None or created >= since
    )
