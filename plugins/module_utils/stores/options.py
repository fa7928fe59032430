# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The option of the modules that can keep a client secret in a store of the user's."""

from __future__ import annotations

from ..core.spec import Spec

KINDS = ("none", "vault_file", "hashicorp_vault", "azure_key_vault")
STORE = Spec(
    {
        "kind": {"type": "str", "choices": list(KINDS), "default": "none"},
        "name": {"type": "str"},
        "path": {"type": "path"},
        "vault_password_file": {"type": "path", "no_log": False, "env": ["ANSIBLE_VAULT_PASSWORD_FILE"]},
        "vault_id": {"type": "str"},
        "address": {"type": "str", "env": ["VAULT_ADDR"]},
        "mount": {"type": "str", "default": "secret"},
        "namespace": {"type": "str", "env": ["VAULT_NAMESPACE"]},
        "token": {"type": "str", "no_log": True, "env": ["VAULT_TOKEN"]},
        "role_id": {"type": "str", "env": ["VAULT_ROLE_ID"]},
        "secret_id": {"type": "str", "no_log": True, "env": ["VAULT_SECRET_ID"]},
        "approle_mount": {"type": "str", "default": "approle"},
        "ca_bundle": {"type": "path", "env": ["VAULT_CACERT"]},
        "vault_url": {"type": "str"},
    },
    required_if=(
        ("kind", "vault_file", ("name", "path", "vault_password_file")),
        ("kind", "hashicorp_vault", ("name", "address")),
        ("kind", "azure_key_vault", ("name", "vault_url")),
    ),
)
OPTION = Spec({"store": STORE.as_suboptions()})
