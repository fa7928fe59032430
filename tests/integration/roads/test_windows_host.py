# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Windows host over real pywinrm: signing in, one shell for all, and every way in which it can fail."""

from __future__ import annotations

import datetime
import json
import socket
import ssl
import threading
import time
from pathlib import Path

import pytest
import trustme
from ansible_collections.ccops.webex_email.plugins.modules.exchange_outbound_policy import MODULE as OUTBOUND
from ansible_collections.ccops.webex_email.plugins.modules.o365_mailbox import MODULE as MAILBOX

from lab.winrm_soap import NO_SHELL, fault

SUPPORT = {"identity": "support@contoso.example", "smtp_auth": "enabled"}
SOAP = "application/soap+xml;charset=UTF-8"


@pytest.fixture
def task(travel):
    return travel("winrm")


def strike(task, operation, do, **more):
    match = {"service": "winrm", "operation": operation}
    match |= {key: more.pop(key) for key in ("nth", "times") if key in more}
    task.cloud.faults([{"match": match, "do": do, **more}])


def soap_fault(task, operation, code, **more):
    more = {"nth": 1, **more}
    text = fault(code).decode()
    strike(task, operation, "status", status=500, text=text, content_type=SOAP, **more)


def enable(task, **given):
    return task.run(MAILBOX, **{**SUPPORT, **given})


# -- signing in ----------------------------------------------------------------------------------------------------


def test_every_way_to_sign_in(task):
    folder = Path(task.cloud.ca_bundle).parent
    certificate = {
        "winrm_username": None,
        "winrm_password": None,
        "winrm_certificate_path": str(folder / "winrm-client.pem"),
        "winrm_certificate_key_path": str(folder / "winrm-client.key"),
    }
    for auth, more in (("ntlm", {}), ("basic", {}), ("certificate", certificate)):
        task.cloud.reset()
        assert enable(task, winrm_auth=auth, **more).get("changed"), auth
        denied = [item for item in task.requests("winrm") if item["status"] == 401]
        assert len(denied) == (2 if auth == "ntlm" else 0)


@pytest.mark.parametrize("auth", ["ntlm", "basic"])
@pytest.mark.parametrize("given", [{"winrm_password": "CANARY-wrong"}, {"winrm_username": "LAB\\nobody"}])
def test_a_wrong_password(task, auth, given):
    refused = enable(task, winrm_auth=auth, **given)
    assert refused["error"]["code"] == "unauthenticated"
    assert f"({auth})" in refused["msg"]
    assert "winrm_password" in refused["error"]["hint"]
    assert "CANARY" not in json.dumps(refused)
    assert task.cmdlets() == []


def test_a_certificate_of_somebody_else(task, tmp_path):
    stranger = trustme.CA().issue_cert("stranger@lab.example", common_name="automation@lab.example")
    stranger.cert_chain_pems[0].write_to_path(tmp_path / "c.pem")
    stranger.private_key_pem.write_to_path(tmp_path / "k.pem")
    files = {"winrm_certificate_path": tmp_path / "c.pem", "winrm_certificate_key_path": tmp_path / "k.pem"}
    refused = enable(
        task, winrm_auth="certificate", **{name: str(path) for name, path in files.items()}, deadline=3
    )
    assert refused["error"]["code"] in ("unauthenticated", "tls", "unreachable")
    assert task.cmdlets() == []


def test_a_file_that_is_no_certificate(task, tmp_path):
    (tmp_path / "x.pem").write_text("no certificate")
    files = dict.fromkeys(("winrm_certificate_path", "winrm_certificate_key_path"), str(tmp_path / "x.pem"))
    refused = enable(task, winrm_auth="certificate", **files, deadline=3)
    assert refused["failed"]
    assert refused["error"]["code"] in ("tls", "invalid_input")


def test_kerberos_without_its_library_is_told(task):
    """With the library but no ticket it is the sign-in that is refused; neither library nor directory is here."""
    refused = enable(task, winrm_auth="kerberos")
    assert refused["error"]["code"] in ("library_missing", "unauthenticated")
    assert "kerberos" in refused["msg"]


def test_plain_http_is_refused_before_anything_is_sent(task):
    refused = enable(task, winrm_url=task.options["winrm_url"].replace("https", "http"))
    assert refused["error"]["code"] == "invalid_input"
    assert task.cloud.journal() == []


# -- one shell -----------------------------------------------------------------------------------------------------


