# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inventories: the JSON that a job's inventory script prints, slices of it, and synchronisation from a source."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from .fields import variables
from .store import Item, Store

# What ansible-inventory itself adds to what it prints.
IMPLIED = ("all", "ungrouped", "_meta")


def script(store: Store, inventory: int, number: int = 1, count: int = 1) -> dict[str, Any]:
    """What the inventory script of a job prints; of slice ``number`` of ``count``, if there is more than one.

    Enabled hosts by name, every count-th of them; groups keep only those, and the others are not in the host
    variables either (AWX, awx/main/models/inventory.py, get_script_data;
    assumption: awx-slices).
    """
    hosts = sorted((item for item in store.find("hosts", inventory=inventory) if item["enabled"]), key=_name)
    hosts = hosts[number - 1 :: count]
    names = {item["id"]: item["name"] for item in hosts}
    data: dict[str, Any] = {"all": {}}
    common = variables(store.get("inventories", inventory)["variables"])
    if common:
        data["all"]["vars"] = common
    groups, grouped = list(store.find("groups", inventory=inventory)), set()
    for group in groups:
        members = [names[item] for item in store.linked("groups", group["id"], "hosts") if item in names]
        children = [
            store.get("groups", item)["name"] for item in store.linked("groups", group["id"], "children")
        ]
        entry = {"hosts": members, "children": children, "vars": variables(group["variables"])}
        entry = {name: value for name, value in entry.items() if value}
        grouped |= set(members)
        if entry:
            data[group["name"]] = entry
    data["all"]["hosts"] = [item["name"] for item in hosts if item["name"] not in grouped]
    if groups:
        data["all"]["children"] = [group["name"] for group in groups]
    data["_meta"] = {"hostvars": {item["name"]: _host_variables(item) for item in hosts}}
    return data


def _host_variables(host: Item) -> dict[str, Any]:
    return {**variables(host["variables"]), "remote_tower_enabled": "true", "remote_tower_id": host["id"]}


def _name(item: Item) -> str:
    return item["name"]


def write_script(path: Path, data: dict[str, Any]) -> None:
    """Write the executable file that prints ``data``."""
    path.write_text(f"#! /usr/bin/env python3\nprint({json.dumps(data)!r})\n", "utf-8")
    path.chmod(0o700)


def synchronise(store: Store, source: Item, projects: Path, environment: dict[str, str]) -> str:
    """Take over what a source holds: hosts and groups with their variables. Returns what ansible-inventory said.

    :raises subprocess.CalledProcessError: it failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "ansible.cfg").touch()  # nobody else's is found then
        if source["source"] == "scm":
            paths = [str(projects / str(source["source_project"]) / source["source_path"])]
        else:
            paths = _inputs(store, source, Path(folder))
        command = [str(Path(sys.executable).with_name("ansible-inventory")), "--list", "--export"]
        command += [part for path in paths for part in ("-i", path)]
        done = subprocess.run(
            command,
            cwd=folder,
            env={
                **environment,
                "ANSIBLE_CONFIG": str(Path(folder, "ansible.cfg")),
                "ANSIBLE_INVENTORY_UNPARSED_FAILED": "true",
            },
            check=True,
            capture_output=True,
            text=True,
        )
        take_over(store, source, json.loads(done.stdout))
        return done.stderr


def _inputs(store: Store, source: Item, folder: Path) -> list[str]:
    """A script for each input inventory, and the constructed one last, as AWX hands them to ansible-inventory."""
    paths = []
    for number, inventory in enumerate(store.linked("inventories", source["inventory"], "input_inventories")):
        paths.append(folder / f"input-{number}")
        write_script(paths[-1], script(store, inventory))
    paths.append(folder / "constructed.yml")
    settings = {"plugin": "ansible.builtin.constructed", **variables(source["source_vars"])}
    paths[-1].write_text(yaml.safe_dump(settings), "utf-8")
    return [str(path) for path in paths]


def take_over(store: Store, source: Item, data: dict[str, Any]) -> None:
    """Make an inventory what a source says (AWX, awx/main/management/commands/inventory_import.py).

    Variables of "all" join those of the inventory. With ``overwrite``, what the source has brought before and does not
    have any more is removed, and nothing else; with ``overwrite_vars``, variables of groups and hosts are replaced.
    """
    inventory = store.get("inventories", source["inventory"])
    hostvars = data["_meta"]["hostvars"]
    named = set(hostvars) | {host for group in data.values() for host in group.get("hosts", [])}
    entries = {name: group for name, group in data.items() if name not in IMPLIED}
    if source["overwrite"]:
        _remove(store, source, "hosts", named)
        _remove(store, source, "groups", set(entries))
        _unlink(store, source, entries)
    common = data["all"].get("vars", {})
    if common:
        inventory["variables"] = json.dumps({**variables(inventory["variables"]), **common})
    hosts = {name: _object(store, source, "hosts", name, hostvars.get(name, {})) for name in sorted(named)}
    groups = {
        name: _object(store, source, "groups", name, entry.get("vars", {})) for name, entry in entries.items()
    }
    for name, entry in entries.items():
        _link(store.linked("groups", groups[name], "hosts"), [hosts[host] for host in entry.get("hosts", [])])
        children = [groups[child] for child in entry.get("children", [])]
        _link(store.linked("groups", groups[name], "children"), children)


def _remove(store: Store, source: Item, kind: str, wanted: set[str]) -> None:
    for number in list(store.linked("inventory_sources", source["id"], kind)):
        if store.get(kind, number)["name"] not in wanted:
            store.delete(kind, number)


def _unlink(store: Store, source: Item, entries: dict[str, Any]) -> None:
    """Take the source's hosts and groups out of its groups in which it does not have them any more."""
    for group in store.linked("inventory_sources", source["id"], "groups"):
        entry = entries[store.get("groups", group)["name"]]
        for association, kind in (("hosts", "hosts"), ("children", "groups")):
            own = set(store.linked("inventory_sources", source["id"], kind))
            linked = store.linked("groups", group, association)
            linked[:] = [
                number
                for number in linked
                if number not in own or store.get(kind, number)["name"] in entry.get(association, [])
            ]


def _object(store: Store, source: Item, kind: str, name: str, values: dict[str, Any]) -> int:
    found = next(store.find(kind, inventory=source["inventory"], name=name), None)
    found = found or store.create(kind, {"name": name, "inventory": source["inventory"]})
    merged = values if source["overwrite_vars"] else {**variables(found["variables"]), **values}
    found["variables"] = json.dumps(merged) if merged else ""
    _link(store.linked("inventory_sources", source["id"], kind), [found["id"]])
    return found["id"]


def _link(linked: list[int], ids: list[int]) -> None:
    linked += [number for number in ids if number not in linked]
