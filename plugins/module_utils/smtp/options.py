# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Options of the modules that talk to Exchange Online's SMTP submission."""

from __future__ import annotations

from ..core.spec import Spec

SMTP = Spec(
    {
        "smtp_host": {"type": "str", "default": "smtp.office365.com", "env": ["WEBEX_EMAIL_SMTP_HOST"]},
        "smtp_port": {"type": "int", "default": 587, "env": ["WEBEX_EMAIL_SMTP_PORT"]},
        "smtp_access_token": {"type": "str", "no_log": True},
    }
)
