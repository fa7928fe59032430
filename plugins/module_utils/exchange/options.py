# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Options of the modules that talk to Exchange Online."""

from __future__ import annotations

from ..core.spec import Spec

EXCHANGE = Spec(
    {
        "exchange_url": {"type": "str", "env": ["WEBEX_EMAIL_EXCHANGE_URL"]},
        "exchange_transport": {
            "type": "str",
            "choices": ["rest"],
            "default": "rest",
            "env": ["WEBEX_EMAIL_EXCHANGE_TRANSPORT"],
        },
    }
)
