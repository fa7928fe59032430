# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The artefact as `make dist` makes it of these files, signed with a key that lives as long as the tests."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# At the end: the tools have a file of the lab's name, which starts it.
sys.path.append(str(ROOT / "tests/tools"))

import dist  # noqa: E402
import export  # noqa: E402
from env import Environment, separate  # noqa: E402


@dataclass(frozen=True)
class Key:
    """A key of gpg's: its name, and a keyring that holds its public half."""

    name: str
    keyring: Path


@pytest.fixture(scope="session")
def tools() -> Environment:
    """The environment with the tools that make and judge an artefact."""
    return separate("venv-dist", dist.REQUIREMENTS)


@pytest.fixture(scope="session")
def throw_away_key():
    """A key that is gone with the tests, None without gpg; its home has a short path, as gpg's agent needs."""
    if shutil.which("gpg") is None:
        yield None
        return
    home = tempfile.mkdtemp(prefix="gpg-")
    name = "Throw-away key <key@webex-email.example>"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GNUPGHOME", home)
        patch.delenv("SIGNING_KEY", raising=False)
        make = ["--passphrase", "", "--quick-generate-key", name, "ed25519", "sign", "never"]
        subprocess.run(["gpg", "--batch", *make], check=True, capture_output=True)
        keyring = Path(home) / "public.gpg"
        subprocess.run(["gpg", "--export", "--output", str(keyring), name], check=True, capture_output=True)
        yield Key(name, keyring)
        subprocess.run(["gpgconf", "--kill", "all"], check=False)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def key(throw_away_key):
    """The key, for tests that are about signatures."""
    if throw_away_key is None:
        pytest.skip("gpg is not installed, so nothing can be signed; .ci/run installs it")
    return throw_away_key


@pytest.fixture(scope="session")
def made(tools, throw_away_key, tmp_path_factory):
    """What `make dist` makes of the files as they are, signed where there is a key."""
    name = throw_away_key and throw_away_key.name
    return dist.make(export.tree_id(), tmp_path_factory.mktemp("dist"), tools, name)


@pytest.fixture(scope="session")
def installed(made, tools, tmp_path_factory):
    """An otherwise empty folder into which the artefact was installed; the one that Ansible is to look in."""
    return install(made, tools, tmp_path_factory.mktemp("installed"))


@pytest.fixture
def untouched(made, tools, tmp_path):
    """The same without what Python leaves beside files that have been run."""
    return install(made, tools, tmp_path / "untouched")


def install(made, tools, folder):
    """Install the artefact into a folder; returns the folder."""
    command = [tools.tool("ansible-galaxy"), "collection", "install", "--offline", "-p", str(folder)]
    # Nothing is installed that is found elsewhere, and the checkout is elsewhere.
    variables = {**tools.variables, "ANSIBLE_COLLECTIONS_PATH": str(folder)}
    subprocess.run([*command, str(made.artefact)], env=variables, check=True, capture_output=True)
    return folder
