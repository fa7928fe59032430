# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a doctor finds at a healthy tenant, as data, and how a test makes it differ."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault
from ansible_collections.ccops.webex_email.plugins.module_utils.exchange.rights import AppRights
from ansible_collections.ccops.webex_email.plugins.module_utils.graph.rights import Caller
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.doctor_line import Seen
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.doctor_reading import (
    Assets,
    Directory,
    Found,
    Machine,
    Mail,
)

SENDER = "support@contoso.example"
EXCHANGE_ADMINISTRATOR = "29232cdf-9323-42fd-ade2-1d097af3e4de"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
MAIL_SEND = {"resource": "Office 365 Exchange Online", "type": "application", "value": "Mail.Send"}
SMTP_SEND = {"resource": "Office 365 Exchange Online", "type": "delegated", "value": "SMTP.Send"}
OPTIONS = {
    "auth_client_id": "6f1d3c52-5a0b-4f0e-9a61-1f6f5f0c1a01",
    "cloud": "public",
    "duties": ["apps", "mailboxes", "policy"],
    "permissions": [MAIL_SEND],
    "admin_consent": True,
    "senders": [SENDER],
    "display_names": [],
    "valid_days": 730,
    "min_remaining_days": 30,
    "exchange_transport": "rest",
    "winrm_validate_certificate": True,
    "connect_mode": "api",
    "ask_connect": True,
    "connect_url": None,
    "connect_region": "us",
    "connect_organization_id": "5a1f2d3c-8e4b-4f6a-9c7d-0b1a2c3d4e01",
    "host": "contoso",
}
VERSIONS = {
    "Python": "3.12.3",
    "ansible-core": "2.19.0",
    "msal": "1.39.0",
    "requests": "2.34.2",
    "pywinrm": "0.5.0",
}
HOSTS = {"https://login.example": None, "https://graph.example": None, "https://exchange.example": None}
POLICIES = {
    "user_consent": "allowed",
    "reason": "Users may.",
    "policies": ["ManagePermissionGrantsForSelf.microsoft-user-default-legacy"],
    "security_defaults": False,
    "secret_policy": {"enabled": False, "forbidden": False, "max_lifetime_days": None},
}
ORGANIZATION = {
    "smtp_auth": "disabled",
    "customizable": True,
    "authentication_policy": None,
    "outbound_policies": [
        {"name": "Default", "mode": "Automatic", "rule": None, "enabled": True, "priority": None}
    ],
    "remote_domains": [{"name": "Default", "domain": "*", "auto_forward": True}],
    "mail_flow_rules": [],
}
ALLOWED = {
    "sender": SENDER,
    "verdict": "allowed",
    "decided_by": "policy Webex Connect forwarding (On)",
    "object": {"type": "policy", "name": "Webex Connect forwarding", "rule": "Webex Connect forwarding"},
    "remedy": None,
    "notes": [],
}
OURS = {"name": "Webex Connect forwarding", "mode": "On", "enabled": True, "senders": [SENDER], "priority": 0}
NOT_FOUND = Fault("not_found", "Webex Connect has no such asset.", status=404)


def fault(code, message="Something on login.example went wrong."):
    """A Seen that holds a fault."""
    return Seen(fault=Fault(code, message))


def caller(*permissions, **claims):
    """A Seen of what a token for Graph says."""
    return Seen(Caller({"tid": "0f47778c", "roles": list(permissions), **claims}))


def app_rights(*permissions, roles=(EXCHANGE_ADMINISTRATOR,), **claims):
    """A Seen of what a token for Exchange Online says."""
    return Seen(AppRights({"roles": list(permissions), "wids": list(roles), **claims}))


def healthy():
    """A Found in which every line is ok."""
    return Found(
        options=dict(OPTIONS),
        machine=Machine(dict(VERSIONS), dict(HOSTS), (None, "")),
        method=Seen("client_secret"),
        authority="https://login.example",
        sign_in=Seen({"tenant_id": "0f47778c", "ahead": 2}),
        directory=Directory(caller("Application.ReadWrite.All", "Policy.Read.All"), Seen(dict(POLICIES))),
        mail=Mail(
            app_rights("Exchange.ManageAsApp"),
            Seen(dict(ORGANIZATION)),
            Seen({"policy": dict(OURS), "verdicts": [dict(ALLOWED)]}),
        ),
        assets=Assets("https://connect.example", (), Seen(NOT_FOUND)),
    )


def but(**changes):
    """A healthy Found with other options, or other fields of its parts: ``mail={"refused": ...}``."""
    found = healthy()
    for name, value in changes.items():
        now = getattr(found, name)
        if isinstance(now, dict):
            value = {**now, **value}
        elif isinstance(value, dict):
            value = replace(now, **value)
        found = replace(found, **{name: value})
    return found


# -- what differs, in the shape that "but" takes -------------------------------------------------------------------


def machine(versions=(), hosts=(), bundle=(None, "")):
    return {"machine": Machine({**VERSIONS, **dict(versions)}, {**HOSTS, **dict(hosts)}, bundle)}


def policies(**changes):
    return {"directory": {"policies": Seen({**POLICIES, **changes})}}


def organization(**changes):
    return {"mail": {"organization": Seen({**ORGANIZATION, **changes})}}


def verdicts(*items, policy=None):
    return {
        "mail": {"outbound": Seen({"policy": policy, "verdicts": [{**ALLOWED, **item} for item in items]})}
    }


def graph(*permissions, **claims):
    return {"directory": {"caller": caller(*permissions, **claims)}}


def exchange(*permissions, **claims):
    return {"mail": {"rights": app_rights(*permissions, **claims)}}


def capped(days, enabled=True, forbidden=False):
    return policies(secret_policy={"enabled": enabled, "forbidden": forbidden, "max_lifetime_days": days})


NO_GRAPH = {"directory": {"caller": fault("sign_in_failed", "Refused.")}}
NO_EXCHANGE = {"mail": {"rights": fault("sign_in_failed", "Refused.")}}
UNREAD = {"mail": {"organization": fault("denied"), "outbound": fault("denied")}}
LATE = {"mail": {"organization": fault("service_error"), "outbound": fault("service_error")}}
