# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An exception that carries the answer a service gives when it refuses a request."""

from __future__ import annotations

from starlette.responses import Response


class Problem(Exception):
    """Raised anywhere below a handler; the request is then answered with ``response``."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"answered with HTTP {response.status_code}")
        self.response = response
