# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make release VERSION=x.y.z`: changelog, version, commit and tag, then the artefact as `make dist` makes it.

Nothing leaves the machine: docs/release.md says what to push and where to upload. With SIGNING_KEY the tag, the
manifest and the checksums are signed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

import dist
import export
from env import ROOT, separate

SEMANTIC = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
VERSION = re.compile(r"^version: (\S+)$", re.MULTILINE)
CHANGED = ("galaxy.yml", "CHANGELOG.md", "CHANGELOG.rst", "changelogs")


def main(arguments: list[str]) -> int:
    """Release the given version of the last commit. Raises SystemExit with one sentence when it may not be."""
    if len(arguments) != 1 or not SEMANTIC.fullmatch(arguments[0]):
        sys.exit("Give the version: make release VERSION=1.2.3")
    version = arguments[0]
    check(version)
    environment = separate("venv-dist", dist.REQUIREMENTS)
    galaxy = ROOT / "galaxy.yml"
    galaxy.write_text(VERSION.sub(f"version: {version}", galaxy.read_text("utf-8")), "utf-8")
    command = [environment.tool("antsibull-changelog"), "release", "--version", version]
    subprocess.run(command, cwd=ROOT, env=environment.variables, check=True)
    export.git("add", "--all", *(name for name in CHANGED if (ROOT / name).exists()))
    export.git("commit", "--quiet", "--message", f"Release {version}")
    key = os.environ.get("SIGNING_KEY")
    signed = ["--sign", "--local-user", key] if key else ["--annotate"]
    export.git("tag", *signed, "--message", f"ccops.webex_email {version}", version)
    return dist.main()


def check(version: str) -> None:
    """Raise SystemExit unless this version can be the next one."""
    if not export.is_clean():
        sys.exit("The working tree differs from its last commit: commit or stash first.")
    if export.git("tag", "--list", version):
        sys.exit(f"Version {version} has been released: there is a tag of this name.")
    released = [
        _numbers(name) for name in export.git("tag", "--list").splitlines() if SEMANTIC.fullmatch(name)
    ]
    if released and _numbers(version) < max(released):
        newest = ".".join(map(str, max(released)))
        sys.exit(f"Version {version} is older than {newest}, which has been released.")
    if not [path for path in (ROOT / "changelogs/fragments").glob("*.yml") if path.is_file()]:
        sys.exit("There is no fragment in changelogs/fragments, so there is nothing to release.")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
