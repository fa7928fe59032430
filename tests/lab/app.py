# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts the services, the control routes and the pipeline together into one ASGI application."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from . import connect, contact_center, control, exchange, graph, key_vault, signin, vault, winrm
from .contract import Contract
from .core import Lab
from .pipeline import Pipeline, service_of
from .problems import Problem


async def _problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return problem.response


async def _unknown_route(request: Request, failure: Exception) -> Response:
    """The answer to a path or method nobody serves, in the words of the service it was meant for."""
    assert isinstance(failure, HTTPException)
    if service_of(request.url.path) == "graph":
        return graph.unknown_route(request, failure.status_code)
    return JSONResponse({"error": {"code": "NotFound", "message": failure.detail}}, failure.status_code)


def create_app(world: dict[str, Any] | None = None) -> Pipeline:
    """The lab as an ASGI application; ``app.lab`` is its state. ``world`` defaults to the example world."""
    lab = Lab(world)
    services = (graph, exchange, connect, contact_center, vault, key_vault, winrm, signin)
    routes = [route for service in services for route in service.routes(lab)]
    inner = Starlette(
        routes=[*control.routes(lab), *routes],
        exception_handlers={Problem: _problem, HTTPException: _unknown_route},
    )
    inner.router.redirect_slashes = False
    return Pipeline(
        inner,
        lab,
        routes,
        {"exchange": exchange.operation, "winrm": winrm.operation},
        {"winrm": winrm.recorded},
        Contract(lambda: lab.settings),
    )
