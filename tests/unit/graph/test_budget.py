# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What requests cost of Graph's published budgets."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.web import Request
from ansible_collections.ccops.webex_email.plugins.module_utils.graph.budget import costs

V1 = "https://graph.microsoft.com/v1.0"
BATCH = {
    "requests": [
        {"id": "0", "method": "GET", "url": "/applications?$select=id"},
        {"id": "1", "method": "GET", "url": "/policies/authorizationPolicy"},
        {"id": "2", "method": "POST", "url": "/servicePrincipals/1/appRoleAssignedTo"},
    ]
}


@pytest.mark.parametrize(
    ("request_", "units", "writes"),
    [
        (Request("GET", f"{V1}/applications"), 2, 0),
        (Request("GET", f"{V1}/applications?$select=id,appId"), 1, 0),
        (Request("GET", f"{V1}/applications?$select=id&$top=5"), 1, 0),
        (Request("GET", f"{V1}/applications?$top=999"), 2, 0),
        (Request("GET", f"{V1}/applications?$expand=owners"), 3, 0),
        (Request("PATCH", f"{V1}/applications/1", body={"displayName": "x"}), 1, 1),
        (Request("POST", f"{V1}/$batch", body=BATCH), 4, 1),
    ],
    ids=lambda value: getattr(value, "url", None) and value.url[len(V1) :],
)
def test_the_cost_of_a_request(request_, units, writes):
    assert costs(request_) == {"units": units, "writes": writes}
