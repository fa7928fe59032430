# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: record_path
short_description: Where the record of a channel is kept
version_added: 1.0.0
description:
  - Gives the path of the file in which the ids of the host's channel are kept, never a secret.
  - It is in the folder of the host's variables, so that the inventory reads it again. Where these variables are in one
    file instead, the record stands beside that file, because Ansible would prefer a folder to it. A record that is
    there already stays where it is.
  - Nothing is written.
author:
  - ccops contributors (@ccops)
options:
  folder:
    description: A folder that keeps the records of all channels instead, one file each.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Show where the record of this host is kept
  ansible.builtin.debug:
    msg: "{{ lookup('ccops.webex_email.record_path') }}"

- name: Show where it would be in a folder of its own
  ansible.builtin.debug:
    msg: "{{ lookup('ccops.webex_email.record_path', folder='/var/lib/webex_email') }}"
"""

RETURN = r"""
_raw:
  description: One path.
  type: list
  elements: path
"""

import os

from ansible.plugins.lookup import LookupBase

NAME = "webex_email_record.json"


class LookupModule(LookupBase):
    def run(self, terms, variables=None, **kwargs):
        self.set_options(var_options=variables, direct=kwargs)
        host, folder = variables["inventory_hostname"], self.get_option("folder")
        if folder:
            return [f"{folder}/{host}.json"]
        return [in_host_vars(f"{variables.get('inventory_dir') or '.'}/host_vars/{host}")]


def in_host_vars(host_vars):
    """Path of the record below or beside ``host_vars``, the path of a host's variables without suffix."""
    beside, below = f"{host_vars}.{NAME}", f"{host_vars}/{NAME}"
    for path in (beside, below):
        if os.path.isfile(path):
            return path
    in_one_file = any(os.path.isfile(host_vars + suffix) for suffix in ("", ".yml", ".yaml", ".json"))
    return beside if in_one_file else below
