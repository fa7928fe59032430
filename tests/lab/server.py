# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serves the lab: its application, and SMTP beside it."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import yaml

from . import mail_smtp
from .app import create_app
from .serving import serve as serve_application


def serve(directory: Path, port: int = 0, world_file: Path | None = None) -> None:
    """Run the lab until SIGTERM or SIGINT, on the world in a file or the example; see ``serving``.

    ``lab.json`` has ``smtp_port``, too.
    """
    world = yaml.safe_load(world_file.read_text("utf-8")) if world_file else None
    app = create_app(world)

    @contextlib.asynccontextmanager
    async def mail(context: ssl.SSLContext) -> AsyncIterator[dict[str, Any]]:
        server = await mail_smtp.serve(app.lab, context)
        app.lab.smtp_port = server.sockets[0].getsockname()[1]
        try:
            yield {"smtp_port": app.lab.smtp_port}
        finally:
            server.close()

    serve_application(app, directory, port, "lab", mail)
