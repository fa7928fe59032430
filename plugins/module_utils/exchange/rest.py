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
from ..core.errors import Fault
from ..core.retry import Policy
from ..core.service import Service
from ..core.web import Request, Response
from .answers import Answer, answered, refusal, unclear
from .cmdlets import repeatable
from .errors import explain

REDIRECTS = (301, 302, 307, 308)
MOST_PARTS = 10
NO_SUCH_ROUTE = (400, 404, 405, 501)
MOST_REDIRECTS = 2
MOST_PAGES = 1000
# A host as it may stand in a link, so that every library reads the same host out of it.
HOST = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]+)?")
SYSTEM_MAILBOX = "SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}"


class RestTransport:
    """``invoke(cmdlet, parameters)`` and ``run(commands)`` over ``adminapi/beta``.

    :param origin: Exchange's origin; :param suffix: ending of the hosts it may redirect to.
    :param tenant: directory id or a verified domain. :param pace: core.pace.Pace.
    :ivar batched: whether the service takes batches; None as long as none was sent.
    """

    batched = None

    def __init__(self, http, token, deadline, origin, suffix, tenant, pace=None):
        self._base = f"{origin}/adminapi/beta/{quote(tenant, safe='')}"
        self._hosts = (urlsplit(origin).netloc, suffix)
        self._tenant = tenant
        self._connection = str(uuid.uuid4())
        self._service = Service(http, token, deadline, Policy(), self._explain, pace)
        self.deadline, self.policy = deadline, self._service.policy

    def invoke(self, cmdlet, parameters):
        """Run one cmdlet of the table.

        :returns: list of records, with the type annotations of the wire taken out.
        :raises Uncertain: a New- cmdlet may have been carried out.
        :raises Fault: see errors.explain; ``protocol`` for an answer that is cut short or no answer of Exchange.
        """
        return self.run([(cmdlet, parameters)])[0].value()

    def run(self, commands):
        """Run cmdlets of the table; those that are several go together, ten to a request.

        :param commands: (cmdlet, parameters) pairs.
        :returns: an Answer for each, in order; what went wrong stands in it.
        """
        answers = [refusal(*command) for command in commands]
        left = [number for number, answer in enumerate(answers) if answer is None]
        for start in range(0, len(left), MOST_PARTS):
            numbers = left[start : start + MOST_PARTS]
            found = self._together([self._request(*commands[number]) for number in numbers])
            for number, answer in zip(numbers, found, strict=True):
                answers[number] = answer
        return answers

    def close(self):
        """The session is the Runtime's own."""

    def _together(self, requests):
        """An Answer for each of up to ten requests."""
        if len(requests) == 1:
            return [_kept(lambda: self._pages(requests[0]))]
        batch = self._batch(requests)
        try:
            responses = _by_id(self._call(batch).json())
        except Fault as fault:
            # Batches are no more documented than the rest: without them it takes longer, no more.
            if fault.status in NO_SUCH_ROUTE and batch.repeatable:
                self.batched = False
                return [_kept(lambda request=request: self._pages(request)) for request in requests]
            return [Answer(fault=unclear(fault, _cmdlet(request))) for request in requests]
        self.batched = True
        return [
            _kept(lambda request=request, number=number: self._part(request, responses.get(str(number))))
            for number, request in enumerate(requests, 1)
        ]

    def _batch(self, requests):
        """One request that carries others (assumption: exchange-batch); each part keeps its own address and headers."""
        parts = [
            {
                "id": str(number),
                "method": request.method,
                "url": request.url,
                "headers": {**request.headers, "Content-Type": "application/json"},
                "body": request.body,
            }
            for number, request in enumerate(requests, 1)
        ]
        return Request(
            "POST",
            f"{self._base}/$batch",
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                "X-AnchorMailbox": self._anchor(None),
                "Prefer": "odata.continue-on-error",
                "connection-id": self._connection,
                "client-request-id": str(uuid.uuid4()),
            },
            body={"requests": parts},
            repeatable=all(request.repeatable for request in requests),
        )

    def _part(self, request, response):
        """The Answer to one part; what failed in passing is asked for again by itself."""
        if response is None:
            raise unclear(
                Fault("protocol", "Exchange Online left a part of a batch unanswered."), _cmdlet(request)
            )
        if response.status in REDIRECTS:
            target = response.headers.get("Location") or ""
            return self._pages(replace(request, url=self._own_url(request, target)))
        fault = self._explain(response, request)
        if fault is None:
            return self._pages(request, response)
        later = response.status in self.policy.retry_statuses
        fault.retryable = fault.retryable or later
        if not request.repeatable and response.status in self.policy.unclear_statuses:
            raise unclear(fault, _cmdlet(request))
        if not fault.retryable and response.status != 401:
            raise fault
        # Twice the first wait: what was too much at once is asked for one by one, but not without a pause.
        if later and not self.deadline.pause(fault.retry_after or self.policy.wait(1, response.retry_after)):
            raise fault
        return self._pages(request)

    def _pages(self, request, response=None):
        """The Answer to a request, from its first page (asked for here unless given) to its last."""
        records, warnings, seen = [], [], set()
        already_sent = self._service.sent
        while True:
            body = (response or self._call(request)).json() or {}
            response = None
            records += _value(body) or []
            warnings += _warnings(body)
            following = body.get("@odata.nextLink")
            if not following:
                answer = answered(_cmdlet(request), records, warnings)
                answer.repeated = self._service.sent > already_sent + 1
                return answer
            if following in seen or len(seen) == MOST_PAGES:
                raise Fault("protocol", "Exchange Online repeated a page of its answer.")
            seen.add(following)
            request = replace(request, url=self._own_url(request, following))

    def _request(self, cmdlet, parameters):
        return Request(
            "POST",
            f"{self._base}/InvokeCommand",
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
            repeatable=repeatable(cmdlet),
        )

    def _anchor(self, identity):
        # A header holds no more than printable ASCII.
        if identity and identity.isascii() and identity.isprintable() and MAIL_ADDRESS.fullmatch(identity):
            return f"UPN:{identity}"
        return f"APP:{SYSTEM_MAILBOX}@{self._tenant}"

    def _call(self, request):
        for _hop in range(MOST_REDIRECTS + 1):
            response = self._service.call(request)
            if response.status not in REDIRECTS:
                return response
            target = self._own_url(request, response.headers.get("Location") or "")
            if request.url.startswith(f"{self._base}/") and "?" not in request.url:
                self._base = target.rpartition("/")[0]  # the tenant's own host, for all that follows
            request = replace(request, url=target, body=self._moved(request.body))
        raise Fault("protocol", "Exchange Online redirected the request in a circle.")

    def _moved(self, body):
        """A request's body after a redirect: the parts of a batch name the host too."""
        if "requests" not in body:
            return body
        return {"requests": [{**part, "url": f"{self._base}/InvokeCommand"} for part in body["requests"]]}

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
        body = response.json()
        if request.url.endswith("/$batch"):
            return _explain_batch(response, body, request.body["requests"][0]["headers"]["X-CmdletName"])
        cmdlet = _cmdlet(request)
        fault = explain(response, cmdlet, _errors(body))
        if fault is None and not _complete(cmdlet, response.text, body):
            fault = Fault(
                "protocol",
                f"The answer to {cmdlet} is not one of Exchange Online, or is cut short.",
                hint="Check exchange_url, and whether a proxy answers in its place.",
                status=response.status,
                request_id=response.request_id,
            )
        doubtful = fault and (fault.retryable or response.status == 200 and fault.code == "protocol")
        return unclear(fault, cmdlet) if doubtful else fault


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


