# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every format in which people keep a key and its certificate."""

from __future__ import annotations

import base64
import json

import jwt
import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.auth.certificate import (
    acquire,
    msal_credential,
)
from ansible_collections.ccops.webex_email.plugins.module_utils.auth.transport import Transport
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault
from ansible_collections.ccops.webex_email.plugins.module_utils.core.web import Response
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12

PEM = serialization.Encoding.PEM
PASSWORD = "CANARY-pass~phrase"
ENCRYPTED = serialization.BestAvailableEncryption(PASSWORD.encode())
PLAIN = serialization.NoEncryption()


def key_pem(key, encryption=PLAIN):
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, encryption)


def used(content, password=None):
    options = {"auth_certificate_path": "/etc/identity", "auth_certificate_password": password}
    return msal_credential(options, content)


def refused(content, password=None):
    with pytest.raises(Fault) as caught:
        used(content, password)
    assert caught.value.code == "invalid_input"
    assert "/etc/identity" in caught.value.message
    assert "CANARY" not in caught.value.sentence
    return caught.value.message


@pytest.fixture(scope="session")
def other(other_pair):
    """A certificate of another key, such as an issuer's."""
    return other_pair[1]


def test_pem(pair):
    key, certificate = pair
    credential = used(key_pem(key) + certificate.public_bytes(PEM))
    assert credential["public_certificate"].encode() == certificate.public_bytes(PEM)
    assert credential["private_key"].encode() == key_pem(key)


def test_what_is_sent(pair, other, options_with):
    """The leaf's own certificate goes along (x5c), and the algorithm is not the deprecated one."""
    key, certificate = pair
    client_id = "6f1d3c52-5a0b-4f0e-9a61-1f6f5f0c1a01"
    options = options_with(auth_tenant="contoso.onmicrosoft.com", auth_client_id=client_id)
    http = Recorder()
    content = other.public_bytes(PEM) + key_pem(key) + certificate.public_bytes(PEM)
    acquire(options, content, "https://graph.microsoft.com", Transport(http, print), None)
    assertion = http.form["client_assertion"]
    header = jwt.get_unverified_header(assertion)
    assert header["alg"] == "PS256"
    assert base64.b64decode(header["x5c"][0]) == certificate.public_bytes(serialization.Encoding.DER)
    claims = jwt.decode(assertion, key.public_key(), ["PS256"], audience=Recorder.ENDPOINT)
    assert claims["iss"] == claims["sub"] == client_id
    assert http.form["scope"] == "https://graph.microsoft.com/.default"


class Recorder:
    """A session in which everything works."""

    ENDPOINT = "https://login.microsoftonline.com/contoso/oauth2/v2.0/token"

    def send(self, request):
        if request.method == "GET":
            answer = {"authorization_endpoint": self.ENDPOINT, "token_endpoint": self.ENDPOINT}
        else:
            self.form = request.form
            answer = {"access_token": "a", "expires_in": 600}
        return Response(200, {}, json.dumps(answer))


def test_encrypted_pem(pair):
    key, certificate = pair
    credential = used(certificate.public_bytes(PEM) + key_pem(key, ENCRYPTED), PASSWORD)
    assert credential["private_key"].encode() == key_pem(key)


def test_pem_with_its_chain_before_it(pair, other):
    key, certificate = pair
    content = other.public_bytes(PEM) + certificate.public_bytes(PEM) + key_pem(key)
    assert used(content)["public_certificate"].encode() == certificate.public_bytes(PEM) + other.public_bytes(
        PEM
    )


@pytest.mark.parametrize(("encryption", "password"), [(ENCRYPTED, PASSWORD), (PLAIN, None)])
def test_pfx(pair, other, encryption, password):
    key, certificate = pair
    content = pkcs12.serialize_key_and_certificates(b"automation", key, certificate, [other], encryption)
    credential = used(content, password)
    assert credential["private_key"].encode() == key_pem(key)
    assert credential["public_certificate"].encode().startswith(certificate.public_bytes(PEM))


def test_wrong_password(pair):
    key, certificate = pair
    pem = key_pem(key, ENCRYPTED) + certificate.public_bytes(PEM)
    pfx = pkcs12.serialize_key_and_certificates(None, key, certificate, None, ENCRYPTED)
    assert "missing or wrong" in refused(pem, "wrong")
    assert "missing or wrong" in refused(pfx, "wrong")
    assert "missing or wrong" in refused(pfx)
    assert "needs auth_certificate_password" in refused(pem)


def test_password_for_a_key_that_has_none(pair):
    key, certificate = pair
    assert "not encrypted" in refused(key_pem(key) + certificate.public_bytes(PEM), PASSWORD)


@pytest.mark.parametrize("content", [b"", b"CANARY nonsense", b"-----BEGIN PRIVATE KEY-----\nCANARY"])
def test_garbled(content):
    assert "no PEM or PFX file" in refused(content)


def test_half_of_the_pair(pair, other):
    key, certificate = pair
    assert "no PEM or PFX file with a key" in refused(certificate.public_bytes(PEM))
    assert "no certificate that belongs" in refused(key_pem(key))
    assert "no certificate that belongs" in refused(key_pem(key) + other.public_bytes(PEM))


def test_pfx_without_a_key(pair):
    content = pkcs12.serialize_key_and_certificates(None, None, pair[1], None, ENCRYPTED)
    assert "no RSA key" in refused(content, PASSWORD)


def test_elliptic_curve_key(pair):
    assert "no RSA key" in refused(
        key_pem(ec.generate_private_key(ec.SECP256R1())) + pair[1].public_bytes(PEM)
    )
