# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environments of their own for clients that others wrote, under .cache/foreign, made once.

A client that cannot be installed, for want of a registry or of npm, is skipped with that as the reason.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".cache/foreign"
AZURE_CLI = "azure-cli>=2.80,<3"
SDK = ("msgraph-sdk>=1.30,<2", "azure-identity>=1.20,<2")
CLI_FOR_M365 = "@pnp/cli-microsoft365@^11.11.0"
BUNDLE = "ansible>=12,<13"
COLLECTION = "ansible_collections/azure/azcollection"

# What azure.azcollection imports before it runs any module, of the far longer list in its requirements file.
AZCOLLECTION_NEEDS = [
    "azure-cli-core",
    "azure-common",
    "azure-core",
    "azure-identity",
    "azure-mgmt-authorization",
    "azure-mgmt-automation",
    "azure-mgmt-batch",
    "azure-mgmt-cdn",
    "azure-mgmt-compute",
    "azure-mgmt-containerinstance",
    "azure-mgmt-containerregistry",
    "azure-mgmt-containerservice",
    "azure-mgmt-core",
    "azure-mgmt-datafactory",
    "azure-mgmt-dns",
    "azure-mgmt-eventhub",
    "azure-mgmt-iothub",
    "azure-mgmt-loganalytics",
    "azure-mgmt-managementgroups",
    "azure-mgmt-marketplaceordering",
    "azure-mgmt-monitor",
    "azure-mgmt-mysqlflexibleservers",
    "azure-mgmt-network",
    "azure-mgmt-notificationhubs",
    "azure-mgmt-postgresqlflexibleservers",
    "azure-mgmt-privatedns",
    "azure-mgmt-rdbms",
    "azure-mgmt-recoveryservicesbackup",
    "azure-mgmt-resource",
    "azure-mgmt-resourcehealth",
    "azure-mgmt-search",
    "azure-mgmt-servicebus",
    "azure-mgmt-sql",
    "azure-mgmt-storage",
    "azure-mgmt-trafficmanager",
    "azure-mgmt-web",
    "azure-storage-blob",
    "msgraph-sdk",
    "packaging",
]


def azure_cli() -> Path:
    """The folder of an environment with azure-cli; ``bin/az`` is in it."""
    return _made("azure-cli", AZURE_CLI, lambda folder: _pip(folder, AZURE_CLI))


def sdk() -> Path:
    """The folder of an environment with msgraph-sdk and azure-identity."""
    return _made("msgraph-sdk", " ".join(SDK), lambda folder: _pip(folder, *SDK))


def cli_for_m365() -> Path:
    """The folder of an installation of CLI for Microsoft 365; ``node_modules`` is in it."""

    def install(folder: Path) -> None:
        npm = shutil.which("npm")
        if not npm:
            pytest.skip("CLI for Microsoft 365 is left out: there is no npm")
        command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        _run([*command, "--prefix", str(folder), CLI_FOR_M365], "npm's registry")

    return _made("cli-microsoft365", CLI_FOR_M365, install)


def azcollection() -> Path:
    """The folder of an environment with ansible-core, azure.azcollection and what it imports.

    ``collections`` is in it, with the collection out of the bundle of the package ``ansible``, whose other
    collections are left where they are.
    """

    def install(folder: Path) -> None:
        download = folder / "download"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(download)]
        _run([*command, BUNDLE], "a package index")
        (wheel,) = download.glob("*.whl")
        with zipfile.ZipFile(wheel) as bundle:
            names = [name for name in bundle.namelist() if name.startswith(f"{COLLECTION}/")]
            bundle.extractall(folder / "collections", names)
            core = re.search(r"Requires-Dist: (ansible-core[^\s;]*)", _metadata(bundle))
        shutil.rmtree(download)
        pins = (folder / "collections" / COLLECTION / "requirements.txt").read_text("utf-8").splitlines()
        wanted = [pin for pin in pins if re.split(r"[=<>~]", pin)[0].strip() in AZCOLLECTION_NEEDS]
        _pip(folder, *wanted, *([core[1].replace(" ", "")] if core else []))

    return _made("azcollection", f"{BUNDLE} {AZCOLLECTION_NEEDS}", install)


def _metadata(bundle: zipfile.ZipFile) -> str:
    (name,) = [name for name in bundle.namelist() if name.endswith(".dist-info/METADATA")]
    return bundle.read(name).decode("utf-8")


def _made(name: str, wanted: str, install: Callable[[Path], None]) -> Path:
    """The environment ``name``, made afresh unless what it holds is what is wanted."""
    folder, stamp = HOME / name, HOME / f"{name}.installed"
    HOME.mkdir(parents=True, exist_ok=True)
    mark = hashlib.sha256(f"{sys.version}\0{folder}\0{wanted}".encode()).hexdigest()
    with (HOME / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text("utf-8") != mark:
            stamp.unlink(missing_ok=True)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            install(folder)
            stamp.write_text(mark, "utf-8")
    return folder


def _pip(folder: Path, *requirements: str) -> None:
    venv.create(folder, with_pip=True, symlinks=True)
    # Most of these packages is never imported: compiling it all would cost more than it saves.
    command = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--no-compile"]
    _run([*command, "--disable-pip-version-check", *requirements], "a package index")


def _run(command: list[str], source: str) -> None:
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=900, check=False
    )
    if done.returncode:
        last = (done.stdout.strip().splitlines() or ["nothing was said"])[-1]
        pytest.skip(f"left out, as it could not be installed from {source}: {last}")


def version(folder: Path, distribution: str) -> str:
    """The installed version of a distribution of a Python environment."""
    name = re.escape(distribution.replace("-", "_"))
    for path in folder.glob("lib/python*/site-packages/*.dist-info"):
        found = re.fullmatch(rf"{name}-(.+)\.dist-info", path.name, re.IGNORECASE)
        if found:
            return found[1]
    raise LookupError(distribution)
