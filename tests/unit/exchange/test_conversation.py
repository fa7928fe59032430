# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The conversation with the PowerShell program, on a road that answers from a list."""

from __future__ import annotations

import json

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault, Uncertain
from ansible_collections.ccops.webex_email.plugins.module_utils.core.retry import Deadline
from ansible_collections.ccops.webex_email.plugins.module_utils.exchange.conversation import (
    MOST_BYTES,
    Organization,
    PowerShellTransport,
)
from ansible_collections.ccops.webex_email.plugins.module_utils.exchange.program import MARK

CONNECTED = {"id": 0}
NEW = ("New-HostedOutboundSpamFilterPolicy", {"Name": "n", "AutoForwardingMode": "On"})
GET = ("Get-RemoteDomain", {})
SET = ("Set-CASMailbox", {"Identity": "x", "SmtpClientAuthenticationDisabled": None})


def line(**answer):
    return (MARK + json.dumps(answer) + "\n").encode()


def found(number, *records, warnings=()):
    return line(id=number, records=list(records), warnings=list(warnings))


def failed(number, text, kind="System.Exception", reason="", mark=""):
    return line(id=number, error={"type": kind, "reason": reason, "text": text, "mark": mark})


class Road:
    """Stands for a machine with PowerShell. An item of the list is what one read gives, or the Fault that it raises."""

    place = "the test bench"

    def __init__(self, *answers):
        self.answers = list(answers)
        self.said = []
        self.starts = self.stops = 0

    def start(self):
        self.starts += 1

    def write(self, data):
        assert data.endswith(b"\n")
        self.said += [json.loads(part) for part in data.decode("ascii").splitlines()]

    def read(self):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def stop(self):
        self.stops += 1

    def close(self):
        pass


class Token:
    def __init__(self, renewed=None):
        self.renewed = renewed

    def get(self):
        return "CANARY-token"

    def renew(self):
        return self.renewed


def transport(road, token=None):
    deadline = Deadline(100, sleep=lambda seconds: None)
    organization = Organization("contoso.onmicrosoft.com", "O365Default")
    return PowerShellTransport(road, token or Token(), deadline, organization)


def test_one_start_and_one_connection_serve_many_cmdlets():
    road = Road(line(**CONNECTED), found(1, {"a": 1}), found(2), found(3))
    powershell = transport(road)
    assert powershell.invoke(*GET) == [{"a": 1}]
    first, second = powershell.run([GET, SET])
    assert (first.records, second.fault) == ([], None)
    assert road.starts == 1
    connection, one, two = road.said
    assert connection == {
        "connection": {
            "token": "=CANARY-token",
            "organization": "=contoso.onmicrosoft.com",
            "environment": "=O365Default",
        }
    }
    assert one == {"commands": [{"id": 1, "cmdlet": "=Get-RemoteDomain", "parameters": {}}]}
    assert two["commands"][1]["parameters"] == {"Identity": "=x", "SmtpClientAuthenticationDisabled": None}


def test_answers_may_come_in_pieces_and_between_noise():
    text = (
        b"WARNING: noise\r\n" + line(**CONNECTED) + b"more noise #webex_email#\n" + found(1, {"a": "\u20ac"})
    )
    road = Road(*[text[place : place + 7] for place in range(0, len(text), 7)])
    assert transport(road).invoke(*GET) == [{"a": "\u20ac"}]


@pytest.mark.parametrize(
    "last",
    [
        found(1, {"a": 1})[:-10],
        MARK.encode() + b"{\n",
        MARK.encode() + b"[]\n",
        line(id=9, records=[], warnings=[]),
        line(id=1, records=None, warnings=[]),
        line(id=1),
    ],
)
def test_half_an_answer_is_never_taken_for_one(last):
    with pytest.raises(Fault) as caught:
        transport(Road(line(**CONNECTED), last, b"")).invoke(*GET)
    assert caught.value.code == "protocol"
    assert "cut short" in caught.value.message
    with pytest.raises(Uncertain):
        transport(Road(line(**CONNECTED), last, b"")).invoke(*NEW)


def test_a_host_that_goes_on_talking_is_cut_off():
    road = Road(line(**CONNECTED), b"x" * MOST_BYTES, b"x", b"x")
    with pytest.raises(Fault) as caught:
        transport(road).invoke(*GET)
    assert caught.value.code == "protocol"


