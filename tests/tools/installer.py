# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installs Python packages by uv, from where pip's own settings say, or by pip where uv cannot.

uv takes 3 s of processor time for azure-cli, much less than pip does. Standard library
only, and nothing of its neighbours, so that any test and any tool can use it.
"""

from __future__ import annotations

import ast
import functools
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

UV = "uv>=0.9,<1"
LIMIT = 900  # seconds for one set of packages
# pip's settings that say where packages come from, as uv's arguments; a setting may hold several values.
_ARGUMENTS = {
    "constraint": "--constraints",
    "find-links": "--find-links",
    "trusted-host": "--allow-insecure-host",
}
# The same for those that may hold a password, which does not belong on a command line.
_VARIABLES = {"cert": "SSL_CERT_FILE", "extra-index-url": "UV_INDEX", "index-url": "UV_DEFAULT_INDEX"}


class NotInstalled(Exception):
    """A set of packages could not be installed; the text is the last thing that the installer said, of ``output``."""

    def __init__(self, output: str) -> None:
        super().__init__((output.strip().splitlines() or ["nothing was said"])[-1].strip())
        self.output = output


@dataclass(frozen=True)
class Uv:
    """uv in an environment that has pip, and the folder of its cache.

    The cache shares its files with the environments where both lie on one file system.
    """

    environment: Path
    cache: Path

    def run(self, *arguments: str) -> None:
        """Run uv, which is installed by pip where it is not there yet.

        :raises NotInstalled: also where there is no uv for the machine.
        """
        python, uv = self.environment / "bin/python", self.environment / "bin/uv"
        if not uv.exists():
            run(pip(python, "install", UV))
        settings = _pip_settings(str(python))
        # Like pip, take the best of all indexes and not of the first that knows the package.
        own = {"UV_CACHE_DIR": str(self.cache), "UV_INDEX_STRATEGY": "unsafe-best-match"}
        told = {
            variable: " ".join(settings[name]) for name, variable in _VARIABLES.items() if name in settings
        }
        users = {name: value for name, value in os.environ.items() if name.startswith("UV_")}
        run([str(uv), *arguments], **{**own, **told, **users})

    def arguments(self) -> list[str]:
        """pip's settings that say where packages come from, as arguments of ``uv pip install``."""
        settings = _pip_settings(str(self.environment / "bin/python"))
        listed = [(option, value) for name, option in _ARGUMENTS.items() for value in settings.get(name, ())]
        nowhere = settings.get("no-index", ["false"])[0].lower() in ("1", "true", "yes", "on")
        return [text for pair in listed for text in pair] + ["--no-index"] * nowhere


def pip(python: Path, command: str, *arguments: str) -> list[str]:
    """The command of an environment's pip, told to be quiet."""
    quiet = ["--quiet", "--disable-pip-version-check", "--retries=2"]
    return [str(python), "-m", "pip", command, *quiet, *arguments]


def install(uv: Uv, python: Path, *arguments: str) -> None:
    """Install packages into the environment of ``python``; ``arguments`` as pip takes them.

    :raises NotInstalled: also where no package index can be reached.
    """
    try:
        uv.run("pip", "install", "--quiet", "--python", str(python), *uv.arguments(), *arguments)
    except NotInstalled:
        # Most packages of a large set are never imported: compiling it all would cost more than it saves.
        run(pip(python, "install", "--no-compile", *arguments))


def make(uv: Uv, folder: Path, interpreter: str, *requirements: str) -> None:
    """Make a virtual environment with some packages; pip is in it only where uv could not make it.

    :raises NotInstalled: as :func:`install`.
    """
    try:
        uv.run("venv", "--quiet", "--clear", "--python", interpreter, str(folder))
    except NotInstalled:
        run([interpreter, "-m", "venv", "--clear", str(folder)])
    install(uv, folder / "bin/python", *requirements)


def run(command: Sequence[str], **variables: str) -> str:
    """Run a command without the caller's settings of Python, and answer what it printed.

    :raises NotInstalled: it failed, took too long, or is not there.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    output = {
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.STDOUT,
        "text": True,
    }
    try:
        done = subprocess.run(command, env={**kept, **variables}, timeout=LIMIT, check=False, **output)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalled(f"{command[0]}: {type(error).__name__}") from None
    if done.returncode:
        raise NotInstalled(done.stdout)
    return done.stdout


@functools.cache
def _pip_settings(python: str) -> dict[str, list[str]]:
    """pip's settings that matter here: of its files, then of its variables, which win."""
    found: dict[str, list[str]] = {}
    for line in run([python, "-m", "pip", "config", "list"]).splitlines():
        place, mark, value = line.partition("=")
        section, _dot, name = place.rpartition(".")
        known = name in _ARGUMENTS or name in _VARIABLES or name == "no-index"
        if mark and known and section in ("global", "install", ":env:"):
            found[name] = str(ast.literal_eval(value)).split()
    return found
