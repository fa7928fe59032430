# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""From the option ``store`` to a Store."""

from __future__ import annotations

from ..core.errors import Fault
from . import azure_key_vault, hashicorp_vault, vault_file
from .store import Store

BACKENDS = {backend.KIND: backend for backend in (vault_file, hashicorp_vault, azure_key_vault)}


def open_store(options, runtime):
    """The Store for a task's options; None where none is used.

    :raises Fault: ``invalid_input`` where something is missing or malformed, before anything is sent.
    """
    given = options.get("store") or {}
    if given.get("kind", "none") == "none":
        return None
    backend = BACKENDS[given["kind"]]
    try:
        opened = backend.open_backend(given, options, runtime)
    except Fault as fault:
        fault.message = f"{backend.NAME}: {fault.message}"
        raise
    return Store(backend.NAME, opened, runtime.redactor.register)
