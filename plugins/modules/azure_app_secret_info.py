#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: azure_app_secret_info
short_description: List the client secrets of an app registration
version_added: 1.0.0
description:
  - Lists the client secrets of an app of Microsoft Entra ID, with their dates and without their values.
author:
  - ccops contributors (@ccops)
extends_documentation_fragment:
  - ccops.webex_email.common
  - ccops.webex_email.auth
  - ccops.webex_email.graph
  - ccops.webex_email.attributes
  - ccops.webex_email.attributes.reader
  - ccops.webex_email.attributes.graph
options:
  unique_name:
    description:
      - Unique name of the app.
      - One of O(unique_name) and O(app_id) is required.
    type: str
  app_id:
    description: Application (client) ID of the app. Not used if O(unique_name) is given.
    type: str
  display_name:
    description: List only secrets of this description.
    type: str
notes:
  - The identity needs the Microsoft Graph permission C(Application.Read.All).
seealso:
  - module: ccops.webex_email.azure_app_secret
"""

EXAMPLES = r"""
- name: See when Webex Connect's secret expires
  ccops.webex_email.azure_app_secret_info:
    unique_name: webex-connect-email
    display_name: wxconnect
  register: found
"""

RETURN = r"""
secrets:
  description: The client secrets; empty if there is no such app.
  returned: success
  type: list
  elements: dict
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
"""

from ..module_utils.auth.options import AUTH
from ..module_utils.core.engine import Definition
from ..module_utils.core.run import run
from ..module_utils.core.spec import COMMON
from ..module_utils.graph.options import GRAPH
from ..module_utils.resources.app_secret import INFO_SPEC, build_info

MODULE = Definition(spec=COMMON + AUTH + GRAPH + INFO_SPEC, build=build_info, returns="secrets", writes=False)


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
