# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module that works on Webex Connect, alone or with others, both ways."""

from __future__ import annotations

import pytest

from integration.modules.both import check_module


@pytest.mark.parametrize(
    "module",
    [
        "webex_connect_email_asset",
        "webex_connect_email_asset_info",
        "webex_connect_email_credential",
        "webex_connect_email_credential_info",
        "email_channel_info",
    ],
)
def test_module(play, module):
    check_module(play, module)
