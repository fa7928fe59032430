#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: webex_connect_email_asset
short_description: Make or update an e-mail asset in Webex Connect
version_added: 1.0.0
description:
  - Makes the e-mail app of type OAuth 2.0 that Cisco's document configures under I(Assets > Apps), and returns its
    forwarding address and call back URL.
  - Webex Connect offers no list of assets. The module therefore writes the asset's id down in O(record_path) the
    moment it learns it, and refuses to guess when an earlier answer was lost.
  - The token that lets the asset send is obtained by a person in a browser, see the role
    P(ccops.webex_email.handover#role).
author:
  - ccops contributors (@ccops)
extends_documentation_fragment:
  - ccops.webex_email.common
  - ccops.webex_email.connect
  - ccops.webex_email.attributes
  - ccops.webex_email.attributes.writer
  - ccops.webex_email.attributes.connect
options:
  asset_id:
    description: Id of an asset that exists, for example one made by hand. It wins over the id in O(record_path).
    type: str
  record_path:
    description:
      - File on the controller in which the asset's id is kept, usually a file below C(host_vars) so that the
        inventory reads it again. It holds ids only.
      - Without it the caller has to give O(asset_id) from the second run on.
    type: path
  name:
    description: Name of the asset. Required for a new one.
    type: str
  email:
    description: Address of the mailbox that customers write to. Required for a new asset.
    type: str
  smtp_host:
    description: SMTP server.
    type: str
    default: smtp.office365.com
  smtp_port:
    description: SMTP port.
    type: int
    default: 587
  smtp_security:
    description: Security of the SMTP connection.
    type: str
    choices: [none, ssl, starttls]
    default: starttls
  smtp_username:
    description: Name for the SMTP sign-in. The address in O(email) if it is not given.
    type: str
  oauth_client_id:
    description: Application (client) id of the app registration.
    type: str
  oauth_client_secret:
    description:
      - Value of a client secret of that app.
      - Prefer M(ccops.webex_email.webex_connect_email_credential), which makes, proves and delivers one without
        showing it to anybody.
    type: str
  oauth_tenant:
    description: Directory (tenant) id, from which the authorization and token URLs follow.
    type: str
  oauth_authority:
    description: Origin of the Microsoft sign-in that the asset uses.
    type: str
    default: https://login.microsoftonline.com
  oauth_scope:
    description:
      - Scope that the asset asks for.
      - C(offline_access https://outlook.office.com/SMTP.Send) if it is not given.
    type: str
  oauth_login_id:
    description: User who signs in for a shared mailbox, if that is not the mailbox itself.
    type: str
  update_secret:
    description:
      - An asset does not tell its secret, so it cannot be compared.
      - V(on_change) sends O(oauth_client_secret) with a new asset and when the client id changes.
      - V(always) sends it in every run and reports a change.
    type: str
    choices: [on_change, always]
    default: on_change
  connect_mode:
    description:
      - V(api) works through the digital asset API.
      - V(manual) asks nothing of Webex Connect. A person made the asset in the portal, and the options say what the
        portal shows.
    type: str
    choices: [api, manual]
    default: api
  forwarding_address:
    description: Forwarding address that the portal shows. Only for O(connect_mode=manual), and required there.
    type: str
  callback_url:
    description: Call back URL that the portal shows. Only for O(connect_mode=manual).
    type: str
  state:
    description:
      - Whether the asset shall exist.
      - Cisco documents no call that deletes an e-mail asset. V(absent) works only where O(connect_wire) names one.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: ccops.webex_email.webex_connect_email_asset_info
  - module: ccops.webex_email.webex_connect_email_credential
"""

EXAMPLES = r"""
- name: Make the e-mail asset of a mailbox
  ccops.webex_email.webex_connect_email_asset:
    name: Support mailbox
    email: support@contoso.example
    record_path: "{{ inventory_dir }}/host_vars/{{ inventory_hostname }}/webex_email_record.json"

- name: Use an asset that a person made in the portal
  ccops.webex_email.webex_connect_email_asset:
    connect_mode: manual
    email: sales@contoso.example
    forwarding_address: a41a0ba3566ed2091155f13e48e6d4f8@mail-us.imiconnect.io
"""

RETURN = r"""
asset:
  description: The asset as it is afterwards, with the properties that Webex Connect tells. Never its secrets.
  returned: success
  type: dict
  contains:
    asset_id:
      description: Id of the asset, V(a_) and digits. Unknown in check mode before the asset exists.
      type: str
    name:
      description: Name of the asset.
      type: str
    email:
      description: Address of the mailbox.
      type: str
    forwarding_address:
      description: Alias to which the mailbox has to forward.
      type: str
      sample: a41a0ba3566ed2091155f13e48e6d4f8@mail-us.imiconnect.io
    callback_url:
      description: URL that the app registration needs as a redirect URI.
      type: str
      sample: https://yourwebexconnectname.us.webexconnect.io/callback
    oauth_client_id:
      description: Application id that the asset signs in with.
      type: str
    predicted:
      description: Present and true in check mode, when the asset would be made or changed.
      type: bool
actions:
  description: What was done, or would be done in check mode, in words.
  returned: always
  type: list
  elements: str
  sample: ["create e-mail asset Support mailbox for support@contoso.example"]
"""

from ..module_utils.connect.options import CONNECT
from ..module_utils.core.engine import Definition
from ..module_utils.core.run import run
from ..module_utils.core.spec import COMMON
from ..module_utils.resources.email_asset import SPEC, build

MODULE = Definition(spec=COMMON + CONNECT + SPEC, build=build, returns="asset")


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
