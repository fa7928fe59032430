#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: email_channel_info
short_description: Read all objects of an e-mail channel and plan every step
version_added: 1.0.0
description:
  - Reads mailbox, asset, app registration, client secret and forwarding of one channel, the services side by side, and
    plans every step with the very code of the step modules. It writes nothing.
  - A playbook runs it first, and then only the steps that have something to do. What one step makes is an input of the
    next, so O(forwarding.forward_to) and the call back URL need not be given. All problems are reported at once.
author:
  - ccops contributors (@ccops)
extends_documentation_fragment:
  - ccops.webex_email.common
  - ccops.webex_email.auth
  - ccops.webex_email.graph
  - ccops.webex_email.exchange
  - ccops.webex_email.connect
  - ccops.webex_email.store
  - ccops.webex_email.attributes
  - ccops.webex_email.attributes.reader
  - ccops.webex_email.attributes.every_service
options:
  mailbox:
    description:
      - Plan authenticated SMTP with the options of M(ccops.webex_email.o365_mailbox).
      - Left out, the step is not planned.
    type: dict
    suboptions:
      identity:
        description: Address, alias or GUID of the mailbox. It must fit exactly one.
        type: str
        required: true
      smtp_auth:
        description:
          - V(enabled) and V(disabled) set the mailbox's own switch, which wins over the organization's.
          - V(inherit) removes it, so that the organization's switch decides.
          - If the option is not given, nothing is changed.
        type: str
        choices: [enabled, disabled, inherit]
  asset:
    description:
      - Plan the e-mail asset with the options of M(ccops.webex_email.webex_connect_email_asset).
      - Left out, the step is not planned.
    type: dict
    suboptions:
      asset_id:
        description: Id of an asset that exists, perhaps made by hand. It wins over the id in O(asset.record_path).
        type: str
      record_path:
        description:
          - File on the controller in which the asset's id is kept, usually a file below C(host_vars) so that the
            inventory reads it again. It holds ids only.
          - Without it the caller has to give O(asset.asset_id) from the second run on.
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
        description: Name for the SMTP sign-in. The address in O(asset.email) if it is not given.
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
          - V(on_change) sends O(asset.oauth_client_secret) with a new asset and when the client id changes.
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
        description: Forwarding address that the portal shows. For O(asset.connect_mode=manual), and required there.
        type: str
      callback_url:
        description: Call back URL that the portal shows. Only for O(asset.connect_mode=manual).
        type: str
      state:
        description:
          - Whether the asset shall exist.
          - Cisco documents no call that deletes an e-mail asset. V(absent) works only where O(connect_wire) names one.
        type: str
        choices: [present, absent]
        default: present
  app:
    description:
      - Plan the app registration with the options of M(ccops.webex_email.azure_app_registration).
      - Left out, the step is not planned.
    type: dict
    suboptions:
      unique_name:
        description:
          - Unique name of the app in the tenant, which Microsoft Graph keeps as C(uniqueName). It cannot be changed.
          - A deleted app holds its name for 30 days, see O(app.restore_deleted).
          - One of O(app.unique_name) and O(app.app_id) is required.
        type: str
      display_name:
        description:
          - Name that people see. Needed to make an app.
          - If it is not given, that of an existing app is left as it is.
        type: str
      app_id:
        description:
          - Application (client) ID of an existing app, for an app that was made by hand.
          - Alone it manages that app. With O(app.unique_name) and O(app.adopt) the app gets the unique name.
        type: str
      adopt:
        description:
          - Let the app O(app.app_id), made by hand, get the O(app.unique_name), once and for good.
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
          - Consent to O(app.permissions) for the whole tenant, or to those that the app declares if
            O(app.permissions) is not given.
          - Consent that was given before is never taken back by V(false).
        type: bool
        default: false
      purge:
        description:
          - Remove redirect URIs that are not in O(app.redirect_uris), permissions that are not in O(app.permissions),
            and consent for the whole tenant to any other permission. Options that are not given are not purged.
        type: bool
        default: false
      restore_deleted:
        description:
          - If a deleted app holds the O(app.unique_name), restore that app and bring it up to date.
        type: bool
        default: false
      state:
        description:
          - V(absent) deletes the app with its service principal. It can be restored for 30 days.
        type: str
        choices: [present, absent]
        default: present
  credential:
    description:
      - Plan the hand-over of a client secret with the options of M(ccops.webex_email.webex_connect_email_credential).
      - Left out, the step is not planned.
    type: dict
    suboptions:
      unique_name:
        description: Unique name of the app registration. This or O(credential.app_id) is needed.
        type: str
      app_id:
        description: Application (client) id of the app registration.
        type: str
      display_name:
        description: Description of the client secret in Entra ID, by which the secrets of this channel are recognised.
        type: str
        required: true
      valid_days:
        description: Days that a new secret is valid.
        type: int
        default: 730
      min_remaining_days:
        description: A new secret is handed over when the present one has fewer days left.
        type: int
        default: 30
      rotate:
        description: Hand a new secret over in any case.
        type: bool
        default: false
      overlap_days:
        description: Days for which a superseded secret is kept.
        type: int
        default: 1
      key_id:
        description: Key id of the secret that the asset holds, where no O(credential.record_path) is used.
        type: str
      asset_id:
        description: Id of the asset. It wins over the id in O(credential.record_path).
        type: str
      record_path:
        description: File on the controller in which the ids, never a secret, are kept.
        type: path
      oauth_tenant:
        description: Directory (tenant) id for the asset's URLs. O(auth_tenant) if it is not given.
        type: str
      oauth_scope:
        description: Scope that the asset asks for. It follows from O(cloud) if it is not given.
        type: str
      oauth_authority:
        description: Origin of the sign-in that the asset uses. It follows from O(cloud) if it is not given.
        type: str
  forwarding:
    description:
      - Plan the forwarding with the options of M(ccops.webex_email.exchange_forwarding).
      - Left out, the step is not planned.
    type: dict
    suboptions:
      identity:
        description: Address, alias or GUID of the mailbox. It must fit exactly one.
        type: str
        required: true
      forward_to:
        description:
          - Address to forward to, as Webex Connect shows it for the asset.
          - Required for O(forwarding.state=present), except in check mode, where it may be unknown yet.
          - With O(forwarding.state=absent), forwarding to any other address is left alone.
        type: str
      keep_copy:
        description: Whether the mailbox keeps a copy of what is forwarded.
        type: bool
        default: true
      on_conflict:
        description:
          - What to do if the mailbox also forwards to a recipient of the organization (C(ForwardingAddress), which the
            Exchange admin center sets). Exchange then ignores O(forwarding.forward_to).
          - V(fail) stops, V(clear) takes that forwarding away, V(ignore) goes on with a warning.
        type: str
        choices: [fail, clear, ignore]
        default: fail
      state:
        description:
          - V(present) forwards.
          - V(absent) stops forwarding to O(forwarding.forward_to), or to any outside address if that is not given.
            Forwarding to a recipient of the organization is left alone.
        type: str
        choices: [present, absent]
        default: present
  pending:
    description: Whether something is left that this module does not look at, for instance a person's part.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: What would have to be done for this mailbox?
  ccops.webex_email.email_channel_info:
    mailbox:
      identity: support@contoso.example
      smtp_auth: enabled
    asset:
      name: Support mailbox
      email: support@contoso.example
      record_path: "{{ inventory_dir }}/host_vars/{{ inventory_hostname }}/webex_email_record.json"
    forwarding:
      identity: support@contoso.example
  register: channel

