# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environments of their own for clients that others wrote, under .cache/foreign, made once.

A client that cannot be installed, for want of a registry or of npm, is skipped with that as the reason. Python packages
come by uv, and npm's by pnpm, where these can be had: npm takes 48 s of processor time where pnpm takes 10.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import installer

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".cache/foreign"
UV = installer.Uv(Path(sys.prefix), ROOT / ".cache/uv")
AZURE_CLI = "azure-cli>=2.80,<3"
SDK = ("msgraph-sdk>=1.30,<2", "azure-identity>=1.20,<2")
CLI_FOR_M365 = "@pnp/cli-microsoft365@^11.11.0"
PNPM = "pnpm@^12"
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
    return _made("azure-cli", AZURE_CLI, lambda folder: _python(folder, AZURE_CLI))


def sdk() -> Path:
    """The folder of an environment with msgraph-sdk and azure-identity."""
    return _made("msgraph-sdk", " ".join(SDK), lambda folder: _python(folder, *SDK))


def cli_for_m365() -> Path:
    """The folder of an installation of CLI for Microsoft 365; ``node_modules`` is in it."""
    return _made("cli-microsoft365", CLI_FOR_M365, lambda folder: _node(folder, CLI_FOR_M365))


def azcollection() -> Path:
    """The folder of an environment with ansible-core, azure.azcollection and what it imports.

    ``collections`` is in it, with the collection out of the bundle of the package ``ansible``, whose other
    collections are left where they are.
    """

    def install(folder: Path) -> None:
        collections, core = _unpacked()
        pins = (collections / COLLECTION / "requirements.txt").read_text("utf-8").splitlines()
        wanted = [pin for pin in pins if re.split(r"[=<>~]", pin)[0].strip() in AZCOLLECTION_NEEDS]
        _python(folder, *wanted, "python-dateutil", core)  # which its requirements file forgets
        collections.rename(folder / "collections")

    return _made("azcollection", f"{BUNDLE} {AZCOLLECTION_NEEDS}", install)


def _unpacked() -> tuple[Path, str]:
    """A folder with azure.azcollection alone, and the ansible-core that its bundle asks for."""
    place = HOME / "bundle"
    shutil.rmtree(place, ignore_errors=True)
    python = UV.environment / "bin/python"
    installer.run(installer.pip(python, "download", "--no-deps", "--dest", str(place), BUNDLE))
    (wheel,) = place.glob("*.whl")
    with zipfile.ZipFile(wheel) as bundle:
        names = [name for name in bundle.namelist() if name.startswith(f"{COLLECTION}/")]
        bundle.extractall(place / "collections", names)
        (metadata,) = [name for name in bundle.namelist() if name.endswith(".dist-info/METADATA")]
        core = re.search(r"Requires-Dist: (ansible-core[^\n;]*)", bundle.read(metadata).decode("utf-8"))
    wheel.unlink()
    return place / "collections", core[1].replace(" ", "") if core else "ansible-core"


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
            try:
                install(folder)
            except installer.NotInstalled as error:
                pytest.skip(f"{name} is left out, as it could not be installed: {error}")
            stamp.write_text(mark, "utf-8")
    return folder


def _python(folder: Path, *requirements: str) -> None:
    installer.make(UV, folder, sys.executable, *requirements)


def _node(folder: Path, package: str) -> None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise installer.NotInstalled("there is no npm")
    common = ["--ignore-scripts", "--loglevel=error"]
    (folder / "pnpm").mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"private": True}), "utf-8")
    plain = [npm, "install", "--no-audit", "--no-fund", *common, "--prefix"]
    try:
        installer.run([*plain, str(folder / "pnpm"), PNPM])
        program = (
            folder / "pnpm/node_modules/pnpm/bin/pnpm.mjs"
        )  # what an unscripted installation leaves to start
        pnpm = [node, str(program), "--dir", str(folder), "add", "--store-dir", str(HOME / "pnpm")]
        installer.run([*pnpm, *common, package])
    except installer.NotInstalled:
        installer.run([*plain, str(folder), package])


def version(folder: Path, distribution: str) -> str:
    """The installed version of a distribution of a Python environment."""
    name = re.escape(distribution.replace("-", "_"))
    for path in folder.glob("lib/python*/site-packages/*.dist-info"):
        found = re.fullmatch(rf"{name}-(.+)\.dist-info", path.name, re.IGNORECASE)
        if found:
            return found[1]
    raise LookupError(distribution)
