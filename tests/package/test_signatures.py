# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures of the artefact and of a playbook project: the good ones are accepted, the damaged ones are not."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from lab.inventory import EXAMPLE

NAME = Path("ansible_collections/ccops/webex_email")
CENTER = EXAMPLE.parent / "contact_center"


def verified(made, key, tools, folder):
    """What ansible-galaxy says to the collection in ``folder``: (accepted, messages)."""
    command = [tools.tool("ansible-galaxy"), "collection", "verify", "--offline", "-p", str(folder)]
    command += [
        "--keyring",
        str(key.keyring),
        "--signature",
        made.signatures[0].as_uri(),
        "ccops.webex_email",
    ]
    variables = {
        **tools.variables,
        "GNUPGHOME": str(key.keyring.parent),
        "ANSIBLE_COLLECTIONS_PATH": str(folder),
    }
    done = subprocess.run(command, env=variables, check=False, capture_output=True, text=True)
    return done.returncode == 0, done.stdout + done.stderr


def test_ansible_galaxy_accepts_the_artefact_and_notices_a_changed_file(made, untouched, key, tools):
    accepted, told = verified(made, key, tools, untouched)
    assert accepted, told
    target = untouched / NAME / "playbooks/site.yml"
    target.write_text(target.read_text() + "# changed\n")
    accepted, told = verified(made, key, tools, untouched)
    assert not accepted and "playbooks/site.yml" in told
    manifest = untouched / NAME / "MANIFEST.json"
    manifest.write_text(manifest.read_text() + " ")
    accepted, told = verified(made, key, tools, untouched)
    assert not accepted and "ignature" in told


def test_gpg_accepts_the_checksums(made, key):
    command = ["gpg", "--batch", "--verify", str(made.signatures[1]), str(made.checksums)]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    name = made.artefact.name.removesuffix(".tar.gz")
    assert [path.name for path in made.signatures] == [f"{name}.manifest.asc", "SHA256SUMS.asc"]


def test_ansible_sign_accepts_the_project_and_notices_a_changed_playbook(key, tools, tmp_path):
    project = tmp_path / "project"
    shutil.copytree(CENTER, project)
    sign = [tools.tool("ansible-sign"), "project"]
    # Without the second one ansible-sign asks for the name of a terminal.
    variables = {**tools.variables, "GNUPGHOME": str(key.keyring.parent), "GPG_TTY": "none"}

    def said(*arguments):
        done = subprocess.run(
            [*sign, *arguments, str(project)], env=variables, check=False, capture_output=True, text=True
        )
        return done.returncode, done.stdout + done.stderr

    status, told = said("gpg-sign")
    assert status == 0, told
    listed = (project / ".ansible-sign/sha256sum.txt").read_text()
    assert "site.yml" in listed and "tasks/entry_point.yml" in listed
    status, told = said("gpg-verify", "--keyring", str(key.keyring))
    assert status == 0, told
    (project / "site.yml").write_text("---\n")
    status, told = said("gpg-verify", "--keyring", str(key.keyring))
    assert status != 0 and "site.yml" in told
