# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options of module_utils/smtp/options.py."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  smtp_host:
    description:
      - Host of the SMTP submission server. It must offer STARTTLS.
      - If not set, the environment variable E(WEBEX_EMAIL_SMTP_HOST) is used.
    type: str
    default: smtp.office365.com
  smtp_port:
    description:
      - Port of the SMTP submission server.
      - If not set, the environment variable E(WEBEX_EMAIL_SMTP_PORT) is used.
    type: int
    default: 587
  smtp_access_token:
    description:
      - An access token of a user with the scope C(SMTP.Send), to sign in with instead of the automation identity.
    type: str
notes:
  - Without O(smtp_access_token) the app that signs in needs the application permission C(SMTP.SendAsApp) of
    Office 365 Exchange Online with admin consent, a service principal in Exchange Online
    (C(New-ServicePrincipal), with the object ID of the enterprise application), and C(FullAccess) on the mailbox.
  - The machine where the task runs must be let out to the SMTP port.
"""
