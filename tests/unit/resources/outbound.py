# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Outbound policies and rules of the example world's first tenant, as tests put and read them."""

from __future__ import annotations

from ansible_collections.ccops.webex_email.plugins.module_utils.resources.outbound_policy import NAME

SUPPORT = "support@contoso.example"
SALES = "sales@contoso.example"
POLICY = "HostedOutboundSpamFilterPolicy"
RULE = "HostedOutboundSpamFilterRule"
TENANT = "/tenants/0"


def rules(cloud):
    return cloud.state()["tenants"][0]["outbound_rules"]


def policies(cloud):
    return {policy["Name"]: policy for policy in cloud.state()["tenants"][0]["outbound_policies"]}


def add_policy(cloud, name, mode="On"):
    policy = {"Name": name, "IsDefault": False, "AutoForwardingMode": mode}
    cloud.edit([{"op": "add", "path": f"{TENANT}/outbound_policies/-", "value": policy}])


def add_rule(cloud, name, senders=(), policy=None, **properties):
    rule = {
        "Name": name,
        "HostedOutboundSpamFilterPolicy": policy or name,
        "State": "Enabled",
        "Priority": 0,
        "From": list(senders),
        **properties,
    }
    cloud.edit([{"op": "add", "path": f"{TENANT}/outbound_rules/-", "value": rule}])


def add_ours(cloud, senders, mode="On", **properties):
    add_policy(cloud, NAME, mode)
    add_rule(cloud, NAME, senders, **properties)
