#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: azure_app_registration
short_description: Manage the app registration that Webex Connect signs in with
version_added: 1.0.0
description:
  - Makes an app in Microsoft Entra ID with its redirect URIs, its service principal, its API permissions and the
    administrator's consent to them.
  - The app is known by O(unique_name), never by its display name, so that a second run finds it again and an app
    of the same display name is never touched.
  - What others have added to the app is kept, unless O(purge) is set.
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
      - Unique name of the app in the tenant, which Microsoft Graph keeps as C(uniqueName). It cannot be changed.
      - A deleted app holds its name for 30 days, see O(restore_deleted).
      - One of O(unique_name) and O(app_id) is required.
    type: str
  display_name:
    description:
      - Name that people see. Needed to make an app.
      - If it is not given, that of an existing app is left as it is.
    type: str
  app_id:
    description:
      - Application (client) ID of an existing app, for an app that was made by hand.
      - Alone it manages that app. With O(unique_name) and O(adopt) the app gets the unique name.
    type: str
  adopt:
    description:
      - Let the app O(app_id), made by hand, get the O(unique_name), once and for good.
    type: bool
    default: false
  sign_in_audience:
    description:
      - Who may sign in. V(AzureADMyOrg) is what the portal calls accounts in this organizational directory only.
    type: str
    choices: [AzureADMyOrg, AzureADMultipleOrgs, AzureADandPersonalMicrosoftAccount, PersonalMicrosoftAccount]
    default: AzureADMyOrg
  redirect_uris:
    description:
      - Redirect URIs of the platform Web, for Webex Connect its call back URL.
      - They must start with C(https://), or with C(http://localhost), and have no fragment and no wildcard.
      - If the option is not given, they are left as they are.
    type: list
    elements: str
  access_token_issuance:
    description:
      - Whether access tokens are issued by the implicit flow, the box I(Access tokens) in Cisco's document.
      - If the option is not given, it is left as it is.
    type: bool
  permissions:
    description:
      - API permissions of the app, by the names that the portal shows. They are looked up in the tenant.
      - If the option is not given, they are left as they are.
    type: list
    elements: dict
    suboptions:
      resource:
        description: Display name or application ID of the API, for example V(Office 365 Exchange Online).
        type: str
        required: true
      type:
        description: Whether the app acts as itself (V(application)) or for a signed-in user (V(delegated)).
        type: str
        choices: [application, delegated]
        required: true
      value:
        description: Name of the permission, for example V(Mail.Send).
        type: str
        required: true
  admin_consent:
    description:
      - Consent to O(permissions) for the whole tenant, or to those that the app declares if O(permissions) is not
        given.
      - Consent that was given before is never taken back by V(false).
    type: bool
    default: false
  purge:
    description:
      - Remove redirect URIs that are not in O(redirect_uris), permissions that are not in O(permissions), and
        consent for the whole tenant to any other permission. Options that are not given are not purged.
    type: bool
    default: false
  restore_deleted:
    description:
      - If a deleted app holds the O(unique_name), restore that app and bring it up to date.
    type: bool
    default: false
  remove:
    description:
      - With O(state=absent), what to remove. V(consent) leaves the app and takes all admin consent back that was given
        to it for the whole tenant.
    type: str
    choices: [app, consent]
    default: app
  if_unused:
    description:
      - With O(state=absent), change nothing while somebody else may use the app, as a client secret, a certificate or a
        redirect URI on it tells. What they are is in RV(app.in_use_by) then.
      - Redirect URIs that are in O(redirect_uris), and call back URLs of Webex Connect, do not count.
    type: bool
    default: false
  retired_secrets:
    description: Descriptions of client secrets that do not count for O(if_unused).
    type: list
    elements: str
    default: []
  purge_deleted:
    description:
      - With O(state=absent), delete the app for good, which cannot be undone, so that its O(unique_name) is free at
        once. This includes an app that was deleted before.
    type: bool
    default: false
  state:
    description:
      - V(absent) deletes the app with its service principal. It can be restored for 30 days. See also O(remove),
        O(if_unused) and O(purge_deleted).
    type: str
    choices: [present, absent]
    default: present
notes:
  - The identity needs the Microsoft Graph permission C(Application.ReadWrite.All), or C(Application.ReadWrite.OwnedBy)
    for apps that it owns. Consent to application permissions needs C(Application.ReadWrite.All) or
    C(AppRoleAssignment.ReadWrite.All); consent to delegated permissions needs
    C(DelegatedPermissionGrant.ReadWrite.All).
  - Without those for consent, leave O(admin_consent) false and let an administrator open
    RV(app.admin_consent_url) in a browser.
seealso:
  - module: ccops.webex_email.azure_app_registration_info
  - module: ccops.webex_email.azure_app_secret
  - name: Configure Webex Connect Email App with Office365 OAuth
    description: Cisco's document; this module does its step 2.
    link: https://www.cisco.com/c/en/us/support/docs/contact-center/webex-contact-center/218419-configure-webex-connect-email-app-with-o.html
"""

EXAMPLES = r"""
- name: Make the app as Cisco's document does
  ccops.webex_email.azure_app_registration:
    unique_name: webex-connect-email
    display_name: WebexConnect
    redirect_uris:
      - https://yourwebexconnectname.us.webexconnect.io/callback
    access_token_issuance: true
    permissions:
      - resource: Office 365 Exchange Online
        type: application
        value: Mail.Send
    admin_consent: true
  register: made

- name: Make it with the least privilege that sending needs
  ccops.webex_email.azure_app_registration:
    unique_name: webex-connect-email
    display_name: WebexConnect
    redirect_uris:
      - https://yourwebexconnectname.us.webexconnect.io/callback
    access_token_issuance: false
    permissions:
      - resource: Office 365 Exchange Online
        type: delegated
        value: SMTP.Send
    admin_consent: true

- name: Take over an app that was made by hand
  ccops.webex_email.azure_app_registration:
    unique_name: webex-connect-email
    app_id: 3f1b6a52-0d0c-4f0b-9d55-3f2f6c1f9a10
    adopt: true

- name: Delete the app
  ccops.webex_email.azure_app_registration:
    unique_name: webex-connect-email
    state: absent
"""

RETURN = r"""
app:
  description: The app as it is afterwards; empty with O(state=absent).
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
      description: Whether an administrator has consented to all permissions asked for.
      type: bool
    admin_consent_url:
      description: Where an administrator can consent in a browser to what is left; null if nothing is.
      type: str
    in_use_by:
      description: What tells that somebody else uses the app.
      returned: with O(if_unused), if there is anything
      type: list
      elements: str
    predicted:
      description: True in check mode if something would change. Ids that only Microsoft can make are null then.
      type: bool
actions:
  description: What was done, or would be done in check mode, in words.
  returned: always
  type: list
  elements: str
  sample:
    - >-
      create app WebexConnect (webex-connect-email): add redirect URI
      https://yourwebexconnectname.us.webexconnect.io/callback; declare permission Office 365 Exchange Online /
      application / Mail.Send
    - create the service principal of app WebexConnect
    - grant admin consent for Office 365 Exchange Online / application / Mail.Send to app WebexConnect
"""

from ..module_utils.auth.options import AUTH
from ..module_utils.core.engine import Definition
from ..module_utils.core.run import run
from ..module_utils.core.spec import COMMON
from ..module_utils.graph.options import GRAPH
from ..module_utils.resources.app_registration import SPEC, build

MODULE = Definition(spec=COMMON + AUTH + GRAPH + SPEC, build=build, returns="app")


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
