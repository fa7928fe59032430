#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_outbound_policy_info
short_description: Read whether mailboxes may forward to the outside of Exchange Online
version_added: 1.0.0
description:
  - Reads outbound spam policies, their rules, remote domains, mail flow rules and restricted senders, and judges for
    each mailbox named whether mail that it forwards leaves the organization.
  - Mail flow rules for automatically forwarded messages do not detect what a mailbox itself forwards. Others cannot be
    judged in general, and are told where they stop mail and name the mailbox, its domain or the destination.
  - The members of groups are not read.
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
  senders:
    description: Addresses of the mailboxes to judge.
    type: list
    elements: str
    default: []
  destination:
    description:
      - Address or domain that the senders forward to. It tells which remote domain decides.
      - If it is not given, the remote domain V(*) decides, unless others say otherwise.
    type: str
  name:
    description: Name of the policy and of its rule, at most 64 characters.
    type: str
    default: Webex Connect forwarding
seealso:
  - module: ccops.webex_email.exchange_outbound_policy
  - module: ccops.webex_email.exchange_forwarding_info
"""

EXAMPLES = r"""
- name: See whether the mailbox may forward to Webex Connect
  ccops.webex_email.exchange_outbound_policy_info:
    senders:
      - support@contoso.example
  register: found

- name: Stop if it may not
  ansible.builtin.assert:
    that: found.verdicts[0].verdict == 'allowed'
    fail_msg: "Decided by {{ found.verdicts[0].decided_by }}"
"""

RETURN = r"""
policy:
  description: The outbound policy of that name with its rule; null if there is neither.
  returned: success
  type: dict
  contains:
    name:
      description: Name of the policy and of its rule.
      type: str
    mode:
      description: V(On), V(Off) or V(Automatic) for automatic forwarding; null if there is a rule only.
      type: str
    enabled:
      description: Whether there is a rule and it is switched on.
      type: bool
    senders:
      description: Addresses of the senders that the rule names.
      type: list
      elements: str
    priority:
      description: Place of the rule, V(0) being the first; null if there is no rule.
      type: int
verdicts:
  description: For each of O(senders), in their order, whether its mail may be forwarded to the outside.
  returned: success
  type: list
  elements: dict
  contains:
    sender:
      description: The sender as it was given.
      type: str
    verdict:
      description:
        - V(allowed), V(blocked), V(indeterminate), or V(no_recipient) for a sender that Exchange Online does not know.
        - It is indeterminate where a policy says V(Automatic), where it depends on the members of a group, or where a
          mail flow rule that stops mail names the mailbox, its domain or the destination.
      type: str
    decided_by:
      description: The object that decides, in words.
      type: str
    object:
      description: The object that decides.
      type: dict
      contains:
        type:
          description:
            - V(policy), V(remote_domain), V(transport_rule) or V(restricted_sender).
            - V(rule) is a rule of an outbound policy whose conditions cannot be resolved, V(nothing) stands for none.
          type: str
        name:
          description: Its name.
          type: str
        rule:
          description: The rule by which the policy holds for the sender; null for the policy V(Default).
          type: str
    remedy:
      description: Where to go if the sender shall be allowed to forward; null where it is.
      type: str
    notes:
      description: What else is worth knowing, such as a mail flow rule that stops what inbox rules forward.
      type: list
      elements: str
"""

from ..module_utils.auth.options import AUTH
from ..module_utils.core.engine import Definition
from ..module_utils.core.run import run
from ..module_utils.core.spec import COMMON
from ..module_utils.exchange.options import EXCHANGE
from ..module_utils.resources.outbound_policy import INFO_SPEC, build

MODULE = Definition(
    spec=COMMON + AUTH + EXCHANGE + INFO_SPEC, build=build, returns=("policy", "verdicts"), writes=False
)


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
