# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environments that the tools make; a package index of the test's own stands for the real one."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import env

WHEEL = {
    "ansible_collections/awx/awx/MANIFEST.json": "{}",
    "ansible_collections/other/other/MANIFEST.json": "{}",
    "ansible-12.9.0.dist-info/METADATA": "Name: ansible\nVersion: 12.9.0\nRequires-Python: >=99\n",
    "ansible-12.9.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "ansible-12.9.0.dist-info/RECORD": "",
}


def test_awx_is_fetched_by_a_python_that_its_package_does_not_run_on(tmp_path, monkeypatch):
    """`make versions` in a fresh clone begins with the oldest one; the collection is only unpacked."""
    with zipfile.ZipFile(tmp_path / "ansible-12.9.0-py3-none-any.whl", "w") as wheel:
        for name, text in WHEEL.items():
            wheel.writestr(name, text)
    monkeypatch.setattr(env, "CACHE", tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    env.beside_awx(env.Environment(Path(sys.prefix), tmp_path, {}))
    assert [path.name for path in (tmp_path / "collections/ansible_collections").iterdir()] == ["awx"]
    assert (tmp_path / "collections/ansible_collections/awx/awx/MANIFEST.json").exists()
