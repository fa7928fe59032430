# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks of the tree itself share: the tree, and copies of parts of it to plant mistakes in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def root():
    """The checkout."""
    return ROOT


@pytest.fixture
def copy_of(tmp_path):
    """Makes copies of files and folders of the checkout, under a root of their own; answers the copy's path."""

    def make(name):
        target = tmp_path / name
        if not target.exists() and (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        elif not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
        return target

    return make
