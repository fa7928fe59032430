# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module that works on Exchange Online, both ways."""

from __future__ import annotations

import pytest

from integration.modules.both import check_module


@pytest.mark.parametrize(
    "module",
    [
        "o365_mailbox",
        "o365_mailbox_info",
        "exchange_forwarding",
        "exchange_forwarding_info",
        "exchange_outbound_policy",
        "exchange_outbound_policy_info",
    ],
)
def test_module(play, module):
    check_module(play, module)
