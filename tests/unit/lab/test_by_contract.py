# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests drawn from the contracts: the lab never breaks, and answers nothing that its contract does not describe.

``make fuzz`` runs this file with many more examples, and other seeds.
"""

from __future__ import annotations

import copy
import os
import re

import hypothesis
import pytest
import schemathesis
from hypothesis import strategies
from schemathesis.generation import GenerationMode

from lab import coverage
from lab.contract import document, services
from unit.lab.cloud import CONTOSO, EXCHANGE_SCOPE, Cloud

VAULT_SCOPE = "https://vault.azure.net/.default"
EXAMPLES = int(os.environ.get("WEBEX_EMAIL_FUZZ_EXAMPLES", "6"))
SEED = int(os.environ.get("WEBEX_EMAIL_FUZZ_SEED", "2026"))
MODES = {"valid": GenerationMode.POSITIVE, "spoilt": GenerationMode.NEGATIVE}


def _operations():
    for service in services():
        schema = schemathesis.openapi.from_dict(document(service))
        for found in schema.get_all_operations():
            operation = found.ok()
            yield pytest.param(service, operation, id=operation.definition.raw["operationId"])


@pytest.fixture(scope="module")
def uncounted():
    """Nothing here counts as exercised: what was drawn by chance proves nothing about the meaning of an answer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(coverage.RECORDER, "add", lambda points: None)
        yield


@pytest.fixture(scope="module")
def place(uncounted):
    """One lab for all examples, with tokens for each service; ``world`` is what each test begins with."""
    cloud = Cloud()
    caller = cloud.caller()
    caller["graph_roles"] += [
        "AppRoleAssignment.ReadWrite.All",
        "Directory.ReadWrite.All",
        "Policy.Read.PermissionGrant",
    ]
    connect, contact_center = (cloud.lab.world[name][0] for name in ("connect", "contact_center"))
    secret = caller["secrets"][0]["value"]
    cloud.lab.change_settings({"connect_delete": True})
    cloud.bearer = {
        "graph": cloud.sign_in(client_secret=secret).json()["access_token"],
        "exchange": cloud.sign_in(client_secret=secret, scope=EXCHANGE_SCOPE).json()["access_token"],
        "key_vault": cloud.sign_in(client_secret=secret, scope=VAULT_SCOPE).json()["access_token"],
        "connect": connect["tokens"][0]["value"],
        "contact_center": contact_center["tokens"][0]["value"],
        "vault": cloud.lab.world["vault"]["tokens"][0]["value"],
    }
    cloud.organization = connect["organization_id"]
    cloud.world = copy.deepcopy(cloud.lab.world)
    return cloud


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("service, operation", list(_operations()))
def test_any_request_is_answered_by_the_contract(place, service, operation, mode):
    @hypothesis.seed(SEED)
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate],
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=MODES[mode]), known=strategies.booleans())
    def run(case, known):
        before = len(place.lab.violations)
        answer = _send(place, service, case, known)
        assert answer.status_code < 500, answer.text
        found = place.lab.violations[before:]
        assert [item["error"] for item in found if item["direction"] == "response"] == []

    place.lab.world = copy.deepcopy(place.world)
    try:
        run()
    except hypothesis.errors.Unsatisfiable:
        assert mode == "spoilt"  # whatever one asks of such an operation is in order


def _send(place, service, case, known):
    """Send a drawn request, signed in; ``known`` puts names of things that exist into its path."""
    raw = case.as_transport_kwargs(base_url=f"https://localhost{_base(service)}")
    headers = {
        str(name): str(value)
        for name, value in (raw.get("headers") or {}).items()
        if str(name).lower() not in ("authorization", "content-length", "accept-encoding")
    }
    headers["Accept-Encoding"] = "identity"  # Exchange calls one refusal gzip which is not
    if service in place.bearer:
        headers["Authorization"] = f"Bearer {place.bearer[service]}"
    if service == "connect":
        headers["x-organization-id"] = place.organization
    url = _existing(place, service, case) if known else raw["url"]
    sent = {name: raw[name] for name in ("params", "json", "data", "content") if raw.get(name) is not None}
    if isinstance(sent.get("data"), (bytes, str)):
        sent["content"] = sent.pop("data")
    return place.request(raw["method"], url, headers=_plain(headers), **sent)


def _plain(headers):
    """Headers that HTTP can carry."""
    return {
        name: re.sub(r"[\r\n\0]", "", value).encode("latin-1", "ignore").decode("latin-1")
        for name, value in headers.items()
    }


def _base(service):
    return {"graph": "/v1.0", "connect": "/connectapi"}.get(service, "")


def _existing(place, service, case):
    """The same address with ids of the example world instead of drawn ones; an earlier example may have deleted one."""
    tenant = next(item for item in place.world["tenants"] if item["id"] == CONTOSO)
    kind = "service_principals" if "servicePrincipals" in case.operation.path else "applications"
    ids = {
        "tenant": CONTOSO,
        "id": tenant[kind][0]["id"],
        "appId": tenant["applications"][0]["appId"],
        "orgId": place.lab.world["contact_center"][0]["organization_id"],
        "policyId": "microsoft-user-default-legacy",
        "user": "support@contoso.example",
    }
    path = case.operation.path
    for name in case.path_parameters or {}:
        path = path.replace(f"{{{name}}}", ids.get(name, "unknown"))
    return f"https://localhost{_base(service)}{path}"
