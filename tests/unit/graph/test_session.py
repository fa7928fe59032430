# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session over scripted answers: batches, pages, and what is repeated."""

from __future__ import annotations

import json

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault
from ansible_collections.ccops.webex_email.plugins.module_utils.core.ledger import Ledger
from ansible_collections.ccops.webex_email.plugins.module_utils.core.retry import Deadline
from ansible_collections.ccops.webex_email.plugins.module_utils.core.web import Response
from ansible_collections.ccops.webex_email.plugins.module_utils.graph.made import Made
from ansible_collections.ccops.webex_email.plugins.module_utils.graph.rights import WRITE_APPS
from ansible_collections.ccops.webex_email.plugins.module_utils.graph.session import Read, Session

ORIGIN = "https://graph.example"
NOT_FOUND = {"error": {"code": "Request_ResourceNotFound", "message": "no"}}
BUSY = {"error": {"code": "TooManyRequests", "message": "no"}}


class Script:
    """Stands for Http: gives the answers in order, and keeps the requests."""

    def __init__(self, *answers):
        self.answers, self.requests = list(answers), []

    def send(self, request):
        self.requests.append(request)
        status, body = self.answers.pop(0)
        return Response(status, {}, body if isinstance(body, str) else json.dumps(body))

    @property
    def batches(self):
        return [[part["id"] for part in request.body["requests"]] for request in self.requests]


class Token:
    def get(self):
        return "token"

    def renew(self):
        return None


@pytest.fixture
def waits():
    return []


@pytest.fixture
def session(waits):
    made = Made(Ledger(None))

    def open_session(*answers):
        script = Script(*answers)
        opened = Session(
            script, Token(), Deadline(60, clock=lambda: sum(waits), sleep=waits.append), ORIGIN, made
        )
        opened.script = script
        return opened

    return open_session


def parts(*answers):
    """A batch answer in reverse order, as Graph may give it."""
    listed = [
        {"id": key, "status": status, "headers": headers, "body": body}
        for key, status, headers, body in answers
    ]
    return 200, {"responses": listed[::-1]}


def test_one_thing_is_read_alone(session):
    graph = session((200, {"id": "a"}))
    assert graph.read(Read("/a")) == [{"id": "a"}]
    assert [(item.method, item.url) for item in graph.script.requests] == [("GET", f"{ORIGIN}/v1.0/a")]


def test_several_are_read_in_one_batch_and_answered_in_order(session):
    graph = session(
        parts(("0", 200, {}, {"id": "a"}), ("1", 404, {}, NOT_FOUND), ("2", 200, {}, {"value": [1]}))
    )
    assert graph.read(Read("/a"), Read("/b"), Read("/c")) == [{"id": "a"}, None, [1]]
    assert len(graph.script.requests) == 1


def test_only_the_throttled_part_is_asked_again_after_the_time_it_names(session, waits):
    graph = session(
        parts(("0", 200, {}, {"id": "a"}), ("1", 429, {"Retry-After": "2.5"}, BUSY), ("2", 503, {}, None)),
        parts(("1", 200, {}, {"id": "b"}), ("2", 200, {}, {"id": "c"})),
    )
    assert graph.read(Read("/a"), Read("/b"), Read("/c")) == [{"id": "a"}, {"id": "b"}, {"id": "c"}]
    assert graph.script.batches == [["0", "1", "2"], ["1", "2"]]
    assert waits == [2.5]


def test_a_part_that_is_refused_ends_the_read(session):
    graph = session(parts(("0", 200, {}, {}), ("1", 403, {}, {"error": {"code": "x", "message": "y"}})))
    with pytest.raises(Fault) as caught:
        graph.read(Read("/a"), Read("/b", WRITE_APPS))
    assert caught.value.code == "denied"
    assert "Application.ReadWrite.All" in caught.value.hint


def test_a_refusal_that_is_expected_is_none(session):
    denied = {"error": {"code": "x", "message": "y"}}
    graph = session(parts(("0", 200, {}, {"id": "a"}), ("1", 403, {}, denied)), (403, denied))
    assert graph.read(Read("/a"), Read("/b", none_for=(403, 404))) == [{"id": "a"}, None]
    assert graph.read(Read("/b", none_for=(403, 404))) == [None]


def test_more_than_twenty_go_in_two_batches(session):
    graph = session(
        *(parts(*((str(index), 200, {}, {"n": index}) for index in range(20))) for _batch in "ab")
    )
    assert len(graph.read(*(Read(f"/{index}") for index in range(40)))) == 40
    assert [len(batch) for batch in graph.script.batches] == [20, 20]


def test_what_this_run_made_is_waited_for(session):
    graph = session((404, NOT_FOUND), (404, NOT_FOUND), (200, {"id": "a"}))
    graph.made.note("key")
    assert graph.read(Read("/a", key="key")) == [{"id": "a"}]


def test_what_this_run_did_not_make_is_not_waited_for(session, waits):
    assert session((404, NOT_FOUND)).read(Read("/a", key="key")) == [None]
    assert waits == []


def test_pages_are_followed_in_a_batch_and_alone(session):
    first = {"value": [1], "@odata.nextLink": f"{ORIGIN}/v1.0/a?p=2"}
    graph = session(parts(("0", 200, {}, first), ("1", 200, {}, {"id": "b"})), (200, {"value": [2]}))
    assert graph.read(Read("/a"), Read("/b")) == [[1, 2], {"id": "b"}]
    assert session((200, first), (200, first | {"value": [2]}), (200, {"value": [3]})).read(Read("/a")) == [
        [1, 2, 3]
    ]


def test_the_token_does_not_follow_a_page_to_another_host(session):
    page = {"value": [1], "@odata.nextLink": "https://elsewhere.example/v1.0/a"}
    graph = session((200, page))
    with pytest.raises(Fault, match="not its own"):
        graph.read(Read("/a"))
    assert len(graph.script.requests) == 1


@pytest.mark.parametrize("body", ["", "<html>", '{"id": "tru', "[]"])
def test_an_answer_that_cannot_be_read_is_a_fault(session, body):
    with pytest.raises(Fault) as caught:
        session((200, body)).read(Read("/a"))
    assert caught.value.code == "protocol"


def test_a_batch_that_forgets_a_part_is_a_fault(session):
    with pytest.raises(Fault, match="every part"):
        session(parts(("0", 200, {}, {}))).read(Read("/a"), Read("/b"))


def test_a_write_waits_for_what_it_names(session):
    graph = session((404, NOT_FOUND), (204, ""))
    assert graph.write("PATCH", "/a", {}, right=WRITE_APPS, prefer="create-if-missing").status == 204
    assert graph.script.requests[0].headers["Prefer"] == "create-if-missing"


def test_a_write_that_must_not_wait_does_not(session, waits):
    with pytest.raises(Fault, match="no such object"):
        session((404, NOT_FOUND)).write("DELETE", "/a", right=WRITE_APPS, fresh=False)
    assert waits == []
