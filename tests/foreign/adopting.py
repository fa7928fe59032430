# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be true of an app that a foreign client made as Cisco's document has it: we take it over as it is."""

from __future__ import annotations

from typing import Any

from ansible_collections.ccops.webex_email.plugins.modules.azure_app_registration import MODULE

from foreign.seen import REDIRECT
from unit.resources.directory import SEND, Directory


def adopt(directory: Directory, app_id: str, display_name: str, **more: Any) -> dict[str, Any]:
    """Adopt the app and converge it to the same document, twice: nothing may be made twice.

    Answers the first result, with what was done beside adopting as ``others``.
    """
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
    assert first["actions"][0] == f"adopt app {display_name} ({app_id}): set unique_name to taken-over"
    again = directory.task.run(MODULE, **wanted)
    assert not again["changed"], again["actions"]
    assert len(directory.apps(display_name)) == 1
    return {**first, "others": first["actions"][1:]}
