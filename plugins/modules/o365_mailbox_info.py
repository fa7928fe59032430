#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: o365_mailbox_info
short_description: Read whether authenticated SMTP is in effect for an Exchange Online mailbox
version_added: 1.0.0
description:
  - Reads a mailbox with its own switch for I(Authenticated SMTP), the organization's, and which of them decides.
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
  - module: ccops.webex_email.o365_mailbox
  - module: ccops.webex_email.exchange_forwarding_info
"""

EXAMPLES = r"""
- name: See whether Webex Connect can send as the mailbox
  ccops.webex_email.o365_mailbox_info:
    identity: support@contoso.example
  register: found

- name: Stop if it cannot
  ansible.builtin.assert:
    that: found.mailbox.smtp_auth_effective == 'enabled'
"""

RETURN = r"""
mailbox:
  description: The mailbox.
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
    authentication_policy:
      description: The authentication policy that holds for the mailbox's user; null if none can be read.
      type: dict
      contains:
        name:
          description: Name of the policy.
          type: str
        basic_smtp:
          description: Whether it lets user name and password in for SMTP; null if that cannot be read.
          type: bool
        source:
          description: V(user) where it was given to the user, V(organization) where it is the organization's default.
          type: str
    smtp_auth:
      description: The mailbox's own switch, V(enabled), V(disabled) or V(inherit).
      type: str
    smtp_auth_organization:
      description: The organization's switch, V(enabled) or V(disabled), or null for an app that may not read it.
      type: str
    smtp_auth_effective:
      description: What is in effect, V(enabled) or V(disabled).
      type: str
    smtp_auth_source:
      description: Which switch decides, V(mailbox) or V(organization).
      type: str
"""

from ..module_utils.auth.options import AUTH
from ..module_utils.core.engine import Definition
from ..module_utils.core.run import run
from ..module_utils.core.spec import COMMON
from ..module_utils.exchange.options import EXCHANGE
from ..module_utils.resources.mailbox import IDENTITY, build

MODULE = Definition(spec=COMMON + AUTH + EXCHANGE + IDENTITY, build=build, returns="mailbox", writes=False)


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
