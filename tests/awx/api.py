# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The routes: lists, objects, associations, and what can be done with them."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from . import rules, surveys
from .fields import Refused
from .fresh import ADMIN, fill
from .jobs import Jobs
from .kinds import KINDS, NOT_POSTED
from .store import BASE, Item, Store
from .workflow import Workflows

# Kinds that only the stand-in makes: what was launched.
RUNS = (
    "jobs",
    "workflow_jobs",
    "workflow_job_nodes",
    "workflow_approvals",
    "project_updates",
    "inventory_updates",
)
PRODUCT = {"X-API-Product-Name": "AWX", "X-API-Product-Version": "24.6.1"}
PAGE = 25


class Api:
    """One AWX. ``reset`` makes it a fresh one."""

    def __init__(self, make_jobs: Callable[[Store], Jobs]) -> None:
        self._make_jobs = make_jobs
        self.reset()

    def reset(self) -> None:
        self.store = Store()
        self.jobs = self._make_jobs(self.store)
        self.workflows = Workflows(self.jobs)
        self.tokens: dict[str, str] = {}
        self.journal: list[Item] = []
        fill(self.store)

    def item(self, kind: str, item: Item) -> Item:
        """An object as a client sees it."""
        shown = rules.shown(self.store, kind, item)
        related = (
            {name: f"{item['url']}{name}/" for name in KINDS[kind].associations} if kind in KINDS else {}
        )
        if kind in ("job_templates", "workflow_job_templates"):
            related |= {name: f"{item['url']}{name}/" for name in ("launch", "survey_spec")}
        if kind in ("projects", "inventory_sources"):
            related["update"] = f"{item['url']}update/"
        for name in ("unified_job_template", "job"):
            if item.get(name):
                related[name] = f"{BASE}/{self.store.kind_of(item[name])}/{item[name]}/"
        return {**shown, "related": related, "summary_fields": {}}

    def page(self, request: Request, kinds: list[tuple[str, Item]]) -> Item:
        """One page of a list, with the address of the next."""
        number, size = (
            int(request.query_params.get(name, value)) for name, value in (("page", 1), ("page_size", PAGE))
        )
        chosen = kinds[(number - 1) * size : number * size]
        more = str(request.url.include_query_params(page=number + 1)).partition(request.url.netloc)[2]
        return {
            "count": len(kinds),
            "next": more if number * size < len(kinds) else None,
            "previous": None,
            "results": [self.item(kind, item) for kind, item in chosen],
        }

    async def list(self, request: Request) -> Response:
        kind = request.path_params["kind"]
        if kind not in (*KINDS, *RUNS, "unified_job_templates"):
            raise Refused(404, {"detail": "The requested resource could not be found."})
        if request.method == "POST":
            if kind not in KINDS or kind in NOT_POSTED:
                raise Refused(405, {"detail": 'Method "POST" not allowed.'})
            return JSONResponse(self.item(kind, self._create(kind, await _body(request))), 201)
        found = self.store.select(kind, request.query_params.multi_items())
        return JSONResponse(self.page(request, [(self.store.kind_of(item["id"]), item) for item in found]))

    def _create(self, kind: str, body: Item) -> Item:
        rules.before(self.jobs, kind, None, body)
        item = self.store.create(kind, body)
        rules.after(self.jobs, kind, item, made=True)
        return item

    async def detail(self, request: Request) -> Response:
        kind, item = self._addressed(request)
        if request.method == "DELETE":
            if item.get("managed"):
                raise Refused(403, {"detail": "Deletion not allowed for managed objects"})
            self.store.delete(kind, item["id"])
            return Response(status_code=204)
        if request.method == "PATCH":
            if kind not in KINDS:
                raise Refused(405, {"detail": 'Method "PATCH" not allowed.'})
            body = await _body(request)
            rules.before(self.jobs, kind, item, body)
            self.store.change(kind, item, body)
            rules.after(self.jobs, kind, item, made=False)
        return JSONResponse(self.item(kind, item))

    def _addressed(self, request: Request) -> tuple[str, Item]:
        kind = request.path_params["kind"]
        return kind, self.store.get(kind, request.path_params["number"])

    async def sub(self, request: Request) -> Response:
        """What hangs below an object: an association, or something to do with it."""
        kind, item = self._addressed(request)
        name = request.path_params["name"]
        if kind in KINDS and name in KINDS[kind].associations:
            return await self._association(request, kind, item, name)
        work = getattr(self, f"_{request.method.lower()}_{name}", None)
        if work is None or (kind, name) not in DOINGS:
            raise Refused(404, {"detail": "The requested resource could not be found."})
        return work(kind, item, await _body(request), request)

    async def _association(self, request: Request, kind: str, item: Item, name: str) -> Response:
        target = KINDS[kind].associations[name]
        linked = self.store.linked(kind, item["id"], name)
        if request.method == "GET":
            return JSONResponse(
                self.page(request, [(target, self.store.get(target, number)) for number in linked])
            )
        body = await _body(request)
        if not isinstance(body.get("id"), int):
            raise Refused(400, {"msg": '"id" field must be an integer.'})
        self.store.get(target, body["id"])
        if body.get("disassociate"):
            if body["id"] in linked:
                linked.remove(body["id"])
        elif body["id"] not in linked:
            rules.associate(self.store, kind, item, name, body["id"])
            linked.append(body["id"])
        return Response(status_code=204)

    def _get_survey_spec(self, kind: str, item: Item, body: Item, request: Request) -> Response:
        return JSONResponse(item.get("survey", {}))

    def _post_survey_spec(self, kind: str, item: Item, body: Item, request: Request) -> Response:
        surveys.check(body)
        item["survey"] = body
        return JSONResponse({})

    def _delete_survey_spec(self, kind: str, item: Item, body: Item, request: Request) -> Response:
        item.pop("survey", None)
        return JSONResponse({})

    def _post_create_approval_template(self, kind: str, item: Item, body: Item, request: Request) -> Response:
        if item["unified_job_template"]:
            raise Refused(400, {"detail": "The node has a template already."})
        made = self.store.create("workflow_approval_templates", body)
        item["unified_job_template"] = made["id"]
        return JSONResponse(self.item("workflow_approval_templates", made), 201)

    def _post_launch(self, kind: str, item: Item, body: Item, request: Request) -> Response:
        launched = (self.workflows if kind == "workflow_job_templates" else self.jobs).launch(item, body)
        return JSONResponse(self.item(self.store.kind_of(launched["id"]), launched), 201)

    def _post_update(self, kind: str, item: Item, body: Item, request: Request) -> Response:
        update = (self.jobs.update_project if kind == "projects" else self.jobs.update_source)(item)
        return JSONResponse(self.item(self.store.kind_of(update["id"]), update), 202)

    def _post_cancel(self, kind: str, item: Item, body: Item, request: Request) -> Response:
        self.jobs.cancel(item)
        return JSONResponse({}, 202)

    def _post_relaunch(self, kind: str, item: Item, body: Item, request: Request) -> Response:
        return JSONResponse(self.item("jobs", self.jobs.relaunch(item, body)), 201)

    def _post_approve(self, kind: str, item: Item, body: Item, request: Request) -> Response:
        self.workflows.decide(item, approved=True)
        return Response(status_code=204)

    def _post_deny(self, kind: str, item: Item, body: Item, request: Request) -> Response:
        self.workflows.decide(item, approved=False)
        return Response(status_code=204)

    def _get_stdout(self, kind: str, item: Item, body: Item, request: Request) -> Response:
        return PlainTextResponse(item["_stdout"])

    def _get_job_events(self, kind: str, item: Item, body: Item, request: Request) -> Response:
        events = item["_events"]
        return JSONResponse({"count": len(events), "next": None, "previous": None, "results": events})

    def _get_job_host_summaries(self, kind: str, item: Item, body: Item, request: Request) -> Response:
        hosts = [{"host_name": name, **counts} for name, counts in item["_hosts"].items()]
        return JSONResponse({"count": len(hosts), "next": None, "previous": None, "results": hosts})

    def _get_workflow_nodes(self, kind: str, item: Item, body: Item, request: Request) -> Response:
        # A node without a job yet matches no filter on its job.
        query = request.query_params.multi_items()
        nodes = list(self.store.find("workflow_job_nodes", workflow_job=item["id"]))
        if any(name.startswith("job__") for name, _value in query):
            wanted = {node["id"] for node in self.store.select("workflow_job_nodes", query)}
            nodes = [node for node in nodes if node["id"] in wanted]
        return JSONResponse(self.page(request, [("workflow_job_nodes", node) for node in nodes]))

    async def token(self, request: Request) -> Response:
        if request.method == "DELETE":
            return Response(status_code=204)
        token = secrets.token_urlsafe(24)
        self.tokens[token] = ADMIN[0]
        return JSONResponse({"id": len(self.tokens), "type": "o_auth2_access_token", "token": token}, 201)

    async def about(self, request: Request) -> Response:
        return JSONResponse(
            {"version": PRODUCT["X-API-Product-Version"], "active_node": "awx", "instances": []}
        )

    def admit(self, request: Request) -> None:
        """Raises Refused with 401 for a request without a valid token, or name and password."""
        scheme, _space, value = request.headers.get("authorization", "").partition(" ")
        basic = base64.b64encode(":".join(ADMIN).encode()).decode()
        if not ((scheme == "Bearer" and value in self.tokens) or (scheme == "Basic" and value == basic)):
            raise Refused(401, {"detail": "Authentication credentials were not provided."})


