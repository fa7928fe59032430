# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example that a reader may copy: tasks in modules, YAML and commands in pages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from meta.members import constant, modules

FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
REFERENCE = re.compile(r"\bccops\.webex_email\.(\w+)")
GROUPS = {"all", "every_service", "graph", "exchange", "connect"}
# Plugins that are neither modules nor playbooks nor roles are found by this suffix of their folder.
PLUGINS = ("modules", "doc_fragments", "filter", "inventory", "lookup")


@dataclass(frozen=True)
class Snippet:
    """One example: where it stands, and its value."""

    where: str
    value: Any

    @property
    def playbook(self) -> list[dict[str, Any]] | None:
        """The example as plays; None for variables and inventories."""
        if not isinstance(self.value, list) or not all(isinstance(item, dict) for item in self.value):
            return None
        if any("hosts" in item or "ansible.builtin.import_playbook" in item for item in self.value):
            return self.value
        return [{"name": self.where, "hosts": "localhost", "gather_facts": False, "tasks": self.value}]


def snippets(root: Path) -> list[Snippet]:
    """All examples of modules and lookups, and all YAML of the pages. Raises yaml.YAMLError for what is none."""
    plugins = [*modules(root).values(), *sorted((root / "plugins/lookup").glob("*.py"))]
    found = [Snippet(path.stem, yaml.safe_load(constant(path, "EXAMPLES"))) for path in plugins]
    for page in pages(root):
        for number, match in enumerate(FENCE.finditer(page.read_text("utf-8")), 1):
            if match[2] in ("yaml", "yml"):
                text = "\n".join(line.removeprefix(match[1]) for line in match[3].splitlines())
                found.append(Snippet(f"{page.relative_to(root)} #{number}", yaml.safe_load(text)))
    return found


def pages(root: Path) -> list[Path]:
    """README and guides."""
    return [root / "README.md", *sorted((root / "docs").rglob("*.md"))]


def syntax_errors(found: list[Snippet], folder: Path, collections: Path) -> str:
    """What ``ansible-playbook --syntax-check`` says against the examples; "" if nothing."""
    books = []
    for number, snippet in enumerate(found):
        if snippet.playbook is not None:
            books.append(folder / f"snippet-{number}.yml")
            text = yaml.safe_dump(snippet.playbook, sort_keys=False)
            books[-1].write_text(f"# {snippet.where}\n{text}", "utf-8")
    (folder / "ansible.cfg").touch()
    variables = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    }
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    inventory = ["-i", str(Path(__file__).parents[2] / "docs/examples/inventory")]
    command = [program, "--syntax-check", *inventory, *map(str, books)]
    done = subprocess.run(command, cwd=folder, env=variables, check=False, capture_output=True, text=True)
    return done.stdout + done.stderr if done.returncode else ""


def dead_references(root: Path) -> Iterator[str]:
    """Full names in pages, roles, playbooks and documentation behind which there is nothing."""
    known = GROUPS | {path.stem for path in (root / "playbooks").glob("*.yml")}
    known |= {path.name for path in (root / "roles").iterdir()}
    known |= {path.stem for folder in PLUGINS for path in (root / "plugins" / folder).glob("*.py")}
    sources = [
        path for folder in ("roles", "playbooks", "plugins") for path in sorted((root / folder).rglob("*.*"))
    ]
    for path in [*pages(root), *(item for item in sources if item.suffix in (".yml", ".py"))]:
        for name in sorted(set(REFERENCE.findall(path.read_text("utf-8"))) - known):
            yield f"{path.relative_to(root)} names ccops.webex_email.{name}, which does not exist"
