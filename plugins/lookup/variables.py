# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: variables
short_description: Values of variables, under the names of options
version_added: 1.0.0
description:
  - Gives options of a module the values of those variables that the inventory sets, and leaves the others to the
    module's defaults and to the environment.
  - One task with many options needs a template for each, and each costs every host some milliseconds. This is one
    template for all of them.
author:
  - ccops contributors (@ccops)
options:
  _terms:
    description:
      - Dicts of option and variable, or lists of options whose variables have the same names after O(prefix).
      - In a dict the place of a variable may be taken by a dict for the option's own options.
      - What a later one says wins.
    type: list
    elements: raw
    required: true
  prefix:
    description: What the variables' names begin with, where O(_terms) are lists.
    type: str
    default: webex_email_
notes:
  - An empty text stands for what is not given.
"""

EXAMPLES = r"""
- name: Take the connection from the inventory where it says something about it
  ccops.webex_email.o365_mailbox_info:
    identity: support@contoso.example
  module_defaults:
    group/ccops.webex_email.exchange: >-
      {{ lookup('ccops.webex_email.variables', ['auth_tenant', 'auth_client_id', 'exchange_url'],
                {'auth_client_secret': 'vault_client_secret', 'ca_bundle': 'company_ca_bundle'}) }}
"""

RETURN = r"""
_raw:
  description: One dict of options and values.
  type: list
  elements: dict
"""

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):
    def run(self, terms, variables=None, **kwargs):
        self.set_options(var_options=variables, direct=kwargs)
        prefix = self.get_option("prefix")
        values = {}

        def value_of(name):
            # Two options may have the same variable.
            if name not in values:
                values[name] = self._templar.template(variables[name]) if name in variables else ""
            return values[name]

        found = {}
        for term in terms:
            found.update(_filled(_named(term, prefix), value_of))
        return [found]


def _filled(named, value_of):
    """Option -> value, without empty texts; where an option has options of its own, a dict of them."""
    found = {}
    for option, name in named:
        value = _filled(name.items(), value_of) if isinstance(name, dict) else value_of(name)
        if value != "":
            found[option] = value
    return found


def _named(term, prefix):
    """(option, variable) of one term.

    :raises AnsibleError: it is neither a dict nor a list.
    """
    if isinstance(term, dict):
        return term.items()
    if isinstance(term, (list, tuple)):
        return [(option, prefix + option) for option in term]
    raise AnsibleError(f"{term!r} is neither a dict of options and variables nor a list of options.")