DOINGS = {
    *(
        (kind, name)
        for kind in ("job_templates", "workflow_job_templates")
        for name in ("launch", "survey_spec")
    ),
    *((kind, "update") for kind in ("projects", "inventory_sources")),
    *(("jobs", name) for name in ("cancel", "relaunch", "stdout", "job_events", "job_host_summaries")),
    *(("workflow_jobs", name) for name in ("cancel", "workflow_nodes")),
    *(("workflow_approvals", name) for name in ("approve", "deny")),
    ("workflow_job_template_nodes", "create_approval_template"),
}


async def _body(request: Request) -> Any:
    text = await request.body()
    if not text:
        return {}
    try:
        body = json.loads(text)
    except ValueError:
        raise Refused(400, {"detail": "JSON parse error"}) from None
    if not isinstance(body, dict):
        raise Refused(400, {"detail": "Invalid data."})
    return body


def create_app(make_jobs: Callable[[Store], Jobs]) -> Starlette:
    """The ASGI application; ``app.state.api`` is its state."""
    api = Api(make_jobs)

    def guarded(work: Callable[[Request], Any], public: bool = False) -> Callable[[Request], Any]:
        async def handle(request: Request) -> Response:
            try:
                if not public:
                    api.admit(request)
                answer = await work(request)
            except Refused as refusal:
                answer = JSONResponse(refusal.body, refusal.status)
            answer.headers.update(PRODUCT)
            api.journal.append(
                {"method": request.method, "path": request.url.path, "status": answer.status_code}
            )
            return answer

        return handle

    async def control(request: Request) -> Response:
        if request.path_params["name"] == "reset":
            api.reset()
            return Response(status_code=204)
        if request.method == "DELETE":
            api.journal.clear()
        return JSONResponse(api.journal)

    every = ["GET", "POST", "PATCH", "DELETE"]
    app = Starlette(
        routes=[
            Route("/_awx/{name}", control, methods=every),
            Route(f"{BASE}/ping/", guarded(api.about, public=True)),
            Route(f"{BASE}/config/", guarded(api.about)),
            Route(f"{BASE}/tokens/", guarded(api.token), methods=["POST"]),
            Route(f"{BASE}/tokens/{{number:int}}/", guarded(api.token), methods=["DELETE"]),
            Route(f"{BASE}/{{kind}}/", guarded(api.list), methods=["GET", "POST"]),
            Route(
                f"{BASE}/{{kind}}/{{number:int}}/", guarded(api.detail), methods=["GET", "PATCH", "DELETE"]
            ),
            Route(
                f"{BASE}/{{kind}}/{{number:int}}/{{name}}/",
                guarded(api.sub),
                methods=["GET", "POST", "DELETE"],
            ),
        ]
    )
    app.router.redirect_slashes = False
    app.state.api = api
    return app
