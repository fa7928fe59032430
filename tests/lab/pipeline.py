# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to every request around its handler: journal, latency, faults and the contract.

One pure ASGI callable. Bodies are small, so request and answer are held whole; that lets an answer be
thrown away after it was produced, and a batch run its parts through the very same steps.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from starlette.routing import Match, Route

from . import unusual
from .contract import Contract
from .core import Lab
from .faults import ConnectionCut, Fault
from .journal import Entry

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Operations = Callable[[str, bytes], str | None]

CONTROL = "/_lab/"
# Graph takes the caller's tenant as an optional first segment and an empty segment for none (both are what public
# clients send: CLI for Microsoft 365 11.11, and msgraph-core 1.5 of msgraph-sdk for Python).
_GRAPH_ROOT = re.compile(r"/v1\.0/(?:myorganization/|/+)")
ENCODED_SLASH, LOOKS_LIKE_SLASH = re.compile("%2[Ff]"), "\N{DIVISION SLASH}"
_SERVICES = (
    ("/v1.0/", "graph"),
    ("/adminapi/", "exchange"),
    ("/connectapi/", "connect"),
    ("/organization/", "contact_center"),
    ("/v1/", "vault"),
    ("/secrets/", "key_vault"),
    ("/wsman", "winrm"),
)
_READING = ("GET", "HEAD", "OPTIONS")


def service_of(path: str) -> str:
    """The service a path belongs to."""
    return next((name for prefix, name in _SERVICES if path.startswith(prefix)), "signin")


def is_write(service: str, method: str, operation: str | None, path: str) -> bool:
    """True if such a request could change state. A batch or a message to a Windows host is not one: its parts are."""
    if service in ("signin", "winrm") or method in _READING or path.endswith("/$batch"):
        return False
    if service == "exchange":
        return not (operation or "").startswith(("Get-", "Test-"))
    return True


@dataclass
class Reply:
    """A finished answer."""

    status: int
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str:
        wanted = name.lower().encode()
        return next((value.decode("latin-1") for key, value in self.headers if key.lower() == wanted), "")


@dataclass
class Call:
    """A request on its way through the lab."""

    scope: Scope
    body: bytes
    receive: Receive
    entry: Entry

    @property
    def headers(self) -> dict[str, str]:
        return {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in self.scope["headers"]}


