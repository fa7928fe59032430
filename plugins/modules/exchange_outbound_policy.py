#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_outbound_policy
short_description: Allow mailboxes to forward to the outside of Exchange Online
version_added: 1.0.0
description:
  - Makes an outbound spam policy of its own, in which automatic forwarding is on, and a rule that holds for the
    mailboxes named. Mail of any other mailbox is judged as before.
  - The policy V(Default) is read and never changed.
  - A mailbox that the rule names leaves the policy that held for it before, so limits and notifications go with it.
    Where mailboxes come from policies with different limits, each limit is the strictest of them, also when a mailbox
    is added later.
  - To whom a mailbox forwards cannot be restricted by such a policy.
  - A rule with conditions or exceptions that somebody else gave it is refused.
  - Senders are merged. Two runs at once do not lose each other's senders, because the list is read again before and
    after it is written.
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
  senders:
    description: Addresses of the mailboxes that forward.
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
  enabled:
    description: Whether the rule is switched on.
    type: bool
    default: true
  priority:
    description:
      - Place of the rule among all outbound rules, V(0) being the first. A number beyond the last place means the last.
      - If the option is not given, a new rule gets the first place, and one that is there stays, unless a rule in
        front of it keeps one of its senders from forwarding. Then it moves before that one.
    type: int
  purge:
    description: Whether to take senders out of the rule that are not in O(senders).
    type: bool
    default: false
  state:
    description:
      - V(present) lets O(senders) forward.
      - V(absent) takes O(senders) out of the rule. Rule and policy are removed with the last sender, or at once if
        no senders are given.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: ccops.webex_email.exchange_outbound_policy_info
  - module: ccops.webex_email.exchange_forwarding
"""

EXAMPLES = r"""
- name: Let the mailboxes of the contact centre forward to Webex Connect
  ccops.webex_email.exchange_outbound_policy:
    senders:
      - support@contoso.example
      - sales@contoso.example

- name: Let one forward to Webex Connect, whatever other rules say, and switch that off for now
  ccops.webex_email.exchange_outbound_policy:
    senders:
      - support@contoso.example
    destination: mail-us.imiconnect.io
    priority: 0
    enabled: false

- name: Take one of them out again
  ccops.webex_email.exchange_outbound_policy:
    senders:
      - sales@contoso.example
    state: absent
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
actions:
  description: What was done, or would be done in check mode, in words.
  returned: always
  type: list
  elements: str
  sample: ["create outbound policy Webex Connect forwarding with forwarding on"]
"""

from ..module_utils.auth.options import AUTH
from ..module_utils.core.engine import Definition
from ..module_utils.core.run import run
from ..module_utils.core.spec import COMMON
from ..module_utils.exchange.options import EXCHANGE
from ..module_utils.resources.outbound_policy import SPEC, build

MODULE = Definition(spec=COMMON + AUTH + EXCHANGE + SPEC, build=build, returns=("policy", "verdicts"))


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
