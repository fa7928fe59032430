# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Options of the modules that talk to Microsoft Graph."""

from __future__ import annotations

from ..core.spec import Spec

GRAPH = Spec({"graph_url": {"type": "str", "env": ["WEBEX_EMAIL_GRAPH_URL"]}})
