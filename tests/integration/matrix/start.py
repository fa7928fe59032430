# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where each chain starts: a tenant in which other people have things too, some of them on our own app."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from integration import world as at
from integration.matrix.chain import ADDRESS, UNIQUE_NAME
from integration.world import CONTOSO
from lab.world import complete, example, new_application, new_principal

FOREIGN_SECRET = "CANARY-foreign-secret-5~h+i/j=k"
OTHERS_SECRET = "CANARY-secret-of-sales-6~l+m/n=o"


@dataclass(frozen=True)
class Start:
    """A world of the embedded cloud, the text of the channel's record (None: there is none)."""

    world: dict[str, Any]
    record: str | None


def before_create() -> Start:
    """Nothing of ours, and everything of others that could be mistaken for it."""
    world = complete(copy.deepcopy(example()))
    tenant, connect = world["tenants"][CONTOSO], world["connect"][CONTOSO]
    _add_foreign_app(tenant)
    _add_foreign_policy(tenant)
    connect["assets"].append(_foreign_asset())
    sales = at.mailbox(world, "sales")
    sales |= {"ForwardingSmtpAddress": "smtp:somebody@else.example", "DeliverToMailboxAndForward": True}
    return Start(world, None)


def before_rotate(made: Start) -> Start:
    """A channel that works, whose secret has ten days left; others have secrets and grants on our app."""
    world = copy.deepcopy(made.world)
    end = _wire(datetime.now(timezone.utc) + timedelta(days=10))
    app = _our_app(world)
    for credential in app["passwordCredentials"]:
        if credential["displayName"] == f"wxconnect {ADDRESS}":
            credential["endDateTime"] = end
    _add_secret(app, "wxconnect sales@contoso.example", OTHERS_SECRET)
    _add_secret(app, "wxconnect", FOREIGN_SECRET)
    app["web"]["redirectUris"].append("https://somebody.example/else")
    record = json.loads(made.record)
    if "key_expires" in record["webex_email_record"]:
        record["webex_email_record"]["key_expires"] = end
    return Start(world, json.dumps(record))


def before_retire(made: Start) -> Start:
    """A channel that works, on an app that nobody else uses, beside those of others."""
    return made


def before_retire_shared(made: Start) -> Start:
    """The same, on an app on which others rely: neither it nor its grants may go."""
    return before_rotate(made)


LATER = {"rotate": before_rotate, "retire": before_retire, "retire_shared": before_retire_shared}


def _our_app(world: dict[str, Any]) -> dict[str, Any]:
    return next(app for app in world["tenants"][CONTOSO]["applications"] if app["uniqueName"] == UNIQUE_NAME)


def _add_secret(app: dict[str, Any], name: str, value: str) -> None:
    key_id = f"5ec2e700-0000-4000-8000-{len(app['passwordCredentials']):012d}"
    app["passwordCredentials"].append(
        {
            "customKeyIdentifier": None,
            "displayName": name,
            "endDateTime": "2030-01-01T00:00:00Z",
            "hint": value[:3],
            "keyId": key_id,
            "startDateTime": "2026-01-01T00:00:00Z",
        }
    )
    app.setdefault("lab_secrets", {})[key_id] = value


def _add_foreign_app(tenant: dict[str, Any]) -> None:
    """Somebody's app under the very display name that ours gets, with secret, grant and service principal."""
    app = new_application(tenant, {"displayName": "WebexConnect"}, "2026-02-03T04:05:06Z")
    app |= {"id": "f0e1d2c3-0000-4000-8000-000000000001", "appId": "f0e1d2c3-0000-4000-8000-000000000002"}
    _add_secret(app, f"wxconnect {ADDRESS}", FOREIGN_SECRET)
    tenant["applications"].append(app)
    principal = new_principal(tenant, app["appId"], "WebexConnect", "f0e1d2c3-0000-4000-8000-000000000003")
    tenant["service_principals"].append(principal)
    exchange = next(item for item in tenant["service_principals"] if item["appId"] == at.EXCHANGE)
    role = next(item for item in exchange["appRoles"] if item["value"] == "Mail.Send")
    tenant["app_role_assignments"].append(
        {
            "id": "foreign-assignment",
            "appRoleId": role["id"],
            "createdDateTime": "2026-02-03T04:05:06Z",
            "principalId": principal["id"],
            "principalDisplayName": "WebexConnect",
            "principalType": "ServicePrincipal",
            "resourceId": exchange["id"],
            "resourceDisplayName": exchange["displayName"],
        }
    )
    tenant["oauth2_permission_grants"].append(
        {
            "id": "foreign-grant",
            "clientId": principal["id"],
            "consentType": "AllPrincipals",
            "principalId": None,
            "resourceId": exchange["id"],
            "scope": "SMTP.Send",
        }
    )


def _add_foreign_policy(tenant: dict[str, Any]) -> None:
    policy = {**tenant["outbound_policies"][0], "Name": "Partners", "IsDefault": False, "Enabled": True}
    policy |= {"Guid": "d3b0a1c4-90f1-4a77-8a0b-2c7e51f3cf01", "AutoForwardingMode": "On"}
    tenant["outbound_policies"].append(policy)
    tenant["outbound_rules"].append(
        {
            "Name": "Partners",
            "Guid": "d3b0a1c4-90f1-4a77-8a0b-2c7e51f3cf02",
            "HostedOutboundSpamFilterPolicy": "Partners",
            "Priority": 0,
            "State": "Enabled",
            "From": ["partner@contoso.example"],
            "FromMemberOf": [],
            "SenderDomainIs": [],
            "ExceptIfFrom": [],
            "ExceptIfFromMemberOf": [],
            "ExceptIfSenderDomainIs": [],
        }
    )


def _foreign_asset() -> dict[str, Any]:
    return {
        "appId": "a_638000000000000001",
        "channelId": 1,
        "forwardingAddress": "0123456789abcdef0123456789abcdef@mail-us.imiconnect.io",
        "callbackUrl": "https://yourwebexconnectname.us.webexconnect.io/callback",
        "name": "Contoso Support",
        "emailId": ADDRESS,
        "authType": "OAUTH2",
        "security": "STARTTLS",
        "useDifferentLoginId": False,
        "clientId": "f0e1d2c3-0000-4000-8000-000000000002",
        "lab_secrets": {"clientSecret": FOREIGN_SECRET},
    }


def _wire(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