def test_one_shell_and_one_program_serve_a_task_and_are_cleaned_up(task):
    assert task.run(OUTBOUND, senders=["support@contoso.example", "sales@contoso.example"])["changed"]
    names = [item["operation"] for item in task.requests("winrm") if item["status"] == 200]
    assert [names.count(name) for name in ("Create", "Command", "Signal", "Delete")] == [1, 1, 1, 1]
    assert names[-2:] == ["Signal", "Delete"]
    assert len(task.cmdlets()) >= 6


def test_nothing_secret_is_on_its_command_line(task):
    enable(task)
    (command,) = [item for item in task.requests("winrm") if item["operation"] == "Command"]
    line = command["request_body"]
    assert line.startswith("powershell.exe -NoLogo -NoProfile -NonInteractive")
    assert "CANARY" not in line
    assert len(line) < 32_767


@pytest.mark.parametrize("size", [1, 100])
def test_slow_output_in_pieces(task, size):
    task.cloud.settings(winrm_piece_bytes=size * 40, winrm_waits=1)
    assert enable(task)["changed"]
    receives = [item for item in task.requests("winrm") if item["operation"] == "Receive"]
    assert any(item["status"] == 500 for item in receives)
    assert len(receives) > (20 if size == 1 else 3)


def test_a_value_that_needs_many_pieces_arrives(task):
    name = "x" * 300_000
    with task.transport() as transport:
        (answer,) = transport.run([("Get-Recipient", {"Identity": name})])
    assert answer.fault.code == "not_found"
    sends = [item for item in task.requests("winrm") if item["operation"] == "Send"]
    assert len(sends) >= 6
    (asked,) = [item for item in task.requests("exchange") if item["operation"] == "Get-Recipient"]
    assert asked["request_body"]["CmdletInput"]["Parameters"] == {"Identity": name}


# -- failing -------------------------------------------------------------------------------------------------------


def test_a_shell_that_dies_is_replaced(task):
    soap_fault(task, "Receive", NO_SHELL, nth=2)
    assert enable(task)["changed"]
    names = [item["operation"] for item in task.requests("winrm") if item["status"] == 200]
    assert names.count("Create") == 2


@pytest.mark.parametrize(
    ("code", "status", "expected", "words"),
    [
        (5, 500, "denied", "Remote Management Users"),
        (2150859174, 500, "throttled", "MaxShellsPerUser"),
        (2147942405, 500, "service_error", "WS-Man 2147942405"),
    ],
)
def test_faults_of_the_host(task, code, status, expected, words):
    soap_fault(task, "Create", code, nth=1, times=100)
    refused = enable(task, deadline=2)
    assert refused["error"]["code"] == expected
    assert words in refused["msg"]
    assert "cannot process the request" not in json.dumps(refused)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"status": 403, "text": "no"}, "denied"),
        ({"status": 404, "text": "<html>"}, "protocol"),
        ({"status": 503, "text": "<html>"}, "service_error"),
        ({"status": 200, "text": "<html>ok</html>"}, "protocol"),
        ({"status": 200, "text": "<s:Envelope"}, "protocol"),
        ({"status": 200, "text": ""}, "protocol"),
        ({"status": 302, "headers": {"Location": "https://elsewhere.invalid/wsman"}}, "unreachable"),
    ],
)
def test_a_host_that_is_none(task, answer, expected):
    strike(task, "Create", "status", times=100, **answer)
    refused = enable(task, deadline=2)
    assert refused["error"]["code"] == expected
    assert "localhost" in refused["msg"]


@pytest.mark.parametrize("operation", ["Create", "Command", "Send", "Receive"])
def test_a_host_that_hangs_ends_with_the_deadline(task, operation):
    strike(task, operation, "delay", seconds=30)
    started = time.monotonic()
    refused = enable(task, deadline=2)
    assert time.monotonic() - started < 20
    assert refused["error"]["code"] == "timeout"
    assert task.writes() == []


def test_a_host_that_answers_byte_by_byte_ends_with_the_deadline(task):
    """Each byte comes in time for pywinrm, the whole never."""
    with drip(context_of(trustme.CA().issue_cert("localhost"))) as port:
        options = {"winrm_url": f"https://localhost:{port}/wsman", "winrm_validate_certificate": False}
        started = time.monotonic()
        refused = enable(task, **options, winrm_auth="basic", deadline=3)
    assert time.monotonic() - started < 20
    assert refused["error"]["code"] == "timeout"