class Pipeline:
    """The ASGI application: ``app`` does the work, everything else is done here.

    ``operations`` maps a service to a function that finds the operation from path and body, for services
    whose path does not tell it; elsewhere the name of the matching route is the operation. ``recorded`` maps a service
    to what the journal keeps of a request's body, for services whose bodies hold a secret where nobody can find it.
    """

    def __init__(
        self,
        app: Any,
        lab: Lab,
        routes: list[Route],
        operations: dict[str, Operations],
        recorded: dict[str, Callable[[bytes], bytes]],
        contract: Contract,
    ) -> None:
        self.app = app
        self.lab = lab
        self.routes = routes
        self.operations = operations
        self.recorded = recorded
        self.contract = contract

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(CONTROL):
            await self.app(scope, receive, send)
            return
        connection = scope.get("extensions", {}).get("lab.connection", {})
        if not connection.setdefault("counted", False):
            connection["counted"] = True
            self.lab.journal.connections += 1
        call = self._open(scope, await _read_body(receive), receive, None)
        try:
            reply = await self._answer(call)
        except ConnectionCut:
            await _cut(scope, receive)
            return
        except AnswerCut as cut:
            await _send_half(cut.reply, send)
            await _cut(scope, receive)
            return
        await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
        await send({"type": "http.response.body", "body": reply.body})

    async def part(
        self, parent: Call, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> Reply:
        """Run one part of a batch as if it had come alone; ``target`` is its path with query.

        Raises ConnectionCut if a fault cuts the connection at this part: there is only one to cut.
        """
        path, _mark, query = target.partition("?")
        scope = {
            **{key: parent.scope[key] for key in ("type", "http_version", "scheme", "server", "client")},
            "method": method.upper(),
            "path": unquote(path),
            "raw_path": quote(path, safe="/%()',:@$").encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
        }
        return await self._answer(self._open(scope, body, parent.receive, parent.entry.n))

    def _open(self, scope: Scope, body: bytes, receive: Receive, batch: int | None) -> Call:
        scope = {**scope, "path": _GRAPH_ROOT.sub("/v1.0/", _path(scope), count=1)}
        path, method = scope["path"], scope["method"]
        service = service_of(path)
        operation = self._operation(service, scope, body)
        entry = self.lab.journal.open(
            service=service,
            method=method,
            path=path,
            query=unquote(scope["query_string"].decode("latin-1")),
            operation=operation,
            write=is_write(service, method, operation, path),
            request_headers={},
            request_body=self.recorded.get(service, bytes)(body),
            batch=batch,
        )
        call = Call(scope, body, receive, entry)
        entry.request_headers = call.headers
        return call

    def _operation(self, service: str, scope: Scope, body: bytes) -> str | None:
        named = self.operations[service](scope["path"], body) if service in self.operations else None
        if named:
            return named
        return next((r.name for r in self.routes if r.matches({**scope})[0] is Match.FULL), None)

    async def _answer(self, call: Call) -> Reply:
        entry, started = call.entry, time.perf_counter()
        if entry.batch is None:  # the parts of a batch travel together
            await asyncio.sleep(self.lab.settings["latency_ms"] / 1000)
        try:
            reply = await self._with_fault(call)
            entry.status = reply.status
            entry.response_body = b"" if entry.service in self.recorded else reply.body
            entry.response_type = reply.header("content-type")
        finally:
            entry.duration_ms = round((time.perf_counter() - started) * 1000, 3)
        return reply

    async def _with_fault(self, call: Call) -> Reply:
        entry = call.entry
        body = call.body.decode("utf-8", "replace")
        fault = self.lab.faults.pick(entry.service, entry.operation, entry.method, entry.path, body)
        if fault is None:
            return await self._serve(call)
        entry.fault = fault.name
        if fault.do == "revoke":
            self.lab.revoked.add(call.headers.get("authorization", "").partition(" ")[2])
        if fault.do == "lag":
            return await self._serve_lagging(call, fault.reads)
        served = await self._serve(call) if fault.phase == "after" else None
        if fault.do in ("reset", "kill"):
            if fault.do == "kill" and fault.pid:
                os.kill(fault.pid, signal.SIGKILL)
            raise ConnectionCut
        if fault.do == "truncate":
            return _truncated(served or await self._serve(call))
        if fault.do == "cut":
            raise AnswerCut(served or await self._serve(call))
        if fault.do == "echo":
            return _echoed(fault, call, served)
        if fault.do in ("status", "body"):
            return _spoiled(fault)
        if fault.do == "delay":
            await asyncio.sleep(fault.seconds)
        elif fault.do == "late":
            await _give_up(call.receive, fault.seconds or 60)
        elif fault.do == "kill_client_marker":
            await _hold(call.receive, fault.seconds or 60)
        return served or await self._serve(call)

    async def _serve_lagging(self, call: Call, reads: int) -> Reply:
        usual = self.lab.settings["replication_reads"]
        self.lab.settings["replication_reads"] = reads
        try:
            return await self._serve(call)
        finally:
            self.lab.settings["replication_reads"] = usual

    async def _serve(self, call: Call) -> Reply:
        """The handler's own answer, checked against the contract together with its request."""
        call.scope["state"] = state = {"call": call, "pipeline": self}
        findings = self.contract.check_request(call)
        state["findings"] = findings
        reply = await _collect(self.app, call.scope, call.body)
        entry = call.entry
        entry.operation = state.get("operation", entry.operation)
        entry.write = state.get("write", entry.write)
        entry.applied = state.get("applied", False)
        entry.client_id = state.get("client_id")
        if entry.applied:
            self.lab.watch.look(self.lab, entry)
        self._note("request", call, findings)
        unusual.spoil(call, reply, self.lab.settings)
        self._note("response", call, self.contract.check_response(call, reply))
        return reply

    def _note(self, direction: str, call: Call, findings: Iterable[Any]) -> None:
        entry = call.entry
        for finding in findings:
            self.lab.violations.append(
                {
                    "n": entry.n,
                    "service": entry.service,
                    "operation": entry.operation,
                    "method": entry.method,
                    "path": entry.path,
                    "direction": direction,
                    "error": str(finding),
                }
            )


def _path(scope: Scope) -> str:
    """The decoded path. A slash within a key is a character of it, here another one that looks like it
    (assumption: key-with-slash).
    """
    raw = scope.get("raw_path", b"").decode("ascii").partition("?")[0]
    return (
        unquote(ENCODED_SLASH.sub(quote(LOOKS_LIKE_SLASH), raw))
        if ENCODED_SLASH.search(raw)
        else scope["path"]
    )


class AnswerCut(Exception):
    """The connection is to be closed in the middle of this answer."""

    def __init__(self, reply: Reply) -> None:
        super().__init__("the answer is cut")
        self.reply = reply


async def _send_half(reply: Reply, send: Send) -> None:
    """The first half of an answer, announced as the whole."""
    headers = [(name, value) for name, value in reply.headers if name.lower() != b"content-length"]
    headers.append((b"content-length", str(len(reply.body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    half = reply.body[: len(reply.body) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})


def _spoiled(fault: Fault) -> Reply:
    body = json.dumps(fault.json) if fault.json is not None else fault.text or ""
    kind = fault.content_type or ("application/json" if fault.json is not None else "text/plain")
    headers = {"content-type": kind, "content-length": str(len(body.encode())), **fault.headers}
    default = 200 if fault.do == "body" else 503
    return Reply(
        fault.status or default, [(k.lower().encode(), v.encode()) for k, v in headers.items()], body.encode()
    )


def _echoed(fault: Fault, call: Call, served: Reply | None) -> Reply:
    """What a careless gateway says: it quotes everything, in the error's own form and wherever an id may stand."""
    token = call.headers.get("authorization", "")
    heard = f"{token} {call.body.decode('utf-8', 'replace')} {served.body.decode('utf-8', 'replace') if served else ''}"
    error = {"code": token or "invalid", "message": heard, "details": [{"code": heard, "message": heard}]}
    body = {"error": error, "error_description": heard, "code": heard, "description": heard, "transid": heard}
    headers = [(name, token.encode("latin-1", "replace")) for name in (b"request-id", b"x-ms-request-id")]
    content = json.dumps(body).encode()
    kinds = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    return Reply(fault.status or 400, [*kinds, *headers], content)


def _truncated(reply: Reply) -> Reply:
    """The same answer with half of its body, which looks complete to HTTP: a gateway's work."""
    half = reply.body[: len(reply.body) // 2]
    kept = [(key, value) for key, value in reply.headers if key.lower() != b"content-length"]
    return Reply(reply.status, [*kept, (b"content-length", str(len(half)).encode())], half)


async def _read_body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def _collect(app: Any, scope: Scope, body: bytes) -> Reply:
    reply = Reply(500)
    pending = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> MutableMapping[str, Any]:
        return pending.pop() if pending else {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            reply.status, reply.headers = message["status"], list(message.get("headers", []))
        else:
            reply.body += message.get("body", b"")

    await app(scope, receive, send)
    return reply


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _give_up(receive: Receive, seconds: float) -> bool:
    """Wait until the client is gone; False if it still waits after ``seconds``."""
    try:
        await asyncio.wait_for(_gone(receive), seconds)
    except asyncio.TimeoutError:
        return False
    return True


async def _hold(receive: Receive, seconds: float) -> None:
    """Keep the client waiting, so that a test can kill it: its journal entry has no status meanwhile."""
    if await _give_up(receive, seconds):
        raise ConnectionCut


async def _cut(scope: Scope, receive: Receive) -> None:
    """Close the connection without an answer.

    The server offers its transport's abort as an ASGI extension (see ``server.py``). In process there is no
    connection, so the caller gets what a client of a cut connection gets.
    """
    abort = scope.get("extensions", {}).get("lab.abort")
    if abort is None:
        raise ConnectionResetError("connection cut by the lab")
    abort()
    await _gone(receive)