- name: Switch authenticated SMTP on where it is not
  ccops.webex_email.o365_mailbox:
    identity: support@contoso.example
    smtp_auth: enabled
  when: channel.plan.mailbox.changes
"""

RETURN = r"""
plan:
  description: One entry for each step that was asked for, under the step's name.
  returned: success
  type: dict
  contains:
    mailbox:
      description: C(changes), C(actions) in words, and C(diff) where something differs. The other steps have the same.
      type: dict
changes:
  description: Whether any of these steps has something to do.
  returned: success
  type: bool
channel:
  description:
    - One entry for each step that was asked for, with the object as its module returns it. Where the step has something
      to do, the object is predicted, and what only the service can make is null.
  returned: success
  type: dict
  contains:
    verdict:
      description:
        - With O(forwarding), what decides about mail that the mailbox forwards to the outside, as
          M(ccops.webex_email.exchange_outbound_policy_info) says it.
      type: dict
summary:
  description:
    C(address), C(asset_id), C(forwarding_address), C(callback_url), C(app_id), C(tenant_id), C(key_id), C(key_expires).
  returned: success
  type: dict
checks:
  description:
    - One row for each step that was asked for, with C(check), C(ok), C(detail), C(remedy). What is not ok comes last.
  returned: success
  type: list
  elements: dict
result:
  description: What the playbooks hand on as webex_email_result, RV(summary) and RV(checks) with it.
  returned: if all is as it shall be, no step has anything to do, and nothing is O(pending)
  type: dict
"""

from ..module_utils.auth.options import AUTH
from ..module_utils.connect.options import CONNECT
from ..module_utils.core.engine import Definition
from ..module_utils.core.run import run
from ..module_utils.core.spec import COMMON
from ..module_utils.exchange.options import EXCHANGE
from ..module_utils.graph.options import GRAPH
from ..module_utils.resources.channel import RETURNS, SPEC, build

SERVICES = COMMON + AUTH + GRAPH + EXCHANGE + CONNECT
MODULE = Definition(spec=SERVICES + SPEC, build=build, returns=RETURNS, writes=False)


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
