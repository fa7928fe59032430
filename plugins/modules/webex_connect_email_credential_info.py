#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: webex_connect_email_credential_info
short_description: Tell how long the client secret of a Webex Connect e-mail asset is still valid
version_added: 1.0.0
description:
  - Reads the app registration, the asset, the record and the store if there is one, and tells which client secret the
    asset holds, how long it is valid, and why a new one is due if it is.
author:
  - ccops contributors (@ccops)
extends_documentation_fragment:
  - ccops.webex_email.common
  - ccops.webex_email.auth
  - ccops.webex_email.graph
  - ccops.webex_email.connect
  - ccops.webex_email.store
  - ccops.webex_email.attributes
  - ccops.webex_email.attributes.reader
  - ccops.webex_email.attributes.graph_and_connect
options:
  unique_name:
    description: Unique name of the app registration. This or O(app_id) is needed.
    type: str
  app_id:
    description: Application (client) id of the app registration.
    type: str
  display_name:
    description: Description of the client secret in Entra ID.
    type: str
    required: true
  min_remaining_days:
    description: With fewer days left than this a new secret is due.
    type: int
    default: 30
  key_id:
    description: Key id of the secret that the asset holds, where no O(record_path) is used.
    type: str
  asset_id:
    description: Id of the asset. It wins over the id in O(record_path).
    type: str
  record_path:
    description: File on the controller in which the ids are kept.
    type: path
seealso:
  - module: ccops.webex_email.webex_connect_email_credential
"""

EXAMPLES = r"""
- name: How long is the secret valid?
  ccops.webex_email.webex_connect_email_credential_info:
    unique_name: webex-connect-email
    display_name: wxconnect support@contoso.example
    record_path: "{{ inventory_dir }}/host_vars/{{ inventory_hostname }}/webex_email_record.json"
"""

RETURN = r"""
credential:
  description: The secret as M(ccops.webex_email.webex_connect_email_credential) returns it.
  returned: success
  type: dict
"""

from ..module_utils.auth.options import AUTH
from ..module_utils.connect.options import CONNECT
from ..module_utils.core.engine import Definition
from ..module_utils.core.run import run
from ..module_utils.core.spec import COMMON
from ..module_utils.graph.options import GRAPH
from ..module_utils.resources.credential import INFO_SPEC, build_info

MODULE = Definition(
    spec=COMMON + AUTH + GRAPH + CONNECT + INFO_SPEC, build=build_info, returns="credential", writes=False
)


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
