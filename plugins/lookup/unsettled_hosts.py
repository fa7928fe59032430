# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: unsettled_hosts
short_description: Hosts of a play without the channels that nothing is left to do for
version_added: 1.0.0
description:
  - For C(hosts) of a play. Gives the pattern, and leaves out the hosts whose channel this run has found settled, by
    C(webex_email_plan) and C(webex_email_result).
  - Ansible takes every task that a host skips through a process of its own, and is slowed down by each host that ends a
    play by C(meta). A host that is not in the play costs nothing.
  - Where channels are left over, one settled host stays with them. Ansible ends a whole run when all hosts of a play
    have failed, and what follows may have work for the settled ones.
author:
  - ccops contributors (@ccops)
options:
  _terms:
    description: Patterns of hosts.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Go on with the channels that have something left
  hosts: "{{ lookup('ccops.webex_email.unsettled_hosts', 'webex_email_channels') }}"
  gather_facts: false
  tasks:
    - name: Say which
      ansible.builtin.debug:
        msg: "{{ webex_email_address }} is not settled yet."
"""

RETURN = r"""
_raw:
  description: One list of patterns, as C(hosts) takes it.
  type: list
  elements: list
"""

from ansible.plugins.loader import lookup_loader
from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):
    def run(self, terms, variables=None, **kwargs):
        self.set_options(var_options=variables, direct=kwargs)
        hostvars = variables.get("hostvars")
        # Before the first play of a run there are no variables of hosts.
        settled = self._settled(terms, variables, hostvars) if hostvars else []
        return [[*terms, *(f"!{name}" for name in settled)]]

    def _settled(self, terms, variables, hostvars):
        names = lookup_loader.get("ansible.builtin.inventory_hostnames", loader=self._loader)
        hosts = {name: hostvars.raw_get(name) for name in names.run(terms, variables)}
        looked = [name for name, host in hosts.items() if host.get("webex_email_plan")]
        settled = [name for name in looked if is_settled(hosts[name])]
        return settled if len(settled) == len(looked) else settled[1:]


def is_settled(host):
    """Whether the look of this run filled the channel's result, and nothing has set another one since.

    :param host: the variables of a host, not templated: a result that the look fills is a template.
    """
    found = host.get("webex_email_plan") or {}
    result = host.get("webex_email_result")
    return "result" in found and (isinstance(result, str) or result == found["result"])
