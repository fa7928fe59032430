# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options of module_utils/auth/options.py."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  auth_tenant:
    description:
      - The Microsoft Entra tenant to sign in to, as its directory (tenant) ID or one of its domain names.
      - Not needed with a ready-made token or a managed identity.
      - If not set, the environment variable E(AZURE_TENANT_ID) is used, then E(AZURE_TENANT).
    type: str
  auth_client_id:
    description:
      - The application (client) ID of the automation identity.
      - With O(auth_method=managed_identity), the client ID of a user-assigned identity; leave it out for the
        system-assigned one.
      - If not set, the environment variable E(AZURE_CLIENT_ID) is used.
    type: str
  auth_client_secret:
    description:
      - A client secret of the automation identity; its value, not its ID.
      - A certificate, a federated token or a managed identity is safer than a secret.
      - If not set, the environment variable E(AZURE_CLIENT_SECRET) is used, then E(AZURE_SECRET).
    type: str
  auth_certificate_path:
    description:
      - Path of a file with the private key and the certificate of the automation identity, as PEM or PFX.
      - It is read where the task runs.
      - If not set, the environment variable E(AZURE_CLIENT_CERTIFICATE_PATH) is used.
    type: path
  auth_certificate_password:
    description:
      - The password of the file in O(auth_certificate_path), if it has one.
      - If not set, the environment variable E(AZURE_CLIENT_CERTIFICATE_PASSWORD) is used.
    type: str
  auth_federated_token_file:
    description:
      - Path of a file with a token of another identity provider that the automation identity trusts
        (workload identity federation).
      - It is read again for each sign-in, so that it may be renewed during the run.
      - If not set, the environment variable E(AZURE_FEDERATED_TOKEN_FILE) is used.
    type: path
  auth_access_token:
    description:
      - An access token that was obtained elsewhere, made for the service that the module works with.
      - It cannot be renewed, so it must outlast the run.
      - If not set, the environment variable E(WEBEX_EMAIL_ACCESS_TOKEN) is used.
    type: str
  auth_method:
    description:
      - How to sign in.
      - With V(auto) the first of these that is given decides, in this order - O(auth_access_token),
        O(auth_certificate_path), O(auth_federated_token_file), O(auth_client_secret).
      - V(managed_identity) is used only when named.
    type: str
    choices:
      - auto
      - client_secret
      - certificate
      - federated_token
      - managed_identity
      - access_token
    default: auto
  cloud:
    description:
      - The Microsoft cloud that the tenant lives in. It decides where to sign in, where the services are, and
        for whom tokens are made.
      - V(usgov) is GCC High; GCC belongs to V(public).
      - If not set, the environment variable E(WEBEX_EMAIL_CLOUD) is used.
    type: str
    choices:
      - public
      - usgov
      - usgov_dod
      - china
    default: public
  authority_url:
    description:
      - Origin of another sign-in service than that of the O(cloud), such as V(https://login.example.com:8443).
      - The V(https://) may be left out, as usual in E(AZURE_AUTHORITY_HOST).
      - If not set, the environment variable E(AZURE_AUTHORITY_HOST) is used.
    type: str
requirements:
  - msal >= 1.35 (not needed with a ready-made access token)
  - requests >= 2.31
"""
