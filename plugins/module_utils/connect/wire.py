# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Every name, path and literal of the Webex Connect asset API, in one table.

Documented (developer.webex.com, create your first digital asset): the create call's method, path, ``channel`` query
and headers; that retrieve and update exist; ``code``, ``description`` and ``transid`` in answers. All other
entries are assumptions (connect-wire in docs/assumptions.md), which is why a user can override any of them with the
option ``connect_wire`` without touching code.
"""

from __future__ import annotations

import copy

from ..core.errors import Fault

VERSION = "2026-10"

WIRE = {
    "operations": {
        "create": {"method": "POST", "path": "/v2/digital/app"},
        "read": {"method": "GET", "path": "/v2/digital/app/{asset_id}"},
        "update": {"method": "PUT", "path": "/v2/digital/app/{asset_id}"},
        # The e-mail group of the API documents no delete; a tenant that has one can name it here.
        "delete": {"method": None, "path": None},
    },
    "query": {"channel": "email"},
    "envelope": {"asset": "asset", "code": "code", "transaction": "transid"},
    "fields": {
        "asset_id": "appId",
        "name": "name",
        "email": "emailId",
        "auth_type": "authType",
        "smtp_host": "smtpServer",
        "smtp_port": "port",
        "smtp_security": "security",
        "smtp_username": "username",
        "oauth_client_id": "clientId",
        "oauth_client_secret": "clientSecret",
        "authorization_url": "authorizationUrl",
        "access_token_url": "accessTokenUrl",
        "refresh_token_url": "refreshTokenUrl",
        "oauth_scope": "scope",
        "uses_other_login": "useDifferentLoginId",
        "oauth_login_id": "tokenLoginId",
        "forwarding_address": "forwardingAddress",
        "callback_url": "callbackUrl",
    },
    "values": {
        "auth_type": {"oauth2": "OAUTH2"},
        "smtp_security": {"none": "NONE", "ssl": "SSL", "starttls": "STARTTLS"},
    },
}


def wire_table(overrides):
    """The table with a user's corrections laid over it.

    :param overrides: dict of the same shape, or None.
    :raises Fault: ``invalid_input`` for a name that the table does not have: a typo must not pass unnoticed.
    """
    if not overrides:
        return WIRE
    table = copy.deepcopy(WIRE)
    _lay_over(table, overrides, "connect_wire")
    return table


def _lay_over(table, overrides, path):
    for name, value in overrides.items():
        if name not in table:
            raise Fault(
                "invalid_input", f"{path} has no entry {name!r}.", hint=f"Known are {', '.join(table)}."
            )
        if not isinstance(table[name], dict):
            table[name] = value
        elif isinstance(value, dict):
            _lay_over(table[name], value, f"{path}.{name}")
        else:
            raise Fault("invalid_input", f"{path}.{name} must be a dictionary.")
