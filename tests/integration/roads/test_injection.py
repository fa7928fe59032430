# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile values through every road: they arrive as they are or are refused, and none of them is ever run."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.exchange.cmdlets import (
    CMDLETS,
    IDENTITY,
    TEXT,
    TEXT_OR_NULL,
    TEXTS,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integration.roads.road import ROADS

# 200 values for each parameter and road: eight examples of 25.
EXAMPLES, VALUES = 8, 25
STRINGS = (IDENTITY, TEXT, TEXT_OR_NULL, TEXTS)
# Every string parameter of a cmdlet gets the value at once, which costs no more than one of them.
PLACES = {
    cmdlet: {name: kind for name, kind in entry.parameters.items() if kind in STRINGS}
    for cmdlet, entry in CMDLETS.items()
}
# What PowerShell, cmd.exe, JSON, XML or a terminal might take for more than text; then odd characters.
WORDS = r"""
' " '' "" ` `` $ $( ) $(Stop-Process) ${env:PATH} $env:TEMP @( @{ ; ;Remove-Mailbox | |iex & &calc.exe && # <# #>
%PATH% ^ -Confirm:$true --% {0} } \\ \u0000 \x27 /Date(0)/ 2026-01-01T00:00:00Z null true 0x7f #webex_email#{} =
<!-- ]]> &amp; </rsp:Stream>
"""
ODD = [
    *("\n", "\r\n", "\r", "\t", "@'\n", "\n'@\n", '\n"@', "\x1b[31m", "\x08", "\x7f", "\x85", "\xa0"),
    # Quotes to PowerShell, writing directions, line ends, no characters, half and whole pairs.
    *"\u2018\u2019\u201a\u201b\u201c\u201d\u202e\u2066\u2028\ufeff\uffff",
    *"\u0301\U0001f600\U0010ffff\0\ud800\udfff",
]
PIECES = st.sampled_from(WORDS.split() + ODD) | st.text(max_size=12)
SHORT = st.lists(PIECES, min_size=1, max_size=6).map("".join)
LONG = PIECES.filter(bool).map(lambda piece: (piece * 10_000)[:10_000])
HOSTILE = st.integers(0, 19).flatmap(lambda number: SHORT if number else LONG)


def sent_and_refused(values):
    """Commands with each value in each place, and for each whether it must be refused."""
    commands, refused = [], []
    for value in values:
        for cmdlet, places in PLACES.items():
            given_values = {name: [value] if kind is TEXTS else value for name, kind in places.items()}
            if given_values:
                commands.append((cmdlet, given_values))
                refused.append(not all(kind.takes(given_values[name]) for name, kind in places.items()))
    return commands, refused


@pytest.mark.parametrize("road", ROADS)
def test_values_arrive_unchanged_or_are_refused(travel, road):
    task = travel(road)
    seen, starts = set(), []
    # What is sent is more than any contract allows, and the check of so many would take minutes.
    task.cloud.settings(contract_checks=False)
    with task.transport(deadline=300, request_timeout=120) as transport:

        @settings(
            max_examples=EXAMPLES, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
        )
        @given(st.lists(HOSTILE, min_size=VALUES, max_size=VALUES))
        def trial(values):
            task.cloud.clear_journal()
            commands, refused = sent_and_refused(values)
            answers = transport.run(commands)
            for answer, expected in zip(answers, refused, strict=True):
                code = answer.fault.code if answer.fault else None
                assert (code == "invalid_input") == expected
            wanted = [command for command, no in zip(commands, refused, strict=True) if not no]
            arrived = [
                (entry["operation"], entry["request_body"]["CmdletInput"]["Parameters"])
                for entry in task.requests("exchange")
                if "-" in entry["operation"]
            ]
            assert arrived == wanted
            seen.update(values)
            starts.extend(name for name in task.operations("winrm") if name == "Command")

        trial()
    assert task.cloud.violations() == []
    assert len(seen) >= EXAMPLES * VALUES / 2
    assert any("\0" in value for value in seen)
    assert any(len(value) == 10_000 for value in seen)
    check_starts(task, road, starts)


def check_starts(task, road, starts):
    """PowerShell was started once, with the text that it is always started with: no value is part of it."""
    if road == "winrm":
        assert len(starts) == 1
    if road == "pwsh":
        (start,) = task.cloud.powershell_starts()
        assert [item for item in start["arguments"] if not item.isalnum()][:5] == [
            "-NoLogo",
            "-NoProfile",
            "-NonInteractive",
            "-InputFormat",
            "-EncodedCommand",
        ]
