# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every suite needs: the collection under its full name, and the embedded cloud."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NAME = Path("ansible_collections/ccops/webex_email")


def _collections() -> Path:
    """The folder that holds ``ansible_collections`` with this checkout in it; made of one link where needed."""
    if ROOT.parts[-3:] == NAME.parts:
        return ROOT.parents[2]
    collections = ROOT / ".cache/collections"
    link = collections / NAME
    link.parent.mkdir(parents=True, exist_ok=True)
    # Another test worker may have been faster.
    with contextlib.suppress(FileExistsError):
        link.symlink_to(os.path.relpath(ROOT, link.parent), target_is_directory=True)
    return collections


for folder in (ROOT / "tests", _collections()):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A LabClient (``url``, ``ca_bundle``, ...) of an embedded cloud of its own for each test worker."""
    from lab.client import running_lab

    with pytest.MonkeyPatch.context() as patch:
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            patch.delenv(name, raising=False)
        for name in ("NO_PROXY", "no_proxy"):
            patch.setenv(name, "localhost,127.0.0.1")
        with running_lab(tmp_path_factory.mktemp("lab")) as client:
            yield client


@pytest.fixture
def cloud(lab):
    """The embedded cloud as it is at the start: example world, no faults, empty journal."""
    lab.reset()
    return lab


def pytest_collection_modifyitems(config, items):
    """Leave the tests that need the embedded cloud out of ansible-test, which gives each test a process of its own.

    They have run before: the suite starts them with plain pytest, where one cloud serves them all.
    """
    if config.pluginmanager.has_plugin("ansible_forked"):
        config.hook.pytest_deselected(items=[item for item in items if "lab" in item.fixturenames])
        items[:] = [item for item in items if "lab" not in item.fixturenames]
