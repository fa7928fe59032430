# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's Windows host as real pywinrm finds it: strict about messages, and runs one program only."""

from __future__ import annotations

import base64
import json
import re

import pytest
import requests
import winrm
from winrm.exceptions import InvalidCredentialsError, WinRMOperationTimeoutError, WSManFaultError

from lab import winrm_soap as soap
from lab.powershell_host import FLAGS, POLICY, program

USER, PASSWORD = "LAB\\automation", "CANARY-winrm-password-1~a+b/c="
ENCODED = base64.b64encode(program().encode("utf-16-le")).decode()
RIGHT = [*FLAGS, *POLICY, "-EncodedCommand", ENCODED]


@pytest.fixture
def host(cloud):
    """A real client of the host, signed in by NTLM, which waits a second at most."""
    return winrm.Protocol(
        f"{cloud.url}/wsman",
        transport="ntlm",
        username=USER,
        password=PASSWORD,
        ca_trust_path=cloud.ca_bundle,
        operation_timeout_sec=1,
        read_timeout_sec=15,
    )


def shell(host, **options):
    return host.open_shell(**{"noprofile": True, "codepage": 65001, **options})


def run(host, arguments, command="powershell.exe", **options):
    place = shell(host)
    return place, host.run_command(place, command, arguments, **{"skip_cmd_shell": True, **options})


def test_nobody_gets_in_without_signing_in(cloud):
    answer = requests.post(f"{cloud.url}/wsman", b"<x/>", verify=cloud.ca_bundle, timeout=10)
    assert answer.status_code == 401
    assert "Negotiate" in answer.headers["WWW-Authenticate"]


def test_a_sign_in_holds_for_its_connection_alone(cloud, host):
    shell(host)
    answer = requests.post(f"{cloud.url}/wsman", b"<x/>", verify=cloud.ca_bundle, timeout=10)
    assert answer.status_code == 401


def test_a_wrong_password(cloud):
    other = winrm.Protocol(
        f"{cloud.url}/wsman",
        transport="ntlm",
        username=USER,
        password="CANARY-no",
        ca_trust_path=cloud.ca_bundle,
    )
    with pytest.raises(InvalidCredentialsError):
        shell(other)


def test_the_program_runs_until_its_input_ends(host):
    place, command = run(host, RIGHT, console_mode_stdin=False)
    with pytest.raises(WinRMOperationTimeoutError):
        host.get_command_output_raw(place, command)
    host.send_command_input(place, command, b"", end=True)
    assert host.get_command_output(place, command) == (b"", b"", 0)
    host.cleanup_command(place, command)
    host.close_shell(place)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ([*RIGHT[:-1], ENCODED[:-8]], 64),
        ([*RIGHT, "-Extra"], 64),
        ([*FLAGS, "-EncodedCommand", ENCODED], 64),
        (["-Command", "Get-Date"], 64),
    ],
)
def test_another_program_is_not_run_and_is_noticed(cloud, host, arguments, status):
    place, command = run(host, arguments)
    assert host.get_command_output(place, command) == (b"", b"", status)
    assert cloud.violations()


def test_through_cmd_the_line_is_too_long_and_other_programs_are_unknown(host):
    for options in ({"skip_cmd_shell": False}, {"command": "cmd.exe"}):
        place, command = run(host, RIGHT, **options)
        assert host.get_command_output(place, command)[2] == 1


def test_a_shell_that_is_gone_and_one_that_is_not_as_it_must_be(host):
    place = shell(host)
    host.close_shell(place, close_session=False)
    with pytest.raises(WSManFaultError) as caught:
        host.run_command(place, "powershell.exe", RIGHT)
    assert caught.value.wsman_fault_code == soap.NO_SHELL
    for odd in ({"noprofile": False}, {"codepage": 437}):
        with pytest.raises(WSManFaultError):
            shell(host, **odd)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("transfer/Create", "transfer/Get"),
        (soap.RESOURCE, "http://schemas.microsoft.com/powershell/Microsoft.PowerShell"),
        ("<env:Body>", "<env:Bdy>"),
        (":OperationTimeout>PT1S</", ":Nothing>PT1S</"),
    ],
)
def test_messages_that_are_none_are_refused(host, monkeypatch, old, new):
    send = host.transport.send_message
    monkeypatch.setattr(host.transport, "send_message", lambda message: send(message.replace(old, new)))
    with pytest.raises(WSManFaultError) as caught:
        shell(host)
    assert caught.value.wsman_fault_code == soap.UNFIT


def test_the_journal_never_holds_what_was_sent_to_standard_input(cloud, host):
    place, command = run(host, RIGHT, console_mode_stdin=False)
    host.send_command_input(place, command, b'{"connection": "CANARY-of-standard-input"}')
    entries = [entry for entry in cloud.journal() if entry["service"] == "winrm"]
    shown = json.dumps(entries)
    assert "CANARY" not in shown
    assert base64.b64encode(b'{"connection": "CANARY').decode()[:20] not in shown
    assert [entry["request_body"] for entry in entries if entry["operation"] == "Send"] == [
        "standard input, 42 bytes"
    ]
    assert not any(entry["write"] for entry in entries)


def test_a_fault_is_one_to_pywinrm_s_eyes():
    text = soap.fault(5, "no <access>").decode()
    assert re.search(r'WSManFault [^>]*Code="5"', text)
    assert "no &lt;access&gt;" in text
