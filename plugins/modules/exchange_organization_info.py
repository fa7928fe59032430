#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_organization_info
short_description: Read what holds for all mailboxes of an Exchange Online organization
version_added: 1.0.0
description:
  - Reads what the organization says about authenticated SMTP and about forwarding to the outside, for every mailbox,
    and tells what of it is worth knowing before a mailbox is joined to Webex Connect.
  - What the app may not read is null, and said so in the notes.
author:
  - ccops contributors (@ccops)
extends_documentation_fragment:
  - ccops.webex_email.common
  - ccops.webex_email.auth
  - ccops.webex_email.exchange
  - ccops.webex_email.attributes
  - ccops.webex_email.attributes.reader
  - ccops.webex_email.attributes.exchange
seealso:
  - module: ccops.webex_email.exchange_outbound_policy_info
  - module: ccops.webex_email.azure_consent_policy_info
"""

EXAMPLES = r"""
- name: Read the organization's mail settings
  ccops.webex_email.exchange_organization_info:
  register: found

- name: Show what is worth knowing
  ansible.builtin.debug:
    msg: "{{ found.organization.notes }}"
"""

RETURN = r"""
organization:
  description: The organization's settings.
  returned: success
  type: dict
  contains:
    smtp_auth:
      description: The organization's switch for authenticated SMTP, V(enabled) or V(disabled).
      type: str
    customizable:
      description: Whether it may have policies of its own. If not, run C(Enable-OrganizationCustomization) once.
      type: bool
    authentication_policy:
      description: The authentication policy of users who have none of their own; null without one.
      type: dict
      contains:
        name:
          description: Name of the policy.
          type: str
        basic_smtp:
          description: Whether it lets user name and password in for SMTP; null if that cannot be read.
          type: bool
    outbound_policies:
      description: Outbound spam policies in the order in which they decide.
      type: list
      elements: dict
      contains:
        name:
          description: Name of the policy.
          type: str
        mode:
          description: V(On), V(Off) or V(Automatic) for automatic forwarding.
          type: str
        rule:
          description: Name of its rule; null without one.
          type: str
        enabled:
          description: Whether it holds for anybody.
          type: bool
        priority:
          description: Place of the rule; null without one.
          type: int
    remote_domains:
      description: Remote domains.
      type: list
      elements: dict
      contains:
        name:
          description: Name.
          type: str
        domain:
          description: Domain for which it holds, V(*) for all others.
          type: str
        auto_forward:
          description: Whether mail may be forwarded there.
          type: bool
    mail_flow_rules:
      description: Mail flow rules in force that reject, delete, quarantine or redirect mail.
      type: list
      elements: dict
      contains:
        name:
          description: Name.
          type: str
        auto_forward:
          description: Whether it is made for automatically forwarded messages.
          type: bool
    notes:
      description: What is worth knowing, in sentences that say where to go.
      type: list
      elements: str
"""

from ..module_utils.auth.options import AUTH
from ..module_utils.core.engine import Definition
from ..module_utils.core.run import run
from ..module_utils.core.spec import COMMON
from ..module_utils.exchange.options import EXCHANGE
from ..module_utils.resources.organization import SPEC, build

MODULE = Definition(spec=COMMON + AUTH + EXCHANGE + SPEC, build=build, returns="organization", writes=False)


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
