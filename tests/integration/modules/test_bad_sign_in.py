# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identities, networks and machines that cannot work: each its own clear error, and nothing written."""

from __future__ import annotations

import socket

import pytest
import trustme

from integration.modules.both import check_steps
from integration.modules.expect import check
from integration.modules.scenario import Step, connection, run

ENABLE = {"identity": "support@contoso.example", "smtp_auth": "enabled"}
APP = {"unique_name": "webex-connect-email", "display_name": "WebexConnect"}
CANARY = "CANARY-client-secret-contoso"
NO_GRAPH_RIGHTS = {
    "auth_client_id": "6f1d3c52-5a0b-4f0e-9a61-1f6f5f0c1a02",
    "auth_client_secret": f"{CANARY}-nograph-3~f+g/h=",
}
NO_EXCHANGE_ROLE = {
    "auth_client_id": "6f1d3c52-5a0b-4f0e-9a61-1f6f5f0c1a03",
    "auth_client_secret": f"{CANARY}-norole-5~p+q/r=",
}
EXPIRED_SECRET = {
    "auth_client_id": "6f1d3c52-5a0b-4f0e-9a61-1f6f5f0c1a04",
    "auth_client_secret": f"{CANARY}-expired-9~x+y/z=",
}


def mailbox(name, code, msg, lab=None, task=None, **options):
    """A step that would switch SMTP AUTH on."""
    return Step(name, "o365_mailbox", {**ENABLE, **options}, lab or {}, code=code, msg=msg, task=task or {})


def app(name, code, msg, **options):
    """A step that would make an app."""
    return Step(name, "azure_app_registration", {**APP, **options}, code=code, msg=msg)


def test_identities(play):
    unknown = {"auth_client_id": "6f1d3c52-5a0b-4f0e-9a61-1f6f5f0c1aff"}
    check_steps(
        play,
        [
            mailbox("wrong secret", "sign_in_failed", "(AADSTS7000215)", auth_client_secret="CANARY-wrong"),
            mailbox("expired secret", "sign_in_failed", "(AADSTS7000222)", **EXPIRED_SECRET),
            mailbox(
                "unknown tenant", "sign_in_failed", "(AADSTS90002)", auth_tenant="nowhere.onmicrosoft.com"
            ),
            mailbox("unknown application", "sign_in_failed", "(AADSTS700016)", **unknown),
            mailbox(
                "nothing to sign in with",
                "invalid_input",
                "Nothing was given",
                auth_client_secret="{{ omit }}",
            ),
            mailbox("no Exchange role", "denied", "Exchange Administrator", **NO_EXCHANGE_ROLE),
            app("no Graph permission", "denied", "Application.ReadWrite", **NO_GRAPH_RIGHTS),
        ],
    )


def test_networks(play, tmp_path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"https://127.0.0.1:{unused.getsockname()[1]}"
        proxy = {"HTTPS_PROXY": nobody.replace("https", "http"), "NO_PROXY": "", "no_proxy": ""}
        unreadable = {"ca_bundle": str(tmp_path / "none.pem")}
        check_steps(
            play,
            [
                mailbox(
                    "wrong certificate authority",
                    "tls",
                    "certificate was refused",
                    ca_bundle=_other_ca(tmp_path),
                ),
                mailbox("missing certificate authority", "tls", "cannot be read", **unreadable),
                mailbox("unreachable sign-in", "unreachable", "failed", deadline=1, authority_url=nobody),
                mailbox("unreachable service", "unreachable", "failed", deadline=1, exchange_url=nobody),
                mailbox(
                    "unknown host", "unreachable", "failed", deadline=1, exchange_url="https://nobody.invalid"
                ),
                mailbox("proxy", "unreachable", "HTTPS_PROXY", deadline=1, task={"environment": proxy}),
                mailbox(
                    "http", "invalid_input", "https://", exchange_url=play.lab.url.replace("https", "http")
                ),
            ],
        )


def _other_ca(folder):
    """A certificate authority that the embedded cloud's certificate is not from."""
    path = folder / "other.pem"
    trustme.CA().cert_pem.write_to_path(path)
    return str(path)


def test_a_wrong_clock_is_named(play, tmp_path):
    """With a certificate, whose assertion this machine dates."""
    path, edit = _certificate(play, tmp_path)
    lab = {"edit": edit, "settings": {"clock_offset_seconds": 3600}}
    options = {"auth_certificate_path": path}
    check_steps(
        play, [mailbox("clock", "sign_in_failed", "Synchronise this machine's clock", lab, **options)]
    )


def _certificate(play, folder):
    """A certificate of the automation identity: its file, and the edit that registers it in the world."""
    issued = trustme.CA().issue_cert("automation.example", key_type=trustme.KeyType.RSA)
    pem = b"".join(blob.bytes() for blob in (issued.private_key_pem, issued.cert_chain_pems[0]))
    (folder / "automation.pem").write_bytes(pem)
    public = issued.cert_chain_pems[0].bytes().decode()
    edit = [{"op": "replace", "path": "/tenants/0/callers/0/certificates", "value": [public]}]
    return str(folder / "automation.pem"), edit


@pytest.mark.parametrize("in_process", [True, False])
@pytest.mark.parametrize("package", ["msal", "requests"])
def test_a_missing_library_is_named(play, tmp_path, package, in_process):
    """Hidden by a module of its name that cannot be imported."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / f"{package}.py").write_text(f'raise ModuleNotFoundError("No module named {package}")\n')
    step = mailbox(package, "library_missing", f"package {package} is not installed")
    outcomes = run(play, [step], in_process, environment={"PYTHONPATH": str(hidden)})
    assert check(outcomes) == []


def test_connection_is_complete(play):
    """The module_defaults that every other test relies on name no option twice with different values."""
    groups = connection(play).values()
    merged = {name: value for group in groups for name, value in group.items()}
    assert all(merged[name] == value for group in groups for name, value in group.items())
