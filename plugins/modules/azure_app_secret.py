#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: azure_app_secret
short_description: Keep a client secret of an app registration alive
version_added: 1.0.0
description:
  - Adds a client secret to an app of Microsoft Entra ID, if none of that description lives long enough.
  - The value of a secret can be read only once, when it is made. So this module never makes one without need, and
    returns the value only on demand. To hand it to Webex Connect without anybody seeing it, use
    M(ccops.webex_email.webex_connect_email_credential).
  - Older secrets stay, so that whoever uses them is not cut off. Secrets of another description are never touched.
  - The tenant's policy about client secrets is checked before one is made.
author:
  - ccops contributors (@ccops)
extends_documentation_fragment:
  - ccops.webex_email.common
  - ccops.webex_email.auth
  - ccops.webex_email.graph
  - ccops.webex_email.attributes
  - ccops.webex_email.attributes.writer
  - ccops.webex_email.attributes.graph
options:
  unique_name:
    description:
      - Unique name of the app.
      - One of O(unique_name) and O(app_id) is needed. In check mode both may be missing, for an app that an earlier
        task would make.
    type: str
  app_id:
    description: Application (client) ID of the app. Not used if O(unique_name) is given.
    type: str
  display_name:
    description: Description of the secret, by which it is found again.
    type: str
    required: true
  valid_days:
    description:
      - Days that a new secret lives, less up to seven hours that are chosen at random. The default is the 24 months of
        Cisco's document.
    type: int
    default: 730
  min_remaining_days:
    description: A secret that lives no longer than so many days gets a successor.
    type: int
    default: 30
  rotate:
    description: Add a new secret in any case.
    type: bool
    default: false
  return_value:
    description:
      - Return the value of a new secret. Set C(no_log) on the task then, and mind callbacks, logs and artefacts.
    type: bool
    default: false
  state:
    description: V(absent) removes all secrets of that description.
    type: str
    choices: [present, absent]
    default: present
notes:
  - The identity needs the Microsoft Graph permission C(Application.ReadWrite.All), or C(Application.ReadWrite.OwnedBy)
    for an app that it owns, and C(Policy.Read.All) to check the tenant's policy beforehand.
seealso:
  - module: ccops.webex_email.azure_app_secret_info
  - module: ccops.webex_email.azure_app_registration
"""

EXAMPLES = r"""
- name: Have a client secret for Webex Connect
  ccops.webex_email.azure_app_secret:
    unique_name: webex-connect-email
    display_name: wxconnect
    valid_days: 730
  register: made

- name: Make a new one and keep its value
  ccops.webex_email.azure_app_secret:
    unique_name: webex-connect-email
    display_name: wxconnect
    rotate: true
    return_value: true
  no_log: true
  register: rotated
"""

RETURN = r"""
secret:
  description: The secret that lives longest; empty if there is none.
  returned: success
  type: dict
  contains:
    key_id:
      description: Id of the secret.
      type: str
    hint:
      description: The first three characters of the value.
      type: str
    expires:
      description: When it expires, UTC.
      type: str
      sample: "2028-08-20T09:15:00Z"
    display_name:
      description: Its description.
      type: str
    value:
      description: The secret itself.
      returned: with O(return_value), and only by the task that has made it
      type: str
    predicted:
      description: True in check mode if something would change. What only Microsoft can make is null then.
      type: bool
actions:
  description: What was done, or would be done in check mode, in words.
  returned: always
  type: list
  elements: str
  sample: ["add client secret wxconnect to app webex-connect-email, valid until 2028-08-20"]
"""

from ..module_utils.auth.options import AUTH
from ..module_utils.core.engine import Definition
from ..module_utils.core.run import run
from ..module_utils.core.spec import COMMON
from ..module_utils.graph.options import GRAPH
from ..module_utils.resources.app_secret import SPEC, build

MODULE = Definition(spec=COMMON + AUTH + GRAPH + SPEC, build=build, returns="secret")


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
