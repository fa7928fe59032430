# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One recipient is found as many are: by any name and any address, whatever the case."""

from __future__ import annotations

import pytest

from lab.exchange_state import find_recipients, recipient_finder

RECIPIENTS = [
    {"Guid": "G-1", "PrimarySmtpAddress": "Anna@x.example", "Alias": "anna", "DisplayName": "Office"},
    {
        "Guid": "G-2",
        "PrimarySmtpAddress": "ben@x.example",
        "Alias": "ben",
        "DisplayName": "Office",
        "EmailAddresses": ["SMTP:ben@x.example", "smtp:Benjamin@x.example", "X500:/o=x"],
    },
]


@pytest.mark.parametrize(
    ("identity", "places"),
    [
        ("g-1", [0]),
        ("ANNA", [0]),
        ("anna@X.example", [0]),
        ("smtp:anna@x.example", [0]),
        ("benjamin@x.example", [1]),
        ("office", [0, 1]),
        ("/o=x", []),
        ("nobody", []),
    ],
)
def test_many_are_found_as_one_is(identity, places):
    expected = [RECIPIENTS[place] for place in places]
    assert find_recipients(RECIPIENTS, identity) == expected
    assert recipient_finder(RECIPIENTS)(identity) == expected
