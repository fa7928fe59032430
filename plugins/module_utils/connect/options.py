# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Options of the modules that talk to Webex Connect."""

from __future__ import annotations

from ..core.spec import Spec
from .regions import BASE_URLS

CONNECT = Spec(
    {
        "connect_url": {"type": "str", "env": ["WEBEX_CONNECT_URL"]},
        "connect_region": {"type": "str", "choices": list(BASE_URLS), "env": ["WEBEX_CONNECT_REGION"]},
        "connect_token": {"type": "str", "no_log": True, "env": ["WEBEX_CONNECT_TOKEN"]},
        "connect_organization_id": {"type": "str", "env": ["WEBEX_CONNECT_ORGANIZATION_ID"]},
        "connect_wire": {"type": "dict"},
    }
)
