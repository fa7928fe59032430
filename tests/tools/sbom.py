# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bill of materials of an artefact in CycloneDX: the collection, and the Python packages that it needs.

The packages are those that pip would install for requirements.txt on the day, with the versions, digests and licences
that the package index tells; pip resolves and installs nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from env import Environment

WRITER = Path(__file__).with_name("sbom_writer.py")


def write(built: Path, requirements: Path, environment: Environment, moment: int) -> Path:
    """Write the bill of materials beside the artefact; returns its path. Raises SystemExit."""
    target = built.with_name(f"{built.name.removesuffix('.tar.gz')}.cdx.json")
    resolved = _resolved(requirements, environment)
    command = [environment.python, str(WRITER), str(built), str(moment), str(target)]
    done = subprocess.run(
        command,
        input=json.dumps(resolved),
        env=environment.variables,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"the bill of materials could not be written:\n{done.stderr}")
    return target


def _resolved(requirements: Path, environment: Environment) -> list[dict]:
    """pip's report about each package that it would install."""
    command = [environment.python, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
    command += ["--disable-pip-version-check", "--report", "-", "-r", str(requirements)]
    done = subprocess.run(command, env=environment.variables, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"pip could not resolve {requirements.name}:\n{done.stderr}")
    return json.loads(done.stdout)["install"]
