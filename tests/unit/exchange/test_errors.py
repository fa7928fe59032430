# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading Exchange's error bodies, from plain data."""

from __future__ import annotations

import json

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.web import Response
from ansible_collections.ccops.webex_email.plugins.module_utils.exchange.errors import (
    CmdletError,
    cmdlet_error,
    explain,
    parse,
)
from hypothesis import given
from hypothesis import strategies as st

NOT_FOUND = "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException"


def response(status, body=None, text=None, **headers):
    return Response(status, headers, json.dumps(body) if text is None else text)


@pytest.mark.parametrize(
    ("text", "kind", "human"),
    [
        (f"Ex6F9304|{NOT_FOUND}|no object 'x'", "ManagementObjectNotFoundException", "no object 'x'"),
        (f"|{NOT_FOUND}|a|b|c", "ManagementObjectNotFoundException", "a|b|c"),
        ("Shorter|text", "", "Shorter|text"),
        ("", "", ""),
        ('{"ClassName": "a.b.OddException", "Message": "m", "localizedString": {}}', "OddException", "m"),
        ("{not json", "", "{not json"),
        ("{}", "", ""),
    ],
)
def test_parse(text, kind, human):
    assert parse(text) == CmdletError(kind, human)


@given(st.text())
def test_any_text_can_be_parsed(text):
    parse(text)


def body(message=None, detail=None, internal=None, kind="Exception"):
    error = {"code": "x", "message": message}
    if detail:
        error["details"] = [{"code": "Client", "target": "", "message": detail}]
    if internal:
        error["innererror"] = {"message": "outer", "internalexception": {"message": internal, "type": kind}}
    return {"error": error}


def test_the_innermost_text_is_the_most_telling():
    assert cmdlet_error(body("|a.Outer|x", "|a.Detail|y", "|a.Inner|z")).kind == "Inner"
    assert cmdlet_error(body("|a.Outer|x", "|a.Detail|y")).kind == "Detail"
    assert cmdlet_error(body("|a.Outer|x")).kind == "Outer"


def test_a_type_beside_the_text():
    found = cmdlet_error(
        body("Invalid Operation", internal="Cannot convert", kind="x.ParameterTransformationException")
    )
    assert found == CmdletError("ParameterTransformationException", "Cannot convert")
    assert cmdlet_error(body(internal="plain")).kind == ""


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error", "details", "message", "innererror", "internalexception", "type"]), inner
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_no_body_is_too_odd_to_read(value):
    cmdlet_error(value)
    cmdlet_error({"error": value})


@pytest.mark.parametrize(
    ("status", "text", "code", "retryable"),
    [
        (404, f"Ex6F9304|{NOT_FOUND}|x", "not_found", False),
        (400, f"Ex6F9304|{NOT_FOUND}|x", "not_found", False),
        (400, "Ex41BAF5|x|The specified mailbox doesn't exist.", "not_found", False),
        (
            400,
            "|System.InvalidOperationException|it's out of the current user's write scope.",
            "conflict",
            False,
        ),
        (400, '|x.SomeException|The name "a" has already been used.', "conflict", False),
        (400, "|x.ManagementObjectAlreadyExistsException|x", "conflict", False),
        (400, "|x.Dehydrated|first run: Enable-OrganizationCustomization.", "policy_blocked", False),
        (400, "|x.ADTransientException|x", "service_error", True),
        (400, "|x.ADServerSettingsChangedException|x", "service_error", True),
        (400, "|x.OddException|x", "conflict", False),
        (400, "Expired or Invalid pagination request", "protocol", False),
    ],
)
def test_what_a_cmdlet_ran_into(status, text, code, retryable):
    fault = explain(response(status, body(internal=text), **{"request-id": "r"}), "Set-Mailbox")
    assert (fault.code, fault.retryable, fault.status, fault.request_id) == (code, retryable, status, "r")
    assert fault.message.startswith("Set-Mailbox")


@pytest.mark.parametrize("status", [200, 204])
def test_success(status):
    assert explain(response(status, text=""), "Get-Mailbox") is None


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "unauthenticated"),
        (403, "denied"),
        (404, "protocol"),
        (400, "protocol"),
        (405, "protocol"),
        (408, "service_error"),
        (429, "throttled"),
        (500, "service_error"),
        (503, "service_error"),
    ],
)
@pytest.mark.parametrize("text", ["", "\0" * 300, "<html>no</html>"])
def test_answers_that_are_no_json(status, code, text):
    assert explain(response(status, text=text), "Get-Mailbox").code == code


def test_the_denial_names_the_role_of_the_cmdlet():
    for cmdlet, role in (
        ("Set-CASMailbox", "User Options"),
        ("Get-TransportConfig", "View-Only Configuration"),
    ):
        assert role in explain(response(403, text=""), cmdlet).hint
