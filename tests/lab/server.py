# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serves the lab."""

from __future__ import annotations

from pathlib import Path

import yaml

from .app import create_app
from .serving import serve as serve_application


def serve(directory: Path, port: int = 0, world_file: Path | None = None) -> None:
    """Run the lab until SIGTERM or SIGINT, on the world in a file or the example; see ``serving``."""
    world = yaml.safe_load(world_file.read_text("utf-8")) if world_file else None
    serve_application(create_app(world), directory, port)
