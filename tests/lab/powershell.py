# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays the collection's PowerShell program on the lab's Exchange: JSON lines in, marked JSON lines out.

What the program's text says is done here in Python, with the Exchange module's part: a session that holds the cmdlets
of the caller's roles, the service's pipe text in errors, its own retries (banner of ExchangeOnlineManagement:
"resilient to transient failures"). Standard library only, because the stand-in for pwsh starts anew for every task.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import quote, urlsplit

MARK = "#webex_email# "
NOISE = "WARNING: what a module says on its own must not disturb anybody: #webex_email#\n"
MODULE = "ExchangeOnlineManagement"
TRIES = 3
LATER = (429, 503, 504)
# Status and body of an answer. Status 0: no answer came.
Reply = tuple[int, str]
Send = Callable[[str, str, dict[str, str], bytes], Awaitable[Reply]]
Misbehave = Callable[[str, str], Awaitable["str | None"]]


class Died(Exception):
    """PowerShell is gone; ``last`` is what it had written of a line by then."""

    def __init__(self, last: str = "") -> None:
        super().__init__("died")
        self.last = last


class Failure(Exception):
    """An error record: exception type, reason of its category, message, FullyQualifiedErrorId."""

    def __init__(self, kind: str, text: str, mark: str = "", reason: str | None = None) -> None:
        super().__init__(text)
        short = kind.rpartition(".")[2]
        self.record = {"type": kind, "reason": reason or short, "text": text, "mark": mark}


