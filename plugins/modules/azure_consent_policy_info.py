#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: azure_consent_policy_info
short_description: Read what a tenant's policies say about consent and client secrets
version_added: 1.0.0
description:
  - Tells whether the mailbox user may consent to Webex Connect's sign-in, or an administrator has to, as Cisco's
    document asks to check.
  - Tells whether the tenant forbids client secrets or caps their lifetime, and whether security defaults are on.
  - If an administrator has consented to the permission for the whole tenant, what users may do does not matter.
author:
  - ccops contributors (@ccops)
extends_documentation_fragment:
  - ccops.webex_email.common
  - ccops.webex_email.auth
  - ccops.webex_email.graph
  - ccops.webex_email.attributes
  - ccops.webex_email.attributes.reader
  - ccops.webex_email.attributes.graph
notes:
  - The identity needs the Microsoft Graph permission C(Policy.Read.All), and C(Policy.Read.PermissionGrant) to
    judge a tenant's own consent policies. What it may not read is returned as null or V(undetermined).
seealso:
  - module: ccops.webex_email.azure_app_registration
"""

EXAMPLES = r"""
- name: Read the tenant's policies
  ccops.webex_email.azure_consent_policy_info:
  register: found

- name: Warn if an administrator has to consent
  ansible.builtin.debug:
    msg: "{{ found.consent_policy.reason }}"
  when: found.consent_policy.user_consent != 'allowed'
"""

RETURN = r"""
consent_policy:
  description: The policies and what they mean.
  returned: success
  type: dict
  contains:
    user_consent:
      description: V(allowed), V(admin_consent_required), or V(undetermined) where the policies do not tell.
      type: str
    reason:
      description: Why, in one sentence.
      type: str
    policies:
      description: All policies that apply to the consent of users and owners, as Microsoft Graph names them.
      type: list
      elements: str
      sample: ["ManagePermissionGrantsForSelf.microsoft-user-default-legacy"]
    security_defaults:
      description: Whether security defaults are on; null if that cannot be read.
      type: bool
    secret_policy:
      description: The tenant's default policy about client secrets; null if it cannot be read.
      type: dict
      contains:
        enabled:
          description: Whether it is in force.
          type: bool
        forbidden:
          description: Whether new client secrets are forbidden.
          type: bool
        max_lifetime_days:
          description: The most days that a new one may live; null for any number.
          type: int
"""

from ..module_utils.auth.options import AUTH
from ..module_utils.core.engine import Definition
from ..module_utils.core.run import run
from ..module_utils.core.spec import COMMON
from ..module_utils.graph.options import GRAPH
from ..module_utils.resources.consent_policy import SPEC, build

MODULE = Definition(spec=COMMON + AUTH + GRAPH + SPEC, build=build, returns="consent_policy", writes=False)


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
