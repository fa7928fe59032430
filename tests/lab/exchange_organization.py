# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads of organization-wide objects.

Properties: learn.microsoft.com pages of the cmdlets (evidence D). The world gives what a test needs, the
rest are the defaults of a new organization.
"""

from __future__ import annotations

from typing import Any

from .exchange_state import Context, Outcome, Record, limited, listing, named

DEFAULT_REMOTE_DOMAIN: Record = {"Name": "Default", "DomainName": "*"}
REMOTE_DOMAIN_DEFAULTS: Record = {"AutoForwardEnabled": True, "AutoReplyEnabled": True, "IsInternal": False}
AUTHENTICATION_POLICY_DEFAULTS: Record = {"AllowBasicAuthSmtp": False}
TRANSPORT_RULE_DEFAULTS: Record = {"State": "Enabled", "Mode": "Enforce", "Priority": 0}


def get_transport_config(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Get-TransportConfig: the organization's SMTP AUTH switch, true if made after January 2020."""
    stored = context.tenant.get("transport", {})
    return Outcome([{"Identity": "Transport Settings", "SmtpClientAuthenticationDisabled": True, **stored}])


def get_organization_config(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Get-OrganizationConfig."""
    domain = context.tenant["domain"]
    known = {"Identity": domain, "Name": domain, "DisplayName": context.tenant.get("display_name", domain)}
    defaults = {"IsDehydrated": False, "DefaultAuthenticationPolicy": None}
    return Outcome([{**known, **defaults, **context.tenant.get("organization", {})}])


def get_accepted_domain(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Get-AcceptedDomain: the tenant's domains, all authoritative; the first custom one is the default."""
    domains = context.tenant.get("domains") or [context.tenant["domain"]]
    default = next((domain for domain in domains if not domain.endswith(".onmicrosoft.com")), domains[0])
    records = [
        {
            "Identity": domain,
            "Name": domain,
            "DomainName": domain,
            "DomainType": "Authoritative",
            "Default": domain == default,
            "InitialDomain": domain == context.tenant["domain"],
        }
        for domain in domains
    ]
    return _objects(records, parameters)


def get_remote_domain(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Get-RemoteDomain; ``Default`` is the one for ``*``."""
    stored = context.tenant.get("remote_domains") or [DEFAULT_REMOTE_DOMAIN]
    return _objects(_completed(stored, REMOTE_DOMAIN_DEFAULTS), parameters, "DomainName")


def get_authentication_policy(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Get-AuthenticationPolicy."""
    stored = context.tenant.get("authentication_policies", [])
    return _objects(_completed(stored, AUTHENTICATION_POLICY_DEFAULTS), parameters)


def get_transport_rule(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Get-TransportRule, by identity or state."""
    stored = context.tenant.get("transport_rules", [])
    found = _objects(_completed(stored, TRANSPORT_RULE_DEFAULTS), parameters).records
    state = parameters.get("State")
    kept = [rule for rule in found if state in (None, rule["State"])]
    return limited(kept, parameters.get("ResultSize"))


def get_blocked_sender_address(context: Context, parameters: dict[str, Any]) -> Outcome:
    """Get-BlockedSenderAddress: users restricted for sending spam; ``restricted_senders`` of the world are addresses.

    Who may run it, and its property SenderAddress, are seen in public code only (assumption: blocked-senders).
    """
    stored = context.tenant.get("restricted_senders", [])
    wanted = (parameters.get("SenderAddress") or "").lower()
    return Outcome([{"SenderAddress": item} for item in stored if wanted in ("", item.lower())])


def _completed(stored: list[Record], defaults: Record) -> list[Record]:
    return [{**defaults, "Identity": item["Name"], "Id": item["Name"], **item} for item in stored]


def _objects(records: list[Record], parameters: dict[str, Any], *more: str) -> Outcome:
    identity = parameters.get("Identity")
    found = named(records, identity, "Identity", "Name", "Guid", *more) if identity else records
    return Outcome(listing(found, identity))
