#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_forwarding_info
short_description: Read where an Exchange Online mailbox forwards to
version_added: 1.0.0
description:
  - Reads both kinds of forwarding of a mailbox, and whether it keeps a copy.
  - Inbox rules can forward too. They are not read.
author:
  - ccops contributors (@ccops)
extends_documentation_fragment:
  - ccops.webex_email.common
  - ccops.webex_email.auth
  - ccops.webex_email.exchange
  - ccops.webex_email.attributes
  - ccops.webex_email.attributes.reader
  - ccops.webex_email.attributes.exchange
options:
  identity:
    description: Address, alias or GUID of the mailbox. It must fit exactly one.
    type: str
    required: true
seealso:
  - module: ccops.webex_email.exchange_forwarding
  - module: ccops.webex_email.o365_mailbox_info
"""

EXAMPLES = r"""
- name: See where the mailbox forwards to
  ccops.webex_email.exchange_forwarding_info:
    identity: support@contoso.example
  register: found

- name: Stop if it is not the asset
  ansible.builtin.assert:
    that: found.forwarding.forward_to == 'a41a0ba3566ed2091155f13e48e6d4f8@mail-us.imiconnect.io'
"""

RETURN = r"""
forwarding:
  description: The mailbox and its forwarding.
  returned: success
  type: dict
  contains:
    guid:
      description: The mailbox's GUID.
      type: str
    user_principal_name:
      description: Sign-in name of the mailbox's user.
      type: str
    primary_address:
      description: Primary SMTP address.
      type: str
    addresses:
      description: All SMTP addresses, in lower case.
      type: list
      elements: str
    display_name:
      description: Display name.
      type: str
    type:
      description: Kind of mailbox, for example V(UserMailbox) or V(SharedMailbox).
      type: str
    dirsynced:
      description: Whether the mailbox's user is synchronised from an on-premises directory.
      type: bool
    litigation_hold:
      description: Whether the mailbox is on litigation hold.
      type: bool
    forward_to:
      description: Address that mail is forwarded to, or null.
      type: str
    keep_copy:
      description: Whether the mailbox keeps a copy.
      type: bool
    forwarding_address:
      description:
        - A recipient of the organization that mail is forwarded to, or null.
        - Where there is one, Exchange ignores the address in RV(forwarding.forward_to).
      type: str
"""

from ..module_utils.auth.options import AUTH
from ..module_utils.core.engine import Definition
from ..module_utils.core.run import run
from ..module_utils.core.spec import COMMON
from ..module_utils.exchange.options import EXCHANGE
from ..module_utils.resources.forwarding import IDENTITY, build

MODULE = Definition(spec=COMMON + AUTH + EXCHANGE + IDENTITY, build=build, returns="forwarding", writes=False)


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
