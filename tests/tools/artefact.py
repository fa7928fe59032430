# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection artefact from a clean export, the same bytes every time.

ansible-galaxy lists files in the order of the file system and stamps the archive with the time of the day. Neither is
part of the collection, so both are put in order afterwards, and the digests in the manifest with them.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from env import Environment

MANIFEST, FILES = "MANIFEST.json", "FILES.json"


def build(files: Path, folder: Path, environment: Environment, moment: int) -> Path:
    """Build the collection in ``files`` into ``folder``; every time stamp is ``moment``. Raises SystemExit."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [
            environment.tool("ansible-galaxy"),
            "collection",
            "build",
            "--output-path",
            scratch,
            str(files),
        ]
        done = subprocess.run(command, env=environment.variables, check=False, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"ansible-galaxy collection build failed:\n{done.stdout}{done.stderr}")
        (built,) = Path(scratch).glob("*.tar.gz")
        target = folder / built.name
        target.write_bytes(in_order(built, moment))
    return target


def in_order(built: Path, moment: int) -> bytes:
    """The bytes of an artefact with its lists sorted and every time stamp ``moment``."""
    with tarfile.open(built) as tar:
        members = {item.name: (item, tar.extractfile(item)) for item in tar.getmembers()}
        content = {name: reader.read() for name, (_item, reader) in members.items() if reader}
    listing = json.loads(content[FILES])
    listing["files"].sort(key=lambda entry: entry["name"])
    content[FILES] = _json(listing)
    manifest = json.loads(content[MANIFEST])
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(content[FILES]).hexdigest()
    content[MANIFEST] = _json(manifest)
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name in sorted(members, key=lambda name: (name not in (MANIFEST, FILES), name)):
            item = members[name][0]
            item.mtime, item.size = moment, len(content.get(name, b""))
            tar.addfile(item, io.BytesIO(content[name]) if name in content else None)
    return gzip.compress(raw.getvalue(), mtime=moment)


def _json(value: dict) -> bytes:
    return json.dumps(value, indent=True).encode()
