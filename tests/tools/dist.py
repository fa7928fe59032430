# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make dist`: from a clean commit the artefact, its bill of materials, checksums and signatures, in .cache/dist.

Signed is with the key that SIGNING_KEY names, in the caller's own keyring; without it nothing is signed. tests/dist
judges what this makes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

import artefact
import export
import sbom
from env import CACHE, ROOT, Environment, separate

FOLDER = CACHE / "dist"
REQUIREMENTS = "tests/requirements-dist.txt"


@dataclass(frozen=True)
class Dist:
    """What was made: the artefact, its bill of materials, checksums, and signatures if a key was given."""

    artefact: Path
    sbom: Path
    checksums: Path
    signatures: tuple[Path, ...] = ()


def main() -> int:
    """Make everything of the last commit and say where it is."""
    if not export.is_clean():
        sys.exit(
            "The working tree differs from its last commit: commit or stash first, only commits are released."
        )
    environment = separate("venv-dist", REQUIREMENTS)
    shutil.rmtree(FOLDER, ignore_errors=True)
    made = make("HEAD", FOLDER, environment, os.environ.get("SIGNING_KEY"))
    for path in (made.artefact, made.sbom, made.checksums, *made.signatures):
        print(path.relative_to(ROOT))
    if not made.signatures:
        print("Not signed: SIGNING_KEY names no key.")
    return 0


def make(what: str, folder: Path, environment: Environment, key: str | None = None) -> Dist:
    """Make the artefact of a commit or tree in an empty ``folder``; sign it where ``key`` names a key of gpg's.

    :raises SystemExit: a tool fails; :raises subprocess.CalledProcessError: git does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        files = Path(scratch) / "files"
        files.mkdir()
        export.unpack(what, files)
        moment = _moment(what)
        built = artefact.build(files, folder, environment, moment)
        bill = sbom.write(built, files / "requirements.txt", environment, moment)
    checksums = folder / "SHA256SUMS"
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in (built, bill)]
    checksums.write_text("".join(lines))
    return Dist(built, bill, checksums, _signatures(built, checksums, key) if key else ())


def _moment(what: str) -> int:
    """Seconds since 1970 at which a commit was made; those of the last commit for a tree."""
    commit = what if export.git("cat-file", "-t", what) == "commit" else "HEAD"
    return int(export.git("log", "-1", "--format=%ct", commit))


def _signatures(built: Path, checksums: Path, key: str) -> tuple[Path, Path]:
    """Detached signatures of the artefact's manifest, as ansible-galaxy wants it, and of the checksums."""
    signature = built.with_name(f"{built.name.removesuffix('.tar.gz')}.manifest.asc")
    with tempfile.TemporaryDirectory() as scratch, tarfile.open(built) as tar:
        tar.extract("MANIFEST.json", scratch, filter="data")
        _sign(Path(scratch) / "MANIFEST.json", signature, key)
    of_checksums = checksums.with_name(f"{checksums.name}.asc")
    _sign(checksums, of_checksums, key)
    return signature, of_checksums


def _sign(path: Path, signature: Path, key: str) -> None:
    command = ["gpg", "--batch", "--yes", "--local-user", key, "--armor", "--detach-sign"]
    done = subprocess.run(
        [*command, "--output", str(signature), str(path)], check=False, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"gpg did not sign {path.name} with the key {key}:\n{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
