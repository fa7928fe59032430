# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab as a process: TLS, real msal, cut connections, and a client that is killed while it waits."""

from __future__ import annotations

import datetime
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import msal
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from lab.client import running_lab

TENANT = "contoso.onmicrosoft.com"
SCOPES = ["https://graph.microsoft.com/.default"]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with running_lab(tmp_path_factory.mktemp("served")) as client:
        yield client


@pytest.fixture
def remote(served):
    served.reset()
    return served


def automation(remote):
    return remote.state()["tenants"][0]["callers"][0]


def sign_in(remote, credential):
    session = requests.Session()
    session.trust_env = False
    session.verify = remote.ca_bundle
    app = msal.ConfidentialClientApplication(
        automation(remote)["client_id"],
        authority=f"{remote.url}/{TENANT}",
        client_credential=credential,
        instance_discovery=False,
        http_client=session,
    )
    return app.acquire_token_for_client(SCOPES)


def certificate():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "automation")])
    start = datetime.datetime.now(datetime.timezone.utc)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(start)
    made = builder.not_valid_after(start + datetime.timedelta(days=1)).sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode(), made.public_bytes(serialization.Encoding.PEM).decode()


def test_msal_signs_in_with_secret_and_certificate(remote):
    answer = sign_in(remote, automation(remote)["secrets"][0]["value"])
    assert "access_token" in answer
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    listed = requests.get(
        f"{remote.url}/v1.0/applications", headers=headers, verify=remote.ca_bundle, timeout=5
    )
    assert listed.status_code == 200
    private, public = certificate()
    remote.edit([{"op": "add", "path": "/tenants/0/callers/0/certificates/-", "value": public}])
    assert "access_token" in sign_in(remote, {"private_key": private, "public_certificate": public})
    assert remote.violations() == []


def test_msal_tells_the_error_code(remote):
    assert sign_in(remote, "wrong")["error_codes"] == [7000215]


def test_reset_cuts_the_connection_without_an_answer(remote):
    remote.faults([{"do": "reset", "match": {"service": "graph"}}])
    host = urlsplit(remote.url)
    context = ssl.create_default_context(cafile=remote.ca_bundle)
    with (
        socket.create_connection(("127.0.0.1", host.port), timeout=5) as raw,
        context.wrap_socket(raw, server_hostname="localhost") as connection,
    ):
        connection.sendall(b"GET /v1.0/applications HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try:
            received = connection.recv(100)
        except OSError:
            received = b""
    assert received == b""
    (entry,) = remote.journal()
    assert (entry["status"], entry["fault"]) == (None, "reset")
    remote.faults([])
    assert remote.settings(latency_ms=0)["latency_ms"] == 0


def test_a_client_can_be_killed_while_it_waits_for_the_answer(remote):
    remote.faults([{"do": "kill_client_marker", "phase": "after", "seconds": 30}])
    program = "import sys, requests; requests.get(sys.argv[1], verify=sys.argv[2])"
    url = f"{remote.url}/v1.0/applications"
    client = subprocess.Popen(
        [sys.executable, "-c", program, url, remote.ca_bundle], stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 10
    while not any(entry["fault"] == "kill_client_marker" for entry in remote.journal()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    client.kill()
    client.wait(5)
    while remote.journal()[0]["duration_ms"] is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert remote.journal()[0]["status"] is None


def test_the_process_says_when_it_is_ready_and_stops_on_sigterm(tmp_path):
    command = [sys.executable, "-m", "lab", "--dir", str(tmp_path)]
    folder = Path(__file__).parents[2]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("lab ready: https://localhost:")
    assert (tmp_path / "lab.json").exists()
    process.terminate()
    rest, errors = process.communicate(timeout=10)
    assert (process.returncode, rest, errors) == (0, "", "")
    assert not (tmp_path / "lab.json").exists()


def test_a_lab_that_was_killed_does_not_stand_in_the_way_of_the_next(tmp_path):
    (tmp_path / "lab.json").write_text('{"url": "https://localhost:1", "ca": "nowhere"}')
    with running_lab(tmp_path) as client:
        assert client.state()["tenants"]