def _warnings(body):
    """Warning texts that stand beside a 200."""
    found = body.get("@adminapi.warnings")
    found = [found] if isinstance(found, str) else found
    return [str(item) for item in found or []]


def _cmdlet(request):
    return request.headers["X-CmdletName"]


def _kept(ask):
    """What ``ask`` returns, or an Answer with the Fault that it raises."""
    try:
        return ask()
    except Fault as fault:
        return Answer(fault=fault)


def _by_id(body):
    """The parts of a batch's answer as Responses; their order is not promised."""
    return {
        str(part.get("id")): Response(
            part.get("status"),
            _Headers({name.lower(): value for name, value in (part.get("headers") or {}).items()}),
            "" if part.get("body") is None else json.dumps(part["body"]),
        )
        for part in body["responses"]
        if isinstance(part, dict)
    }


class _Headers(dict):
    """Headers of a part, which ignore case as those of a whole answer do."""

    def get(self, name, default=None):
        return super().get(name.lower(), default)


def _explain_batch(response, body, cmdlet):
    """The Fault for a whole batch, or None: its parts are judged one by one."""
    known = {"status": response.status, "request_id": response.request_id}
    if response.status == 200:
        if isinstance(body, dict) and isinstance(body.get("responses"), list):
            return None
        return Fault(
            "protocol", "The answer to a batch is not one of Exchange Online, or is cut short.", **known
        )
    return explain(response, cmdlet)
