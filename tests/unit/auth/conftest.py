# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that sign in to the embedded cloud."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import jwt
import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.auth.options import AUTH
from ansible_collections.ccops.webex_email.plugins.module_utils.auth.sign_in import SignIn
from ansible_collections.ccops.webex_email.plugins.module_utils.core.engine import Runtime
from ansible_collections.ccops.webex_email.plugins.module_utils.core.redact import Redactor
from ansible_collections.ccops.webex_email.plugins.module_utils.core.retry import Deadline
from ansible_collections.ccops.webex_email.plugins.module_utils.core.spec import COMMON
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

GRAPH = "https://graph.microsoft.com"
EXCHANGE = "https://outlook.office365.com"


@dataclass
class Caller:
    """An identity of the example world."""

    tenant: str
    client_id: str
    secret: str | None
    federated: dict | None
    header: str | None

    @property
    def options(self):
        """Sign-in options without a credential."""
        return {"auth_tenant": self.tenant, "auth_client_id": self.client_id}


@pytest.fixture
def caller(cloud):
    """Look up an identity of the first tenant by its name."""
    tenant = cloud.state()["tenants"][0]

    def find(name="automation"):
        entry = next(item for item in tenant["callers"] if item["name"] == name)
        secret = next((item["value"] for item in entry.get("secrets", [])), None)
        federated = next(iter(entry.get("federated", [])), None)
        return Caller(tenant["id"], entry["client_id"], secret, federated, entry.get("identity_header"))

    return find


@pytest.fixture
def options_with():
    """Options as Ansible's validation leaves them, without environment."""

    def make(**given):
        defaults = {name: entry.get("default") for name, entry in (AUTH + COMMON).options.items()}
        return {**defaults, **given}

    return make


class Impatient(Deadline):
    """A deadline that allows a number of pauses, and none of them takes any time."""

    def __init__(self, pauses):
        super().__init__(10)
        self._pauses = pauses

    def pause(self, seconds):
        self._pauses -= 1
        return self._pauses >= 0


@pytest.fixture
def impatient():
    """Make a deadline that allows so many pauses."""
    return Impatient


@pytest.fixture
def runtime_for():
    """A task's Runtime, with a deadline or the seconds to it; its sessions are closed with the test."""
    made = []

    def make(options, scratch=None, deadline=10):
        deadline = deadline if isinstance(deadline, Deadline) else Deadline(deadline)
        runtime = Runtime(options, Redactor(), deadline, scratch and str(scratch))
        made.append(runtime)
        return runtime

    yield make
    for runtime in made:
        runtime.close()


@pytest.fixture
def sign_in(cloud, options_with, runtime_for):
    """A SignIn against the embedded cloud; its ``runtime`` is beside it."""

    def make(scratch=None, deadline=10, **given):
        options = options_with(**{"ca_bundle": cloud.ca_bundle, "authority_url": cloud.url, **given})
        runtime = runtime_for(options, scratch, deadline)
        return SignIn(options, runtime), runtime

    return make


@pytest.fixture
def signed_in(sign_in, caller):
    """As ``sign_in``, with the client secret of the automation identity."""

    def make(scratch=None, name="automation", **given):
        identity = caller(name)
        return sign_in(scratch, **{**identity.options, "auth_client_secret": identity.secret, **given})

    return make


@pytest.fixture
def token_requests(cloud):
    """How many tokens were asked for since the start of the test."""
    return lambda: sum(entry["path"].endswith("/oauth2/v2.0/token") for entry in cloud.journal())


@pytest.fixture
def assertion(tmp_path):
    """A file with another identity provider's token."""

    def make(subject, issuer, lifetime=600, name="token"):
        now = int(time.time())
        claims = {
            "iss": issuer,
            "sub": subject,
            "aud": "api://AzureADTokenExchange",
            "iat": now,
            "exp": now + lifetime,
        }
        path = Path(tmp_path / name)
        path.write_text(jwt.encode(claims, "a key nobody checks, long enough for it", algorithm="HS256"))
        return str(path)

    return make


@pytest.fixture(scope="session")
def pair():
    """(RSA key, its self-signed certificate), made once: it takes a moment."""
    return _certificate_pair()


@pytest.fixture(scope="session")
def other_pair():
    """The same of somebody else."""
    return _certificate_pair()


def _certificate_pair():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "automation")])
    now = datetime.now(timezone.utc)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    return key, builder.sign(key, hashes.SHA256())