class Session:
    """One run of the program.

    ``send`` asks the lab's Exchange; ``misbehave(at, phase)`` says what goes wrong at a cmdlet or at ``connect``: die,
    half, hang, garble or nothing. ``ended`` is true once the program would exit by itself.
    """

    def __init__(self, send: Send, misbehave: Misbehave, module: str = "installed") -> None:
        self._send = send
        self._misbehave = misbehave
        self._module = module
        self._cmdlets: set[str] = set()
        self._tenant = ""
        self._token = ""
        self.ended = False

    async def feed(self, line: str) -> AsyncIterator[str]:
        """What the program writes in answer to one line of its standard input. Raises Died."""
        document = json.loads(line)
        if "connection" in document:
            yield NOISE
            try:
                await self._strike("connect", "before")
                await self._connect(document["connection"])
                answer: dict[str, Any] = {"id": 0}
            except Failure as failure:
                answer = {"id": 0, "error": failure.record}
                self.ended = True
            yield await self._written(answer, "connect")
            if self.ended:
                return
        for command in document.get("commands", []):
            name = _text(command["cmdlet"])
            try:
                await self._strike(name, "before")
                answer = await self._run(name, command["parameters"])
            except Failure as failure:
                answer = {"error": failure.record}
            yield await self._written({**answer, "id": command["id"]}, name)

    async def _strike(self, at: str, phase: str) -> None:
        if (what := await self._misbehave(at, phase)) == "die":
            raise Died
        if what == "hang":
            await asyncio.Event().wait()

    async def _written(self, answer: dict[str, Any], at: str) -> str:
        """One line, as the program writes it: ASCII, behind the mark."""
        line = MARK + json.dumps(answer, separators=(",", ":")) + "\n"
        what = await self._misbehave(at, "after")
        if what == "die":
            raise Died
        if what == "half":
            raise Died(line[: len(line) // 2])
        if what == "hang":
            await asyncio.Event().wait()
        return MARK + '{"id":\n' if what == "garble" else line

    async def _connect(self, connection: dict[str, str]) -> None:
        """Import-Module, then Connect-ExchangeOnline: the session's cmdlets are those of the caller's roles."""
        if self._module != "installed":
            text = f"The specified module '{MODULE}' was not loaded because no valid module file was found."
            mark = {"missing": "Modules_ModuleNotFound", "old": "Modules_ModuleWithVersionNotFound"}
            command = "Microsoft.PowerShell.Commands.ImportModuleCommand"
            raise Failure("System.IO.FileNotFoundException", text, f"{mark[self._module]},{command}")
        self._token, self._tenant = _text(connection["token"]), _text(connection["organization"])
        path = f"/adminapi/v1.0/{quote(self._tenant, safe='')}/EXOModuleFile"
        status, body = await self._send("GET", path, self._headers(), b"")
        if status == 401:
            raise Failure("System.UnauthorizedAccessException", "UnAuthorized")
        if status == 403:
            role = "The role assigned to application isn't supported in this scenario."
            raise Failure("System.SystemException", role)
        if status != 200:
            raise _http_failure(status)
        self._cmdlets = {item["Name"].lower() for item in json.loads(body)["value"]}

    async def _run(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        if name.lower() not in self._cmdlets:
            text = f"The term '{name}' is not recognized as a name of a cmdlet, function, script file, or executable."
            raise Failure(
                "System.Management.Automation.CommandNotFoundException", text, "CommandNotFoundException"
            )
        body = json.dumps(
            {"CmdletInput": {"CmdletName": name, "Parameters": {key: _value(given[key]) for key in given}}}
        ).encode()
        path = f"/adminapi/beta/{quote(self._tenant, safe='')}/InvokeCommand"
        records: list[dict[str, Any]] = []
        warnings: list[str] = []
        while path:
            found = await self._page(name, path, body)
            records += [_plain(record) for record in found.get("value") or []]
            warnings += found.get("@adminapi.warnings") or []
            following = urlsplit(found.get("@odata.nextLink") or "")
            path = f"{following.path}?{following.query}" if following.path else ""
        return {"records": records, "warnings": warnings}

    async def _page(self, name: str, path: str, body: bytes) -> dict[str, Any]:
        for attempt in range(1, TRIES + 1):
            status, text = await self._send("POST", path, self._headers(name), body)
            if status not in LATER or attempt == TRIES or name.startswith("New-"):
                break
            await asyncio.sleep(0.02)
        if status in (200, 204):
            return json.loads(text) if text else {}
        raise _cmdlet_failure(status, text)

    def _headers(self, cmdlet: str | None = None) -> dict[str, str]:
        common = {"authorization": f"Bearer {self._token}", "accept": "application/json"}
        if cmdlet is None:
            return common
        return {
            **common,
            "content-type": "application/json",
            "x-cmdletname": cmdlet,
            "x-responseformat": "json",
            "x-anchormailbox": f"APP:SystemMailbox{{bb558c35-97f1-4cb9-8ff7-d53741dc928c}}@{self._tenant}",
            "accept-encoding": "identity",
        }


def _cmdlet_failure(status: int, text: str) -> Failure:
    """How a cmdlet of the module reports an error of the service (Write-ErrorMessage; seen in transcripts)."""
    try:
        error = json.loads(text)["error"]
    except (ValueError, KeyError, TypeError):
        return _http_failure(status)
    internal = error.get("innererror", {}).get("internalexception", {})
    details = error.get("details") or [{}]
    shown = internal.get("message") or details[0].get("message") or error.get("message", "")
    kind = shown.split("|", 2)[1] if shown.count("|") >= 2 else internal.get("type") or "System.Exception"
    mark = "[Server=LAB01,RequestId=11111111-2222-3333-4444-555555555555,TimeStamp=now],Write-ErrorMessage"
    return Failure("System.Exception", shown, mark, kind.rpartition(".")[2])


def _http_failure(status: int) -> Failure:
    if status == 401:
        return Failure("System.UnauthorizedAccessException", "UnAuthorized")
    text = (
        f"Response status code does not indicate success: {status}."
        if status
        else "The connection was closed."
    )
    return Failure("System.Net.Http.HttpRequestException", text)


def _text(value: str) -> str:
    assert value.startswith("="), "a text without its sign"
    return value[1:]


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    return [_text(item) for item in value] if isinstance(value, list) else value


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if "@odata.type" not in key}
