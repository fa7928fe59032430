# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options of module_utils/graph/options.py."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  graph_url:
    description:
      - Origin of Microsoft Graph, if it is not the one of O(cloud).
      - Tokens are still made for the Microsoft Graph of O(cloud).
      - If not set, the environment variable E(WEBEX_EMAIL_GRAPH_URL) is used.
    type: str
"""
