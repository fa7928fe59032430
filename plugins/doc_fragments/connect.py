# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Options of the modules that talk to Webex Connect."""

    DOCUMENTATION = r"""
options:
  connect_url:
    description:
      - Base URL of the digital asset API, for example C(https://assetmanagement.us.webexconnect.io/connectapi).
      - It wins over O(connect_region).
      - If the option is not given, the environment variable E(WEBEX_CONNECT_URL) is used.
    type: str
  connect_region:
    description:
      - Region of the Webex Connect tenant, from which the base URL follows.
      - If the option is not given, the environment variable E(WEBEX_CONNECT_REGION) is used.
    type: str
    choices: [eu, us, uk, ca, au, sg, in, jp]
  connect_token:
    description:
      - Personal access token from the Webex developer portal. It lives for 12 hours.
      - If the option is not given, the environment variable E(WEBEX_CONNECT_TOKEN) is used.
    type: str
  connect_organization_id:
    description:
      - Id of the Webex organization.
      - If the option is not given, the environment variable E(WEBEX_CONNECT_ORGANIZATION_ID) is used.
    type: str
  connect_wire:
    description:
      - Corrections to the table of names, paths and literals of the asset API, in the shape of that table.
      - Cisco documents the API, but its JSON names could not be read when this collection was written.
        See I(docs/assumptions.md).
    type: dict
notes:
  - Cisco asks not to repeat a write that was refused for its rate, so writes to Webex Connect are never repeated.
"""
