# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of the collection as it would be published, in a place and a git repository of its own.

ansible-test and ansible-lint want the path to end in the collection's full name, and they leave files behind.
"""

from __future__ import annotations

import filecmp
import shutil
import subprocess
from pathlib import Path

from env import CACHE, COLLECTION, ROOT

TREE = CACHE / "sanity" / COLLECTION


def refresh() -> Path:
    """Bring the copy up to date with what git tracks or would add in the working tree; return its path."""
    TREE.mkdir(parents=True, exist_ok=True)
    if not (TREE / ".git").exists():
        subprocess.run(["git", "init", "--quiet", str(TREE)], check=True)
    wanted = {name for name in _listed(ROOT) if (ROOT / name).is_file()}
    for name in _listed(TREE) - wanted:
        (TREE / name).unlink(missing_ok=True)
    for name in wanted:
        _copy(ROOT / name, TREE / name)
    subprocess.run(["git", "add", "--all"], cwd=TREE, check=True)  # tools ask git what belongs to the project
    return TREE


def _listed(repository: Path) -> set[str]:
    """Names that git knows or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    output = subprocess.run(command, cwd=repository, check=True, capture_output=True, text=True).stdout
    return set(filter(None, output.split("\0")))


def _copy(source: Path, target: Path) -> None:
    """Copy one file with its mode unless the copy is the same already."""
    same_mode = target.exists() and target.stat().st_mode == source.stat().st_mode
    if same_mode and filecmp.cmp(source, target):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)
