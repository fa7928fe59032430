# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PowerShell's errors are told apart as those over REST are."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.exchange.powershell_errors import (
    failed_cmdlet,
    failed_connection,
)

TASKS = "Microsoft.Exchange.Configuration.Tasks"
MARK = "[Server=X,RequestId=cdbee040-8423-345d-3ab7-de141358c6dd,TimeStamp=y],Write-ErrorMessage"
NOT_THERE = "System.Management.Automation.CommandNotFoundException"


def failure(text, kind="System.Exception", reason="Exception", mark=""):
    return {"type": kind, "reason": reason, "text": text, "mark": mark}


@pytest.mark.parametrize(
    ("given", "code", "retryable"),
    [
        (failure(f"Ex6F9304|{TASKS}.ManagementObjectNotFoundException|no object 'x'"), "not_found", False),
        (failure("no object", reason="ManagementObjectNotFoundException"), "not_found", False),
        (failure(f"|{TASKS}.ManagementObjectAlreadyExistsException|x"), "conflict", False),
        (failure("The name is out of the current user's write scope."), "conflict", False),
        (failure("|x.Dehydrated|first run: Enable-OrganizationCustomization"), "policy_blocked", False),
        (failure("|x.ADTransientException|429 later"), "service_error", True),
        (failure("The term is not recognized", NOT_THERE, "CommandNotFoundException"), "denied", False),
        (failure("UnAuthorized", "System.UnauthorizedAccessException", ""), "unauthenticated", False),
        (failure("x", "System.Net.Http.HttpRequestException", "HttpRequestException"), "service_error", True),
        (failure("x", "System.Net.WebException", "WebException"), "service_error", True),
        (failure("x", "System.Threading.Tasks.TaskCanceledException", ""), "service_error", True),
        (failure("You have reached the maximum number of concurrent requests"), "throttled", True),
        (failure("Response status code: 429 (Too Many Requests)"), "throttled", True),
        (failure("x", "Some.OddException", "OddException"), "conflict", False),
        (failure("no word"), "protocol", False),
        ({}, "protocol", False),
    ],
)
def test_a_cmdlet(given, code, retryable):
    fault = failed_cmdlet(given, "Get-Mailbox")
    assert (fault.code, fault.retryable) == (code, retryable)
    assert "no word" not in fault.sentence


def test_the_role_and_the_request_are_named():
    fault = failed_cmdlet(failure("x", NOT_THERE, "CommandNotFoundException", MARK), "Set-CASMailbox")
    assert "'User Options'" in fault.hint
    assert fault.request_id == "cdbee040-8423-345d-3ab7-de141358c6dd"


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        (
            failure("x", mark="Modules_ModuleNotFound,ImportModuleCommand"),
            "library_missing",
            "Install-Module",
        ),
        (failure("x", mark="Modules_ModuleWithVersionNotFound,x"), "library_missing", "3.1.0"),
        (failure("UnAuthorized"), "unauthenticated", "Exchange.ManageAsApp"),
        (
            failure("The remote server returned an error: (401) Unauthorized."),
            "unauthenticated",
            "permission",
        ),
        (
            failure("The role assigned to application x isn't supported in this scenario."),
            "denied",
            "Get-User",
        ),
        (failure("(403) Forbidden."), "denied", "View-Only Recipients"),
        (failure("x", "System.Net.Http.HttpRequestException"), "service_error", "the host"),
        (failure("a text with CANARY in it", "System.ArgumentException"), "protocol", "ArgumentException"),
    ],
)
def test_a_connection(given, code, words):
    fault = failed_connection(given, "Get-User", "the host")
    assert fault.code == code
    assert words in fault.sentence
    assert "CANARY" not in fault.sentence
