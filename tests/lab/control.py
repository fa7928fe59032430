# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control routes ``/_lab/...``: no sign-in, not in the journal."""

from __future__ import annotations

from typing import Any

import jsonpatch
import jsonpointer
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import mail_flow
from .core import Lab
from .journal import secrets_of
from .mail_message import Message
from .mail_sign_in import user_token
from .powershell_host import misbehaviour


class Control:
    """Reads and steers one lab."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    async def health(self, request: Request) -> Response:
        facts = {"status": "ok", "time": self.lab.timestamp(), "smtp_port": self.lab.smtp_port}
        unanswered = sum(entry.duration_ms is None for entry in self.lab.journal.entries)
        return JSONResponse({**facts, "unanswered": unanswered})

    async def reset(self, request: Request) -> Response:
        self.lab.reset(await request.json() if await request.body() else None)
        return Response(status_code=204)

    async def state(self, request: Request) -> Response:
        return JSONResponse(self.lab.world)

    async def edit(self, request: Request) -> Response:
        self.lab.edit(await request.json())
        return Response(status_code=204)

    async def journal(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.lab.journal.clear()
            return Response(status_code=204)
        secrets = secrets_of(self.lab.world) | self.lab.issued_secrets
        return JSONResponse(self.lab.journal.render(secrets))

    async def counts(self, request: Request) -> Response:
        return JSONResponse(self.lab.journal.counts())

    async def faults(self, request: Request) -> Response:
        if request.method == "GET":
            return JSONResponse([{"name": rule.name, "fired": rule.fired} for rule in self.lab.faults.rules])
        self.lab.faults.replace(await request.json())
        self.lab.revoked.clear()
        return Response(status_code=204)

    async def settings(self, request: Request) -> Response:
        if request.method == "PUT":
            self.lab.change_settings(await request.json())
        return JSONResponse(self.lab.settings)

    async def mail(self, request: Request) -> Response:
        """POST: mail from outside comes in; GET: every inbox, and what left the lab's tenants."""
        if request.method == "POST":
            given = await request.json()
            message = Message(given["from"], given["subject"], given.get("text", ""))
            trail = mail_flow.submit(self.lab, message, [given["to"]])
            return JSONResponse({"message_id": message.message_id, "trail": trail})
        return JSONResponse(mail_flow.inboxes(self.lab))

    async def token(self, request: Request) -> Response:
        """An access token of a user for SMTP, as the browser sign-in makes one: {tenant, user, scope}."""
        given = await request.json()
        return JSONResponse({"access_token": user_token(self.lab, **given)})

    async def powershell(self, request: Request) -> Response:
        """What a machine with PowerShell tells and asks: that it was started and how, and what is to go wrong.

        GET answers every start: arguments and environment.
        """
        if request.method == "GET":
            return JSONResponse(self.lab.powershell_starts)
        given = await request.json()
        if "started" in given:
            self.lab.powershell_starts.append(
                {"arguments": given["started"], "environment": given["environment"]}
            )
            settings = self.lab.settings
            facts = {"module": settings["powershell_module"], "faulty": bool(settings["powershell_fault"])}
            return JSONResponse(facts)
        if "violation" in given:
            self.lab.violations.append({"service": "pwsh", "error": given["violation"]})
            return JSONResponse({})
        return JSONResponse({"do": misbehaviour(self.lab.settings, given["at"], given["phase"])})

    async def violations(self, request: Request) -> Response:
        return JSONResponse(self.lab.violations)

    async def secrets(self, request: Request) -> Response:
        return JSONResponse(sorted(secrets_of(self.lab.world) | self.lab.issued_secrets))

    async def lapses(self, request: Request) -> Response:
        return JSONResponse(self.lab.watch.lapses)


_MISTAKES = (ValueError, KeyError, TypeError, jsonpatch.JsonPatchException, jsonpointer.JsonPointerException)


def _guarded(handler: Any) -> Any:
    """A mistake of the test that steers the lab is its 400, not a crash of the lab."""

    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except _MISTAKES as mistake:
            return JSONResponse({"error": f"{type(mistake).__name__}: {mistake}"}, 400)

    return guarded


def routes(lab: Lab) -> list[Route]:
    """The control routes for ``lab``."""
    control = Control(lab)
    table = (
        ("health", control.health, ["GET"]),
        ("reset", control.reset, ["POST"]),
        ("state", control.state, ["GET"]),
        ("edit", control.edit, ["POST"]),
        ("journal", control.journal, ["GET", "DELETE"]),
        ("counts", control.counts, ["GET"]),
        ("faults", control.faults, ["GET", "PUT"]),
        ("settings", control.settings, ["GET", "PUT"]),
        ("violations", control.violations, ["GET"]),
        ("lapses", control.lapses, ["GET"]),
        ("secrets", control.secrets, ["GET"]),
        ("mail", control.mail, ["GET", "POST"]),
        ("token", control.token, ["POST"]),
        ("powershell", control.powershell, ["GET", "POST"]),
    )
    return [Route(f"/_lab/{name}", _guarded(handler), methods=methods) for name, handler, methods in table]
