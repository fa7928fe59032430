# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The project's files as git would commit them, and a clean export of them: no caches, no leftovers."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from env import ROOT


def git(*arguments: str, cwd: Path = ROOT, **variables: str) -> str:
    """What a git command prints; raises subprocess.CalledProcessError."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=cwd,
        env={**os.environ, **variables},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout.strip()


def tree_id() -> str:
    """Id of the git tree of everything that git tracks or would add now; the caller's index is not touched."""
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        shutil.copy2(git("rev-parse", "--path-format=absolute", "--git-path", "index"), index)
        git("add", "--all", GIT_INDEX_FILE=str(index))
        return git("write-tree", GIT_INDEX_FILE=str(index))


def is_clean() -> bool:
    """Whether the working tree is what the last commit says."""
    return git("status", "--porcelain") == ""


def unpack(what: str, folder: Path) -> None:
    """Put the files of a commit or tree into an empty folder, as ``git archive`` gives them."""
    archive = folder.with_suffix(".tar")
    git("archive", "--format=tar", f"--output={archive}", what)
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    archive.unlink()
