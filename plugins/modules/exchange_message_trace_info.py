#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_message_trace_info
short_description: Read what became of a mail, recipient by recipient
version_added: 1.0.0
description:
  - Looks into Exchange Online's message trace of the last 48 hours for the newest mail to each recipient, waits for
    its end if asked to, and explains why it failed.
  - For the forwarding address of a Webex Connect asset, V(Delivered) says that the mail servers of Webex Connect took
    the mail. Whether a flow was started is to be seen in Webex Connect only.
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
  recipients:
    description: Addresses to look for, for example those of a mailbox and of the asset that it forwards to.
    type: list
    elements: str
    required: true
  sender:
    description: Address that the mail was sent from. Any if not given.
    type: str
  subject:
    description: Text that the subject holds. Any if not given.
    type: str
  wait:
    description:
      - Seconds to wait for mails whose end the trace does not show yet, but never longer than O(deadline).
      - The trace is some minutes behind. Exchange Online allows 100 queries in 5 minutes.
    type: int
    default: 0
seealso:
  - module: ccops.webex_email.email_test_message
  - module: ccops.webex_email.exchange_outbound_policy_info
"""

EXAMPLES = r"""
- name: See what became of the mail to the mailbox and to the asset
  ccops.webex_email.exchange_message_trace_info:
    recipients:
      - support@contoso.example
      - a41a0ba3566ed2091155f13e48e6d4f8@mail-us.imiconnect.io
  register: traced

- name: Show what did not arrive, and why
  ansible.builtin.debug:
    msg: "{{ traced.messages | rejectattr('delivered') | map(attribute='detail') }}"
"""

RETURN = r"""
messages:
  description: For each of O(recipients), in their order, the newest mail.
  returned: success
  type: list
  elements: dict
  contains:
    recipient:
      description: The recipient as it was given.
      type: str
    delivered:
      description:
        - Whether the mail was delivered, or passed on to other recipients.
        - Null where that is not known yet.
      type: bool
    status:
      description:
        - V(Delivered), V(Expanded), V(Failed), V(FilteredAsSpam), V(Quarantined), V(Pending) or V(GettingStatus).
        - Null if the trace shows no such mail.
      type: str
    received:
      description: When Exchange Online took the mail (UTC).
      type: str
    sender:
      description: Address that it was sent from.
      type: str
    subject:
      description: Its subject.
      type: str
    message_id:
      description: Its Message-ID.
      type: str
    code:
      description: Code of a failure, for example V(550 5.7.520). Null if there is none.
      type: str
    cause:
      description: One word for the cause of a failure, for example V(forwarding_not_allowed). Null if there is none, or
        for an unknown one.
      type: str
    detail:
      description: One sentence about what was found.
      type: str
    remedy:
      description: What to do about it. Null if there is nothing to do.
      type: str
"""

from ..module_utils.auth.options import AUTH
from ..module_utils.core.engine import Definition
from ..module_utils.core.run import run
from ..module_utils.core.spec import COMMON
from ..module_utils.exchange.options import EXCHANGE
from ..module_utils.resources.message_trace import SPEC, build

MODULE = Definition(spec=COMMON + AUTH + EXCHANGE + SPEC, build=build, returns="messages", writes=False)


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
