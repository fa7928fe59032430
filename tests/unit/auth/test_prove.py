# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A new secret is proven before anybody relies on it."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.auth.prove import prove_client_secret
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault

GRAPH = "https://graph.microsoft.com"
TOKEN = r"/oauth2/v2\.0/token$"


@pytest.fixture
def prove(cloud, options_with, runtime_for, caller, tmp_path):
    def run(name="automation", deadline=10, **given):
        identity = caller(name)
        options = options_with(ca_bundle=cloud.ca_bundle, authority_url=cloud.url)
        runtime = runtime_for(options, tmp_path, deadline)
        asked = {
            "secret": identity.secret,
            "client_id": identity.client_id,
            "tenant": identity.tenant,
            **given,
        }
        return prove_client_secret(options, runtime, audience=GRAPH, **asked), runtime

    return run


def test_the_permissions_in_the_token_come_back(prove, caller, tmp_path):
    roles, runtime = prove()
    assert "Application.ReadWrite.All" in roles
    assert caller().secret not in runtime.redactor.text(caller().secret)
    assert list(tmp_path.iterdir()) == []


def test_an_application_without_permissions(prove):
    assert prove("no-graph-rights")[0] == []


@pytest.mark.parametrize("number", [7000215, 7000222, 700016, 7000229])
def test_not_known_yet_is_waited_for(cloud, prove, number):
    refusal = {
        "error": "unauthorized_client",
        "error_description": f"AADSTS{number}: no",
        "error_codes": [number],
    }
    cloud.faults([{"match": {"path": TOKEN, "times": 1}, "do": "status", "status": 400, "json": refusal}])
    assert prove()[0]
    assert [entry["fault"] for entry in cloud.journal()].count("status") == 1


def test_still_unknown_at_the_deadline(cloud, prove, impatient):
    with pytest.raises(Fault) as caught:
        prove(deadline=impatient(2), secret="CANARY-never-made")
    assert sum(entry["path"].endswith("/token") for entry in cloud.journal()) == 3
    assert caught.value.code == "sign_in_failed"
    assert caught.value.retryable
    assert "AADSTS7000215" in caught.value.message
    assert "CANARY" not in caught.value.sentence


def test_another_refusal_is_final(prove):
    with pytest.raises(Fault) as caught:
        prove(tenant="nobody.onmicrosoft.com")
    assert "AADSTS90002" in caught.value.message
    assert not caught.value.retryable
