# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many channels that work already: copies of one, in the world, in the inventory and in the records."""

from __future__ import annotations

import copy
import json
from datetime import datetime, timedelta, timezone
from typing import Any

import yaml

from integration import world as at
from integration.play import Play
from integration.world import CONTOSO
from lab.graph_secrets import new_secret

MODEL = "support"


def plant(play: Play, world: dict[str, Any], count: int) -> tuple[dict[str, Any], list[str]]:
    """``count`` mailboxes in a world in which nothing is done for them yet, and the names of their channels."""
    made = copy.deepcopy(world)
    names = _names(count)
    for number, name in enumerate(names):
        made["tenants"][CONTOSO]["mailboxes"].append(_mailbox(made, number, name))
    _write_inventory(play, names)
    return made, names


def multiply(
    play: Play, world: dict[str, Any], record: str, count: int, days: int
) -> tuple[dict[str, Any], list[str]]:
    """Put ``count`` channels that work in the place of the example's.

    :param world, record: as site left them for the channel ``support``. :param days: life left of each secret.
    :returns: the world with the channels, and their names; inventory and records are written.
    """
    made = copy.deepcopy(world)
    names = _names(count)
    end = (datetime.now(timezone.utc) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for number, name in enumerate(names):
        ids = _add(made, number, name, end)
        memory = json.loads(record)["webex_email_record"]
        memory |= {key: value for key, value in ids.items() if key in memory}
        path = play.record_path(name)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"webex_email_record": memory}), "utf-8")
    _remove_models(made)
    _write_inventory(play, names)
    return made, names


def _names(count: int) -> list[str]:
    return [f"channel{number:02d}" for number in range(count)]


def address(name: str) -> str:
    """The mailbox of a channel."""
    return f"{name}@contoso.example"


def asset(world: dict[str, Any], name: str) -> dict[str, Any]:
    """The channel's asset; exactly one."""
    (found,) = [item for item in world["connect"][CONTOSO]["assets"] if item["emailId"] == address(name)]
    return found


def credentials(world: dict[str, Any], name: str) -> list[str]:
    """Key ids of the channel's client secrets."""
    app = at.app(world, CONTOSO)
    return [
        c["keyId"] for c in app["passwordCredentials"] if c["displayName"] == f"wxconnect {address(name)}"
    ]


def _add(world: dict[str, Any], number: int, name: str, end: str) -> dict[str, str]:
    """Add the channel's mailbox, asset, secret and sender; the ids that its record holds."""
    tenant, app = world["tenants"][CONTOSO], at.app(world, CONTOSO)
    target, secret = f"{number:032x}@mail-us.imiconnect.io", new_secret()
    tenant["mailboxes"].append(_mailbox(world, number, name) | {"ForwardingSmtpAddress": f"smtp:{target}"})
    item = copy.deepcopy(at.asset(world, MODEL))
    item |= {"appId": f"a_7{number:017d}", "name": name, "emailId": address(name), "username": address(name)}
    item |= {"forwardingAddress": target, "lab_secrets": {"clientSecret": secret}}
    world["connect"][CONTOSO]["assets"].append(item)
    key_id = f"c0c0c0c0-0000-4000-8000-{number:012d}"
    credential = {**at.credentials(world, MODEL)[0], "keyId": key_id, "hint": secret[:3], "endDateTime": end}
    app["passwordCredentials"].append({**credential, "displayName": f"wxconnect {address(name)}"})
    app["lab_secrets"][key_id] = secret
    at.rule(world, CONTOSO)["From"].append(address(name))
    return {"asset_id": item["appId"], "key_id": key_id, "key_expires": end}


def _mailbox(world: dict[str, Any], number: int, name: str) -> dict[str, Any]:
    box = copy.deepcopy(at.mailbox(world, MODEL))
    box |= {
        "Guid": f"b0b0b0b0-0000-4000-8000-{number:012d}",
        "Alias": name,
        "Name": name,
        "DisplayName": name,
    }
    box |= {"ExternalDirectoryObjectId": f"b0b0b0b1-0000-4000-8000-{number:012d}"}
    box |= {"UserPrincipalName": address(name), "PrimarySmtpAddress": address(name)}
    return box | {"EmailAddresses": [f"SMTP:{address(name)}"]}


def _remove_models(world: dict[str, Any]) -> None:
    app, tenant = at.app(world, CONTOSO), world["tenants"][CONTOSO]
    assets = world["connect"][CONTOSO]["assets"]
    for channel in ("support", "sales"):
        for credential in at.credentials(world, channel):
            app["passwordCredentials"].remove(credential)
            del app["lab_secrets"][credential["keyId"]]
        assets[:] = [item for item in assets if item["emailId"] != at.ADDRESSES[channel][1]]
        rule = at.rule(world, CONTOSO)
        rule["From"] = [item for item in rule["From"] if item != at.ADDRESSES[channel][1]]
        tenant["mailboxes"].remove(at.mailbox(world, channel))


def _write_inventory(play: Play, names: list[str]) -> None:
    path = play.inventory / "hosts.yml"
    hosts = yaml.safe_load(path.read_text("utf-8"))
    groups = hosts["webex_email"]["children"]
    groups["webex_email_channels"]["hosts"] = dict.fromkeys(names)
    groups["tenant_contoso"]["hosts"] = dict.fromkeys(["contoso", *names])
    groups["tenant_fabrikam"]["hosts"] = {"fabrikam": None}
    path.write_text(yaml.safe_dump(hosts), "utf-8")
    for name in names:
        play.variables(f"host:{name}", webex_email_address=address(name), webex_email_asset_name=name)
