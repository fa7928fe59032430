# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What Microsoft's sign-in service tells everybody about a tenant, without a sign-in: that it exists, and the time.

Source: learn.microsoft.com/entra/identity-platform/v2-protocols-oidc (the OpenID Connect discovery document, whose
``issuer`` holds the directory id whatever name of the tenant was asked for).
"""

from __future__ import annotations

import re
import time
from email.utils import parsedate_to_datetime

from ..core.errors import Fault
from ..core.retry import Policy, persist
from ..core.service import unavailable
from ..core.web import Request
from .options import DOMAIN, GUID, authority_of

NAME = "Microsoft sign-in"
ISSUER = re.compile(r"/([0-9a-fA-F-]{36})/v2\.0/?$")


def tenant_and_clock(options, runtime):
    """``tenant_id`` (None where it is not told) and ``ahead``: seconds by which this machine's clock is ahead.

    :raises Fault: ``invalid_input`` for a malformed tenant, ``not_found`` for one that does not exist, and those of
        Http.send.
    """
    tenant = options.get("auth_tenant")
    if not tenant or not (GUID.fullmatch(tenant) or DOMAIN.fullmatch(tenant)):
        raise Fault(
            "invalid_input", "auth_tenant is not given, or neither a directory (tenant) ID nor a domain."
        )
    http = runtime.http()
    request = Request("GET", f"{authority_of(options)}/{tenant}/v2.0/.well-known/openid-configuration")
    response, sent, received = persist(lambda: _ask(http, request), Policy(), runtime.deadline)
    body = response.json()
    issuer = ISSUER.search(str(body.get("issuer"))) if isinstance(body, dict) else None
    return {
        "tenant_id": issuer and issuer[1].lower(),
        "ahead": _ahead(response.headers.get("Date"), sent, received),
    }


def _ask(http, request):
    """(Response, when it was asked for, when it came), in seconds since the epoch."""
    sent = time.time()
    response = http.send(request)
    if response.status in (400, 404):
        raise Fault("not_found", "Microsoft has no such tenant.", hint="Check auth_tenant and cloud.")
    if response.status != 200:
        fault = unavailable(NAME, response)
        fault.retryable = response.status in Policy().retry_statuses
        fault.retry_after = response.retry_after
        raise fault
    return response, sent, time.time()


def _ahead(date, sent, received):
    """Seconds, 0 where the service's second lies in the time that the answer took; None without a date."""
    try:
        there = parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return None
    # The header has whole seconds.
    if sent - 1 <= there <= received:
        return 0
    return round((sent if there < sent else received) - there)
