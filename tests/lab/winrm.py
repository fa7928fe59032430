# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's Windows host: shells and commands over WS-Man, with the Exchange module in its PowerShell.

It runs one program, the one that the collection ships, and plays it on the lab's Exchange (see powershell.py). What the
program asks Exchange for goes through the pipeline like any other request, as a part of the message that brought it.
"""

from __future__ import annotations

import asyncio
import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from . import winrm_soap as soap
from .core import DEFAULT_SETTINGS, Lab
from .faults import ConnectionCut
from .powershell import Died, Reply, Session
from .powershell_host import POLICY, SETTINGS, NotTheProgram, check_arguments, misbehaviour
from .winrm_sign_in import Refused, SignIn

DEFAULT_SETTINGS.update(SETTINGS)
PATH = "/wsman"
NOT_FOUND, USAGE, DONE, CRASHED, REFUSED = 1, 64, 0, 1, 3


def operation(path: str, body: bytes) -> str | None:
    """The action that a message asks for."""
    found = re.search(rb"<a:Action[^>]*>([^<]*)<", body)
    return soap.ACTIONS.get(found[1].decode("ascii", "replace")) if found else None


def recorded(body: bytes) -> bytes:
    """What the journal keeps of a message: never standard input, which holds the access token."""
    try:
        message = soap.read(body)
    except soap.Malformed:
        return b""
    if message.action == "Send":
        return f"standard input, {len(message.data)} bytes".encode()
    return message.line.encode()


def routes(lab: Lab) -> list[Route]:
    """The routes of the host."""
    return [Route(PATH, Host(lab).answer, methods=["POST"], name="wsman")]


@dataclass
class Command:
    """A program that runs in a shell."""

    session: Session | None
    status: int | None = None
    output: bytes = b""
    pending: bytes = b""
    waits: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    call: Any = None
    work: asyncio.Task[None] | None = None
    lines: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue)

    def write(self, text: str) -> None:
        self.output += text.encode("ascii")
        self.changed.set()

    def end(self, status: int) -> None:
        self.status = status
        self.changed.set()


class Host:
    """One Windows host for one lab."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.sign_in = SignIn(lab)
        self.shells: dict[str, dict[str, Command]] = {}

    async def answer(self, request: Request) -> Response:
        """Answer one message."""
        try:
            self.sign_in.check(request)
        except Refused as refusal:
            headers = [(b"www-authenticate", challenge.encode()) for challenge in refusal.challenges]
            response = Response(status_code=401)
            response.raw_headers += headers
            return response
        try:
            message = soap.read(await request.body())
        except soap.Malformed:
            return _fault(soap.UNFIT)
        if message.action != "Create" and message.shell not in self.shells:
            return _fault(soap.NO_SHELL, "The shell was not found on the server.")
        handle = getattr(self, f"_{message.action.lower()}")
        return await handle(request, message)

    async def _create(self, request: Request, message: soap.Message) -> Response:
        wanted = {"WINRS_NOPROFILE": "TRUE", "WINRS_CODEPAGE": "65001"}
        if message.options != wanted:
            return _fault(soap.UNFIT)
        shell = str(uuid.uuid4()).upper()
        self.shells[shell] = {}
        return _success(message, soap.created(shell))

    async def _command(self, request: Request, message: soap.Message) -> Response:
        """Start a program. Without cmd.exe in between its command line may be long (CreateProcess)."""
        program, *arguments = message.line.split(" ")
        command_id = str(uuid.uuid4()).upper()
        self.shells[str(message.shell)][command_id] = command = Command(None)
        direct = message.options.get("WINRS_SKIP_CMD_SHELL") == "TRUE"
        if program != "powershell.exe" or not direct and len(message.line) > 8191:
            command.end(NOT_FOUND)
            return _success(message, soap.started(command_id))
        try:
            check_arguments(arguments, *POLICY)
        except NotTheProgram:
            self.lab.violations.append({"service": "winrm", "error": "PowerShell was not given the program"})
            command.end(USAGE)
            return _success(message, soap.started(command_id))

        async def misbehave(at: str, phase: str) -> str | None:
            return misbehaviour(self.lab.settings, at, phase)

        async def send(method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
            headers = {"host": request.headers["host"], **headers}
            try:
                reply = await request.state.pipeline.part(command.call, method, path, headers, body)
            except (ConnectionCut, ConnectionResetError):
                return 0, ""
            return reply.status, reply.body.decode("utf-8", "replace")

        command.session = Session(send, misbehave, self.lab.settings["powershell_module"])
        command.work = asyncio.create_task(_play(command))
        return _success(message, soap.started(command_id))

    async def _send(self, request: Request, message: soap.Message) -> Response:
        command = self._find(message)
        if command is None or command.status is not None:
            return _fault(soap.UNFIT)
        command.call = request.state.call
        *lines, command.pending = (command.pending + message.data).split(b"\n")
        for line in lines:
            command.lines.put_nowait(line.decode("ascii"))
        if message.end:
            command.lines.put_nowait(None)
        return _success(message, "<rsp:SendResponse/>")

    async def _receive(self, request: Request, message: soap.Message) -> Response:
        """Output, once there is some; a fault when there is none for too long."""
        command = self._find(message)
        if command is None:
            return _fault(soap.UNFIT)
        if command.waits < self.lab.settings["winrm_waits"]:
            command.waits += 1
            return _fault(soap.TIMED_OUT)
        while not command.output and command.status is None:
            command.changed.clear()
            try:
                await asyncio.wait_for(command.changed.wait(), message.seconds)
            except asyncio.TimeoutError:
                return _fault(soap.TIMED_OUT)
        command.waits = 0
        most = self.lab.settings["winrm_piece_bytes"] or len(command.output)
        piece, command.output = command.output[:most], command.output[most:]
        status = None if command.output else command.status
        return _success(message, soap.output(str(message.command), piece, status))

    async def _signal(self, request: Request, message: soap.Message) -> Response:
        command = self.shells[str(message.shell)].pop(str(message.command), None)
        if command is not None and command.work is not None:
            command.work.cancel()
        return _success(message, "<rsp:SignalResponse/>")

    async def _delete(self, request: Request, message: soap.Message) -> Response:
        for command in self.shells.pop(str(message.shell)).values():
            if command.work is not None:
                command.work.cancel()
        return _success(message, "")

    def _find(self, message: soap.Message) -> Command | None:
        return self.shells[str(message.shell)].get(str(message.command))


async def _play(command: Command) -> None:
    """Run the program until its input ends or it does."""
    assert command.session is not None
    while (line := await command.lines.get()) is not None:
        try:
            async for piece in command.session.feed(line):
                command.write(piece)
        except Died as death:
            command.write(death.last)
            command.end(CRASHED)
            return
        if command.session.ended:
            command.end(REFUSED)
            return
    command.end(DONE)


def _success(message: soap.Message, body: str) -> Response:
    return Response(soap.answer(message, body), media_type="application/soap+xml;charset=UTF-8")


def _fault(code: int, reason: str = "The WS-Management service cannot process the request.") -> Response:
    return Response(soap.fault(code, reason), 500, media_type="application/soap+xml;charset=UTF-8")
