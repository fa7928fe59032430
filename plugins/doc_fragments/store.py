# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The option of the modules that can keep a client secret in a store of the user's."""

    DOCUMENTATION = r"""
options:
  store:
    description:
      - Where to keep the value of the client secret besides the asset. Nowhere if it is not given.
      - The secret is written after it is proven and before the asset gets it, read back and compared. Where that fails
        the asset keeps what it has, and the new secret is removed.
      - What others keep in the same place is left alone.
    type: dict
    suboptions:
      kind:
        description:
          - Which store. V(vault_file) works in Ansible's own process only, which is where tasks with a local connection
            run that use neither C(become) nor C(async).
        type: str
        choices: [none, vault_file, hashicorp_vault, azure_key_vault]
        default: none
      name:
        description:
          - Under which name. For V(vault_file) the variable in the file, for V(hashicorp_vault) the path below
            O(store.mount), for V(azure_key_vault) the name of the secret.
        type: str
      path:
        description: For V(vault_file), the file, which is made where it is missing.
        type: path
      vault_password_file:
        description:
          - For V(vault_file), the file with the vault password, or a program that prints it.
          - If the option is not given, the environment variable E(ANSIBLE_VAULT_PASSWORD_FILE) is used.
        type: path
      vault_id:
        description: For V(vault_file), the vault id to encrypt with. None if it is not given.
        type: str
      address:
        description:
          - For V(hashicorp_vault), its origin, for example C(https://vault.example:8200).
          - If the option is not given, the environment variable E(VAULT_ADDR) is used.
        type: str
      mount:
        description: For V(hashicorp_vault), where a KV engine of version 2 is mounted.
        type: str
        default: secret
      namespace:
        description:
          - For V(hashicorp_vault), the namespace.
          - If the option is not given, the environment variable E(VAULT_NAMESPACE) is used.
        type: str
      token:
        description:
          - For V(hashicorp_vault), a token. It wins over an AppRole.
          - If the option is not given, the environment variable E(VAULT_TOKEN) is used.
        type: str
      role_id:
        description:
          - For V(hashicorp_vault), role id of an AppRole.
          - If the option is not given, the environment variable E(VAULT_ROLE_ID) is used.
        type: str
      secret_id:
        description:
          - For V(hashicorp_vault), secret id of the AppRole.
          - If the option is not given, the environment variable E(VAULT_SECRET_ID) is used.
        type: str
      approle_mount:
        description: For V(hashicorp_vault), where the AppRole sign-in is mounted.
        type: str
        default: approle
      ca_bundle:
        description:
          - For V(hashicorp_vault), file with the certificate authorities to trust, if they are others than those of
            the option O(ca_bundle) of the task.
          - If the option is not given, the environment variable E(VAULT_CACERT) is used.
        type: path
      vault_url:
        description: For V(azure_key_vault), its origin, for example C(https://contoso.vault.azure.net).
        type: str
"""
