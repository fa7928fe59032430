# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: tenant_channels
short_description: What the channels of a tenant's host have in common
version_added: 1.0.0
description:
  - Sums up the hosts of a group whose C(webex_email_tenant) is the name of the present host.
  - One look at each host, where templates would take one for each question.
author:
  - ccops contributors (@ccops)
options:
  _terms:
    description: Groups of channels. A group that does not exist is empty.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Show the mailboxes of this tenant
  ansible.builtin.debug:
    msg: "{{ lookup('ccops.webex_email.tenant_channels', 'webex_email_channels').addresses }}"
"""

RETURN = r"""
_raw:
  description: One dict of lists. All are in the order of the group, and only C(addresses) and C(secret_descriptions)
    may repeat something.
  type: list
  elements: dict
  contains:
    addresses:
      description: The mailboxes, C(webex_email_address).
      type: list
    destinations:
      description: Where they forward to, C(webex_email_forward_to) or else C(webex_email_forwarding_address).
      type: list
    client_ids:
      description: The identities of their own, C(webex_email_auth_client_id). An empty text stands for none.
      type: list
    connect_modes:
      description: Their C(webex_email_connect_mode). An empty text stands for none.
      type: list
    secret_descriptions:
      description: Their C(webex_email_secret_description), where they have one.
      type: list
    asset_ids:
      description: The assets in their records, C(webex_email_record).
      type: list
"""

from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):
    def run(self, terms, variables=None, **kwargs):
        self.set_options(var_options=variables, direct=kwargs)
        own, groups, hostvars = (variables[name] for name in ("inventory_hostname", "groups", "hostvars"))
        hosts = (hostvars[name] for group in terms for name in groups.get(group, ()))
        return [summed(host for host in hosts if _of(host, "tenant") == own)]


def summed(channels):
    """The lists that RETURN explains.

    :param channels: the variables of each channel's host.
    """
    channels = list(channels)
    descriptions = [_of(channel, "secret_description") for channel in channels]
    records = [_of(channel, "record") or {} for channel in channels]
    return {
        "addresses": [_of(channel, "address") for channel in channels],
        "destinations": _unique(
            filter(
                None,
                (_of(channel, "forward_to") or _of(channel, "forwarding_address") for channel in channels),
            )
        ),
        "client_ids": _unique(_of(channel, "auth_client_id") for channel in channels),
        "connect_modes": _unique(_of(channel, "connect_mode") for channel in channels),
        # Two channels with one description are a fault, which the doctor tells.
        "secret_descriptions": list(filter(None, descriptions)),
        "asset_ids": _unique(filter(None, (record.get("asset_id") for record in records))),
    }


def _of(host, name):
    """The value of a variable of a channel's host; an empty text where it has none."""
    return host.get(f"webex_email_{name}", "")


def _unique(values):
    return list(dict.fromkeys(values))
