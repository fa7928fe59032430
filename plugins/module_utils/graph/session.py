# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Sends requests to Graph: alone or in a batch, each repeated as its own answer allows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..core.errors import Fault
from ..core.retry import Policy, persist
from ..core.reuse import NOTHING, Reuse
from ..core.service import Service
from ..core.web import Request, Response
from .errors import SERVICE, explain
from .rights import READ_APPS, Right
from .shapes import ANYTHING, Shape

MOST_IN_BATCH = 20  # learn.microsoft.com/graph/json-batching
# What reads are about: applications with their secrets, service principals with what is granted to them.
APPLICATIONS, ACCESS = "applications", "access"
MOST_PAGES = 1000


@dataclass(frozen=True)
class GraphRequest(Request):
    """A request with what is needed to understand a refusal.

    :param right: what the identity must be allowed to do.
    :param key: the key under which ``Made`` knows the object looked up, or None.
    :param fresh: the request names ids that this run made or read: "not found" then means "not yet".
    """

    right: Right = READ_APPS
    key: str | None = None
    fresh: bool = False


@dataclass(frozen=True)
class Read:
    """One thing to read.

    :param path: below ``/v1.0``, with its query. :param right, key: as in GraphRequest.
    :param none_for: statuses that are answered with None instead of a Fault. :param shape: what the answer must hold.
    :param subject: what it is about, see core.reuse; None for what must be asked anew each time.
    :param whole: whether all pages of a collection are wanted, or the body of the first.
    """

    path: str
    right: Right = READ_APPS
    key: str | None = None
    none_for: tuple = (404,)
    shape: Shape = ANYTHING
    subject: str | None = None
    whole: bool = True


