# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Exchange Online admin API as the Exchange PowerShell module uses it: InvokeCommand and its batch.

Undocumented by Microsoft; shapes and codes are those that public clients published (see
docs/assumptions.md). What a cmdlet does is in the ``exchange_*`` files; this one speaks HTTP: sign-in,
rights, envelope, pages, redirects.
"""

from __future__ import annotations

import copy
import json
import re
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import exchange_wire as wire
from .core import DEFAULT_SETTINGS, Caller, Lab
from .exchange_cmdlets import CMDLETS, Cmdlet
from .exchange_errors import CmdletError, envelope, status_of
from .exchange_roles import MANAGE_AS_APP, management_roles, may_run
from .exchange_state import SETTINGS, Context, Outcome
from .problems import Problem

DEFAULT_SETTINGS.update(SETTINGS)

# The token's audience follows the cloud, not the lab's own address.
AUDIENCES = (
    "https://outlook.office365.com",
    "https://outlook.office.com",
    "https://outlook.office365.us",
    "https://outlook-dod.office365.us",
    "https://partner.outlook.cn",
    "https://outlook.office365.cn",
    "00000002-0000-0ff1-ce00-000000000000",
)
BATCH_LIMIT = 10
DEFAULT_PAGE = 1000
_LINE_BREAK = re.compile(r"[\r\n]")
FORBIDDEN_BODY = bytes(300)
REPLICATED = ("mailboxes", "outbound_policies", "outbound_rules")


def operation(path: str, body: bytes) -> str | None:
    """The cmdlet that an InvokeCommand body asks for; None for a batch or a body without one."""
    if not path.endswith("/InvokeCommand"):
        return None
    try:
        name = json.loads(body)["CmdletInput"]["CmdletName"]
    except (ValueError, KeyError, TypeError):
        return None
    if not isinstance(name, str):
        return None
    known = CMDLETS.get(name.lower())
    return known.name if known else name


def routes(lab: Lab) -> list[Route]:
    """The routes of the service. v1.0 knows InvokeCommand only to answer 405 (evidence M)."""
    service = Exchange(lab)
    base = "/adminapi/beta/{tenant}"
    return [
        Route(base + "/InvokeCommand", service.invoke, methods=["POST"], name="invokeCommand"),
        Route(base + "/$batch", service.batch, methods=["POST"], name="invokeCommandBatch"),
        Route(
            "/adminapi/v1.0/{tenant}/EXOModuleFile",
            service.module_file,
            methods=["GET"],
            name="exoModuleFile",
        ),
        Route(
            "/adminapi/v1.0/{tenant}/InvokeCommand", _wrong_version, methods=["POST"], name="invokeCommandV1"
        ),
    ]


async def _wrong_version(request: Request) -> Response:
    request.state.write = False
    return JSONResponse(wire.refusal("MethodNotAllowed", "The method is not allowed for this version."), 405)


def _unauthorized(reason: str) -> Response:
    challenge = (
        'Bearer client_id="00000002-0000-0ff1-ce00-000000000000", trusted_issuers="00000001-0000-0000-c000-'
    )
    return Response(
        status_code=401, headers={"WWW-Authenticate": f'{challenge}000000000000@*", error="{reason}"'}
    )


def _forbidden(request: Request) -> Response:
    """The 403 of a cmdlet that is unknown or in no role of the caller: NUL bytes called gzip (evidence M)."""
    accepts = re.search(r"\bgzip\b", request.headers.get("accept-encoding", ""))
    headers = {"Content-Encoding": "gzip"} if accepts else {}
    return Response(FORBIDDEN_BODY, 403, headers, media_type="application/json")


def _bad_request(message: str) -> Problem:
    return Problem(JSONResponse(wire.refusal("BadRequest", message), 400))


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        raise _bad_request("The request body is not valid JSON.") from None
    if not isinstance(value, dict):
        raise _bad_request("The request body is not an object.")
    return value


def _cmdlet_input(body: bytes) -> tuple[str, dict[str, Any]]:
    """Name and parameters of a request body. Raises Problem for any other shape."""
    document = _json_object(body)
    given = document.get("CmdletInput")
    if set(document) != {"CmdletInput"} or not isinstance(given, dict):
        raise _bad_request("The request must hold CmdletInput and nothing else.")
    name, parameters = given.get("CmdletName"), given.get("Parameters", {})
    if (
        set(given) - {"CmdletName", "Parameters"}
        or not isinstance(name, str)
        or not isinstance(parameters, dict)
    ):
        raise _bad_request("CmdletInput must hold a CmdletName and an object of Parameters.")
    return name, parameters


class Exchange:
    """The service for one lab."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.older = OlderState(lab)

    def caller(self, request: Request) -> tuple[Caller, frozenset[str]]:
        """Who calls, with its management roles. Raises Problem with 302, 401, 403 or 404."""
        self._redirect(request)
        caller = self.lab.caller(request, AUDIENCES, _unauthorized)
        if self.lab.tenant(request.path_params["tenant"]) is not caller.tenant:
            raise Problem(JSONResponse(wire.refusal("NotFound", "The tenant is not this token's."), 404))
        roles = management_roles(caller.tenant, caller.wids, (caller.client_id, caller.object_id))
        permitted = caller.has(MANAGE_AS_APP)
        if roles is None and not permitted:
            raise Problem(_unauthorized("insufficient_claims"))
        if roles is None or not permitted:
            raise Problem(Response(status_code=403))
        return caller, roles

    def _redirect(self, request: Request) -> None:
        """Send a request for another host than the tenant's own to that one (evidence C)."""
        own = self.lab.settings["exchange_redirect"]
        if own and urlsplit(own).netloc != request.url.netloc:
            query = f"?{request.url.query}" if request.url.query else ""
            raise Problem(
                Response(status_code=302, headers={"Location": own.rstrip("/") + request.url.path + query})
            )

    async def invoke(self, request: Request) -> Response:
        """Run one cmdlet."""
        caller, roles = self.caller(request)
        body = await request.body()
        name, given = _cmdlet_input(body)
        cmdlet = CMDLETS.get(name.lower())
        request.state.operation = cmdlet.name if cmdlet else name
        if cmdlet is None or not may_run(roles, cmdlet.roles):
            return _forbidden(request)
        request.state.write = cmdlet.writes
        try:
            outcome, message = self._run(cmdlet, caller, given)
        except CmdletError as error:
            status = status_of(error, self.lab.settings["exchange_not_found_status"])
            return self._answer(envelope(error, status), status)
        request.state.applied = outcome.changed and message is None
        if cmdlet.writes:
            return self._written(caller, cmdlet, outcome, message)
        return self._page(request, caller, body, outcome)

    async def module_file(self, request: Request) -> Response:
        """What Connect-ExchangeOnline loads: the cmdlets that the caller's roles hold.

        The service answers with a script module; the lab's PowerShell needs no more than their names.
        """
        _caller, roles = self.caller(request)
        names = [cmdlet.name for cmdlet in CMDLETS.values() if may_run(roles, cmdlet.roles)]
        return self._answer({"value": [{"Name": name} for name in names]})

    def _run(self, cmdlet: Cmdlet, caller: Caller, given: dict[str, Any]) -> tuple[Outcome, str | None]:
        """Run ``cmdlet``; a true Confirm is a trial (evidence C) and gives its question as second value."""
        tenant = caller.tenant
        asking = cmdlet.writes and any(
            key.lower() == "confirm" and value is True for key, value in given.items()
        )
        if asking:
            tenant = copy.deepcopy(tenant)
        elif cmdlet.writes:
            self.older.before_write(tenant)
        else:
            tenant = self.older.for_read(tenant)
        outcome = cmdlet(Context(tenant, self.lab.settings, self.lab.now()), given)
        return outcome, f"Are you sure you want to perform {cmdlet.name}?" if asking else None

    def _written(self, caller: Caller, cmdlet: Cmdlet, outcome: Outcome, message: str | None) -> Response:
        """The answer of a write: what a New- made, else nothing, in one of the forms reported."""
        form = self.lab.settings["exchange_write_answer"]
        made = cmdlet.name.startswith("New-") and message is None
        if form == "none" and not outcome.warnings and not made and message is None:
            return Response(status_code=204)
        value = outcome.records if made else (None if form == "null" else [])
        body = wire.envelope(caller.tenant["id"], value, outcome.warnings)
        if message is not None:
            body["@adminapi.confirmationmessage"] = message
        return self._answer(body)

    def _page(self, request: Request, caller: Caller, body: bytes, outcome: Outcome) -> Response:
        """One page of a read; the link to the next is followed by sending the same body there again."""
        mode = self.lab.settings["exchange_paging"]
        anchor, connection = (request.headers.get(name, "") for name in ("x-anchormailbox", "connection-id"))
        mark = wire.fingerprint(body, anchor.encode(), connection.encode())
        token = request.query_params.get("$skiptoken")
        try:
            start = wire.offset_of(token, mark)
        except wire.CursorRefused:
            return self._answer(wire.refusal("BadRequest", wire.EXPIRED), 400)
        if token and mode == "expired":
            return self._answer(wire.refusal("BadRequest", wire.EXPIRED), 400)
        end = start + self._page_size(request)
        link = None
        if token and mode == "repeat":
            link = self._link(request, token, mode)
        elif end < len(outcome.records):
            link = self._link(request, wire.cursor(end, mark), mode)
        names = wire.select_names(request.query_params.get("$select"))
        value = [wire.selected(record, names) for record in outcome.records[start:end]]
        return self._answer(wire.envelope(caller.tenant["id"], value, outcome.warnings, link))

    def _page_size(self, request: Request) -> int:
        preferred = re.search(r"odata\.maxpagesize=(\d+)", request.headers.get("prefer", ""))
        return max(1, min(int(preferred[1]) if preferred else DEFAULT_PAGE, self.lab.settings["page_size"]))

    def _link(self, request: Request, token: str, mode: str) -> str:
        query = {"$skiptoken": token}
        if "$select" in request.query_params:
            query["$select"] = request.query_params["$select"]
        origin = (
            "https://mail.example.net"
            if mode == "foreign"
            else f"{request.url.scheme}://{request.url.netloc}"
        )
        return f"{origin}{request.url.path}?{urlencode(query, safe='$,')}"

    def _answer(self, body: dict[str, Any], status: int = 200) -> Response:
        return JSONResponse(body, status, {"request-id": self.lab.new_id()})

    async def batch(self, request: Request) -> Response:
        """Run up to ten calls; each is a request of its own, answered in no promised order (evidence C)."""
        self.caller(request)
        requests = _json_object(await request.body()).get("requests")
        _check_batch(requests)
        responses = [await self._part(request, part) for part in requests]
        # Reversed on purpose: a client has to match by id.
        return self._answer({"responses": responses[::-1]})

    async def _part(self, request: Request, part: dict[str, Any]) -> dict[str, Any]:
        target = urlsplit(part["url"])
        headers = {key.lower(): str(value) for key, value in part.get("headers", {}).items()}
        headers.update({"host": request.headers["host"], "authorization": request.headers["authorization"]})
        headers["accept-encoding"] = "identity"
        reply = await request.state.pipeline.part(
            request.state.call,
            part["method"],
            target.path + (f"?{target.query}" if target.query else ""),
            headers,
            json.dumps(part.get("body")).encode(),
        )
        try:
            body = json.loads(reply.body)
        except ValueError:
            body = None
        sent = {key.decode("latin-1"): value.decode("latin-1") for key, value in reply.headers}
        return {"id": part["id"], "status": reply.status, "headers": sent, "body": body}