@pytest.mark.parametrize("do", ["reset", "cut"])
@pytest.mark.parametrize("operation", ["Command", "Receive"])
def test_a_connection_that_is_closed_once_is_made_again(task, operation, do):
    strike(task, operation, do, nth=1)
    assert enable(task)["changed"]


@pytest.mark.parametrize("do", ["reset", "cut"])
def test_a_connection_that_keeps_closing_is_told(task, do):
    strike(task, "Receive", do)
    refused = enable(task, deadline=2)
    assert refused["error"]["code"] in ("unreachable", "timeout")
    assert task.writes() == []


@pytest.mark.parametrize("do", ["half", "garble", "hang", "die"])
def test_a_change_whose_answer_is_spoiled_is_finished_by_the_next_run(task, do):
    task.cloud.settings(powershell_fault={"at": "Set-CASMailbox", "do": do, "times": 1})
    first = enable(task, deadline=4)
    expected = {"half": "protocol", "garble": "protocol", "hang": "timeout", "die": None}[do]
    assert (first.get("error") or {}).get("code") == expected
    again = enable(task)
    assert "failed" not in again
    assert again["mailbox"]["smtp_auth"] == "enabled"


@pytest.mark.parametrize("do", ["die", "half", "cut", "reset"])
def test_a_policy_is_never_made_twice(task, do):
    """The host dies, or its connection does, between making it and telling so."""
    if do in ("die", "half"):
        task.cloud.settings(
            powershell_fault={"at": "New-HostedOutboundSpamFilterPolicy", "do": do, "times": 1}
        )
    else:
        # Receives: one for the connection, one for the reads, one for the look at the sender, then this.
        strike(task, "Receive", do, nth=4, phase="after")
    result = task.run(OUTBOUND, senders=["support@contoso.example"])
    assert "failed" not in result
    applied = [entry["operation"] for entry in task.requests("exchange") if entry["applied"]]
    assert applied == ["New-HostedOutboundSpamFilterPolicy", "New-HostedOutboundSpamFilterRule"]


# -- TLS -----------------------------------------------------------------------------------------------------------


class drip:
    """A TLS server that answers one byte a tenth of a second, and never to the end; gives its port."""

    def __init__(self, context):
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))

    def __enter__(self):
        threading.Thread(target=self._serve, daemon=True).start()
        return self._listener.getsockname()[1]

    def __exit__(self, *_error):
        self._listener.close()

    def _serve(self):
        while True:
            try:
                raw, _address = self._listener.accept()
                with self._context.wrap_socket(raw, server_side=True) as connection:
                    connection.recv(65536)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                    while True:
                        connection.sendall(b"x")
                        time.sleep(0.1)
            except OSError:
                if self._listener.fileno() < 0:
                    return


def context_of(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.mark.parametrize("case", ["untrusted", "expired", "wrong name"])
def test_a_certificate_that_is_not_in_order(task, tmp_path, case):
    authority, now = trustme.CA(), datetime.datetime.now(datetime.timezone.utc)
    expired = {"not_before": now - datetime.timedelta(9), "not_after": now - datetime.timedelta(1)}
    name = "other.example" if case == "wrong name" else "localhost"
    certificate = authority.issue_cert(name, **(expired if case == "expired" else {}))
    authority.cert_pem.write_to_path(tmp_path / "own.pem")
    bundle = task.cloud.ca_bundle if case == "untrusted" else str(tmp_path / "own.pem")
    with drip(context_of(certificate)) as port:
        url = f"https://localhost:{port}/wsman"
        refused = enable(task, winrm_url=url, winrm_ca_bundle=bundle, winrm_auth="basic", deadline=10)
    assert refused["error"]["code"] == "tls"
    assert "winrm_ca_bundle" in refused["error"]["hint"]
    assert enable(task)["changed"]


def test_the_check_can_be_switched_off_for_the_host_alone(task, tmp_path):
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    other = {"winrm_ca_bundle": str(tmp_path / "other.pem")}
    assert enable(task, **other)["error"]["code"] == "tls"
    assert enable(task, **other, winrm_validate_certificate=False)["changed"]


def test_a_host_that_is_not_there(task):
    refused = enable(task, winrm_url="https://localhost:1/wsman", deadline=2)
    assert refused["error"]["code"] == "unreachable"
    assert "localhost:1" in refused["msg"]
