#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: email_tenant_info
short_description: Tell what of a tenant would stop the playbooks, and what is worth knowing
version_added: 1.0.0
description:
  - Looks at everything of a Microsoft tenant and its Webex Connect tenant that decides whether the playbooks will work
    there, and returns one table. Each line says C(ok), C(warning), C(blocks), or C(unknown) where the rights do not
    allow to look; why; and the exact remedy, in a portal and as a command.
  - It writes nothing, reads the services side by side, and gives up after 45 seconds, or two minutes over PowerShell.
    What goes wrong on the way is a line of the table, not a failure of the task.
  - With O(probe) it also tries what this collection assumes and nobody could prove, as far as that needs no writing.
author:
  - ccops contributors (@ccops)
extends_documentation_fragment:
  - ccops.webex_email.common
  - ccops.webex_email.auth
  - ccops.webex_email.graph
  - ccops.webex_email.exchange
  - ccops.webex_email.connect
  - ccops.webex_email.attributes
  - ccops.webex_email.attributes.reader
  - ccops.webex_email.attributes.every_service
options:
  duties:
    description:
      - What this identity has to do, by which its rights are judged, V(apps) for app registrations and their client
        secrets, V(mailboxes) for SMTP AUTH and forwarding, V(policy) for the outbound policy.
    type: list
    elements: str
    choices: [apps, mailboxes, policy]
    default: [apps, mailboxes, policy]
  senders:
    description: Addresses of mailboxes that are to forward to the outside, one for each channel.
    type: list
    elements: str
    default: []
  destination:
    description:
      - Address or domain that the mailboxes forward to, by which it is known which remote domain decides.
    type: str
  name:
    description: Name of the outbound policy of our own.
    type: str
    default: Webex Connect forwarding
  permissions:
    description:
      - Permissions that the app registration is to have, as M(ccops.webex_email.azure_app_registration) takes them.
    type: list
    elements: dict
    suboptions:
      resource:
        description: Display name or app id of the resource.
        type: str
        required: true
      type:
        description: Kind of the permission.
        type: str
        required: true
        choices: [application, delegated]
      value:
        description: Name of the permission.
        type: str
        required: true
  admin_consent:
    description: Whether the playbooks are to grant admin consent, for which the identity needs more rights.
    type: bool
    default: true
  unique_name:
    description: Unique name of the app registration; its own policy and consent count where it is there already.
    type: str
  app_id:
    description: Application id of an app registration that was made by hand, instead of O(unique_name).
    type: str
  valid_days:
    description: Days for which new client secrets are to be valid.
    type: int
    default: 730
  min_remaining_days:
    description: A client secret with fewer days left is replaced.
    type: int
    default: 30
  display_names:
    description: Descriptions of the channels' client secrets, which must all be different.
    type: list
    elements: str
    default: []
  connect_mode:
    description: V(manual) where a person makes the assets in the portal, so that Webex Connect is not asked.
    type: str
    choices: [api, manual]
    default: api
  ask_connect:
    description: Whether to ask Webex Connect. If not, the lines about it are left out of the table.
    type: bool
    default: true
  host:
    description: The tenant's host in the inventory, for the commands among the remedies.
    type: str
    default: <host>
  probe:
    description: Also try the assumptions that can be tried without writing.
    type: bool
    default: false
  asset_id:
    description: Id of an asset whose names are looked at with O(probe).
    type: str
  smtp_host:
    description:
      - Host of the SMTP submission server, which O(probe) signs in to where the identity has C(SMTP.SendAsApp).
      - If not set, the environment variable E(WEBEX_EMAIL_SMTP_HOST) is used.
    type: str
    default: smtp.office365.com
  smtp_port:
    description:
      - Its port.
      - If not set, the environment variable E(WEBEX_EMAIL_SMTP_PORT) is used.
    type: int
    default: 587
seealso:
  - module: ccops.webex_email.email_channel_info
  - module: ccops.webex_email.azure_consent_policy_info
  - module: ccops.webex_email.exchange_organization_info
  - module: ccops.webex_email.exchange_outbound_policy_info
"""

EXAMPLES = r"""
- name: Look for what would stop the playbooks
  ccops.webex_email.email_tenant_info:
    senders: [support@contoso.example]
    unique_name: webex-connect-email
  register: found

- name: Stop where something blocks
  ansible.builtin.assert:
    that: found.tenant.status != 'blocks'
    fail_msg: "{{ found.tenant.lines | selectattr('status', 'eq', 'blocks') | map(attribute='why') | list }}"

- name: Try what is assumed
  ccops.webex_email.email_tenant_info:
    probe: true
"""

RETURN = r"""
tenant:
  description: What was found.
  returned: success
  type: dict
  contains:
    tenant_id:
      description: Directory id of the tenant, null where the sign-in service does not tell it.
      type: str
    status:
      description: The worst of all lines, V(blocks), V(warning), V(unknown) or V(ok) in this order.
      type: str
    lines:
      description: The table.
      type: list
      elements: dict
      contains:
        check:
          description: Name of the check.
          type: str
        title:
          description: The same in words.
          type: str
        status:
          description: V(ok), V(warning), V(blocks) or V(unknown).
          type: str
        case:
          description: Name of what the check found.
          type: str
        why:
          description: What was found and what it means.
          type: str
        portal:
          description: Where in a portal it is put right; null where nothing is to be done.
          type: str
        command:
          description: The same as a command; null where nothing is to be done.
          type: str
        found:
          description: The values in these texts as data, for rights C(present), C(missing) and C(excess).
          type: dict
        text:
          description: The line as people read it, and one more for each remedy.
          type: list
          elements: str
    policy:
      description:
        - Our outbound policy as M(ccops.webex_email.exchange_outbound_policy_info) returns it; null without one.
      type: dict
    verdicts:
      description: What decides about each sender, as M(ccops.webex_email.exchange_outbound_policy_info) returns it.
      type: list
      elements: dict
    answers:
      description: With O(probe), one for each assumption that can be tried. No secret, id or address is in them.
      type: list
      elements: dict
      contains:
        assumption:
          description: Its name in docs/assumptions.md.
          type: str
        answer:
          description: V(confirmed), V(refuted) or V(not testable here).
          type: str
        why:
          description: One sentence.
          type: str
"""

from ..module_utils.auth.options import AUTH
from ..module_utils.connect.options import CONNECT
from ..module_utils.core.engine import Definition
from ..module_utils.core.run import run
from ..module_utils.core.spec import COMMON
from ..module_utils.exchange.options import EXCHANGE
from ..module_utils.graph.options import GRAPH
from ..module_utils.resources.doctor import SPEC, build

MODULE = Definition(
    spec=COMMON + AUTH + GRAPH + EXCHANGE + CONNECT + SPEC, build=build, returns="tenant", writes=False
)


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
