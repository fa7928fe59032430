# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What belongs to a module beside its own file: action plugin, twin, action groups, scenario."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ACTION = """\
# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ..modules.{name} import MODULE
from ..plugin_utils.in_process import in_process

ActionModule = in_process(MODULE)
"""
GROUPS = ("graph", "exchange", "connect", "smtp")
# The fragment with the attribute action_group, for each set of groups.
EVERY_SERVICE = ("graph", "exchange", "connect")
FRAGMENTS = {
    ("graph",): "graph",
    ("exchange",): "exchange",
    ("connect",): "connect",
    ("smtp",): "smtp",
    ("graph", "connect"): "graph_and_connect",
    EVERY_SERVICE: "every_service",
}
# A writer whose work is read by a module of another name: what became of a mail is in the message trace.
READ_BY = {"email_test_message": "exchange_message_trace_info"}
SCENARIOS = "tests/integration/modules/scenarios"


def problems(root: Path) -> list[str]:
    """Everything that a module lacks or that lacks a module, in words."""
    return [*_companions(root), *_groups(root), *_twins(root)]


def modules(root: Path) -> dict[str, Path]:
    """Name -> file of every module."""
    return {path.stem: path for path in sorted((root / "plugins/modules").glob("*.py"))}


def constant(path: Path, name: str) -> str:
    """The text of a module's DOCUMENTATION, EXAMPLES or RETURN; "" where it has none."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return ast.literal_eval(node.value)
    return ""


def documentation(path: Path) -> dict[str, Any]:
    """A module's DOCUMENTATION, without its fragments."""
    return yaml.safe_load(constant(path, "DOCUMENTATION")) or {}


def _companions(root: Path) -> Iterator[str]:
    names = modules(root)
    for folder, suffix in (("plugins/action", ".py"), (SCENARIOS, ".yml")):
        found = {path.stem for path in (root / folder).glob(f"*{suffix}")}
        yield from (f"{name} has no file in {folder}" for name in names if name not in found)
        yield from (f"{folder}/{name}{suffix} belongs to no module" for name in sorted(found - set(names)))
    for name, path in names.items():
        action = root / f"plugins/action/{name}.py"
        if action.exists() and action.read_text("utf-8") != ACTION.format(name=name):
            yield f"plugins/action/{name}.py is not the one line that an action plugin is"
        if documentation(path).get("module") != name:
            yield f"{name} is documented under another name"
        yield from (
            f"{name} has no {part}" for part in ("EXAMPLES", "RETURN") if not constant(path, part).strip()
        )


def _groups(root: Path) -> Iterator[str]:
    groups = yaml.safe_load((root / "meta/runtime.yml").read_text("utf-8"))["action_groups"]
    if groups.get("all") != [{"metadata": {"extend_group": list(GROUPS)}}]:
        yield "the action group all is not all the others"
    if {name for name, path in modules(root).items() if _services(path) == EVERY_SERVICE} != {
        *groups["every_service"]
    }:
        yield "the action group every_service is not the modules that take the options of all three"
    for name, path in modules(root).items():
        wanted = _services(path)
        listed = tuple(group for group in GROUPS if name in groups[group])
        if wanted != listed:
            yield f"{name} takes the options of {', '.join(wanted)} and is in the action groups {', '.join(listed)}"
        fragments = documentation(path).get("extends_documentation_fragment", [])
        if f"ccops.webex_email.attributes.{FRAGMENTS.get(wanted)}" not in fragments:
            yield f"{name} does not document its action groups"
    known = set(modules(root))
    for group in GROUPS:
        yield from (f"the action group {group} lists {name}" for name in groups[group] if name not in known)


def _services(path: Path) -> tuple[str, ...]:
    """The services whose options a module takes, as its imports say."""
    tree = ast.parse(path.read_text("utf-8"))
    imported = {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
    return tuple(group for group in GROUPS if f"module_utils.{group}.options" in imported)


def _twins(root: Path) -> Iterator[str]:
    names = modules(root)
    for name, path in names.items():
        reads = "writes=False" in path.read_text("utf-8")
        if reads != name.endswith("_info"):
            yield f"{name} {'only reads' if reads else 'writes'}, which its name does not say"
        if not reads and READ_BY.get(name, f"{name}_info") not in names:
            yield f"{name} has no _info twin"
        kind = "reader" if reads else "writer"
        if f"ccops.webex_email.attributes.{kind}" not in documentation(path).get(
            "extends_documentation_fragment", []
        ):
            yield f"{name} is not documented as a {kind}"
