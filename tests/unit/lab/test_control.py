# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's own machinery: control routes, journal, faults, settings, contracts."""

from __future__ import annotations

import json

import pytest
import yaml

from lab import contract, world
from lab.contract import FOLDER
from unit.lab.cloud import CONTOSO, Cloud


def control(here, method, name, body=None):
    return here.request(method, f"/_lab/{name}", **({"json": body} if body is not None else {}))


def journal(here):
    return control(here, "GET", "journal").json()


def test_state_can_be_read_edited_and_reset(here):
    before = control(here, "GET", "state").json()
    patch = [{"op": "replace", "path": "/tenants/0/security_defaults", "value": True}]
    assert control(here, "POST", "edit", patch).status_code == 204
    assert control(here, "GET", "state").json()["tenants"][0]["security_defaults"] is True
    assert control(here, "POST", "reset").status_code == 204
    assert control(here, "GET", "state").json() == before
    own = {"tenants": [{"id": CONTOSO, "domain": "own.onmicrosoft.com"}]}
    control(here, "POST", "reset", own)
    (tenant,) = control(here, "GET", "state").json()["tenants"]
    assert tenant["mailboxes"] == []
    assert len(tenant["service_principals"]) == 3


def test_a_mistake_of_the_test_is_a_400(here):
    assert control(here, "PUT", "settings", {"unheardOf": 1}).status_code == 400
    assert control(here, "PUT", "faults", [{"do": "explode"}]).status_code == 400
    assert control(here, "PUT", "faults", [{"do": "reset", "match": {"colour": "red"}}]).status_code == 400
    assert control(here, "POST", "edit", [{"op": "remove", "path": "/nowhere"}]).status_code == 400


def test_health_is_not_in_the_journal(here):
    assert control(here, "GET", "health").json()["status"] == "ok"
    assert journal(here) == []


def test_journal_tells_what_happened_without_any_secret(here):
    secret = here.caller()["secrets"][0]["value"]
    here.sign_in(client_secret=secret)
    app = here.make_app()
    made = here.make(f"/applications/{app['id']}/addPassword", {})
    here.graph("GET", f"/applications?$filter=displayName eq '{secret}'")
    here.graph("PATCH", f"/applications/{app['id']}", {"notes": f"it is {made['secretText']}"})
    text = json.dumps(journal(here))
    assert secret not in text
    assert made["secretText"] not in text
    assert "eyJ" not in text
    entries = {entry["operation"]: entry for entry in journal(here)}
    add = entries["application_addPassword"]
    assert (add["service"], add["write"], add["applied"], add["status"]) == ("graph", True, True, 200)
    assert add["response_body"]["secretText"] == "<secret>"
    assert "authorization" not in add["request_headers"]
    assert entries["signin_token"]["request_body"]["client_secret"] == "<secret>"
    assert entries["signin_token"]["write"] is False
    assert entries["applications.application_UpdateApplication"]["request_body"]["notes"] == "it is <secret>"
    assert entries["applications.application_ListApplication"]["client_id"] == "automation"
    control(here, "DELETE", "journal")
    assert journal(here) == []


def create(here):
    return here.graph("POST", "/applications", {"displayName": "x"})


def names(here):
    return [app["displayName"] for app in here.tenant["applications"]]


@pytest.mark.parametrize(("phase", "applied"), [("before", False), ("after", True)])
def test_a_fault_spoils_the_answer_before_or_after_the_work_is_done(here, phase, applied):
    match = {"operation": "applications.application_CreateApplication", "times": 1}
    rule = {"do": "status", "status": 503, "phase": phase, "headers": {"Retry-After": "1"}, "match": match}
    control(here, "PUT", "faults", [rule])
    answer = create(here)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert ("x" in names(here)) is applied
    entry = journal(here)[-1]
    assert (entry["fault"], entry["status"], entry["applied"], entry["write"]) == (
        "status",
        503,
        applied,
        True,
    )
    assert create(here).status_code == 201


def test_nth_and_times(here):
    def statuses(match, count=5):
        control(
            here, "PUT", "faults", [{"do": "status", "status": 500, "match": {"path": "^/v1.0/app", **match}}]
        )
        return [here.graph("GET", "/applications").status_code for _index in range(count)]

    assert statuses({}) == [500] * 5
    assert statuses({"nth": 2}) == [200, 500, 200, 200, 200]
    assert statuses({"nth": 2, "times": 2}) == [200, 500, 500, 200, 200]
    assert statuses({"times": 2}) == [500, 500, 200, 200, 200]
    assert statuses({"service": "exchange"}) == [200] * 5
    assert statuses({"method": "POST"}) == [200] * 5


def test_a_body_fault_can_truncate_json(here):
    control(
        here, "PUT", "faults", [{"do": "body", "text": '{"value": [', "content_type": "application/json"}]
    )
    answer = here.graph("GET", "/applications")
    assert (answer.status_code, answer.text) == (200, '{"value": [')
    assert here.lab.violations == []


def test_a_reset_fault_cuts_the_connection(here):
    control(here, "PUT", "faults", [{"do": "reset", "phase": "after", "match": {"times": 1}}])
    with pytest.raises(ConnectionResetError):
        create(here)
    assert "x" in names(here)
    assert journal(here)[-1]["status"] is None


