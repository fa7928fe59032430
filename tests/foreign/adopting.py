# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be true of an app that a foreign client made as Cisco's document has it: we take it over as it is."""

from __future__ import annotations

from typing import Any

from ansible_collections.ccops.webex_email.plugins.modules.azure_app_registration import MODULE

from foreign.seen import REDIRECT
from unit.resources.directory import SEND, Directory


def adopt(directory: Directory, app_id: str, display_name: str, **more: Any) -> dict[str, Any]:
    """Adopt the app and converge it to the same document, twice; answers the app. Nothing may be made twice."""
    wanted = {
        "unique_name": "taken-over",
        "app_id": app_id,
        "adopt": True,
        "display_name": display_name,
        "redirect_uris": [REDIRECT],
        "access_token_issuance": True,
        "permissions": [SEND],
        "admin_consent": True,
        **more,
    }
    first = directory.task.run(MODULE, **wanted)
    assert not first.get("failed"), first["msg"]
    assert first["app"]["app_id"] == app_id
    again = directory.task.run(MODULE, **wanted)
    assert not again["changed"], again["actions"]
    assert len(directory.apps(display_name)) == 1
    return first
