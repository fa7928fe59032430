# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-test without containers: real interpreters, a home of its own, and pip from the package index.

ansible-test makes virtual environments without pip and then downloads get-pip.py from its own site, which
many networks do not reach (ansible/ansible issue 77304). It looks into its cache first; there we put a
script that does the same with Python's own ensurepip.
"""

from __future__ import annotations

import ast
import functools
import os
import re
import subprocess
import sys
from pathlib import Path

from env import CACHE, Environment
from gate import Gate

HOME = CACHE / "home"

GET_PIP = '''\
"""Install the pip that ansible-test asks for, starting from the one that comes with Python."""
import subprocess
import sys

# A process of its own, as ensurepip switches pip's settings off where it runs.
subprocess.check_call([sys.executable, "-m", "ensurepip"], stdout=subprocess.DEVNULL)
wanted = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
subprocess.check_call([sys.executable, "-m", "pip", "install"] + wanted)
'''


def gates(environment: Environment, tree: Path) -> list[Gate]:
    """Return the two ansible-test gates on the copy in ``tree``."""
    variables = prepared(environment)
    test = environment.tool("ansible-test")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    units = (
        f"units --local --python {python} --num-workers {os.cpu_count()} --exclude tests/unit/lab/".split()
    )
    return [
        Gate("ansible-test-sanity", [test, "sanity"], tree, variables),
        Gate("ansible-test-units", [test, *units], tree, variables),
    ]


def prepared(environment: Environment) -> dict[str, str]:
    """Make ready what ansible-test looks for, and return the variables to start it with."""
    _write_get_pip(environment)
    _write_pip_settings(environment)
    return {"HOME": str(HOME), "PATH": _search_path(environment)}


def interpreters() -> dict[str, Path]:
    """Version, like "3.12" -> a working interpreter of it, for every one on the machine."""
    working = [path for path, starts in _candidates().items() if starts]
    # The first on the path wins.
    return {path.name.removeprefix("python"): path for path in reversed(working)}


def _write_get_pip(environment: Environment) -> None:
    """Put the script under the name that this ansible-test looks for; it holds the pip version it wants."""
    program = "import ansible_test._internal.python_requirements as module; print(module.__file__)"
    source = Path(_output([environment.python, "-c", program], environment)).read_text()
    version = re.search(r"\bpip=['\"]([\d.]+)['\"]", source)
    if not version:
        raise SystemExit("tests/tools/sanity.py does not find the pip version that this ansible-test wants")
    cache = HOME / ".ansible/test/cache"
    cache.mkdir(parents=True, exist_ok=True)
    (cache / f"get_pip_{version[1].replace('.', '_')}.py").write_text(GET_PIP)


def _write_pip_settings(environment: Environment) -> None:
    """Hand pip's settings on: ansible-test passes no PIP_ variables, and the home is not the caller's."""
    lines = _output([environment.python, "-m", "pip", "config", "list"], environment).splitlines()
    settings = {"quiet": "2"}
    for name, _separator, value in (line.partition("=") for line in lines):
        section, _dot, option = name.rpartition(".")
        if section in ("global", "install", ":env:"):
            settings[option] = ast.literal_eval(value).replace("\n", "\n  ")
    path = HOME / ".config/pip/pip.conf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)  # the address of a package index may hold a password
    path.write_text("[global]\n" + "".join(f"{option} = {value}\n" for option, value in settings.items()))


def _search_path(environment: Environment) -> str:
    """Return a PATH with the environment, a working interpreter of each version, and none that is broken.

    A version manager's shim without a selected version makes the compile and import tests abort.
    """
    found = _candidates()
    links = HOME / "bin"
    links.mkdir(parents=True, exist_ok=True)
    for path in reversed([path for path, starts in found.items() if starts]):
        (links / path.name).unlink(missing_ok=True)
        (links / path.name).symlink_to(path)
    broken = {path.parent for path, starts in found.items() if not starts}
    kept = [directory for directory in _directories() if directory not in broken]
    return os.pathsep.join(map(str, [environment.venv / "bin", links, *kept]))


def _directories() -> list[Path]:
    """The folders in which the caller's programs are found."""
    return [Path(name) for name in os.environ.get("PATH", os.defpath).split(os.pathsep) if name]


@functools.cache
def _candidates() -> dict[Path, bool]:
    """Every interpreter named like a version, and whether it works."""
    managed = sorted(Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob("versions/*/bin"))
    names = [f"python3.{minor}" for minor in range(8, 16)]
    places = [*_directories(), *managed]
    paths = [directory / name for name in names for directory in places if (directory / name).exists()]
    return {path: _starts(path) for path in paths}


def _starts(interpreter: Path) -> bool:
    """Tell whether an interpreter runs and can make virtual environments."""
    probe = subprocess.run(
        [str(interpreter), "-c", "import ensurepip, venv"], capture_output=True, check=False
    )
    return probe.returncode == 0


def _output(command: list[str], environment: Environment) -> str:
    """Return what a short helper command prints."""
    result = subprocess.run(command, env=environment.variables, check=True, stdout=subprocess.PIPE, text=True)
    return result.stdout.strip()
