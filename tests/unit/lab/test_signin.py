# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sign-in of the lab: discovery, the token endpoint, managed identities."""

from __future__ import annotations

import base64
import datetime
import time

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from unit.lab.cloud import CONTOSO, EXCHANGE_SCOPE, GRAPH_SCOPE

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def refusal(answer):
    body = answer.json()
    return answer.status_code, body["error"], body["error_codes"]


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def certificate(key):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "automation")])
    start = datetime.datetime.now(datetime.timezone.utc)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(start)
    return builder.not_valid_after(start + datetime.timedelta(days=30)).sign(key, hashes.SHA256())


@pytest.fixture
def certified(here, certificate):
    here.caller()["certificates"] = [certificate.public_bytes(serialization.Encoding.PEM).decode()]
    return here


def assertion(here, key, certificate, algorithm="PS256", **claims):
    client_id, now = here.caller()["client_id"], time.time()
    thumbprint = {"PS256": ("x5t#S256", hashes.SHA256()), "RS256": ("x5t", hashes.SHA1())}[algorithm]
    header = {
        thumbprint[0]: base64.urlsafe_b64encode(certificate.fingerprint(thumbprint[1])).decode().rstrip("=")
    }
    body = {
        "aud": f"https://localhost/{CONTOSO}/oauth2/v2.0/token",
        "iss": client_id,
        "sub": client_id,
        "jti": "1",
        "exp": now + 600,
        **claims,
    }
    return {
        "client_assertion_type": ASSERTION,
        "client_assertion": jwt.encode(body, key, algorithm=algorithm, headers=header),
    }


def test_discovery_knows_a_tenant_by_id_and_by_any_domain_in_any_case(here):
    for name in (CONTOSO, CONTOSO.upper(), "contoso.onmicrosoft.com", "Contoso.Example"):
        found = here.request("GET", f"/{name}/v2.0/.well-known/openid-configuration")
        assert found.json()["token_endpoint"] == f"https://localhost/{CONTOSO}/oauth2/v2.0/token"
        assert found.json()["issuer"] == f"https://login.microsoftonline.com/{CONTOSO}/v2.0"


def test_unknown_tenant_is_refused_by_discovery_and_by_the_token_endpoint(here):
    found = here.request("GET", "/nobody.example/v2.0/.well-known/openid-configuration")
    assert (found.status_code, found.json()["error_codes"]) == (400, [90002])
    assert refusal(here.sign_in(tenant="nobody.example", client_secret="x")) == (
        400,
        "invalid_request",
        [90002],
    )


def test_instance_discovery_names_the_host_itself(here):
    query = {"api-version": "1.1", "authorization_endpoint": "https://localhost/common/oauth2/authorize"}
    found = here.request("GET", "/common/discovery/instance", params=query).json()
    assert found["metadata"][0]["aliases"] == ["localhost"]


def test_client_secret_yields_a_token_with_the_callers_roles(here):
    secret = here.caller()["secrets"][0]["value"]
    graph = here.claims(here.sign_in(client_secret=secret))
    assert (graph["aud"], graph["tid"], graph["idtyp"]) == ("https://graph.microsoft.com", CONTOSO, "app")
    assert "Application.ReadWrite.All" in graph["roles"]
    exchange = here.claims(here.sign_in(scope=EXCHANGE_SCOPE, client_secret=secret))
    assert exchange["roles"] == ["Exchange.ManageAsApp"]
    assert exchange["wids"] == ["29232cdf-9323-42fd-ade2-1d097af3e4de"]
    assert here.lab.violations == []


def test_the_error_body_is_the_real_one(here):
    answer = here.sign_in(client_secret="wrong")
    body = answer.json()
    assert refusal(answer) == (401, "invalid_client", [7000215])
    assert body["error_description"].startswith("AADSTS7000215: Invalid client secret provided.")
    for part in (f"Trace ID: {body['trace_id']}", f"Correlation ID: {body['correlation_id']}", "Timestamp: "):
        assert part in body["error_description"]


def test_refusals_by_code(here):
    expired = here.caller("expired-secret")
    secret = here.caller()["secrets"][0]["value"]
    sign_in = here.sign_in
    assert refusal(sign_in(expired["client_id"], client_secret=expired["secrets"][0]["value"])) == (
        401,
        "invalid_client",
        [7000222],
    )
    nobody = sign_in("11111111-1111-4111-8111-111111111111", client_secret="x")
    assert refusal(nobody) == (400, "unauthorized_client", [700016])
    resource = sign_in(scope="https://nothing.example/.default", client_secret=secret)
    assert refusal(resource) == (400, "invalid_resource", [500011])
    assert refusal(sign_in())[2] == [7000218]
    assert refusal(sign_in(scope="https://graph.microsoft.com/User.Read", client_secret=secret))[2] == [
        1002012
    ]


