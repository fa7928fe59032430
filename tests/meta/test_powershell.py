# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PowerShell program is fixed, parses, runs what is on the list, and takes nothing else for code."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.exchange import program
from ansible_collections.ccops.webex_email.plugins.module_utils.exchange.cmdlets import CMDLETS
from ansible_collections.ccops.webex_email.plugins.module_utils.exchange.program import MARK, PROGRAM

from lab.powershell import MARK as PLAYED_MARK
from lab.powershell_host import program as shipped
from meta.powershell import GUARD, allowed, problems


def test_it_is_in_order():
    assert problems(PROGRAM) == []


def test_its_list_is_the_table_of_cmdlets():
    assert allowed(PROGRAM) == sorted(CMDLETS)


def test_it_is_one_constant_without_anything_put_in():
    (assignment,) = [
        node
        for node in ast.parse(Path(program.__file__).read_text("utf-8")).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PROGRAM"
    ]
    assert isinstance(assignment.value.func.value, ast.Constant)
    assert ast.unparse(assignment.value.func).endswith(".strip")
    assert shipped() == PROGRAM


def test_it_is_short_enough_for_a_command_line_and_has_no_character_to_be_garbled():
    assert len(" ".join(program.arguments("-ExecutionPolicy", "RemoteSigned"))) < 20_000
    assert set(PROGRAM) <= set(string.printable) - set("\r\t\x0b\x0c")


def test_all_agree_on_the_mark():
    assert f"'{MARK}'" in PROGRAM
    assert PLAYED_MARK == MARK


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@parameters)", "@parameters"),
        ("try {", "try { Invoke-Expression $line;"),
        ("try {", "try { iex $line;"),
        ("try {", "try { & $line;"),
        ("try {", "try { . $line;"),
        ("try {", "try { Get-Mailbox;"),
        ("try {", "try { [scriptblock]::Create($line);"),
        ("try {", "try { $line.Invoke();"),
        ("try {", 'try { $x = "$line";'),
        ("try {", "try { Write-Answer $line > C:\\out.txt;"),
        (GUARD, "if ($false) { throw"),
        ("& $name @parameters", "& $command.cmdlet @parameters"),
        ("$parameters = @{ ErrorAction", "$name = $command.other; $parameters = @{ ErrorAction"),
    ],
)
def test_what_it_must_not_have_is_found(old, new):
    assert old in PROGRAM
    assert problems(PROGRAM.replace(old, new, 1))
