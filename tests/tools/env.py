# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The project's own environment under .cache/: virtual environment, collection path, clean variables.

Standard library only, so that a bare Python 3.11 can start everything else.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import installer

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
COLLECTION = Path("ansible_collections/ccops/webex_email")
VENV = CACHE / "venv"
UV = installer.Uv(VENV, CACHE / "uv")
# The last of its releases that has awx.awx, 24.6.1.
AWX_PACKAGE = "ansible==12.*"
AWX_FOLDER = "ansible_collections/awx/awx/"

# Each set contains the one before it: the test file includes the demo file.
REQUIREMENTS = {"demo": "tests/requirements-demo.txt", "test": "tests/requirements-test.txt"}
INCLUDE = re.compile(r"^-r (\S+)", re.MULTILINE)

# The caller's settings that would change what a playbook does, sign it in, or replace the lab's certificate
# authority (requests prefers the two bundle variables to Session.verify).
UNWANTED = re.compile(
    r"(ANSIBLE|AZURE|IDENTITY|MSI|WEBEX|PYTEST|PYTHON)_.*|PYTHON[A-Z]+|(REQUESTS|CURL)_CA_BUNDLE|SSL_CERT_(FILE|DIR)|VIRTUAL_ENV"
)


@dataclass(frozen=True)
class Environment:
    """A ready environment: where its programs are and the variables to start them with."""

    venv: Path
    collections: Path
    variables: dict[str, str]

    @property
    def python(self) -> str:
        """Path of the environment's Python."""
        return self.tool("python")

    def tool(self, name: str) -> str:
        """Path of an installed program, for example ``ansible-playbook``."""
        return str(self.venv / "bin" / name)


def ensure(purpose: str = "demo") -> Environment:
    """Return the environment for ``demo`` or ``test``; make or renew it first where needed.

    Raises SystemExit with one readable line when a step fails, for example for want of a package index.
    """
    CACHE.mkdir(exist_ok=True)
    with _lock():
        _install(purpose)
        _link_collection()
        if purpose == "test":
            _unpack_awx(VENV)
    return Environment(VENV, CACHE / "collections", _variables(VENV))


def separate(name: str, file: str, *more: str, interpreter: str = sys.executable) -> Environment:
    """Return an environment of its own, ``.cache/<name>``, with a requirement file and ``more`` requirements.

    Made or renewed first where needed. Raises SystemExit as :func:`ensure` does.
    """
    CACHE.mkdir(exist_ok=True)
    venv = CACHE / name
    stamp = venv / "installed.json"
    with _lock():
        told = subprocess.run([interpreter, "-VV"], check=True, capture_output=True, text=True).stdout
        wanted = _fingerprint(file, told, str(venv.resolve()), *more)
        if not stamp.exists() or json.loads(stamp.read_text()) != wanted:
            stamp.unlink(missing_ok=True)
            _made(venv, interpreter)
            _packages(venv, file, *more)
            stamp.write_text(json.dumps(wanted))
        _link_collection()
    return Environment(venv, CACHE / "collections", _variables(venv))


def beside_awx(environment: Environment) -> Environment:
    """The same environment, with the collection awx.awx beside ours, as ``ensure("test")`` has it."""
    with _lock():
        _unpack_awx(environment.venv)
    return environment


def start(module: str, folder: str) -> None:
    """Become ``python -m module`` in the demo environment, with a fresh folder under .cache/ as its argument."""
    environment = ensure("demo")
    place = CACHE / folder
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    os.chdir(ROOT / "tests")
    os.execve(environment.python, [environment.python, "-m", module, str(place)], environment.variables)


def _install(purpose: str) -> None:
    """Install the requirement set of ``purpose`` unless the environment already holds exactly that."""
    identity = (sys.version, sys.base_prefix, str(VENV))
    wanted = {name: _fingerprint(file, *identity) for name, file in REQUIREMENTS.items()}
    stamp = VENV / "installed.json"
    installed = json.loads(stamp.read_text()) if stamp.exists() else {}
    if installed.get(purpose) == wanted[purpose]:
        return
    if not installed or any(installed[name] != wanted[name] for name in installed):
        installed = {}
        _made(VENV, sys.executable)
    _packages(VENV, REQUIREMENTS[purpose])
    contained = list(REQUIREMENTS)[: list(REQUIREMENTS).index(purpose) + 1]
    stamp.write_text(json.dumps(installed | {name: wanted[name] for name in contained}))


