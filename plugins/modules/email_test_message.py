#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: email_test_message
short_description: Send a test mail that can be found again
version_added: 1.0.0
description:
  - Sends one mail from a mailbox of the tenant to the mailbox of a channel, by SMTP submission with OAuth.
  - A mark of its own is added to the subject, by which M(ccops.webex_email.exchange_message_trace_info) finds it.
  - Each run sends another mail. In check mode nothing is sent, and nothing is asked.
author:
  - ccops contributors (@ccops)
extends_documentation_fragment:
  - ccops.webex_email.common
  - ccops.webex_email.auth
  - ccops.webex_email.smtp
  - ccops.webex_email.attributes
  - ccops.webex_email.attributes.writer
  - ccops.webex_email.attributes.smtp
attributes:
  idempotent:
    support: none
    details:
      - Each run sends a mail.
options:
  sender:
    description:
      - Address of the mailbox that sends. Authenticated SMTP must be on for it.
      - It must not be the O(recipient), because Webex Connect starts no flow for mail from the asset's own address.
    type: str
    required: true
  recipient:
    description: Address to send to.
    type: str
    required: true
  subject:
    description: Beginning of the subject.
    type: str
    default: Test of the e-mail channel
  text:
    description: Text of the mail.
    type: str
    default: This is a test of the e-mail channel. Please do not answer it.
seealso:
  - module: ccops.webex_email.exchange_message_trace_info
  - module: ccops.webex_email.email_smtp_sign_in_info
"""

EXAMPLES = r"""
- name: Send a mail to the channel
  ccops.webex_email.email_test_message:
    sender: sales@contoso.example
    recipient: support@contoso.example
  register: sent

- name: See what became of it
  ccops.webex_email.exchange_message_trace_info:
    sender: "{{ sent.message.sender }}"
    recipients:
      - "{{ sent.message.recipient }}"
    subject: "{{ sent.message.subject }}"
    wait: 300
"""

RETURN = r"""
message:
  description: The mail that was sent.
  returned: success
  type: dict
  contains:
    sender:
      description: Address that it was sent from.
      type: str
    recipient:
      description: Address that it was sent to.
      type: str
    subject:
      description: The subject with its mark.
      type: str
    message_id:
      description: The Message-ID that it was given. Exchange Online may replace it.
      type: str
    predicted:
      description: V(true) in check mode, where nothing was sent.
      returned: in check mode
      type: bool
actions:
  description: What was done, or would be in check mode, in words.
  returned: always
  type: list
  elements: str
"""

from ..module_utils.auth.options import AUTH
from ..module_utils.core.engine import Definition
from ..module_utils.core.run import run
from ..module_utils.core.spec import COMMON
from ..module_utils.resources.smtp_message import SPEC, build
from ..module_utils.smtp.options import SMTP

MODULE = Definition(spec=COMMON + AUTH + SMTP + SPEC, build=build, returns="message")


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
