# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Graph's answers mean: errors of every shape, and which are worth waiting for."""

from __future__ import annotations

import json

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Uncertain
from ansible_collections.ccops.webex_email.plugins.module_utils.core.web import Response
from ansible_collections.ccops.webex_email.plugins.module_utils.graph.errors import (
    Duplicate,
    NameTaken,
    explain,
    parse,
)
from ansible_collections.ccops.webex_email.plugins.module_utils.graph.rights import WRITE_GRANTS
from ansible_collections.ccops.webex_email.plugins.module_utils.graph.session import GraphRequest

LEAK = "CANARY the text of an answer"


def answer(status, code="Request_BadRequest", message=LEAK, details=None):
    error = {"code": code, "message": message}
    if details is not None:
        error["details"] = details
    return Response(status, {"request-id": "id-1"}, json.dumps({"error": error}))


def request(**extra):
    return GraphRequest("POST", "https://graph.example/v1.0/x", right=WRITE_GRANTS, **extra)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {},
        {"error": "text"},
        {"error": {"code": None, "message": {"lang": "en"}, "details": {"code": "x"}}},
        {"error": {"code": 7, "message": None, "details": ["x", None]}},
    ],
)
def test_a_body_of_any_shape_can_be_read(body):
    assert parse(body).text == str(parse(body).text)


def test_codes_are_found_in_details_too():
    body = {"error": {"code": "A", "message": "M", "details": [{"code": "B"}, {"message": "no code"}]}}
    assert parse(body).codes == {"a", "b"}


@pytest.mark.parametrize("status", [200, 201, 204])
def test_success_is_no_fault(status):
    assert explain(Response(status, {}, ""), request(), True) is None


@pytest.mark.parametrize(
    ("response", "code"),
    [
        (answer(400), "conflict"),
        (answer(401, "InvalidAuthenticationToken"), "unauthenticated"),
        (answer(403, "Authorization_RequestDenied"), "denied"),
        (answer(404, "Request_ResourceNotFound"), "not_found"),
        (answer(429, "TooManyRequests"), "throttled"),
        (answer(503, "ServiceUnavailable"), "service_error"),
        (answer(400, "CredentialInvalidLifetimeAsPerAppPolicy"), "policy_blocked"),
        (answer(400, "CredentialTypeNotAllowedAsPerAppPolicy"), "policy_blocked"),
        (answer(400, details=[{"code": "SignInAudienceNotAllowedAsPerAppPolicy"}]), "policy_blocked"),
        (answer(400, "TooManyAppPasswords"), "conflict"),
        (answer(403, "Directory_QuotaExceeded"), "denied"),
        (answer(400, "Directory_QuotaExceeded"), "conflict"),
        (answer(400, message="EntitlementGrant being updated or deleted is not found."), "not_found"),
        (answer(400, message="Permission being assigned was not found on application."), "conflict"),
        (Response(400, {}, "<html>" + LEAK), "protocol"),
        (Response(302, {}, LEAK), "protocol"),
    ],
)
def test_an_answer_becomes_a_fault_without_its_text(response, code):
    fault = explain(response, request(), False)
    assert fault.code == code
    assert "CANARY" not in fault.sentence
    assert fault.status == response.status


def test_the_code_of_an_unknown_refusal_and_the_request_id_are_passed_on():
    fault = explain(answer(400, "Some_NewCode"), request(), False)
    assert "Some_NewCode" in fault.sentence
    assert fault.request_id == "id-1"


def test_a_code_that_is_a_text_is_not_passed_on():
    assert "CANARY" not in explain(answer(400, LEAK), request(), False).sentence


def test_a_denial_names_the_permission():
    assert "DelegatedPermissionGrant.ReadWrite.All" in explain(answer(403), request(), False).hint


@pytest.mark.parametrize(
    "response",
    [
        answer(404, "Request_ResourceNotFound"),
        answer(400, details=[{"code": "NoBackingApplicationObject"}]),
        answer(400, message="The appId 'x' does not reference a valid application object."),
        answer(403, message="the backing application of the service principal must in the local tenant"),
        answer(400, message="Not a valid reference update."),
    ],
)
def test_what_may_be_replication_is_waited_out_only_for_what_this_run_knows(response):
    assert explain(response, request(), True).retryable
    assert not explain(response, request(), False).retryable


@pytest.mark.parametrize(
    "response",
    [answer(409, "Directory_ConcurrencyViolation"), answer(412), answer(409, "Error_MsaAppDoesNotExist")],
)
def test_another_change_of_the_same_object_is_waited_out(response):
    assert explain(response, request(), False).retryable


@pytest.mark.parametrize(
    "response",
    [
        answer(409, "Request_MultipleObjectsWithSameKeyValue"),
        answer(400, message="Permission being assigned already exists on the object"),
        answer(409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists."),
        answer(400, message="EntitlementGrant entry already exists"),
    ],
)
def test_what_exists_is_told_apart(response):
    assert isinstance(explain(response, request(), True), Duplicate)


def test_a_unique_name_that_is_taken_is_told_apart():
    text = "Another object with the same value for property uniqueName already exists."
    assert isinstance(explain(answer(400, message=text), request(), True), NameTaken)


def test_a_lost_directory_leaves_a_write_uncertain():
    response = answer(404, "Directory_ObjectNotFound")
    assert isinstance(explain(response, request(repeatable=False), True), Uncertain)
    assert not isinstance(explain(response, request(), True), Uncertain)


def test_a_failed_dependency_of_a_batch_is_tried_again():
    assert explain(answer(424), request(), False).retryable
