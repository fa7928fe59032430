#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: azure_app_registration_info
short_description: Read the app registration that Webex Connect signs in with
version_added: 1.0.0
description:
  - Reads an app of Microsoft Entra ID with its service principal, its permissions and the consent to them.
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
      - One of O(unique_name) and O(app_id) is required; with both, they must belong to the same app.
    type: str
  app_id:
    description: Application (client) ID of the app.
    type: str
notes:
  - The identity needs the Microsoft Graph permission C(Application.Read.All). Consent to delegated permissions is
    shown only with C(Directory.Read.All) or C(DelegatedPermissionGrant.ReadWrite.All).
seealso:
  - module: ccops.webex_email.azure_app_registration
"""

EXAMPLES = r"""
- name: Find the tenant's app
  ccops.webex_email.azure_app_registration_info:
    unique_name: webex-connect-email
  register: found

- name: Stop if an administrator has not consented
  ansible.builtin.assert:
    that: found.app.consented
    fail_msg: "Open {{ found.app.admin_consent_url }} as an administrator."
"""

RETURN = r"""
app:
  description: The app; null if there is none.
  returned: success
  type: dict
  contains:
    object_id:
      description: Object id of the application.
      type: str
    app_id:
      description: Application (client) ID.
      type: str
    tenant_id:
      description: Directory (tenant) ID.
      type: str
    unique_name:
      description: Unique name, the stable key of the app.
      type: str
    display_name:
      description: Display name.
      type: str
    sign_in_audience:
      description: Who may sign in.
      type: str
    redirect_uris:
      description: All redirect URIs of the platform Web.
      type: list
      elements: str
    access_token_issuance:
      description: Whether access tokens are issued by the implicit flow.
      type: bool
    service_principal_id:
      description: Object id of the service principal, which the portal calls enterprise application.
      type: str
    permissions:
      description: All permissions that the app declares.
      type: list
      elements: dict
      contains:
        resource:
          description: Display name of the resource.
          type: str
        resource_app_id:
          description: Application ID of the resource.
          type: str
        type:
          description: V(application) or V(delegated).
          type: str
        value:
          description: Name of the permission.
          type: str
        id:
          description: Id of the permission.
          type: str
        consented:
          description: Whether an administrator has consented for the whole tenant; null if that cannot be read.
          type: bool
    consented:
      description: Whether an administrator has consented to all permissions that the app declares.
      type: bool
    admin_consent_url:
      description: Where an administrator can consent in a browser to what is left; null if nothing is.
      type: str
"""

from ..module_utils.auth.options import AUTH
from ..module_utils.core.engine import Definition
from ..module_utils.core.run import run
from ..module_utils.core.spec import COMMON
from ..module_utils.graph.options import GRAPH
from ..module_utils.resources.app_registration import INFO_SPEC, build_info

MODULE = Definition(spec=COMMON + AUTH + GRAPH + INFO_SPEC, build=build_info, returns="app", writes=False)


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
