# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusals in words that a person can act on."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.auth.aadsts import CAUSES, refusal

NAMES = {
    "tenant": "contoso.onmicrosoft.com",
    "client_id": "6f1d3c52",
    "audience": "https://graph.microsoft.com",
}


def answer(number, error="invalid_client", **more):
    description = f"AADSTS{number}: CANARY text of Microsoft's. Trace ID: 1"
    return {
        "error": error,
        "error_description": description,
        "error_codes": [number],
        "trace_id": "t-1",
        **more,
    }


@pytest.mark.parametrize("number", sorted(CAUSES))
def test_every_cause_has_a_sentence_and_a_remedy(number):
    fault = refusal(answer(number), 401, **NAMES)
    assert f"AADSTS{number}" in fault.message
    assert "{" not in fault.sentence
    assert "CANARY" not in fault.sentence
    assert fault.hint
    assert (fault.status, fault.request_id) == (401, "t-1")


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [
        (7000215, "sign_in_failed", "not its secret ID"),
        (7000222, "sign_in_failed", "expired"),
        (700016, "sign_in_failed", "contoso.onmicrosoft.com"),
        (90002, "sign_in_failed", "does not exist"),
        (900023, "sign_in_failed", "does not exist"),
        (500011, "sign_in_failed", "https://graph.microsoft.com"),
        (700024, "sign_in_failed", "5 minutes"),
        (700027, "sign_in_failed", "Register"),
        (70021, "sign_in_failed", "issuer, subject and audience"),
        (700213, "sign_in_failed", "issuer, subject and audience"),
        (50034, "sign_in_failed", "account"),
        (53003, "policy_blocked", "conditional access"),
        (90038, "sign_in_failed", "national cloud"),
        (90033, "service_error", "later"),
    ],
)
def test_what_the_frequent_ones_say(number, code, word):
    fault = refusal(answer(number), 400, **NAMES)
    assert fault.code == code
    assert word in fault.sentence


def test_only_what_waiting_can_change_is_retryable():
    retryable = [number for number in sorted(CAUSES) if refusal(answer(number), 400, **NAMES).retryable]
    assert retryable == [90024, 90033, 90055]


def test_an_unknown_number_is_quoted_and_its_text_is_not():
    fault = refusal(answer(1234567), 400, **NAMES)
    assert "AADSTS1234567" in fault.message
    assert "1234567" in fault.hint
    assert "CANARY" not in fault.sentence


def test_the_number_is_found_in_the_text_too():
    result = answer(7000215)
    del result["error_codes"]
    assert "client secret" in refusal(result, 401, **NAMES).message


def test_of_several_numbers_the_known_one_counts():
    result = answer(70002, error_codes=[70002, 7000222])
    assert "expired" in refusal(result, 401, **NAMES).message


@pytest.mark.parametrize("error", ["CANARY some text", 7, None, {"CANARY": 1}])
def test_an_answer_without_any_number(error):
    fault = refusal({"error": error, "trace_id": ["x"]}, 400, **NAMES)
    assert "CANARY" not in fault.sentence
    assert "HTTP 400" in fault.message
    assert fault.request_id is None


def test_the_oauth_word_stands_in_for_a_number():
    assert "(invalid_scope)" in refusal({"error": "invalid_scope"}, 400, **NAMES).message
