#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: o365_mailbox
short_description: Allow or forbid authenticated SMTP for an Exchange Online mailbox
version_added: 1.0.0
description:
  - Sets the switch that the Microsoft 365 admin center calls I(Authenticated SMTP), which Webex Connect needs for
    sending, also when it signs in with OAuth.
  - The organization's own switch is read to tell what is in effect, and never changed.
author:
  - ccops contributors (@ccops)
extends_documentation_fragment:
  - ccops.webex_email.common
  - ccops.webex_email.auth
  - ccops.webex_email.exchange
  - ccops.webex_email.attributes
  - ccops.webex_email.attributes.writer
  - ccops.webex_email.attributes.exchange
options:
  identity:
    description: Address, alias or GUID of the mailbox. It must fit exactly one.
    type: str
    required: true
  smtp_auth:
    description:
      - V(enabled) and V(disabled) set the mailbox's own switch, which wins over the organization's.
      - V(inherit) removes it, so that the organization's switch decides.
      - If the option is not given, nothing is changed.
    type: str
    choices: [enabled, disabled, inherit]
seealso:
  - module: ccops.webex_email.o365_mailbox_info
  - module: ccops.webex_email.exchange_forwarding
"""

EXAMPLES = r"""
- name: Let Webex Connect send as the mailbox
  ccops.webex_email.o365_mailbox:
    identity: support@contoso.example
    smtp_auth: enabled
"""

RETURN = r"""
mailbox:
  description: The mailbox as it is afterwards.
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
    predicted:
      description: Present and true in check mode, when the mailbox would be changed.
      type: bool
actions:
  description: What was done, or would be done in check mode, in words.
  returned: always
  type: list
  elements: str
  sample: ["set SMTP AUTH of support@contoso.example to enabled"]
"""

from ..module_utils.auth.options import AUTH
from ..module_utils.core.engine import Definition
from ..module_utils.core.run import run
from ..module_utils.core.spec import COMMON
from ..module_utils.exchange.options import EXCHANGE
from ..module_utils.resources.mailbox import SPEC, build

MODULE = Definition(spec=COMMON + AUTH + EXCHANGE + SPEC, build=build, returns="mailbox")


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
