# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cisco's document step by step, read off the lab's state: what a person would see in the four portals."""

from __future__ import annotations

from typing import Any

EXCHANGE_APP_ID = "00000002-0000-0ff1-ce00-000000000000"
NOTHING = "-"
STEPS = (
    "1  Webex Connect asset",
    "2a app, redirect URI",
    "2b implicit access tokens",
    "2c client secret",
    "2d permission",
    "2e admin consent",
    "2f client and tenant id",
    "2g user consent",
    "3a authenticated SMTP",
    "3b forwarding",
    "3c outbound forwarding",
    "4  asset's sign-in",
)


def read(world: dict[str, Any], address: str) -> dict[str, str]:
    """What each step of the document looks like for one mailbox, in a few words; ``-`` for nothing."""
    tenant, mailbox = next(
        (tenant, mailbox)
        for tenant in world["tenants"]
        for mailbox in tenant["mailboxes"]
        if mailbox["PrimarySmtpAddress"] == address
    )
    assets = [
        asset for connect in world["connect"] for asset in connect["assets"] if asset["emailId"] == address
    ]
    app = next((item for item in tenant["applications"] if item.get("displayName") == "WebexConnect"), None)
    cells = [
        *(_app(app, tenant, address) if app else [NOTHING] * 6),
        _user_consent(tenant),
        _smtp_auth(mailbox, tenant),
        _forwarding(mailbox),
        _outbound(tenant, address),
        _sign_in(assets[0]) if assets else NOTHING,
    ]
    return dict(zip(STEPS, [_asset(assets), *cells], strict=True))


def _asset(assets: list[dict[str, Any]]) -> str:
    return ", ".join(asset["appId"] for asset in assets) or NOTHING


def _app(app: dict[str, Any], tenant: dict[str, Any], address: str) -> list[str]:
    secrets = [item for item in app["passwordCredentials"] if address in (item.get("displayName") or "")]
    return [
        ", ".join(app["web"]["redirectUris"]) or "no redirect URI",
        "on" if app["web"]["implicitGrantSettings"]["enableAccessTokenIssuance"] else "off",
        ", ".join(f"until {item['endDateTime'][:10]}" for item in secrets) or NOTHING,
        _permissions(app, tenant) or NOTHING,
        _consents(app, tenant) or NOTHING,
        f"{app['appId']} in {tenant['domain']}",
    ]


def _user_consent(tenant: dict[str, Any]) -> str:
    own = [name for name in tenant["consent_policies"] if "ForSelf." in name]
    return "allowed" if own else "not allowed"


def _resource(tenant: dict[str, Any]) -> dict[str, Any]:
    return next(item for item in tenant["service_principals"] if item["appId"] == EXCHANGE_APP_ID)


def _permissions(app: dict[str, Any], tenant: dict[str, Any]) -> str:
    resource = _resource(tenant)
    names = {item["id"]: item["value"] for item in resource["appRoles"] + resource["oauth2PermissionScopes"]}
    return ", ".join(
        names[access["id"]] for entry in app["requiredResourceAccess"] for access in entry["resourceAccess"]
    )


def _consents(app: dict[str, Any], tenant: dict[str, Any]) -> str:
    principal = next((item for item in tenant["service_principals"] if item["appId"] == app["appId"]), None)
    if principal is None:
        return ""
    roles = {item["id"]: item["value"] for item in _resource(tenant)["appRoles"]}
    granted = [
        roles[item["appRoleId"]]
        for item in tenant["app_role_assignments"]
        if item["principalId"] == principal["id"]
    ]
    granted += [
        item["scope"] for item in tenant["oauth2_permission_grants"] if item["clientId"] == principal["id"]
    ]
    return ", ".join(granted)


def _smtp_auth(mailbox: dict[str, Any], tenant: dict[str, Any]) -> str:
    own = mailbox["SmtpClientAuthenticationDisabled"]
    disabled = tenant["transport"]["SmtpClientAuthenticationDisabled"] if own is None else own
    return ("off" if disabled else "on") + (" (organization)" if own is None else "")


def _forwarding(mailbox: dict[str, Any]) -> str:
    target = mailbox["ForwardingSmtpAddress"]
    if not target:
        return NOTHING
    return target.removeprefix("smtp:") + (
        ", copy kept" if mailbox["DeliverToMailboxAndForward"] else ", no copy"
    )


def _outbound(tenant: dict[str, Any], address: str) -> str:
    rules = [rule for rule in tenant["outbound_rules"] if address in (rule.get("From") or [])]
    return ", ".join(f"allowed by {rule['Name']}" for rule in rules) or NOTHING


def _sign_in(asset: dict[str, Any]) -> str:
    return f"{asset['scope']}" if asset.get("clientId") else NOTHING