def _made(venv: Path, interpreter: str) -> None:
    """Make an environment with pip and nothing else."""
    command = [interpreter, "-m", "venv", "--clear", str(venv)]
    _step(f"making {venv.relative_to(ROOT)}", lambda: installer.run(command))


def _packages(venv: Path, file: str, *more: str) -> None:
    """Install a requirement file and ``more`` requirements into an environment."""
    arguments = ["-r", str(ROOT / file), *more]
    title = f"installing {' '.join([file, *more])} (once)"
    _step(title, lambda: installer.install(UV, venv / "bin/python", *arguments))


def _unpack_awx(venv: Path) -> None:
    """Put the collection awx.awx beside ours. It comes from the package ansible, of which nothing is installed."""
    place = CACHE / "collections/ansible_collections/awx/awx"
    if place.exists():
        return
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        # It is unpacked and not run here, so that any Python may fetch it, also one too old for the package.
        options = ["--no-deps", "--ignore-requires-python", "--dest", folder]
        command = installer.pip(venv / "bin/python", "download", *options, AWX_PACKAGE)
        _step("fetching awx.awx (once)", lambda: installer.run(command))
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder, [name for name in archive.namelist() if name.startswith(AWX_FOLDER)])
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(Path(folder, AWX_FOLDER), place)


def _fingerprint(file: str, *identity: str) -> str:
    """Identify the Python, the place and the requirement files that an environment was made from."""
    return hashlib.sha256("\0".join([*identity, *_texts(ROOT / file)]).encode()).hexdigest()


def _texts(path: Path) -> list[str]:
    """The text of a requirement file and of those that it includes."""
    text = path.read_text()
    return [text, *(part for name in INCLUDE.findall(text) for part in _texts(path.parent / name))]


def _step(title: str, action: Callable[[], object]) -> None:
    """Do one slow preparation step, saying what it is and how long it took."""
    print(f"{title} ...", end=" ", flush=True)
    started = time.monotonic()
    try:
        action()
    except installer.NotInstalled as error:
        sys.exit(f"failed: {error.output}")
    print(f"{time.monotonic() - started:.0f} s")


def _link_collection() -> None:
    """Make the checkout importable as ansible_collections.ccops.webex_email, wherever it was cloned to."""
    link = CACHE / "collections" / COLLECTION
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(os.path.relpath(ROOT, link.parent), target_is_directory=True)


def _variables(venv: Path) -> dict[str, str]:
    """Return the caller's variables without those that make two machines behave differently, plus ours."""
    config = CACHE / "ansible.cfg"
    config.touch()  # an empty file, so that nobody's own ansible.cfg is found
    variables = {name: value for name, value in os.environ.items() if not UNWANTED.fullmatch(name)}
    local = ",".join(
        filter(None, [variables.get("NO_PROXY", variables.get("no_proxy")), "localhost,127.0.0.1"])
    )
    if sys.platform == "linux":
        variables["LC_ALL"] = "C.UTF-8"  # Ansible refuses to start without UTF-8, and tests read English
    return variables | {
        "ANSIBLE_COLLECTIONS_PATH": str(CACHE / "collections"),
        "ANSIBLE_CONFIG": str(config),
        "ANSIBLE_HOME": str(CACHE / "ansible"),
        "ANSIBLE_REMOTE_TMP": str(CACHE / "ansible/tmp"),
        "NO_PROXY": local,
        "no_proxy": local,
        "PATH": os.pathsep.join([str(venv / "bin"), os.environ.get("PATH", os.defpath)]),
        "VIRTUAL_ENV": str(venv),
    }


@contextlib.contextmanager
def _lock() -> Iterator[None]:
    """Let one process at a time change the environment; the others wait for it."""
    with (CACHE / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