class Session:
    """Requests to one Graph with one identity.

    :param origin: Graph's origin. :param made: Made. :param answers: core.reuse.Answers.
    :param pace: core.pace.Pace.
    """

    def __init__(self, http, token, deadline, origin, made, answers=None, pace=None):
        self._origin = origin
        self._answers = answers or Reuse().of()
        self._base = f"{origin}/v1.0"
        self.made = made
        self.policy, self.deadline = Policy(), deadline
        self._service = Service(http, token, deadline, self.policy, self._explain, pace)

    def read(self, *reads, anew=False):
        """Answers in the order asked: the body, a list for a collection (all pages), or None (see ``Read``).

        More than one thing is read in one request, and none of it that may be used again.

        :param anew: whether to ask in any case.
        """
        found = {}
        for read in reads:
            answer = NOTHING if anew or not read.subject else self._answers.find(read.subject, read.path)
            if answer is not NOTHING:
                found[read] = answer
        left = list(dict.fromkeys(read for read in reads if read not in found))
        for first in range(0, len(left), MOST_IN_BATCH):
            found |= self._ask(left[first : first + MOST_IN_BATCH])
        return [found[read] for read in reads]

    def _ask(self, reads):
        """Read -> answer, for no more than one batch of them; the answers are handed in for others."""
        writes = {read: self._answers.writes(read.subject) for read in reads if read.subject}
        bodies = [self._one(reads[0])] if len(reads) == 1 else self._several(reads)
        found = {
            read: read.shape.check(self.all_pages(body, read) if read.whole else body)
            for body, read in zip(bodies, reads, strict=True)
        }
        for read, before in writes.items():
            self._answers.keep(read.subject, read.path, found[read], before)
        return found

    def hand_in(self, read, answer):
        """Let others use what the answer to a write showed, as the answer to a read."""
        writes = self._answers.writes(read.subject)
        self._answers.keep(read.subject, read.path, answer, writes, certain=True)

    def write(self, method, path, body=None, *, right, repeatable=True, prefer=None, fresh=True):
        """Send a write and return the Response.

        :param fresh: the ids in it were made or read by this run, so "not found" is waited out.
        :raises Uncertain: it is not repeatable and may have been applied.
        """
        headers = {"Prefer": prefer} if prefer else {}
        request = GraphRequest(
            method=method,
            url=self._base + path,
            headers=headers,
            body=body,
            repeatable=repeatable,
            right=right,
            fresh=fresh,
        )
        with self._answers.writing(*_subjects(method, path)):
            return self._service.call(request)

    def _one(self, read):
        request = self._request(read)
        try:
            return _body(self._service.call(request))
        except Fault as fault:
            if fault.status in read.none_for and not fault.retryable:
                return None
            raise

    def _several(self, reads):
        """One batch after the other, until each part has its answer; only parts that failed for now are repeated."""
        answers = {}

        def attempt():
            pending = [index for index in range(len(reads)) if index not in answers]
            fault = None
            for index, response in self._batch(reads, pending):
                problem = self._settle(reads[index], response, index, answers)
                fault = _more_patient(fault, problem)
            if fault:
                raise fault

        persist(attempt, self.policy, self.deadline)
        return [answers[index] for index in range(len(reads))]

    def _batch(self, reads, pending):
        """Pairs of index and Response for the reads at the given indices."""
        parts = [{"id": str(index), "method": "GET", "url": reads[index].path} for index in pending]
        request = GraphRequest(method="POST", url=f"{self._base}/$batch", body={"requests": parts})
        body = _body(self._service.call(request))
        found = {part.get("id"): part for part in body.get("responses") or []}
        if set(found) != {part["id"] for part in parts}:
            raise Fault("protocol", f"{SERVICE} did not answer every part of a batch.")
        return [(index, _part(found[str(index)])) for index in pending]

    def _settle(self, read, response, index, answers):
        """Store the answer to one part, or return the Fault that is worth another try."""
        fault = self._explain(response, self._request(read))
        if fault is None:
            answers[index] = _body(response)
            return None
        fault.retryable = fault.retryable or response.status in self.policy.retry_statuses
        fault.retry_after = response.retry_after
        if response.status == 429 and response.retry_after:
            self._service.pace.hold(response.retry_after)
        if not fault.retryable:
            if response.status not in read.none_for:
                raise fault
            answers[index] = None
            return None
        return fault

    def _request(self, read):
        return GraphRequest(method="GET", url=self._base + read.path, right=read.right, key=read.key)

    def _explain(self, response, request):
        return explain(response, request, request.fresh or bool(request.key and self.made.knows(request.key)))

    def all_pages(self, body, read):
        """The items of a collection from all its pages; anything else as it is.

        :param body: the body of the first page.
        """
        if body is None or not isinstance(body.get("value"), list):
            return body
        items, following, pages = list(body["value"]), body.get("@odata.nextLink"), 0
        while following:
            pages += 1
            if urlsplit(following)[:2] != urlsplit(self._origin)[:2] or pages == MOST_PAGES:
                raise Fault(
                    "protocol", f"{SERVICE} pointed to a next page that is not its own, or has no end."
                )
            page = _body(self._service.call(GraphRequest(method="GET", url=following, right=read.right)))
            items += page.get("value") or []
            following = page.get("@odata.nextLink")
        return items


def _subjects(method, path):
    """What a write may change. Who deletes an application, or brings it back, does so to its principal too."""
    if path.startswith("/applications") and method != "DELETE":
        return (APPLICATIONS,)
    return (APPLICATIONS, ACCESS) if path.startswith(("/applications", "/directory")) else (ACCESS,)


class _Headers(dict):
    """Headers of a part of a batch, found whatever their case."""

    def get(self, name, default=None):
        return super().get(name.lower(), default)


def _part(part):
    headers = _Headers({str(name).lower(): value for name, value in (part.get("headers") or {}).items()})
    body = part.get("body")
    return Response(int(part["status"]), headers, "" if body is None else json.dumps(body))


def _body(response):
    body = response.json()
    if not isinstance(body, dict):
        raise Fault(
            "protocol",
            f"{SERVICE} gave an answer that cannot be read.",
            hint="Look for a proxy or gateway in between that changes answers.",
            status=response.status,
            request_id=response.request_id,
        )
    return body


def _more_patient(one, other):
    """Of two faults the one after which to wait longer."""
    if one is None or other is None:
        return one or other
    return other if (other.retry_after or 0) > (one.retry_after or 0) else one
