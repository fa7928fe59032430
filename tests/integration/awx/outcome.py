# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs have left behind, in a form in which two clouds can be compared whole.

What a cloud makes up in each run (ids, aliases, secrets) is called by what it belongs to, so that a secret in an asset
is seen to be the one of the app, and of the right channel. Instants are told as how long something lasts.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from integration import world as at

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
ALIAS = re.compile(r"[0-9a-f]{32}(?=@)")


def outcome(world: dict[str, Any], records: Path, tenant: int) -> dict[str, Any]:
    """A tenant, its organization of Webex Connect and the records, by the names of what is in them."""
    state = {
        "tenant": world["tenants"][tenant],
        "connect": world["connect"][tenant],
        "records": {path.name: json.loads(path.read_text("utf-8")) for path in records.glob("*.json")},
    }
    names = _names(world, tenant)
    made = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    return _plain(json.loads(made.sub(lambda match: names[match[0]], json.dumps(_lasting(state)))))


def _names(world: dict[str, Any], tenant: int) -> dict[str, str]:
    """What was made up -> what it is."""
    app, here = at.app(world, tenant), world["tenants"][tenant]
    names = {app["id"]: "<app>", app["appId"]: "<app id>"}
    names |= {item["id"]: f"<{item['appRoleId']}>" for item in here["app_role_assignments"]}
    for kind in ("outbound_policies", "outbound_rules"):
        names |= {item["Guid"]: f"<{kind} {item['Name']}>" for item in here[kind]}
    names[at.principal(world, tenant, app["appId"])["id"]] = "<principal>"
    for key in app["passwordCredentials"]:
        whose = key["displayName"].removeprefix("wxconnect ")
        names[key["keyId"]] = f"<key of {whose}>"
        names[app["lab_secrets"][key["keyId"]]] = f"<secret of {whose}>"
    for asset in world["connect"][tenant]["assets"]:
        names[asset["appId"]] = f"<asset of {asset['emailId']}>"
        names[ALIAS.match(asset["forwardingAddress"])[0]] = f"<alias of {asset['emailId']}>"
    return names


def _lasting(value: Any) -> Any:
    """With instants told as days since the start of what they end, or blanked."""
    if isinstance(value, list):
        return [_lasting(item) for item in value]
    if not isinstance(value, dict):
        return INSTANT.sub("<instant>", value) if isinstance(value, str) else value
    told = {name: _lasting(item) for name, item in value.items()}
    if "startDateTime" in value and "endDateTime" in value:
        start, end = (
            datetime.fromisoformat(value[name].replace("Z", "+00:00"))
            for name in ("startDateTime", "endDateTime")
        )
        told["endDateTime"] = f"<{(end - start).days} days later>"
    if "hint" in value and len(str(value["hint"])) == 3:
        told["hint"] = "<hint>"
    return told


def _plain(value: Any) -> Any:
    """Lists sorted: in which order many were done is no difference."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return sorted(map(_plain, value), key=lambda item: json.dumps(item, sort_keys=True))
    return value
