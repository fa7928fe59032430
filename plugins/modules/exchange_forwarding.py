#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_forwarding
short_description: Forward an Exchange Online mailbox to a Webex Connect asset
version_added: 1.0.0
description:
  - Sets what the Microsoft 365 admin center calls I(Forward all emails sent to this mailbox), to the forwarding
    address of an e-mail asset of Webex Connect.
  - Whether such mail may leave the organization is decided elsewhere, see
    M(ccops.webex_email.exchange_outbound_policy).
  - The owner of a mailbox can change its forwarding in Outlook. Run the task again to repair it.
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
  forward_to:
    description:
      - Address to forward to, as Webex Connect shows it for the asset.
      - Required for O(state=present), except in check mode, where it may be unknown yet.
      - With O(state=absent), forwarding to any other address is left alone.
    type: str
  keep_copy:
    description: Whether the mailbox keeps a copy of what is forwarded.
    type: bool
    default: true
  on_conflict:
    description:
      - What to do if the mailbox also forwards to a recipient of the organization (C(ForwardingAddress), which the
        Exchange admin center sets). Exchange then ignores O(forward_to).
      - V(fail) stops, V(clear) takes that forwarding away, V(ignore) goes on with a warning.
    type: str
    choices: [fail, clear, ignore]
    default: fail
  state:
    description:
      - V(present) forwards.
      - V(absent) stops forwarding to O(forward_to), or to any outside address if that is not given.
        Forwarding to a recipient of the organization is left alone.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: ccops.webex_email.exchange_forwarding_info
  - module: ccops.webex_email.exchange_outbound_policy
  - module: ccops.webex_email.webex_connect_email_asset
"""

EXAMPLES = r"""
- name: Forward the mailbox to the asset, and keep a copy
  ccops.webex_email.exchange_forwarding:
    identity: support@contoso.example
    forward_to: a41a0ba3566ed2091155f13e48e6d4f8@mail-us.imiconnect.io

- name: Forward without a copy, once everything is verified
  ccops.webex_email.exchange_forwarding:
    identity: support@contoso.example
    forward_to: a41a0ba3566ed2091155f13e48e6d4f8@mail-us.imiconnect.io
    keep_copy: false

- name: Stop forwarding to the asset, but not to anybody else
  ccops.webex_email.exchange_forwarding:
    identity: support@contoso.example
    forward_to: a41a0ba3566ed2091155f13e48e6d4f8@mail-us.imiconnect.io
    state: absent
"""

RETURN = r"""
forwarding:
  description: The mailbox and its forwarding as they are afterwards.
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
    predicted:
      description: Present and true in check mode, when the mailbox would be changed.
      type: bool
actions:
  description: What was done, or would be done in check mode, in words.
  returned: always
  type: list
  elements: str
  sample: ["forward support@contoso.example to a41a0ba3566ed2091155f13e48e6d4f8@mail-us.imiconnect.io and keep a copy"]
"""

from ..module_utils.auth.options import AUTH
from ..module_utils.core.engine import Definition
from ..module_utils.core.run import run
from ..module_utils.core.spec import COMMON
from ..module_utils.exchange.options import EXCHANGE
from ..module_utils.resources.forwarding import SPEC, build

MODULE = Definition(spec=COMMON + AUTH + EXCHANGE + SPEC, build=build, returns="forwarding")


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
