# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Exchange cmdlets over HTTPS: the road of Microsoft's own PowerShell module.

``InvokeCommand`` is what that module sends; it is not a documented interface (assumption: exchange-invoke-command),
which is why everything that knows its shape is in this file.
"""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import replace
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from ..core.addresses import MAIL_ADDRESS
from ..core.errors import Fault, Uncertain
from ..core.retry import Policy
from ..core.service import Service
from ..core.web import Request
from .cmdlets import CMDLETS
from .errors import explain

REDIRECTS = (301, 302, 307, 308)
MOST_REDIRECTS = 2
MOST_PAGES = 1000
# A host as it may stand in a link, so that every library reads the same host out of it.
HOST = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]+)?")
SYSTEM_MAILBOX = "SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}"


class RestTransport:
    """``invoke(cmdlet, parameters)`` over ``adminapi/beta``.

    :param origin: Exchange's origin; :param suffix: ending of the hosts it may redirect to.
    :param tenant: directory id or a verified domain.
    """

    def __init__(self, http, token, deadline, origin, suffix, tenant):
        self._url = f"{origin}/adminapi/beta/{quote(tenant, safe='')}/InvokeCommand"
        self._hosts = (urlsplit(origin).netloc, suffix)
        self._tenant = tenant
        self._connection = str(uuid.uuid4())
        self._service = Service(http, token, deadline, Policy(), self._explain)
        self.deadline, self.policy = deadline, self._service.policy

    def invoke(self, cmdlet, parameters):
        """Run one cmdlet of the table.

        :returns: list of records, with the type annotations of the wire taken out.
        :raises Uncertain: a New- cmdlet may have been carried out.
        :raises Fault: see errors.explain; ``protocol`` for an answer that is cut short or no answer of Exchange.
        """
        CMDLETS[cmdlet].check(cmdlet, parameters)
        request = self._request(cmdlet, parameters)
        records, seen = [], set()
        while True:
            body = self._call(request).json() or {}
            records += [_plain(record) for record in _value(body) or []]
            following = body.get("@odata.nextLink")
            if not following:
                return records
            if following in seen or len(seen) == MOST_PAGES:
                raise Fault("protocol", "Exchange Online repeated a page of its answer.")
            seen.add(following)
            request = replace(request, url=self._own_url(request, following))

    def _request(self, cmdlet, parameters):
        return Request(
            "POST",
            self._url,
            headers={
                "Accept": "application/json",
                # A refused cmdlet is answered with NUL bytes declared as gzip, which hides the status.
                "Accept-Encoding": "identity",
                "X-AnchorMailbox": self._anchor(parameters.get("Identity")),
                "X-CmdletName": cmdlet,
                "X-ResponseFormat": "json",
                "connection-id": self._connection,
                "client-request-id": str(uuid.uuid4()),
            },
            body={"CmdletInput": {"CmdletName": cmdlet, "Parameters": parameters}},
            repeatable=not cmdlet.startswith("New-"),
        )

    def _anchor(self, identity):
        # A header holds no more than ASCII.
        if identity and identity.isascii() and MAIL_ADDRESS.fullmatch(identity):
            return f"UPN:{identity}"
        return f"APP:{SYSTEM_MAILBOX}@{self._tenant}"

    def _call(self, request):
        for _hop in range(MOST_REDIRECTS + 1):
            response = self._service.call(request)
            if response.status not in REDIRECTS:
                return response
            target = self._own_url(request, response.headers.get("Location") or "")
            if request.url == self._url:
                self._url = target  # the tenant's own host, for all that follows
            request = replace(request, url=target)
        raise Fault("protocol", "Exchange Online redirected the request in a circle.")

    def _own_url(self, request, target):
        """Where a link of Exchange leads to, which must be a host of Exchange: the token goes there."""
        url = urlsplit(urljoin(request.url, target))
        own_host, suffix = self._hosts
        own = HOST.fullmatch(url.netloc) and (url.netloc == own_host or url.netloc.endswith(suffix))
        if url.scheme != "https" or not own:
            raise Fault(
                "protocol", f"Exchange Online pointed to a host that is not its own: {url.netloc or 'none'}."
            )
        return urlunsplit(url)

    @staticmethod
    def _explain(response, request):
        if response.status in REDIRECTS:
            return None
        cmdlet, body = request.headers["X-CmdletName"], response.json()
        fault = explain(response, cmdlet, _errors(body))
        if fault is None and not _complete(cmdlet, response.text, body):
            fault = Fault(
                "protocol",
                f"The answer to {cmdlet} is not one of Exchange Online, or is cut short.",
                hint="Check exchange_url, and whether a proxy answers in its place.",
                status=response.status,
                request_id=response.request_id,
            )
        unclear = fault and (fault.retryable or response.status == 200 and fault.code == "protocol")
        if unclear and not request.repeatable:
            return Uncertain(fault.message, status=fault.status, request_id=fault.request_id)
        return fault


def _value(body):
    return body.get("value", body.get("Value"))


def _complete(cmdlet, text, body):
    """Whether a success can be believed: a read that lost its list would look as if there were nothing."""
    if cmdlet.startswith("Get-"):
        return isinstance(body, dict) and isinstance(_value(body), list)
    return isinstance(body, dict) or not text.strip()


def _errors(body):
    """Error texts that stand beside a 200."""
    found = body.get("@adminapi.errors") if isinstance(body, dict) else None
    found = [found] if isinstance(found, str) else found
    return [item if isinstance(item, str) else json.dumps(item) for item in found or []]


def _plain(record):
    return {
        key: value for key, value in record.items() if "@odata.type" not in key and "@data.type" not in key
    }
