# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds things in the state of the embedded cloud, and where they are for a JSON Patch."""

from __future__ import annotations

from typing import Any

import requests

from lab.client import LabClient

CONTOSO, FABRIKAM = 0, 1
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
ADDRESSES = {
    "support": (CONTOSO, "support@contoso.example"),
    "sales": (CONTOSO, "sales@contoso.example"),
    "help": (FABRIKAM, "help@fabrikam.example"),
}
RULE = "Webex Connect forwarding"


def apps(world: dict[str, Any], tenant: int) -> list[dict[str, Any]]:
    """The app registrations that the collection or a person made, without those of the callers."""
    callers = {caller["client_id"] for caller in world["tenants"][tenant]["callers"]}
    return [app for app in world["tenants"][tenant]["applications"] if app["appId"] not in callers]


def app(world: dict[str, Any], tenant: int) -> dict[str, Any]:
    """The one app registration of the example."""
    (found,) = apps(world, tenant)
    return found


def app_path(world: dict[str, Any], tenant: int) -> str:
    """JSON Pointer of the app."""
    return (
        f"/tenants/{tenant}/applications/{world['tenants'][tenant]['applications'].index(app(world, tenant))}"
    )


def principal(world: dict[str, Any], tenant: int, app_id: str) -> dict[str, Any]:
    """The service principal of an app; exactly one."""
    (found,) = [item for item in world["tenants"][tenant]["service_principals"] if item["appId"] == app_id]
    return found


def permission(world: dict[str, Any], tenant: int, kind: str, value: str) -> str:
    """Id of a permission of Exchange Online; ``kind`` is appRoles or oauth2PermissionScopes."""
    (found,) = [item for item in principal(world, tenant, EXCHANGE)[kind] if item["value"] == value]
    return found["id"]


def credentials(world: dict[str, Any], channel: str) -> list[dict[str, Any]]:
    """The client secrets of a channel."""
    tenant, address = ADDRESSES[channel]
    return [
        item
        for found in apps(world, tenant)
        for item in found["passwordCredentials"]
        if item["displayName"] == f"wxconnect {address}"
    ]


def mailbox(world: dict[str, Any], channel: str) -> dict[str, Any]:
    """A channel's mailbox."""
    tenant, address = ADDRESSES[channel]
    (found,) = [
        item for item in world["tenants"][tenant]["mailboxes"] if item["PrimarySmtpAddress"] == address
    ]
    return found


def mailbox_path(world: dict[str, Any], channel: str) -> str:
    """JSON Pointer of a channel's mailbox."""
    tenant = ADDRESSES[channel][0]
    return (
        f"/tenants/{tenant}/mailboxes/{world['tenants'][tenant]['mailboxes'].index(mailbox(world, channel))}"
    )


def assets(world: dict[str, Any], channel: str) -> list[dict[str, Any]]:
    """The assets for a channel's address."""
    tenant, address = ADDRESSES[channel]
    return [item for item in world["connect"][tenant]["assets"] if item["emailId"] == address]


def asset(world: dict[str, Any], channel: str) -> dict[str, Any]:
    """A channel's asset; exactly one."""
    (found,) = assets(world, channel)
    return found


def asset_path(world: dict[str, Any], channel: str) -> str:
    """JSON Pointer of a channel's asset."""
    tenant = ADDRESSES[channel][0]
    return f"/connect/{tenant}/assets/{world['connect'][tenant]['assets'].index(asset(world, channel))}"


def rule(world: dict[str, Any], tenant: int) -> dict[str, Any]:
    """Our outbound rule; exactly one."""
    (found,) = [item for item in world["tenants"][tenant]["outbound_rules"] if item["Name"] == RULE]
    return found


def policy(world: dict[str, Any], tenant: int, name: str = RULE) -> dict[str, Any]:
    """An outbound policy, ours unless another name is given; exactly one."""
    (found,) = [item for item in world["tenants"][tenant]["outbound_policies"] if item["Name"] == name]
    return found


def signs_in(lab: LabClient, channel: str) -> bool:
    """Whether Microsoft accepts what the channel's asset holds: its client id with its stored secret."""
    world = lab.state()
    tenant, found = world["tenants"][ADDRESSES[channel][0]]["id"], asset(world, channel)
    form = {
        "grant_type": "client_credentials",
        "client_id": found.get("clientId", ""),
        "client_secret": found["lab_secrets"].get("clientSecret", ""),
        "scope": "https://outlook.office365.com/.default",
    }
    answer = requests.post(
        f"{lab.url}/{tenant}/oauth2/v2.0/token", data=form, verify=lab.ca_bundle, timeout=10
    )
    return answer.ok
