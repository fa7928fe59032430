# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Options of the modules that talk to Exchange Online."""

    DOCUMENTATION = r"""
options:
  exchange_url:
    description:
      - Origin of Exchange Online, if it is not the one of O(cloud).
      - Tokens are still made for the Exchange Online of O(cloud).
      - If the option is not given, the environment variable E(WEBEX_EMAIL_EXCHANGE_URL) is used.
    type: str
  exchange_transport:
    description:
      - How cmdlets reach Exchange Online.
      - V(rest) is the HTTPS interface that Microsoft's own PowerShell module uses. Microsoft does not document it.
      - If the option is not given, the environment variable E(WEBEX_EMAIL_EXCHANGE_TRANSPORT) is used.
    type: str
    choices: [rest]
    default: rest
notes:
  - The app that signs in needs the application permission C(Exchange.ManageAsApp) of Office 365 Exchange Online
    with admin consent, and a directory role such as Exchange Administrator.
"""
