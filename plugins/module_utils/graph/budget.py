# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What Microsoft publishes about how much one app may ask one tenant's Graph, and what a request costs of it.

Source: Microsoft Graph service-specific throttling limits, "Identity and access service limits", for the smallest
tenants; larger ones have more. A part of a batch counts as if it had come alone.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from ..core.pace import Budget

UNITS, WRITES = "units", "writes"
BUDGETS = (Budget(UNITS, 3500, 10), Budget(WRITES, 3000, 150))
FEW = 20


def costs(request):
    """Name of a budget -> what a request takes of it.

    :param request: core.web.Request, maybe one of a batch.
    """
    parts = (request.body or {}).get("requests") if request.url.endswith("/$batch") else None
    asked = [(part["method"], part["url"]) for part in parts or []] or [(request.method, request.url)]
    writes = sum(method != "GET" for method, _url in asked)
    return {UNITS: sum(_units(method, url) for method, url in asked), WRITES: writes}


def _units(method, url):
    """Resource units: a read costs 2, one less with ``$select``, one less for a short page, and never less than 1."""
    if method != "GET":
        return 1
    query = parse_qs(urlsplit(url).query)
    top = query.get("$top", [""])[0]
    short = top.isdigit() and int(top) < FEW
    return max(1, 2 - ("$select" in query) - short + ("$expand" in query))
