# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installs Python packages by uv, from where pip's own settings say, or by pip where uv cannot.

pip takes ten to twenty times the processor time for a large set: 45 s instead of 3 s for azure-cli. Standard library
only, and nothing of its neighbours, so that any test and any tool can use it.
"""

from __future__ import annotations

import ast
import functools
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

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
    """A set of packages could not be installed; the text is the last thing that the installer said."""


def make(folder: Path, interpreter: str, requirements: Sequence[str], cache: Path) -> None:
    """Make a virtual environment in ``folder`` with some packages.

    :param requirements: as pip takes them on its command line. :param cache: folder for uv's cache, which shares its
        files with the environments where they lie on one file system.
    :raises NotInstalled: also where no package index can be reached.
    """
    try:
        _by_uv(folder, interpreter, requirements, cache)
    except NotInstalled:
        run([interpreter, "-m", "venv", "--clear", str(folder)])
        pip = [str(folder / "bin/python"), "-m", "pip", "install", "--disable-pip-version-check"]
        # Most packages of a large set are never imported: compiling it all would cost more than it saves.
        run([*pip, "--quiet", "--no-compile", "--retries=2", *requirements])


def run(command: Sequence[str], **variables: str) -> str:
    """Run an installer and answer what it printed.

    :raises NotInstalled: it failed, took too long, or is not there.
    """
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalled(type(error).__name__) from None
    if done.returncode:
        raise NotInstalled((done.stdout.strip().splitlines() or ["nothing was said"])[-1].strip())
    return done.stdout


def _by_uv(folder: Path, interpreter: str, requirements: Sequence[str], cache: Path) -> None:
    uv = str(Path(sys.executable).with_name("uv"))
    settings = _pip_settings()
    arguments = [
        text
        for name, option in _ARGUMENTS.items()
        for value in settings.get(name, ())
        for text in (option, value)
    ]
    if settings.get("no-index", ["false"])[0].lower() in ("1", "true", "yes", "on"):
        arguments.append("--no-index")
    # Like pip, take the best of all indexes and not of the first that knows the package.
    variables = {"UV_CACHE_DIR": str(cache), "UV_INDEX_STRATEGY": "unsafe-best-match", "UV_NO_PROGRESS": "1"}
    variables |= {
        variable: " ".join(settings[name]) for name, variable in _VARIABLES.items() if name in settings
    }
    variables |= {name: value for name, value in os.environ.items() if name.startswith("UV_")}
    run([uv, "venv", "--quiet", "--clear", "--python", interpreter, str(folder)], **variables)
    python = str(folder / "bin/python")
    run([uv, "pip", "install", "--quiet", "--python", python, *arguments, *requirements], **variables)


@functools.cache
def _pip_settings() -> dict[str, list[str]]:
    """pip's settings that matter here: of its files, then of its variables, which win."""
    found: dict[str, list[str]] = {}
    for line in run([sys.executable, "-m", "pip", "config", "list"]).splitlines():
        place, mark, value = line.partition("=")
        section, _dot, name = place.rpartition(".")
        known = name in _ARGUMENTS or name in _VARIABLES or name == "no-index"
        if mark and known and section in ("global", "install", ":env:"):
            found[name] = str(ast.literal_eval(value)).split()
    return found
