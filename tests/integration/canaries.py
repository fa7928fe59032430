# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks for secrets where none may be, in every form in which one could have got there.

Deliberately written without a look at the product's own redaction, which it is to catch out.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import json
import re
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

from integration.play import descendants
from lab.client import LabClient

TOKEN = re.compile(rb"eyJ[\w-]{8,}\.[\w-]+\.[\w-]+")
# What a person or a vault gives to a run, and nothing else, may hold secrets.
INPUTS = ("vault.yml", "zz_test.yml")
CUT = 3  # a secret without so many of its last characters still gives it away


@functools.cache
def forms(secret: str) -> dict[str, bytes]:
    """Name of a form -> its bytes."""
    found = {}
    for name, text in (("plain", secret), ("cut short", secret[:-CUT])):
        utf8 = text.encode()
        found |= {
            name: utf8,
            f"{name}, quoted for a path": quote(text).encode(),
            f"{name}, quoted for a URL": quote(text, safe="").encode(),
            f"{name}, quoted for a form": quote_plus(text).encode(),
            f"{name}, in JSON": json.dumps(text)[1:-1].encode(),
            f"{name}, in JSON in JSON": json.dumps(json.dumps(text)[1:-1])[1:-1].encode(),
            f"{name}, UTF-16 LE": text.encode("utf-16-le"),
            f"{name}, UTF-16 BE": text.encode("utf-16-be"),
        }
        for kind, raw in (("", utf8), (" of UTF-16", text.encode("utf-16-le"))):
            for offset in range(3):
                part = _inner_base64(raw, offset)
                found[f"{name}, base64{kind} at {offset}"] = part
                found[f"{name}, URL-safe base64{kind} at {offset}"] = part.replace(b"+", b"-").replace(
                    b"/", b"_"
                )
    return found


def _inner_base64(raw: bytes, offset: int) -> bytes:
    """The characters of the base64 of any text with ``raw`` at ``offset`` (mod 3) that depend on ``raw`` alone."""
    start = -offset % 3
    whole = (len(raw) - start) // 3 * 3
    return base64.b64encode(raw[start : start + whole])


def hits(data: bytes, secrets: Iterable[str]) -> list[str]:
    """What ``data`` gives away, as ``first characters...: form``; never a whole secret, for this is printed."""
    found = [
        f"{secret[:6]}...: {name}"
        for secret in sorted(secrets)
        for name, form in forms(secret).items()
        if form in data
    ]
    return found + [f"{match[0][:12].decode()}...: access token" for match in TOKEN.finditer(data)]


class Watch:
    """Looks on while a run goes: at the command lines and environments of its processes, and its temporary files.

    Called with the process; ``end`` stops it and learns the cloud's secrets, also those that lived for a moment.
    """

    def __init__(self, lab: LabClient, folder: Path) -> None:
        self.secrets: set[str] = set()
        self.commands: set[bytes] = set()
        self.environments: set[bytes] = set()
        self.scratch: set[bytes] = set()
        self._lab = LabClient(lab.url, lab.ca_bundle)
        self._folder = folder / "tmp"
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)
        self._pid = 0

    def __call__(self, process) -> None:
        self._pid = process.pid
        self._thread.start()

    def end(self) -> None:
        """Look once more, then stop."""
        self._over.set()
        self._thread.join(30)
        self.secrets = self._lab.secrets()

    def _look_on(self) -> None:
        last = False
        while not last:
            last = self._over.is_set()
            self.commands |= set(_of_processes(self._pid, "cmdline"))
            # Readable by the user itself and by root only; but what is there also reaches every child process.
            self.environments |= set(_of_processes(self._pid, "environ"))
            self.scratch |= {data for _path, data in files(self._folder)}
            time.sleep(0.1)


def _of_processes(pid: int, name: str) -> Iterator[bytes]:
    """A file of /proc for a run's process and all that it started; of no other process, which is not ours."""
    for process in [pid, *descendants(pid)]:
        with contextlib.suppress(OSError):
            yield Path(f"/proc/{process}/{name}").read_bytes()


def files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below a folder that is no input, with its content; those that vanish meanwhile are left out."""
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_file() and path.name not in INPUTS:
                yield path, path.read_bytes()
        except OSError:
            continue