@pytest.mark.parametrize("algorithm", ["PS256", "RS256"])
def test_certificate_signs_in_with_both_algorithms(certified, key, certificate, algorithm):
    assert certified.sign_in(**assertion(certified, key, certificate, algorithm)).status_code == 200


def test_certificate_refusals(certified, key, certificate):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert refusal(certified.sign_in(**assertion(certified, other, certificate)))[2] == [700027]
    late = assertion(certified, key, certificate, exp=time.time() - 900)
    assert refusal(certified.sign_in(**late)) == (401, "invalid_client", [700024])
    assert refusal(certified.sign_in(**assertion(certified, key, certificate, aud="x")))[2] == [700023]
    certified.caller()["certificates"] = []
    assert refusal(certified.sign_in(**assertion(certified, key, certificate)))[2] == [700027]


def test_a_clock_that_runs_apart_makes_assertions_invalid(certified, key, certificate):
    certified.lab.change_settings({"clock_offset_seconds": 3600})
    assert refusal(certified.sign_in(**assertion(certified, key, certificate)))[2] == [700024]


def test_federated_token_must_match_issuer_and_subject(here, key):
    def present(**claims):
        federation = here.caller()["federated"][0]
        body = {
            "iss": federation["issuer"],
            "sub": federation["subject"],
            "aud": "api://AzureADTokenExchange",
            "exp": time.time() + 300,
            **claims,
        }
        token = jwt.encode(body, key, algorithm="RS256")
        return here.sign_in(client_assertion_type=ASSERTION, client_assertion=token)

    assert present().status_code == 200
    assert refusal(present(sub="project:other"))[2] == [700213]
    assert refusal(present(aud="other"))[2] == [700212]


def test_managed_identity_of_a_virtual_machine(here):
    query = {"api-version": "2018-02-01", "resource": "https://graph.microsoft.com"}
    path = "/metadata/identity/oauth2/token"
    answer = here.request("GET", path, params=query, headers={"Metadata": "true"})
    assert here.claims(answer)["appid"] == here.caller("managed")["client_id"]
    assert isinstance(answer.json()["expires_on"], str)
    assert here.request("GET", path, params=query).status_code == 400
    by_id = {**query, "client_id": here.caller("no-graph-rights")["client_id"]}
    assert here.request("GET", path, params=by_id, headers={"Metadata": "true"}).status_code == 400


def test_managed_identity_of_app_service_needs_its_header(here):
    query = {"api-version": "2019-08-01", "resource": "https://outlook.office365.com/"}
    header = {"X-IDENTITY-HEADER": here.caller("managed")["identity_header"]}
    assert here.request("GET", "/msi/token", params=query, headers=header).status_code == 200
    assert here.request("GET", "/msi/token", params=query).status_code == 401
    assert (
        here.request("GET", "/msi/token", params=query, headers={"X-IDENTITY-HEADER": "x"}).status_code == 400
    )


def test_an_application_made_through_graph_signs_in_with_its_roles(here):
    app, principal = here.make_principal()
    secret = here.make(f"/applications/{app['id']}/addPassword", {})["secretText"]
    resource = here.principal("00000002-0000-0ff1-ce00-000000000000")
    without = here.claims(here.sign_in(app["appId"], EXCHANGE_SCOPE, client_secret=secret))
    assert "roles" not in without
    here.make(f"/servicePrincipals/{resource['id']}/appRoleAssignedTo", here.assignment(principal, resource))
    assert here.claims(here.sign_in(app["appId"], EXCHANGE_SCOPE, client_secret=secret))["roles"] == [
        "Mail.Send"
    ]


def test_an_application_without_service_principal_is_not_found(here):
    app = here.make_app()
    secret = here.make(f"/applications/{app['id']}/addPassword", {})["secretText"]
    assert refusal(here.sign_in(app["appId"], client_secret=secret))[2] == [700016]


def test_a_new_secret_is_wrong_until_it_is_replicated(here):
    app, _principal = here.make_principal()
    here.lab.change_settings({"replication_reads": 2})
    secret = here.make(f"/applications/{app['id']}/addPassword", {})["secretText"]
    seen = [here.sign_in(app["appId"], GRAPH_SCOPE, client_secret=secret).status_code for _index in range(3)]
    assert seen == [401, 401, 200]


def test_a_removed_secret_is_wrong_at_once(here):
    app, _principal = here.make_principal()
    secret = here.make(f"/applications/{app['id']}/addPassword", {})
    here.graph("POST", f"/applications/{app['id']}/removePassword", {"keyId": secret["keyId"]})
    assert refusal(here.sign_in(app["appId"], client_secret=secret["secretText"]))[2] == [7000215]
