# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The five ways to sign in, with msal as it is, against the embedded cloud."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.auth import library
from ansible_collections.ccops.webex_email.plugins.module_utils.auth.claims import claims_of
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault
from cryptography.hazmat.primitives import serialization

GRAPH = "https://graph.microsoft.com"
EXCHANGE = "https://outlook.office365.com"
PEM = serialization.Encoding.PEM


@pytest.fixture
def certificate_file(cloud, pair, tmp_path):
    """The file with the pair, whose public part is registered with the automation identity."""
    key, certificate = pair
    public = certificate.public_bytes(PEM).decode()
    cloud.edit([{"op": "add", "path": "/tenants/0/callers/0/certificates/-", "value": public}])
    path = tmp_path / "identity.pem"
    path.write_text(private_pem(key) + public)
    return str(path)


def private_pem(key):
    form = serialization
    return key.private_bytes(PEM, form.PrivateFormat.PKCS8, form.NoEncryption()).decode()


def failed(source):
    with pytest.raises(Fault) as caught:
        source.get()
    return caught.value


@pytest.mark.parametrize("audience", [GRAPH, EXCHANGE])
def test_client_secret(signed_in, caller, audience):
    session, runtime = signed_in()
    token = session.source(audience).get()
    claims = claims_of(token)
    assert claims["aud"] == audience
    assert claims["appid"] == caller().client_id
    assert claims["tid"] == caller().tenant
    assert session.source(audience).claims() == claims
    assert token not in runtime.redactor.text(f"Bearer {token}")
    assert runtime.warnings == []


def test_the_tenant_by_its_domain(signed_in, caller):
    session, _unused = signed_in(auth_tenant="contoso.onmicrosoft.com")
    assert session.source(GRAPH).claims()["tid"] == caller().tenant


def test_certificate(cloud, sign_in, caller, certificate_file):
    session, _unused = sign_in(**caller().options, auth_certificate_path=certificate_file)
    assert session.source(GRAPH).claims()["appid"] == caller().client_id


def test_certificate_that_is_not_registered(sign_in, caller, certificate_file, other_pair):
    key, certificate = other_pair
    with open(certificate_file, "w", encoding="ascii") as stream:
        stream.write(private_pem(key) + certificate.public_bytes(PEM).decode())
    session, _unused = sign_in(**caller().options, auth_certificate_path=certificate_file)
    fault = failed(session.source(GRAPH))
    assert fault.code == "sign_in_failed"
    assert "AADSTS700027" in fault.message


def test_garbled_certificate_is_found_before_anything_is_sent(cloud, sign_in, caller, certificate_file):
    with open(certificate_file, "w", encoding="ascii") as stream:
        stream.write("CANARY")
    session, _unused = sign_in(**caller().options, auth_certificate_path=certificate_file)
    fault = failed(session.source(GRAPH))
    assert fault.code == "invalid_input"
    assert certificate_file in fault.message
    assert cloud.journal() == []


def test_federated_token_is_read_afresh_for_each_sign_in(cloud, sign_in, caller, assertion, token_requests):
    trusted = caller().federated
    path = assertion("somebody else", trusted["issuer"])
    session, runtime = sign_in(**caller().options, auth_federated_token_file=path)
    fault = failed(session.source(GRAPH))
    assert fault.code == "sign_in_failed"
    assert "issuer, subject and audience" in fault.hint
    assertion(trusted["subject"], trusted["issuer"])
    assert session.source(GRAPH).claims()["appid"] == caller().client_id
    with open(path, encoding="ascii") as stream:
        assert stream.read() not in runtime.redactor.text(path)
    assert token_requests() == 2


def test_managed_identity_of_a_virtual_machine(cloud, sign_in, caller, monkeypatch):
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", cloud.url)
    session, _unused = sign_in(auth_method="managed_identity", auth_client_id=caller("managed").client_id)
    claims = session.source(EXCHANGE).claims()
    assert claims["appid"] == caller("managed").client_id
    assert claims["aud"] == EXCHANGE


def test_managed_identity_of_an_app_service(cloud, sign_in, caller, monkeypatch):
    identity = caller("managed")
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{cloud.url}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", identity.header)
    session, runtime = sign_in(auth_method="managed_identity")
    assert session.source(GRAPH).claims()["appid"] == identity.client_id
    assert identity.header not in runtime.redactor.text(identity.header)
    monkeypatch.setenv("IDENTITY_HEADER", "CANARY-wrong-header")
    assert failed(sign_in(auth_method="managed_identity")[0].source(GRAPH)).code == "sign_in_failed"


def test_managed_identity_that_is_not_assigned(cloud, sign_in, caller, monkeypatch):
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", cloud.url)
    session, _unused = sign_in(auth_method="managed_identity", auth_client_id=caller("automation").client_id)
    fault = failed(session.source(GRAPH))
    assert fault.code == "sign_in_failed"
    assert "assigned" in fault.hint


def test_no_managed_identity_endpoint_is_not_waited_for(sign_in, monkeypatch):
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", "https://localhost:1")
    session, runtime = sign_in(auth_method="managed_identity")
    fault = failed(session.source(GRAPH))
    assert fault.code == "unreachable"
    assert not fault.retryable
    assert runtime.deadline.left() > 5


def test_ready_made_token(signed_in, sign_in):
    token = signed_in()[0].source(GRAPH).get()
    session, _unused = sign_in(auth_access_token=token, auth_client_secret="not looked at")
    assert session.source(GRAPH).get() == token
    assert failed(session.source(EXCHANGE)).code == "invalid_input"


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ({"auth_client_secret": "CANARY-wrong-secret"}, "AADSTS7000215"),
        ({"auth_client_id": "11111111-2222-3333-4444-555555555555"}, "AADSTS700016"),
        ({"auth_tenant": "11111111-2222-3333-4444-555555555555"}, "AADSTS90002"),
        ({"auth_tenant": "nobody.onmicrosoft.com"}, "AADSTS90002"),
    ],
)
def test_refused(signed_in, given, number):
    session, _unused = signed_in(**given)
    fault = failed(session.source(GRAPH))
    assert fault.code == "sign_in_failed"
    assert number in fault.message
    assert fault.hint
    assert fault.status in (400, 401)
    assert fault.request_id
    assert "CANARY" not in fault.sentence


def test_expired_secret(signed_in):
    fault = failed(signed_in(name="expired-secret")[0].source(GRAPH))
    assert "AADSTS7000222" in fault.message
    assert "expired" in fault.message


def test_without_msal(signed_in, monkeypatch):
    monkeypatch.setattr(library, "msal", None)
    monkeypatch.setattr(library, "MISSING", ImportError("No module named 'msal'"))
    fault = failed(signed_in()[0].source(GRAPH))
    assert fault.code == "library_missing"
    assert "auth_access_token" in fault.hint


def test_no_contract_of_the_sign_in_service_was_broken(cloud, signed_in):
    signed_in()[0].source(GRAPH).get()
    assert cloud.violations() == []
