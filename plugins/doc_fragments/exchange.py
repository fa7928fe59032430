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
      - Only the transport V(rest) uses it. PowerShell goes to the Exchange Online of O(cloud).
      - If the option is not given, the environment variable E(WEBEX_EMAIL_EXCHANGE_URL) is used.
    type: str
  exchange_transport:
    description:
      - How cmdlets reach Exchange Online.
      - V(rest) is the HTTPS interface that Microsoft's own PowerShell module uses. Microsoft does not document it.
      - V(winrm) runs the cmdlets of that module on the Windows host of O(winrm_url), with pywinrm.
      - V(pwsh) runs them in PowerShell 7 where the task runs.
      - All three sign in to Exchange Online with the same access token, and give the same results.
      - If the option is not given, the environment variable E(WEBEX_EMAIL_EXCHANGE_TRANSPORT) is used.
    type: str
    choices: [rest, winrm, pwsh]
    default: rest
  winrm_url:
    description:
      - Full URL of the Windows host's WinRM listener, for example V(https://host.example:5986/wsman).
      - It must be https, because the access token goes there.
      - Needed with O(exchange_transport=winrm).
      - If the option is not given, the environment variable E(WEBEX_EMAIL_WINRM_URL) is used.
    type: str
  winrm_auth:
    description:
      - How to sign in to the Windows host.
      - V(ntlm) and V(basic) need O(winrm_username) and O(winrm_password). V(basic) must be allowed on the host, and is
        for local users only.
      - V(kerberos) needs C(pywinrm[kerberos]) and a ticket (C(kinit)).
      - V(certificate) needs O(winrm_certificate_path) and O(winrm_certificate_key_path).
      - If the option is not given, the environment variable E(WEBEX_EMAIL_WINRM_AUTH) is used.
    type: str
    choices: [ntlm, kerberos, certificate, basic]
    default: ntlm
  winrm_username:
    description:
      - User of the Windows host.
      - With O(winrm_auth=kerberos) it is the principal whose ticket is used, if not the default one.
      - If the option is not given, the environment variable E(WEBEX_EMAIL_WINRM_USERNAME) is used.
    type: str
  winrm_password:
    description:
      - Password of that user.
      - If the option is not given, the environment variable E(WEBEX_EMAIL_WINRM_PASSWORD) is used.
    type: str
  winrm_certificate_path:
    description:
      - File with the client certificate (PEM) that the Windows host maps to a user.
      - If the option is not given, the environment variable E(WEBEX_EMAIL_WINRM_CERTIFICATE_PATH) is used.
    type: path
  winrm_certificate_key_path:
    description:
      - File with the private key (PEM, not encrypted) of that certificate.
      - If the option is not given, the environment variable E(WEBEX_EMAIL_WINRM_CERTIFICATE_KEY_PATH) is used.
    type: path
  winrm_ca_bundle:
    description:
      - File with the certificate authorities to trust for the Windows host.
      - If the option is not given, the environment variable E(WEBEX_EMAIL_WINRM_CA_BUNDLE) is used, else O(ca_bundle).
    type: path
  winrm_validate_certificate:
    description:
      - Whether to check the Windows host's certificate. Without the check anybody on the way can read the access token.
      - If the option is not given, the environment variable E(WEBEX_EMAIL_WINRM_VALIDATE_CERTIFICATE) is used.
    type: bool
    default: true
  pwsh_path:
    description:
      - Name or path of PowerShell 7, for O(exchange_transport=pwsh).
      - If the option is not given, the environment variable E(WEBEX_EMAIL_PWSH_PATH) is used.
    type: str
    default: pwsh
notes:
  - The app that signs in needs the application permission C(Exchange.ManageAsApp) of Office 365 Exchange Online
    with admin consent, and a directory role such as Exchange Administrator.
"""
