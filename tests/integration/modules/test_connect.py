# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module that works on Webex Connect, alone or with others, both ways."""

from __future__ import annotations

import pytest

from integration.modules.both import check_module
from integration.modules.scenario import scenarios


@pytest.mark.parametrize("module", scenarios("webex_*", "email_channel_*", "email_tenant_*"))
def test_module(play, module):
    check_module(play, module)
