# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serves an ASGI application on loopback over TLS, with a certificate authority of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import ssl
import sys
import tempfile
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from pathlib import Path
from types import FrameType
from typing import Any

import trustme
import uvicorn

# The names under which the real services are reached. A client whose addresses cannot be set may come through a
# proxy that leads these names here, and still finds a certificate for the name it asked for.
PLAYED_HOSTS = ("login.microsoftonline.com", "graph.microsoft.com", "outlook.office365.com")

Beside = Callable[[ssl.SSLContext], contextlib.AbstractAsyncContextManager[dict[str, Any]]]


class _ConnectionExtension:
    """Offers what HTTP hides about the connection: ``lab.abort`` and ``lab.connection`` in ``scope["extensions"]``.

    ``lab.abort`` closes the connection at once, without an answer. ``lab.connection`` is a dict that lives as long as
    the connection, with the client's certificate as ``peer``: some sign-ins hold for a connection.

    uvicorn hands an application the bound methods of its request/response cycle, and that cycle holds the
    connection's transport; asyncio's ``abort`` then drops it unflushed. The client sees a connection that
    is closed in the middle of an exchange, as with a crashed or overloaded front end.
    """

    def __init__(self, app: Any) -> None:
        self.app = app
        self._connections: weakref.WeakKeyDictionary[Any, dict[str, Any]] = weakref.WeakKeyDictionary()

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        if transport is not None:
            extensions = scope.setdefault("extensions", {})
            extensions["lab.abort"] = transport.abort
            if transport not in self._connections:
                secure = transport.get_extra_info("ssl_object")
                self._connections[transport] = {"peer": secure.getpeercert()}
            extensions["lab.connection"] = self._connections[transport]
        await self.app(scope, receive, send)


def _certificates(directory: Path) -> tuple[Path, ssl.SSLContext]:
    """Write ``ca.pem`` to ``directory``; answers its path and a server context for localhost and the played hosts.

    ``winrm-client.pem`` and ``winrm-client.key`` are a certificate for signing in to the lab's Windows host.
    """
    authority = trustme.CA(organization_name="Lab of ccops.webex_email")
    bundle = directory / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1", *PLAYED_HOSTS).configure_cert(context)
    client = authority.issue_cert("automation@lab.example", common_name="automation@lab.example")
    client.cert_chain_pems[0].write_to_path(directory / "winrm-client.pem")
    client.private_key_pem.write_to_path(directory / "winrm-client.key")
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_OPTIONAL  # asked for, and needed by nobody else
    return bundle, context


def _write_atomically(path: Path, content: dict[str, Any]) -> None:
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".lab-", delete=False) as part:
        json.dump(content, part)
    os.replace(part.name, path)


@contextlib.asynccontextmanager
async def nothing(context: ssl.SSLContext) -> AsyncIterator[dict[str, Any]]:
    """What is served beside an application that is everything."""
    yield {}


async def _serve(application: Any, directory: Path, port: int, name: str, beside: Beside) -> None:
    bundle, context = _certificates(directory)
    config = uvicorn.Config(
        _ConnectionExtension(application),
        host="127.0.0.1",
        port=port,
        http="h11",
        lifespan="off",
        access_log=False,  # a request line can hold what must not be printed
        log_level="critical",
        timeout_graceful_shutdown=1,
        ssl_context_factory=lambda _config, _default: context,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        if serving.done():
            await serving
            raise SystemExit(f"the {name} could not start")
        await asyncio.sleep(0.01)
    url = f"https://localhost:{server.servers[0].sockets[0].getsockname()[1]}"
    async with beside(context) as more:
        facts = {"url": url, "ca_bundle": str(bundle), "pid": os.getpid(), **more}
        _write_atomically(directory / f"{name}.json", facts)
        print(f"{name} ready: {url}", flush=True)
        await serving


def _stop(number: int, frame: FrameType | None) -> None:
    # uvicorn shuts down first, then raises the signal again for the handler that was there before: this one.
    sys.exit(0)


def serve(
    application: Any, directory: Path, port: int = 0, name: str = "lab", beside: Beside = nothing
) -> None:
    """Answer requests until SIGTERM or SIGINT; ``port`` 0 takes a free one.

    Writes ``ca.pem`` and, once requests are answered, ``NAME.json`` {url, ca_bundle, pid} into ``directory``.

    :param beside: what serves something else with the same certificate, and tells more facts for that file.
    """
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    try:
        asyncio.run(_serve(application, directory, port, name, beside))
    finally:
        (directory / f"{name}.json").unlink(missing_ok=True)