def test_a_truncated_answer_looks_whole_to_http(here):
    whole = here.graph("GET", "/applications").text
    control(here, "PUT", "faults", [{"do": "truncate", "phase": "after"}])
    answer = here.graph("GET", "/applications")
    assert answer.status_code == 200 and whole.startswith(answer.text) and len(answer.text) == len(whole) // 2


def test_a_revoked_token_is_refused_until_the_rules_are_replaced(here):
    control(here, "PUT", "faults", [{"do": "revoke", "match": {"nth": 2}}])
    assert [here.graph("GET", "/applications").status_code for _index in range(3)] == [200, 401, 401]
    control(here, "PUT", "faults", [])
    assert here.graph("GET", "/applications").status_code == 200


def test_only_what_one_request_makes_lags(here):
    control(here, "PUT", "faults", [{"do": "lag", "reads": 2, "match": {"nth": 1}}])
    made = [create(here).json()["id"], create(here).json()["id"]]
    seen = [[here.graph("GET", f"/applications/{each}").status_code for _index in range(3)] for each in made]
    assert seen == [[404, 404, 200], [200, 200, 200]]


def test_a_fault_can_spread_and_be_aimed_by_what_a_request_holds(here):
    aimed = {"do": "status", "status": 503, "spreads": True, "name": "down", "match": {"body": '"x"'}}
    control(here, "PUT", "faults", [aimed])
    assert here.graph("GET", "/applications").status_code == 200
    assert create(here).status_code == 503 == here.graph("GET", "/applications").status_code
    assert control(here, "GET", "faults").json() == [{"name": "down", "fired": 2}]


def test_an_echo_quotes_token_request_and_answer(here):
    match = {"operation": "application_addPassword"}
    control(here, "PUT", "faults", [{"do": "echo", "status": 500, "phase": "after", "match": match}])
    app = create(here).json()
    answer = here.graph("POST", f"/applications/{app['id']}/addPassword", {"passwordCredential": {}})
    (secret,) = here.tenant["applications"][-1]["lab_secrets"].values()
    assert answer.status_code == 500 and "eyJ" in answer.headers["request-id"]
    assert secret in answer.text and "passwordCredential" in answer.text
    assert secret in control(here, "GET", "secrets").json()


def test_a_delay_answers_later(here):
    control(here, "PUT", "faults", [{"do": "delay", "seconds": 0.2, "name": "slow"}])
    assert here.graph("GET", "/applications").status_code == 200
    entry = journal(here)[-1]
    assert entry["fault"] == "slow"
    assert entry["duration_ms"] >= 200


def test_latency(here):
    control(here, "PUT", "settings", {"latency_ms": 50})
    here.graph("GET", "/applications")
    assert journal(here)[-1]["duration_ms"] >= 50


def test_without_contract_checks_nothing_is_recorded(here):
    control(here, "PUT", "settings", {"contract_checks": False})
    here.graph("GET", "/applications?unheardOf=1")
    assert here.lab.violations == []


def test_an_unknown_query_parameter_is_a_violation(here):
    here.graph("GET", "/applications?unheardOf=1")
    assert control(here, "GET", "violations").json()[0]["error"] == (
        "query unheardOf: not a parameter of this operation"
    )


def test_an_answer_that_breaks_the_contract_is_a_violation(here):
    here.tenant["applications"][0]["appId"] = 5
    here.graph("GET", f"/applications/{here.tenant['applications'][0]['id']}")
    (violation,) = here.lab.violations
    assert violation["direction"] == "response"
    assert "appId" in violation["error"]


def test_the_clock_can_be_fixed_and_moved(here):
    here.lab.world["clock"] = "2026-02-01T00:00:00Z"
    here.lab.change_settings({"clock_offset_seconds": 60})
    assert here.lab.timestamp() == "2026-02-01T00:01:00Z"


def test_the_example_world_is_the_one_of_the_guides():
    example = Cloud().lab.world
    mailboxes = [box["PrimarySmtpAddress"] for tenant in example["tenants"] for box in tenant["mailboxes"]]
    assert mailboxes == ["support@contoso.example", "sales@contoso.example", "help@fabrikam.example"]
    assert len(example["connect"]) == 2
    assert json.loads(json.dumps(example)) == example
    assert world.complete(example) == example


@pytest.mark.parametrize(
    "service", ["signin", "graph", "exchange", "connect", "vault", "key_vault", "contact_center"]
)
def test_every_operation_names_itself_its_source_and_its_evidence(service):
    document = yaml.safe_load((FOLDER / f"{service}.openapi.yaml").read_text("utf-8"))
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                named = {"operationId", "x-evidence"} <= set(operation)
                assert named and {"externalDocs", "x-source"} & set(operation), f"{method} {path}"


@pytest.mark.parametrize("service", ["signin", "graph", "vault", "key_vault", "contact_center"])
def test_every_operation_of_the_contract_has_its_route(here, service):
    served = {route.name for route in here.app.routes}
    assert set(contract.operations(service).values()) <= served


def test_a_removed_secret_stays_hidden_in_the_journal(here):
    app = here.make_app()
    path = f"/applications/{app['id']}"
    made = here.make(f"{path}/addPassword", {})
    here.graph("PATCH", path, {"notes": made["secretText"]})
    here.graph("POST", f"{path}/removePassword", {"keyId": made["keyId"]})
    assert made["secretText"] not in json.dumps(journal(here))