def test_a_program_that_ends_before_it_connected_is_not_tried_again():
    road = Road(b"")
    with pytest.raises(Fault) as caught:
        transport(road).invoke(*GET)
    assert caught.value.code == "service_error"
    assert not caught.value.retryable
    assert road.starts == 1


def test_a_program_that_ends_later_is_started_again_for_what_is_left():
    road = Road(line(**CONNECTED), found(1, {"n": 1}), b"", line(**CONNECTED), found(3, {"n": 2}))
    answers = transport(road).run([GET, SET])
    assert [answer.records for answer in answers] == [[{"n": 1}], [{"n": 2}]]
    assert (road.starts, road.stops) == (2, 1)
    assert [command["cmdlet"] for command in road.said[-1]["commands"]] == ["=Set-CASMailbox"]


@pytest.mark.parametrize(
    "end", [b"", Fault("timeout", "late", retryable=True), Fault("unreachable", "gone", retryable=True)]
)
def test_a_cmdlet_that_makes_something_is_never_repeated_by_itself(end):
    road = Road(line(**CONNECTED), found(1), end, line(**CONNECTED))
    first, second = transport(road).run([GET, NEW])
    assert first.fault is None
    assert isinstance(second.fault, Uncertain)
    assert sum("commands" in item for item in road.said) == 1


def test_a_passing_fault_is_asked_for_again_in_the_same_session():
    busy = "|Microsoft.Exchange.Data.Directory.ADTransientException|later"
    road = Road(line(**CONNECTED), failed(1, busy), found(2, {"a": 1}))
    assert transport(road).invoke(*GET) == [{"a": 1}]
    assert road.starts == 1


def test_a_passing_fault_of_a_cmdlet_that_makes_something_is_unclear_but_throttling_is_not():
    gone = failed(1, "The connection was closed.", "System.Net.Http.HttpRequestException")
    with pytest.raises(Uncertain):
        transport(Road(line(**CONNECTED), gone)).invoke(*NEW)
    busy = failed(1, "You have reached the maximum number of concurrent requests per tenant.")
    assert transport(Road(line(**CONNECTED), busy, found(2))).invoke(*NEW) == []


def test_a_refused_token_is_renewed_once():
    refused = failed(0, "UnAuthorized", "System.UnauthorizedAccessException")
    road = Road(refused, line(**CONNECTED), found(1))
    assert transport(road, Token("another")).invoke(*GET) == []
    assert road.starts == 2
    for token in (Token(), Token("another")):
        road = Road(refused, refused, refused)
        with pytest.raises(Fault) as caught:
            transport(road, token).invoke(*GET)
        assert caught.value.code == "unauthenticated"
        assert road.starts == (2 if token.renewed else 1)


def test_what_must_not_be_sent_is_refused_and_the_rest_is_sent():
    road = Road(line(**CONNECTED), found(1))
    first, second = transport(road).run([("Get-Mailbox", {"Identity": "a\0b"}), GET])
    assert first.fault.code == "invalid_input"
    assert second.fault is None
    assert transport(Road()).run([("Get-Mailbox", {"Identity": ""})])[0].fault.code == "invalid_input"
    with pytest.raises(ValueError, match="not on the list"):
        transport(Road()).run([("Remove-Mailbox", {"Identity": "x"})])


def test_an_answer_that_exchange_cut_short_is_no_answer():
    more = "There are more results available than are currently displayed."
    with pytest.raises(Fault) as caught:
        transport(Road(line(**CONNECTED), found(1, {}, warnings=[more]))).invoke(*GET)
    assert caught.value.code == "protocol"


def test_the_warning_that_nothing_was_changed_is_recognised():
    text = "The command completed successfully but no settings of 'x' have been modified."
    (answer,) = transport(Road(line(**CONNECTED), found(1, warnings=[text]))).run([SET])
    assert answer.unchanged
    (answer,) = transport(Road(line(**CONNECTED), found(1, warnings=["other"]))).run([SET])
    assert not answer.unchanged


def test_a_repeated_change_that_finds_its_own_work_done_is_no_news():
    text = "The command completed successfully but no settings of 'x' have been modified."
    cut = Fault("service_error", "lost the shell", retryable=True)
    road = Road(line(**CONNECTED), cut, line(**CONNECTED), found(2, warnings=[text]))
    (answer,) = transport(road).run([SET])
    assert road.starts == 2
    assert not answer.unchanged
