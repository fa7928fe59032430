# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: tenant_channels
short_description: The channels that belong to a tenant's host
version_added: 1.0.0
description:
  - Gives one dict for each host of a group whose C(webex_email_tenant) is the name of the present host.
  - It has those of the host's variables that the tenant's roles look at, under their own names; a variable that the host
    does not have is left out.
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
    msg: "{{ query('ccops.webex_email.tenant_channels', 'webex_email_channels') | map(attribute='webex_email_address') }}"
"""

RETURN = r"""
_raw:
  description: One dict a channel, in the order of the group.
  type: list
  elements: dict
"""

from ansible.plugins.lookup import LookupBase

TENANT = "webex_email_tenant"
NAMES = (
    "webex_email_address",
    "webex_email_auth_client_id",
    "webex_email_connect_mode",
    "webex_email_forward_to",
    "webex_email_forwarding_address",
    "webex_email_record",
    "webex_email_secret_description",
)


class LookupModule(LookupBase):
    def run(self, terms, variables=None, **kwargs):
        self.set_options(var_options=variables, direct=kwargs)
        own, groups, hostvars = (variables[name] for name in ("inventory_hostname", "groups", "hostvars"))
        # Asked for once a host: a tenant may have a thousand of them, and several templates use this.
        hosts = (hostvars[host] for group in terms for host in groups.get(group, ()))
        return [
            {name: host[name] for name in NAMES if name in host}
            for host in hosts
            if TENANT in host and host[TENANT] == own
        ]
