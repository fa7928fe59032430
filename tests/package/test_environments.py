# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the collection runs: execution environments, system packages, and the versions that files and pages name."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

import versions

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/execution_environment.md"
PLAIN, PWSH = "execution-environment.yml", "execution-environment-pwsh.yml"
FENCE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ARTEFACT, KERBEROS = (yaml.safe_load(text) for text in FENCE.findall(PAGE.read_text("utf-8")))


def created(tools, definition, folder):
    """The instructions that ansible-builder makes of a definition."""
    command = [
        tools.tool("ansible-builder"),
        "create",
        "--file",
        str(definition),
        "--context",
        str(folder / "context"),
    ]
    command += ["--output-filename", "Containerfile"]
    done = subprocess.run(
        command, cwd=folder, env=tools.variables, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return (folder / "context/Containerfile").read_text("utf-8")


@pytest.mark.parametrize(("name", "powershell"), [(PLAIN, False), (PWSH, True)])
def test_ansible_builder_accepts_the_definition(tools, tmp_path, name, powershell):
    text = created(tools, ROOT / name, tmp_path)
    assert ("pwsh" in text and "powershell" in text) is powershell
    wanted = yaml.safe_load((tmp_path / "context/_build/requirements.yml").read_text("utf-8"))
    assert [item["name"] for item in wanted["collections"]] == ["ccops.webex_email"]


def test_the_two_definitions_differ_in_powershell_only():
    plain, pwsh = (yaml.safe_load((ROOT / name).read_text("utf-8")) for name in (PLAIN, PWSH))
    steps = pwsh.pop("additional_build_steps")
    assert plain == pwsh
    assert set(steps) == {"append_base", "append_final"}


def test_ansible_builder_accepts_an_artefact_and_kerberos(made, tools, tmp_path):
    definition = yaml.safe_load((ROOT / PLAIN).read_text("utf-8"))
    name = ARTEFACT["additional_build_files"][0]["src"]
    assert ARTEFACT["dependencies"]["galaxy"]["collections"][0]["name"] == f"artefacts/{name}"
    definition["additional_build_files"] = ARTEFACT["additional_build_files"]
    definition["dependencies"] |= ARTEFACT["dependencies"] | KERBEROS["dependencies"]
    (tmp_path / name).write_bytes(made.artefact.read_bytes())
    (tmp_path / PLAIN).write_text(yaml.safe_dump(definition), "utf-8")
    created(tools, tmp_path / PLAIN, tmp_path)
    context = tmp_path / "context/_build"
    assert (context / "artefacts" / name).exists()
    assert "krb5-devel" in (context / "bindep.txt").read_text("utf-8")
    assert "pywinrm[kerberos]" in (context / "requirements.txt").read_text("utf-8")


def test_the_system_packages_are_for_kerberos_only(tools):
    def listed(*profiles):
        command = [
            tools.tool("bindep"),
            "--file",
            str(ROOT / "bindep.txt"),
            "--list_all",
            "newline",
            *profiles,
        ]
        done = subprocess.run(command, env=tools.variables, check=False, capture_output=True, text=True)
        return done.stdout.split()

    assert listed() == [] == listed("compile")
    assert "gcc" in listed("kerberos")


def test_files_and_pages_name_the_versions_of_the_matrix():
    oldest, newest = list(versions.SUPPORTED)[0], list(versions.SUPPORTED)[-1]
    runtime = yaml.safe_load((ROOT / "meta/runtime.yml").read_text("utf-8"))
    assert runtime["requires_ansible"] == f">={oldest}.0"
    for path in ROOT.glob("roles/*/meta/main.yml"):
        assert yaml.safe_load(path.read_text("utf-8"))["galaxy_info"]["min_ansible_version"] == oldest
    major, minor = newest.split(".")
    below = f"ansible-core>={oldest},<{major}.{int(minor) + 1}"
    assert (
        yaml.safe_load((ROOT / PLAIN).read_text("utf-8"))["dependencies"]["ansible_core"]["package_pip"]
        == below
    )
    assert (
        f"Python {versions.SUPPORTED[oldest][0]} and ansible-core {oldest} or newer"
        in (ROOT / "README.md").read_text()
    )
    page = (ROOT / "docs/versions.md").read_text("utf-8")
    told = set(re.findall(r"^\| (2\.\d+)\S* *\| (3\.\d+) ", page, re.MULTILINE))
    assert told == {(core, python) for core, pythons in versions.SUPPORTED.items() for python in pythons}
