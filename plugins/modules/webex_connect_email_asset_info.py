#!/usr/bin/python
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: webex_connect_email_asset_info
short_description: Read an e-mail asset of Webex Connect
version_added: 1.0.0
description:
  - Reads one e-mail asset by its id. Webex Connect offers no list.
author:
  - ccops contributors (@ccops)
extends_documentation_fragment:
  - ccops.webex_email.common
  - ccops.webex_email.connect
  - ccops.webex_email.attributes
  - ccops.webex_email.attributes.reader
  - ccops.webex_email.attributes.connect
options:
  asset_id:
    description: Id of the asset. It wins over the id in O(record_path).
    type: str
  record_path:
    description: File on the controller in which M(ccops.webex_email.webex_connect_email_asset) keeps the id.
    type: path
seealso:
  - module: ccops.webex_email.webex_connect_email_asset
"""

EXAMPLES = r"""
- name: Read the asset
  ccops.webex_email.webex_connect_email_asset_info:
    asset_id: a_638737000022060000
"""

RETURN = r"""
asset:
  description: The asset as M(ccops.webex_email.webex_connect_email_asset) returns it, or null if no id is known.
  returned: success
  type: dict
"""

from ..module_utils.connect.options import CONNECT
from ..module_utils.core.engine import Definition
from ..module_utils.core.run import run
from ..module_utils.core.spec import COMMON
from ..module_utils.resources.email_asset import RECORD, build

MODULE = Definition(spec=COMMON + CONNECT + RECORD, build=build, returns="asset", writes=False)


def main():
    run(MODULE)


if __name__ == "__main__":
    main()
