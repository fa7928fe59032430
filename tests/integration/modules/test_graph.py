# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module that works on Entra ID, both ways."""

from __future__ import annotations

import pytest

from integration.modules.both import check_module


@pytest.mark.parametrize(
    "module",
    [
        "azure_app_registration",
        "azure_app_registration_info",
        "azure_app_secret",
        "azure_app_secret_info",
        "azure_consent_policy_info",
    ],
)
def test_module(play, module):
    check_module(play, module)
