# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service behind a token, with a session that answers from a list."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault, Uncertain
from ansible_collections.ccops.webex_email.plugins.module_utils.core.retry import NEVER, Deadline, Policy
from ansible_collections.ccops.webex_email.plugins.module_utils.core.service import Service, unavailable
from ansible_collections.ccops.webex_email.plugins.module_utils.core.web import Request, Response

ASK = Request("GET", "https://host.example/x")
MAKE = Request("POST", "https://host.example/x", repeatable=False)


class Session:
    def __init__(self, *statuses):
        self.statuses = list(statuses)
        self.tokens = []

    def send(self, request):
        self.tokens.append(request.headers["Authorization"])
        return Response(self.statuses.pop(0), {"Retry-After": "1"}, "")


class Token:
    def __init__(self, *renewed):
        self.renewed = list(renewed)

    def get(self):
        return "first"

    def renew(self):
        return self.renewed.pop(0) if self.renewed else None


def explain(response, request):
    if response.status == 200:
        return None
    if response.status == 401:
        return Fault("unauthenticated", "no", status=401)
    return unavailable("Service", response)


@pytest.fixture
def slept():
    return []


@pytest.fixture
def service(slept):
    def make(session, token=None, policy=None):
        deadline = Deadline(60, clock=lambda: sum(slept), sleep=slept.append)
        return Service(session, token or Token(), deadline, policy or Policy(), explain)

    return make


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_may_be_repeated_is_repeated(service, slept, status):
    session = Session(status, status, 200)
    assert service(session).call(ASK).status == 200
    assert slept == [1, 1]


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_what_may_have_made_something_is_not(service, status):
    session = Session(status, 200)
    with pytest.raises(Uncertain) as caught:
        service(session).call(MAKE)
    assert caught.value.status == status
    assert len(session.tokens) == 1


def test_a_create_that_was_only_asked_to_wait_is_repeated(service, slept):
    assert service(Session(429, 200)).call(MAKE).status == 200
    assert slept == [1]


@pytest.mark.parametrize("status", [400, 403, 404, 409, 501])
def test_a_final_answer(service, slept, status):
    with pytest.raises(Fault) as caught:
        service(Session(status)).call(ASK)
    assert caught.value.status == status
    assert not caught.value.retryable
    assert slept == []


def test_a_policy_that_repeats_nothing(service, slept):
    with pytest.raises(Fault):
        service(Session(429), policy=NEVER).call(ASK)
    assert slept == []


def test_a_refused_token_is_replaced_once(service):
    session = Session(401, 200)
    assert service(session, Token("second")).call(MAKE).status == 200
    assert session.tokens == ["Bearer first", "Bearer second"]


@pytest.mark.parametrize("renewed", [(), ("second",)])
def test_a_token_that_stays_refused(service, renewed):
    with pytest.raises(Fault) as caught:
        service(Session(401, 401), Token(*renewed)).call(ASK)
    assert caught.value.code == "unauthenticated"


@pytest.mark.parametrize(
    ("status", "code"),
    [(429, "throttled"), (500, "service_error"), (408, "service_error"), (418, "protocol")],
)
def test_unavailable(status, code):
    fault = unavailable("Exchange", Response(status, {}, ""))
    assert fault.code == code
    assert fault.message.startswith("Exchange ")
