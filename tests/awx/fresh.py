# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an AWX holds on its first day."""

from __future__ import annotations

from .injectors import BUILT_IN
from .store import Store

ADMIN = ("admin", "CANARY-awx-admin-password-K3~w")


def fill(store: Store) -> None:
    """The organization, the execution environment and the managed credential types of a fresh AWX."""
    store.create("organizations", {"name": "Default"})
    store.create(
        "execution_environments", {"name": "AWX EE (24.6.1)", "image": "quay.io/ansible/awx-ee:24.6.1"}
    )
    store.create("instance_groups", {"name": "default"})
    for namespace, (name, fields, secret, required) in BUILT_IN.items():
        inputs = [
            {"id": field, "label": field.replace("_", " "), "secret": field in secret}
            if field != "verify_ssl"
            else {"id": field, "label": "Verify SSL", "type": "boolean"}
            for field in fields
        ]
        made = store.create(
            "credential_types",
            {"name": name, "kind": "cloud", "inputs": {"fields": inputs, "required": list(required)}},
        )
        # Nobody makes a type of that kind, so that the API knows two kinds.
        kind = "scm" if namespace == "scm" else "cloud"
        made.update(managed=True, namespace=namespace, kind=kind)
