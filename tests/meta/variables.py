# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of the roles: those that exist, those that the argument specs list, those that are documented."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

PREFIX = "webex_email_"
NAME = re.compile(rf"\b{PREFIX}\w+")
DEFAULTS = "roles/settings/defaults/main"
PAGE = "docs/variables.md"
# Who configures AWX is another person than who writes the inventory: the role has its own, and its spec explains them.
AWX_DEFAULTS = "roles/awx/defaults/main.yml"
# What the roles make of the inventory's variables, and what they remember: none of it is for the inventory.
INTERNAL_FILES = {"progress.yml", "connection.yml"}
# Steps on the way to webex_email_senders and the option of the store, which follow from what an inventory sets.
INTERNAL = {
    "webex_email_store",
    "webex_email_stores",
    "webex_email_tenant_channels",
}
# Words that begin like a variable: the groups of the inventory.
OTHER_WORDS = {"webex_email_tenants", "webex_email_channels"}


def defaults(root: Path) -> dict[str, Any]:
    """Every default of the roles, internal ones included."""
    files = [*_files(root, f"{DEFAULTS}/*.yml"), root / AWX_DEFAULTS]
    return {name: value for path in files for name, value in load(path).items()}


def public(root: Path) -> set[str]:
    """The variables that an inventory may set: defaults that are not internal, and those of the connection."""
    found = {
        name
        for path in _files(root, f"{DEFAULTS}/*.yml")
        if path.name not in INTERNAL_FILES
        for name in load(path)
    } - INTERNAL
    # The connection's have no default; an unset one is filled from the environment.
    return found | connection(root)


def connection(root: Path) -> set[str]:
    """The variables that become connection options; those that have another name are defaults."""
    given = load(root / DEFAULTS / "connection.yml")
    return {
        PREFIX + option
        for name, options in given.items()
        if name.endswith("_names") and isinstance(options, list)
        for option in options
    }


def specs(root: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(role and entry point, variable, entry) of every argument spec."""
    for path in _files(root, "roles/*/meta/argument_specs.yml"):
        for point, spec in load(path)["argument_specs"].items():
            for name, entry in (spec.get("options") or {}).items():
                yield f"{path.parts[-3]}.{point}", name, entry


def problems(root: Path) -> list[str]:
    """Where specs, defaults and the inventory guide say different things, in words."""
    return [*_specs(root), *_awx(root), *_pages(root), *_unknown(root)]


def _specs(root: Path) -> Iterator[str]:
    known, allowed = defaults(root), public(root)
    for where, name, entry in specs(root):
        if name.startswith(f"{PREFIX}awx_"):
            continue
        if name not in allowed and not entry.get("required"):
            yield f"{where}: {name} does not exist and is not required"
        if entry.get("required") and name in known:
            yield f"{where}: {name} is required and has a default"
        if "default" in entry and entry["default"] != known.get(name):
            yield f"{where}: {name} has the default {known.get(name)!r}, not {entry['default']!r}"


def _awx(root: Path) -> Iterator[str]:
    """Every variable of the role awx is in its spec, and the other way round."""
    known = set(load(root / AWX_DEFAULTS))
    listed = {name for where, name, _entry in specs(root) if where == "awx.main"}
    for name in sorted(known ^ listed):
        yield f"awx.main: {name} is not both in the defaults and in the spec"


def _pages(root: Path) -> Iterator[str]:
    text = (root / PAGE).read_text("utf-8")
    required = {name for where, name, entry in specs(root) if entry.get("required") and where[:4] != "awx."}
    documented = set(re.findall(rf"`({PREFIX}\w+)`", text))
    for name in sorted((public(root) | required) - documented):
        yield f"{PAGE} does not name {name}"
    for page in sorted([root / "README.md", *(root / "docs").rglob("*.md")]):
        for name in sorted(_names(page.read_text("utf-8")) - _defined(root)):
            yield f"{page.relative_to(root)} names {name}, which does not exist"


def _unknown(root: Path) -> Iterator[str]:
    """Variables that a role or playbook uses and nobody defines; usually a misspelled one."""
    known = _defined(root)
    for path in _code(root):
        for name in sorted(_names(path.read_text("utf-8")) - known):
            yield f"{path.relative_to(root)} uses {name}, which nobody defines"


def _defined(root: Path) -> set[str]:
    """Every name that a default, a role's variable, a spec, a registered result or a set fact gives a meaning."""
    names = set(defaults(root)) | public(root) | {name for _where, name, _entry in specs(root)} | OTHER_WORDS
    for path in _code(root):
        names |= set(_keys(load(path)))
    for path in (root / "docs/examples").rglob("*.yml"):
        names |= set(_keys(load(path)))
    # Each role is a tag, and a playbook's hosts can be narrowed by a variable.
    names |= {PREFIX + path.name for path in (root / "roles").iterdir()}
    for path in _files(root, "playbooks/*.yml"):
        names |= set(re.findall(rf"hosts: .*?({PREFIX}\w+) \| default", path.read_text("utf-8")))
    # A tag that is no role's; what the action plugins read; the key and name of the record; what is in a vaulted file.
    return names | {
        "webex_email_probe",
        "webex_email_in_process",
        "webex_email_record",
        "webex_email_client_secret",
    }


def _code(root: Path) -> list[Path]:
    return (
        _files(root, "roles/*/tasks/*.yml")
        + _files(root, "roles/*/vars/**/*.yml")
        + _files(root, "playbooks/**/*.yml")
    )


def _keys(value: Any) -> Iterator[str]:
    """Names that a YAML value defines: keys, and the results that its tasks register."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            # A survey asks for a variable.
            if key in ("register", "loop_var", "variable"):
                yield item
            yield from _keys(item)
    elif isinstance(value, list):
        for item in value:
            yield from _keys(item)


def _names(text: str) -> set[str]:
    # A name that goes on with a dot and a suffix is a file; one with a star stands for several.
    found = {
        match[0]
        for match in NAME.finditer(text)
        if not re.match(r"\.(?:json|yml|vault)|[-*]", text[match.end() :])
    }
    return {name for name in found if not name.endswith("_")}


def _files(root: Path, pattern: str) -> list[Path]:
    return sorted(root.glob(pattern))


class _Loader(yaml.SafeLoader):
    """YAML as Ansible reads it: a text may be marked as no template."""


_Loader.add_constructor("!unsafe", lambda loader, node: node.value)


def load(path: Path) -> Any:
    return _parsed(path.read_text("utf-8"))


@functools.cache
def _parsed(text: str) -> Any:
    """The content of a YAML text, which nobody may change: the same text is read again and again."""
    return yaml.load(text, _Loader) or {}
