# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PowerShell 7 on this machine: what it gets to see, and how it ends whatever happens."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from ansible_collections.ccops.webex_email.plugins.modules.exchange_outbound_policy import MODULE as OUTBOUND
from ansible_collections.ccops.webex_email.plugins.modules.o365_mailbox import MODULE as MAILBOX

from lab import pwsh

SUPPORT = {"identity": "support@contoso.example", "smtp_auth": "enabled"}


@pytest.fixture
def task(travel):
    return travel("pwsh")


def of_this_test(task):
    """Command lines of processes that have to do with this test's executable."""
    needle = task.options["pwsh_path"].encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes()
        except OSError:
            continue
        if needle in line and str(os.getpid()) != path.parent.name:
            found.append(line)
    return found


def fault(task, do, at="Set-CASMailbox", phase="after", times=1):
    task.cloud.settings(powershell_fault={"at": at, "do": do, "phase": phase, "times": times})


def test_the_first_on_the_path_is_taken(task, monkeypatch):
    folder = Path(task.options["pwsh_path"]).parent
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    assert task.run(MAILBOX, **SUPPORT, pwsh_path="pwsh")["changed"]


@pytest.mark.parametrize("path", ["pwsh-that-is-not-there", "/nowhere/pwsh", __file__])
def test_a_missing_program_is_named(task, path):
    refused = task.run(MAILBOX, **SUPPORT, pwsh_path=path)
    assert refused["error"]["code"] == "library_missing"
    assert "pwsh_path" in refused["msg"]


def test_nothing_secret_is_in_its_arguments_or_environment(task, monkeypatch):
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "CANARY-of-the-environment")
    monkeypatch.setenv("WEBEX_EMAIL_WINRM_PASSWORD", "CANARY-of-the-host")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:3128")
    task.run(MAILBOX, **SUPPORT)
    (start,) = task.cloud.powershell_starts()
    shown = json.dumps(start)
    assert "CANARY" not in shown
    assert "eyJ" not in shown
    assert start["environment"]["HTTPS_PROXY"] == "http://proxy.invalid:3128"
    assert {"PATH", "NO_COLOR"} <= set(start["environment"])
    assert not [name for name in start["environment"] if name.startswith(("AZURE", "WEBEX", "ANSIBLE"))]


def test_one_process_serves_a_task_and_is_gone_afterwards(task):
    result = task.run(OUTBOUND, senders=["support@contoso.example", "sales@contoso.example"])
    assert result["changed"]
    assert len(task.cloud.powershell_starts()) == 1
    assert len(task.cmdlets()) >= 6
    assert of_this_test(task) == []


def test_another_program_in_its_place_is_noticed(task):
    """The stand-in itself: it takes the shipped text and nothing else."""
    path = Path(task.options["pwsh_path"])
    real = path.with_name("real")
    path.rename(real)
    path.write_text(f'#!/bin/sh\nexec "{real}" "$@" -Extra\n')
    path.chmod(0o755)
    refused = task.run(MAILBOX, **SUPPORT)
    assert refused["error"]["code"] == "service_error"
    assert task.cloud.violations()


@pytest.mark.parametrize(("module", "words"), [("missing", "Install-Module"), ("old", "3.1.0 or newer")])
def test_a_missing_module_is_named(task, module, words):
    task.cloud.settings(powershell_module=module)
    refused = task.run(MAILBOX, **SUPPORT)
    assert refused["error"]["code"] == "library_missing"
    assert words in refused["msg"]
    assert task.cmdlets() == []


@pytest.mark.parametrize("at", ["connect", "Get-Mailbox"])
def test_a_program_that_hangs_is_killed_with_its_children_at_the_deadline(task, at):
    """The executable starts the real one as a child that outlives it."""
    path = Path(task.options["pwsh_path"])
    real = pwsh.install(path.parent, task.cloud.url, task.cloud.ca_bundle, "real-pwsh")
    path.write_text(f'#!/bin/sh\nsleep 300 & exec "{real}" "$@"\n')
    path.chmod(0o755)
    fault(task, "hang", at, "before")
    started = time.monotonic()
    refused = task.run(MAILBOX, **SUPPORT, deadline=3)
    assert time.monotonic() - started < 25
    assert refused["error"]["code"] == "timeout"
    assert "deadline" in refused["error"]["hint"]
    assert not [line for line in of_this_test(task) if b"real-pwsh" in line]
    assert task.writes() == []


@pytest.mark.parametrize(("do", "code"), [("half", "protocol"), ("garble", "protocol"), ("hang", "timeout")])
def test_a_change_whose_answer_is_spoiled_is_finished_by_the_next_run(task, do, code):
    fault(task, do)
    refused = task.run(MAILBOX, **SUPPORT, deadline=4)
    assert refused["error"]["code"] == code
    assert refused["actions_left"] == ["set SMTP AUTH of support@contoso.example to enabled"]
    again = task.run(MAILBOX, **SUPPORT)
    assert "failed" not in again
    assert again["mailbox"]["smtp_auth"] == "enabled"


@pytest.mark.parametrize("phase", ["before", "after"])
def test_a_program_that_dies_is_started_again(task, phase):
    fault(task, "die", phase=phase)
    assert task.run(MAILBOX, **SUPPORT)["changed"]
    assert len(task.cloud.powershell_starts()) == 2


@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize("do", ["die", "half"])
def test_a_policy_is_never_made_twice(task, do, phase):
    """What makes something is looked for before it is tried again."""
    fault(task, do, "New-HostedOutboundSpamFilterPolicy", phase)
    result = task.run(OUTBOUND, senders=["support@contoso.example"])
    assert "failed" not in result
    applied = [entry["operation"] for entry in task.requests("exchange") if entry["applied"]]
    assert applied == ["New-HostedOutboundSpamFilterPolicy", "New-HostedOutboundSpamFilterRule"]