def _check_batch(requests: Any) -> None:
    """Raise Problem unless ``requests`` is a batch the service takes."""
    if not isinstance(requests, list) or not 1 <= len(requests) <= BATCH_LIMIT:
        raise _bad_request(f"A batch holds from 1 to {BATCH_LIMIT} requests.")
    for part in requests:
        strings = isinstance(part, dict) and all(
            isinstance(part.get(key), str) for key in ("id", "method", "url")
        )
        if not strings or set(part) - {"id", "method", "url", "headers", "body"}:
            raise _bad_request(
                "Each request of a batch needs id, method, url, and may have headers and body."
            )
        headers = part.get("headers", {})
        if not isinstance(headers, dict) or _LINE_BREAK.search("".join(map(str, headers.values()))):
            raise _bad_request("A header of the batch is not usable.")
        if part["url"].endswith("$batch"):
            raise _bad_request("A request of the batch is not usable.")
    if len({part["id"] for part in requests}) != len(requests):
        raise _bad_request("The ids of a batch must differ.")


class OlderState:
    """Reads that still show the state before the last write, while ``exchange_replication_reads`` lasts."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._kept: dict[str, tuple[dict[str, Any], dict[str, Any], int]] = {}

    def before_write(self, tenant: dict[str, Any]) -> None:
        """Keep what readers see until replication is done."""
        reads = self.lab.settings["exchange_replication_reads"]
        if reads:
            older = {key: copy.deepcopy(tenant.get(key, [])) for key in REPLICATED}
            self._kept[tenant["id"]] = (self.lab.world, older, reads)

    def for_read(self, tenant: dict[str, Any]) -> dict[str, Any]:
        """The tenant as this read sees it. A world that was reset or edited by hand is seen at once."""
        world, older, left = self._kept.pop(tenant["id"], (None, {}, 0))
        if world is not self.lab.world or left < 1:
            return tenant
        if left > 1:
            self._kept[tenant["id"]] = (world, older, left - 1)
        return {**tenant, **copy.deepcopy(older)}
