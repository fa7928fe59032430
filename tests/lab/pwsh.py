# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for pwsh: takes the same command line and standard input, and works on a lab over TLS.

``install`` writes an executable for one lab. It runs on the bare standard library, because it starts for every task.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import ssl
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .powershell import Died, Reply, Session
from .powershell_host import NotTheProgram, check_arguments

USAGE = 64
IDLE_SECONDS = 2


def install(folder: Path, url: str, ca_bundle: str, name: str = "pwsh") -> Path:
    """Write the executable for the lab at ``url`` into ``folder``; answers its path."""
    path = folder / name
    path.write_text(
        f"#!{sys.executable} -IS\n"
        f"import sys\nsys.path.insert(0, {str(Path(__file__).resolve().parents[1])!r})\n"
        f"from lab.pwsh import main\nmain({url!r}, {ca_bundle!r})\n",
        "utf-8",
    )
    path.chmod(0o755)
    return path


class Lab:
    """The lab over one connection."""

    def __init__(self, url: str, ca_bundle: str) -> None:
        self._where = urlsplit(url)
        self._context = ssl.create_default_context(cafile=ca_bundle)
        self._connection: http.client.HTTPSConnection | None = None
        self._used = 0.0

    async def send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Status and body of an answer; status 0 where none came."""
        if time.monotonic() - self._used > IDLE_SECONDS:
            self._connection = None  # the lab may have closed it by now
        self._used = time.monotonic()
        if self._connection is None:
            host, port = self._where.hostname or "", self._where.port
            self._connection = http.client.HTTPSConnection(host, port, context=self._context)
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            self._connection.close()
            self._connection = None
            return 0, ""

    async def control(self, **question: Any) -> Any:
        """What the lab answers to a machine with PowerShell."""
        _status, text = await self.send("POST", "/_lab/powershell", {}, json.dumps(question).encode())
        return json.loads(text)


async def play(lab: Lab) -> int:
    """Run the program on standard input and output; its exit status."""

    async def misbehave(at: str, phase: str) -> str | None:
        return (await lab.control(at=at, phase=phase))["do"] if faulty else None

    facts = await lab.control(started=sys.argv[1:], environment=dict(os.environ))
    try:
        check_arguments(sys.argv[1:])
    except NotTheProgram:
        await lab.control(violation="pwsh was not started with the program")
        return USAGE
    faulty = facts["faulty"]
    session = Session(lab.send, misbehave, facts["module"])
    for line in sys.stdin.buffer:
        try:
            async for piece in session.feed(line.decode("ascii")):
                _write(piece)
        except Died as death:
            _write(death.last)
            return 1
        if session.ended:
            return 3
    return 0


def _write(piece: str) -> None:
    sys.stdout.buffer.write(piece.encode("ascii"))
    sys.stdout.buffer.flush()


def main(url: str, ca_bundle: str) -> None:
    """The whole program."""
    sys.exit(asyncio.run(play(Lab(url, ca_bundle))))
