# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The REST transport with a session that answers from a list."""

from __future__ import annotations

import json

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault
from ansible_collections.ccops.webex_email.plugins.module_utils.core.retry import Deadline
from ansible_collections.ccops.webex_email.plugins.module_utils.core.web import Response
from ansible_collections.ccops.webex_email.plugins.module_utils.exchange.client import Exchange
from ansible_collections.ccops.webex_email.plugins.module_utils.exchange.rest import RestTransport

ORIGIN = "https://outlook.office365.com"
PATH = "/adminapi/beta/contoso.onmicrosoft.com/InvokeCommand"
OWN = "https://eur01.outlook.office365.com"


class Session:
    """Stands for core.web.Http."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.sent = []

    def send(self, request):
        self.sent.append(request)
        return self.answers.pop(0)


class Token:
    def get(self):
        return "token"

    def renew(self):
        return None


def transport(session, tenant="contoso.onmicrosoft.com"):
    deadline = Deadline(100, sleep=lambda seconds: None)
    return RestTransport(session, Token(), deadline, ORIGIN, ".outlook.office365.com", tenant)


def found(*records, **more):
    return Response(200, {}, json.dumps({"value": list(records), **more}))


def moved(target):
    return Response(302, {"Location": target}, "")


def test_the_tenants_own_host_is_remembered():
    session = Session(moved(OWN + PATH), found({"a": 1}), found())
    rest = transport(session)
    assert rest.invoke("Get-Mailbox", {"Identity": "x"}) == [{"a": 1}]
    rest.invoke("Get-RemoteDomain", {})
    assert [request.url for request in session.sent] == [ORIGIN + PATH, OWN + PATH, OWN + PATH]
    assert {request.headers["Authorization"] for request in session.sent} == {"Bearer token"}


def test_pages_are_asked_with_the_same_body_and_headers():
    following = {"@odata.nextLink": f"{ORIGIN}{PATH}?$skiptoken=2"}
    session = Session(found({"n": 1}, **following), found({"n": 2}))
    assert transport(session).invoke("Get-RemoteDomain", {}) == [{"n": 1}, {"n": 2}]
    first, second = session.sent
    assert (first.body, first.headers) == (second.body, second.headers)
    assert second.url.endswith("?$skiptoken=2")


def test_a_page_does_not_become_the_address_of_later_requests():
    session = Session(
        found({"n": 1}, **{"@odata.nextLink": f"{ORIGIN}{PATH}?$skiptoken=2"}),
        moved(f"{OWN}{PATH}?$skiptoken=2"),
        found({"n": 2}),
        found(),
    )
    rest = transport(session)
    rest.invoke("Get-RemoteDomain", {})
    rest.invoke("Get-RemoteDomain", {})
    assert session.sent[-1].url == ORIGIN + PATH


def parts(*answers):
    """The answer to a batch, its parts in another order than they were asked for."""
    numbered = [{"id": str(number), **answer} for number, answer in enumerate(answers, 1)]
    return Response(200, {}, json.dumps({"responses": numbered[::-1]}))


def part(*records, status=200, headers=None, **more):
    return {"status": status, "headers": headers or {}, "body": {"value": list(records), **more}}


READS = [("Get-Mailbox", {"Identity": "a@c.example"}), ("Get-TransportConfig", {})]


def test_several_reads_are_one_request_and_each_part_keeps_its_own_headers():
    session = Session(parts(part({"a": 1}), part({"b": 2})))
    first, second = transport(session).run(READS)
    assert (first.records, second.records) == ([{"a": 1}], [{"b": 2}])
    (request,) = session.sent
    assert request.url == ORIGIN + PATH.replace("InvokeCommand", "$batch")
    sent = request.body["requests"]
    assert [item["headers"]["X-CmdletName"] for item in sent] == ["Get-Mailbox", "Get-TransportConfig"]
    assert sent[0]["headers"]["X-AnchorMailbox"] == "UPN:a@c.example"
    assert {item["headers"]["connection-id"] for item in sent} == {request.headers["connection-id"]}
    assert len({item["headers"]["client-request-id"] for item in sent}) == 2
    assert "Authorization" not in sent[0]["headers"]


def test_a_batch_holds_ten_at_most():
    session = Session(parts(*[part({"n": n}) for n in range(10)]), found({"n": 10}))
    answers = transport(session).run([("Get-RemoteDomain", {})] * 11)
    assert [answer.records[0]["n"] for answer in answers] == list(range(11))
    assert session.sent[1].url.endswith("/InvokeCommand")


def test_each_part_has_a_fate_of_its_own():
    missing = {"error": {"message": "Ex6F9304|x.ManagementObjectNotFoundException|no"}}
    session = Session(parts({"status": 404, "headers": {}, "body": missing}, {"status": 403, "body": None}))
    first, second = transport(session).run(READS)
    assert first.fault.code == "not_found"
    assert second.fault.code == "denied"
    assert "Get-TransportConfig" in second.fault.message


@pytest.mark.parametrize("status", [429, 503, 401])
def test_a_part_that_fails_in_passing_is_asked_for_by_itself(status):
    session = Session(parts(part({"a": 1}), {"status": status, "headers": {}, "body": None}), found({"b": 2}))
    first, second = transport(session).run(READS)
    assert (first.records, second.records) == ([{"a": 1}], [{"b": 2}])
    assert session.sent[1].headers["X-CmdletName"] == "Get-TransportConfig"


def test_a_part_with_more_pages_goes_on_alone():
    link = {"@odata.nextLink": f"{ORIGIN}{PATH}?$skiptoken=2"}
    session = Session(parts(part({"n": 1}, **link), part({"b": 2})), found({"n": 2}))
    first, _second = transport(session).run(READS)
    assert first.records == [{"n": 1}, {"n": 2}]


def test_a_part_that_was_forgotten_or_cut_is_no_answer():
    for odd in (parts(part({"a": 1})), parts(part({"a": 1}), {"status": 200, "body": {"x": 1}})):
        first, second = transport(Session(odd)).run(READS)
        assert first.fault is None
        assert second.fault.code == "protocol"


def test_what_makes_something_is_unclear_when_its_batch_is_lost():
    new = ("New-HostedOutboundSpamFilterPolicy", {"Name": "n"})
    read, made = transport(Session(Response(503, {}, ""))).run([READS[1], new])
    assert made.fault.code == "uncertain"
    assert read.fault is not None
    lost = {"status": 503, "headers": {}, "body": None}
    _read, made = transport(Session(parts(part({}), lost))).run([READS[1], new])
    assert made.fault.code == "uncertain"


def test_the_whole_batch_follows_a_redirect():
    target = OWN + PATH.replace("InvokeCommand", "$batch")
    session = Session(moved(target), parts(part({"a": 1}), part({"b": 2})), found())
    rest = transport(session)
    rest.run(READS)
    rest.invoke("Get-RemoteDomain", {})
    assert {item["url"] for item in session.sent[1].body["requests"]} == {OWN + PATH}
    assert session.sent[2].url == OWN + PATH


def test_a_wait_that_is_told_in_words_is_kept():
    text = "You have reached the maximum number of requests. Please wait 600 seconds."
    with pytest.raises(Fault) as caught:
        transport(Session(Response(429, {}, text))).invoke("Get-RemoteDomain", {})
    assert (caught.value.code, caught.value.retry_after) == ("throttled", 600)


def test_type_notes_are_taken_out_and_a_capital_value_is_read():
    record = {"@odata.type": "#x", "Guid@odata.type": "#Guid", "Guid": "g", "Date@data.type": "y"}
    session = Session(Response(200, {}, json.dumps({"Value": [record]})))
    assert transport(session).invoke("Get-Mailbox", {"Identity": "x"}) == [{"Guid": "g"}]


def test_a_tenant_cannot_leave_its_place_in_the_path():
    session = Session(found())
    transport(session, "../other?x").invoke("Get-RemoteDomain", {})
    assert session.sent[0].url == f"{ORIGIN}/adminapi/beta/..%2Fother%3Fx/InvokeCommand"


@pytest.mark.parametrize("records", [[], [{}, {}]])
def test_a_read_of_one_thing_that_is_none_or_two(records):
    with pytest.raises(Fault) as caught:
        Exchange(transport(Session(found(*records)))).transport_config()
    assert caught.value.code == "protocol"


def test_a_mailbox_is_missing_also_where_the_reason_cannot_be_read():
    nothing = Response(404, {}, json.dumps({"error": {"message": "|x.ManagementObjectNotFoundException|no"}}))
    with pytest.raises(Fault) as caught:
        Exchange(transport(Session(nothing, Response(403, {}, "\0")))).mailbox("x@c.example")
    assert caught.value.code == "not_found"
    with pytest.raises(Fault) as caught:
        Exchange(transport(Session(*[found()] * 5))).mailbox("x@c.example")
    assert caught.value.code == "not_found"


def test_ambiguity_is_told_also_without_addresses():
    with pytest.raises(Fault) as caught:
        Exchange(transport(Session(found({}, {})))).mailbox("x")
    assert caught.value.code == "ambiguous"
