#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: email_smtp_sign_in_info
short_description: Try whether Exchange Online lets somebody sign in to SMTP as a mailbox
version_added: 1.0.0
description:
  - Connects to the submission server, goes over to TLS, signs in as the mailbox by OAuth, and leaves. No mail is sent.
  - Whether Webex Connect itself may sign in depends on the consent of its user, which this does not show. It shows
    what the mailbox, the tenant and their policies say to a sign-in by OAuth.
  - A refusal is a result and not a failure. The task fails where no answer was had.
author:
  - ccops contributors (@ccops)
extends_documentation_fragment:
  - ccops.webex_email.common
  - ccops.webex_email.auth
  - ccops.webex_email.smtp
  - ccops.webex_email.attributes
  - ccops.webex_email.attributes.reader
  - ccops.webex_email.attributes.smtp
options:
  identity:
    description: Address of the mailbox, which is the user name to sign in with.
    type: str
    required: true
seealso:
  - module: ccops.webex_email.o365_mailbox_info
  - module: ccops.webex_email.email_test_message
"""

EXAMPLES = r"""
- name: Try to sign in as the mailbox
  ccops.webex_email.email_smtp_sign_in_info:
    identity: support@contoso.example
  register: tried

- name: Stop if the mailbox or its tenant forbids it
  ansible.builtin.assert:
    that: tried.sign_in.verdict != 'blocked'
    fail_msg: "{{ tried.sign_in.detail }} {{ tried.sign_in.remedy }}"
"""

RETURN = r"""
sign_in:
  description: What came of it.
  returned: success
  type: dict
  contains:
    user:
      description: The mailbox.
      type: str
    server:
      description: Host and port of the submission server.
      type: str
    verdict:
      description:
        - V(allowed), or V(blocked) where the mailbox or its tenant forbids it.
        - It is V(indeterminate) where the one who asked lacks the right, because that tells nothing about the mailbox.
      type: str
    signed_in:
      description: Whether the sign-in worked.
      type: bool
    code:
      description: Code of the refusal, for example V(535 5.7.139). Null if there was none.
      type: str
    cause:
      description: One word for the cause, for example V(smtp_auth_off_for_mailbox). Null if there is none, or for an
        unknown one.
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
from ..module_utils.resources.smtp_sign_in import SPEC, build
from ..module_utils.smtp.options import SMTP

MODULE = Definition(spec=COMMON + AUTH + SMTP + SPEC, build=build, returns="sign_in", writes=False)


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
