# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in the artefact and what is not, that it is the same every time, and what Galaxy and an auditor say to it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

import dist
import export
from integration.play import CHANNELS, Play

ROOT = Path(__file__).resolve().parents[2]
NAME = Path("ansible_collections/ccops/webex_email")
TOP = {
    ".ansible-lint",
    "CONTRIBUTING.md",
    "FILES.json",
    "LICENSES",
    "MANIFEST.json",
    "README.md",
    "REUSE.toml",
    "bindep.txt",
    "changelogs",
    "docs",
    "execution-environment-pwsh.yml",
    "execution-environment.yml",
    "meta",
    "playbooks",
    "plugins",
    "requirements.txt",
    "roles",
    "tests",
}
# Only in the repository: the project's own tools, and what ansible-galaxy puts into the manifest instead.
LEFT_OUT = (".ci/", ".gitignore", ".yamllint", "Makefile", "galaxy.yml", "pyproject.toml", "tests/")


@pytest.fixture(scope="module")
def names(made):
    with tarfile.open(made.artefact) as tar:
        return {item.name for item in tar.getmembers() if item.isfile()}


def test_the_artefact_holds_these_and_nothing_else(names):
    assert {name.split("/")[0] for name in names} == TOP
    files = set(export.git("ls-tree", "-r", "--name-only", export.tree_id()).splitlines())
    kept = {name for name in files if not name.startswith(LEFT_OUT)} | {"tests/config.yml"}
    assert names == kept | {"MANIFEST.json", "FILES.json"}


def test_the_artefact_is_the_same_every_time(made, tools, tmp_path):
    again = dist.make(export.tree_id(), tmp_path, tools)
    assert again.artefact.read_bytes() == made.artefact.read_bytes()
    assert again.sbom.read_bytes() == made.sbom.read_bytes()
    assert again.checksums.read_text() == made.checksums.read_text()


def test_the_checksums_are_those_of_the_files(made):
    lines = [line.split("  ") for line in made.checksums.read_text().splitlines()]
    assert [name for _digest, name in lines] == [made.artefact.name, made.sbom.name]
    for digest, name in lines:
        assert hashlib.sha256((made.artefact.parent / name).read_bytes()).hexdigest() == digest


def test_the_manifest_says_what_galaxy_wants_to_know(made):
    with tarfile.open(made.artefact) as tar:
        info = json.load(tar.extractfile("MANIFEST.json"))["collection_info"]
    assert (info["namespace"], info["name"], info["dependencies"]) == ("ccops", "webex_email", {})
    assert info["license"] == ["GPL-3.0-or-later", "BSD-2-Clause"]
    for name in ("repository", "documentation", "homepage", "issues"):
        assert info[name].startswith("https://")
    assert 0 < len(info["tags"]) <= 20 and len(info["description"]) < 256


def test_site_runs_from_the_artefact(cloud, installed, tmp_path):
    play = Play(tmp_path, cloud, collections=installed)
    run = play.run("site", "-vv")
    assert run.failed_hosts == []
    places = [line for line in run.stdout.splitlines() if line.startswith("task path: ")]
    assert places and all(str(installed / NAME) in place for place in places)
    assert all(play.record(channel) for channel in CHANNELS)
    assert sum(play.run("site").changed.values()) == 0


def test_the_bill_of_materials_names_the_collection_and_all_its_packages(made):
    bill = json.loads(made.sbom.read_text("utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    root = bill["metadata"]["component"]
    digest = hashlib.sha256(made.artefact.read_bytes()).hexdigest()
    assert (root["group"], root["name"]) == ("ccops", "webex_email")
    assert root["hashes"] == [{"alg": "SHA-256", "content": digest}]
    packages = {component["name"].lower(): component for component in bill["components"]}
    assert {"msal", "requests", "pywinrm", "cryptography", "urllib3"} <= set(packages)
    for component in packages.values():
        assert component["purl"].startswith("pkg:pypi/") and component["version"] and component["hashes"]
    needs = {item["ref"]: item.get("dependsOn", []) for item in bill["dependencies"]}
    assert {ref.split("/")[1].split("@")[0] for ref in needs["collection"]} == {"msal", "pywinrm", "requests"}
    assert any(ref.startswith("pkg:pypi/urllib3@") for ref in needs[packages["requests"]["purl"]])
    licensed = [component for component in packages.values() if component.get("licenses")]
    assert len(licensed) > len(packages) / 2


def test_every_file_of_the_artefact_has_a_licence(made, tmp_path):
    with tarfile.open(made.artefact) as tar:
        tar.extractall(tmp_path, filter="data")
    command = [str(Path(sys.executable).with_name("reuse")), "--root", str(tmp_path), "lint", "--lines"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_galaxy_importer_has_nothing_to_say(made, tools, tmp_path):
    # Its ansible-test wants containers, its ansible-lint gives up after two minutes: both are gates of their own here.
    options = ("RUN_ANSIBLE_TEST = False", "RUN_ANSIBLE_LINT = False", "CHECK_REQUIRED_TAGS = True")
    (tmp_path / "importer.cfg").write_text("\n".join(["[galaxy-importer]", *options, ""]))
    variables = {**tools.variables, "GALAXY_IMPORTER_CONFIG": str(tmp_path / "importer.cfg")}
    variables["HOME"] = str(tmp_path)
    command = [tools.python, "-m", "galaxy_importer.main", str(made.artefact)]
    done = subprocess.run(command, cwd=tmp_path, env=variables, check=False, capture_output=True, text=True)
    told = done.stdout + done.stderr
    assert done.returncode == 0, told
    assert "Importer processing completed successfully" in told
    odd = [line for line in told.splitlines() if line.startswith(("WARNING", "ERROR"))]
    assert odd == []


def test_what_the_execution_environment_needs_is_told_by_the_artefact(installed, tools):
    command = [tools.tool("ansible-builder"), "introspect", "--sanitize", str(installed)]
    done = subprocess.run(command, env=tools.variables, check=True, capture_output=True, text=True)
    told = yaml.safe_load(done.stdout)
    assert {line.split(">")[0] for line in told["python"]} == {"msal", "requests", "pywinrm"}
    assert all("kerberos" in line for line in told["system"])
