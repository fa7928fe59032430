# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What an Exchange Online organization says about SMTP sign-in and forwarding, for all its mailboxes."""

from __future__ import annotations

from ..core.spec import Spec
from ..exchange.client import open_exchange
from .mail_flow_rules import for_auto_forward, stopping
from .mailbox_policies import basic_smtp
from .outbound_verdict import default_policy, priority
from .permitted import readable

SPEC = Spec({})


def build(options, runtime):
    """The reader for a task."""
    return Organization(open_exchange(options, runtime))


class Organization:
    """Reads the organization; what this app may not read is null, and said so in the notes."""

    def __init__(self, client):
        self._client = client

    def read(self):
        """smtp_auth, customizable, authentication_policy, outbound_policies, remote_domains, mail_flow_rules, notes."""
        client = self._client
        client.gather_organization()
        transport, config = (
            readable(client.transport_config, None),
            readable(client.organization_config, None),
        )
        policies = readable(client.outbound_policies, None)
        found = {
            "smtp_auth": transport and _switch(transport),
            "customizable": config and not config.get("IsDehydrated"),
            "authentication_policy": self._authentication_policy(config),
            "outbound_policies": policies and _policies(policies, readable(client.outbound_rules, [])),
            "remote_domains": _domains(readable(client.remote_domains, None)),
            "mail_flow_rules": _rules(readable(client.transport_rules, None)),
        }
        return {**found, "notes": [*_unread(found, config), *notes(found, default_policy(policies or []))]}

    def _authentication_policy(self, config):
        name = (config or {}).get("DefaultAuthenticationPolicy")
        return {"name": str(name), "basic_smtp": basic_smtp(self._client, str(name))} if name else None


def _switch(transport):
    return "disabled" if transport.get("SmtpClientAuthenticationDisabled") else "enabled"


def _policies(policies, rules):
    """The policies in the order in which they decide; Default, which has no rule, comes last."""
    by_policy = {str(rule.get("HostedOutboundSpamFilterPolicy")).casefold(): rule for rule in rules}
    shown = []
    for policy in policies:
        rule = by_policy.get(policy["Name"].casefold())
        shown.append(
            {
                "name": policy["Name"],
                "mode": policy.get("AutoForwardingMode"),
                "rule": rule and rule["Name"],
                "enabled": bool(policy.get("IsDefault")) or (rule or {}).get("State") == "Enabled",
                "priority": rule and priority(rule),
            }
        )
    return sorted(
        shown, key=lambda item: (item["priority"] is None, item["priority"] or 0, item["name"] == "Default")
    )


def _domains(records):
    return records and [
        {
            "name": item.get("Name"),
            "domain": item.get("DomainName"),
            "auto_forward": item.get("AutoForwardEnabled"),
        }
        for item in records
    ]


def _rules(records):
    """The mail flow rules in force that stop mail."""
    if records is None:
        return None
    return [{"name": rule["Name"], "auto_forward": for_auto_forward(rule)} for rule in stopping(records)]


def _unread(found, config):
    names = [name for name, value in found.items() if value is None and name != "authentication_policy"]
    if config is None:
        names.append("authentication_policy")
    if not names:
        return []
    return [
        f"This app may not read {', '.join(sorted(names))} of the organization. A role group with 'View-Only "
        "Configuration' is enough."
    ]


def notes(found, default):
    """Sentences about what is worth knowing, each with where to go.

    :param found: as read; :param default: the record of the policy Default, or None.
    """
    said = []
    if found["smtp_auth"] == "disabled":
        said.append(
            "SMTP AUTH is off for the organization. Each channel's mailbox gets a switch of its own that wins, so "
            "leave it off (Exchange admin center > Settings > Mail flow)."
        )
    if found["customizable"] is False:
        said.append(
            "The organization cannot have policies of its own yet (IsDehydrated). Run Enable-OrganizationCustomization "
            "once in Exchange Online PowerShell."
        )
    policy = found["authentication_policy"]
    if policy and policy["basic_smtp"] is False:
        said.append(
            f"The authentication policy {policy['name']} refuses user name and password for SMTP. OAuth does not "
            "depend on it."
        )
    if (default or {}).get("AutoForwardingMode") == "On":
        said.append(
            "The outbound policy Default lets every mailbox forward to the outside. Set it to Off once the channels "
            "have their own: Defender portal > Policies & rules > Threat policies > Anti-spam."
        )
    return said + _about_gates(found)


def _about_gates(found):
    said = [
        f"The remote domain {item['name']} ({item['domain']}) drops forwarded mail without a word. Allow it for the "
        "domain of the assets alone: Exchange admin center > Mail flow > Remote domains."
        for item in found["remote_domains"] or []
        if item["auto_forward"] is False
    ]
    said += [
        f"The mail flow rule {rule['name']} stops what inbox rules forward. What a mailbox itself forwards passes it."
        for rule in found["mail_flow_rules"] or []
        if rule["auto_forward"]
    ]
    return said
