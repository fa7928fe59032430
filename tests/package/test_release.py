# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A release of a scratch clone by the documented command, and the releases that it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

import export

ROOT = Path(__file__).resolve().parents[2]
PERSON = {
    "GIT_AUTHOR_NAME": "Release test",
    "GIT_AUTHOR_EMAIL": "release@webex-email.example",
    "GIT_COMMITTER_NAME": "Release test",
    "GIT_COMMITTER_EMAIL": "release@webex-email.example",
}
VERSION = "7.8.9"


@pytest.fixture(scope="module")
def clone(tools, tmp_path_factory):
    """A repository of its own with these files as its only commit, and the environment that is made already."""
    folder = tmp_path_factory.mktemp("release") / "clone"
    folder.mkdir()
    export.unpack(export.tree_id(), folder)
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "Everything"]):
        export.git(*command, cwd=folder, **PERSON)
    return folder


def release(clone, version, **variables):
    """What `make release` says: (exit status, messages)."""
    command = ["make", "release", f"VERSION={version}", f"PYTHON={sys.executable}"]
    environment = {**os.environ, **PERSON, **variables}
    done = subprocess.run(command, cwd=clone, env=environment, check=False, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def released(clone, key, tools):
    """What the command said to the first release, which is right."""
    # The environment of this checkout serves the clone: making another one proves nothing.
    (clone / ".cache").mkdir()
    (clone / ".cache/venv-dist").symlink_to(tools.venv)
    status, told = release(clone, VERSION, SIGNING_KEY=key.name)
    assert status == 0, told
    return told


def test_a_release_is_a_commit_a_signed_tag_and_signed_files(clone, released):
    log = export.git("log", "--format=%s", cwd=clone).splitlines()
    assert log == [f"Release {VERSION}", "Everything"]
    assert export.git("tag", "--list", cwd=clone) == VERSION
    assert "ccops.webex_email " + VERSION in export.git("tag", "-v", VERSION, cwd=clone)
    assert export.git("status", "--porcelain", cwd=clone) == ""
    made = {path.name for path in (clone / ".cache/dist").iterdir()}
    name = f"ccops-webex_email-{VERSION}"
    assert made == {
        f"{name}.tar.gz",
        f"{name}.cdx.json",
        f"{name}.manifest.asc",
        "SHA256SUMS",
        "SHA256SUMS.asc",
    }
    assert all(f".cache/dist/{file}" in released for file in made)


def test_a_release_takes_the_fragments_into_the_changelog(clone, released):
    changelog = yaml.safe_load((clone / "changelogs/changelog.yaml").read_text("utf-8"))
    assert list(changelog["releases"]) == [VERSION]
    told = changelog["releases"][VERSION]["changes"]
    assert told["release_summary"] and any("mailbox_csv" in line for line in told["minor_changes"])
    assert list((clone / "changelogs/fragments").glob("*.yml")) == []
    for name in ("CHANGELOG.md", "CHANGELOG.rst"):
        # Markdown has a backslash before each dot.
        assert f"v{VERSION}" in (clone / name).read_text("utf-8").replace("\\", "")
    with tarfile.open(clone / f".cache/dist/ccops-webex_email-{VERSION}.tar.gz") as tar:
        assert json.load(tar.extractfile("MANIFEST.json"))["collection_info"]["version"] == VERSION


def test_what_cannot_be_released_is_refused(clone, released):
    for version, words in (
        (VERSION, "has been released"),
        ("1.0.0", "is older than 7.8.9"),
        ("8.0", "Give the version"),
        ("8.0.0", "there is nothing to release"),
    ):
        status, told = release(clone, version)
        assert status != 0 and words in told
    (clone / "README.md").write_text("changed")
    status, told = release(clone, "8.0.0")
    assert status != 0 and "differs from its last commit" in told
    assert export.git("log", "--format=%s", cwd=clone).splitlines()[0] == f"Release {VERSION}"
