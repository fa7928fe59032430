#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: webex_connect_email_credential
short_description: Hand a client secret from Entra ID over to a Webex Connect e-mail asset
version_added: 1.0.0
description:
  - Adds a client secret to an app registration, proves it by a real sign-in, puts it into the asset, writes its key id
    down, and removes the one that it supersedes after an overlap. The value never leaves the task.
  - Does nothing while the asset holds a secret that lives long enough. A run that is interrupted at any point is
    finished by the next one.
  - Credentials with another O(display_name) are never touched. Each channel needs a O(display_name) of its own.
  - Two runs of one machine with the same O(record_path) take turns. A secret that another machine may just be handing
    over is left alone for ten minutes and the time of O(deadline).
author:
  - ccops contributors (@ccops)
extends_documentation_fragment:
  - ccops.webex_email.common
  - ccops.webex_email.auth
  - ccops.webex_email.graph
  - ccops.webex_email.connect
  - ccops.webex_email.store
  - ccops.webex_email.attributes
  - ccops.webex_email.attributes.writer
  - ccops.webex_email.attributes.graph_and_connect
attributes:
  idempotent:
    support: partial
    details: With O(rotate=true) every run hands a new secret over.
options:
  unique_name:
    description: Unique name of the app registration. This or O(app_id) is needed.
    type: str
  app_id:
    description: Application (client) id of the app registration.
    type: str
  display_name:
    description: Description of the client secret in Entra ID, by which the secrets of this channel are recognised.
    type: str
    required: true
  valid_days:
    description: Days that a new secret is valid, less up to seven hours that are chosen at random.
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
    description:
      - Days for which a superseded secret is kept. With V(0) it is removed as soon as the asset has the new one.
    type: int
    default: 1
  key_id:
    description: Key id of the secret that the asset holds, where no O(record_path) is used.
    type: str
  asset_id:
    description: Id of the asset. It wins over the id in O(record_path).
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
seealso:
  - module: ccops.webex_email.webex_connect_email_credential_info
  - module: ccops.webex_email.azure_app_secret
"""

EXAMPLES = r"""
- name: Keep a valid client secret in the asset
  ccops.webex_email.webex_connect_email_credential:
    unique_name: webex-connect-email
    display_name: wxconnect support@contoso.example
    record_path: "{{ inventory_dir }}/host_vars/{{ inventory_hostname }}/webex_email_record.json"
"""

RETURN = r"""
credential:
  description: The secret that the asset holds, as ids and instants. Never its value.
  returned: success
  type: dict
  contains:
    app_id:
      description: Application id.
      type: str
    asset_id:
      description: Id of the asset.
      type: str
    display_name:
      description: Description of the secret.
      type: str
    key_id:
      description: Key id of the secret.
      type: str
    hint:
      description: First three characters of the value, as Entra ID shows them.
      type: str
    expires:
      description: End of its validity, in UTC.
      type: str
    days_left:
      description: Whole days until then.
      type: int
    state:
      description:
        - Name of the state that the hand-over is in. In V(good), V(overlap), V(superseded), V(contested), V(added) and
          V(announced) the asset holds a secret that is known and lives long enough; in all others a new one is due.
      type: str
      sample: good
    due:
      description: Why a new secret is due, in words. Empty when all is well.
      type: list
      elements: str
actions:
  description: What was done, or would be done in check mode, in words.
  returned: always
  type: list
  elements: str
"""

from ..module_utils.auth.options import AUTH
from ..module_utils.connect.options import CONNECT
from ..module_utils.core.engine import Definition
from ..module_utils.core.run import run
from ..module_utils.core.spec import COMMON
from ..module_utils.graph.options import GRAPH
from ..module_utils.resources.credential import SPEC, build

MODULE = Definition(spec=COMMON + AUTH + GRAPH + CONNECT + SPEC, build=build, returns="credential")


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
