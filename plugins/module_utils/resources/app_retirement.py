# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Take an app registration out of service: its consent, the app itself, and the name that a deleted one holds."""

from __future__ import annotations

import re

from ..core.plan import Step
from .app_consent import other_labels, purge_steps

# Every asset of one Webex Connect tenant has the same call back URL (help page of the e-mail asset), so it does not
# tell whether another channel uses the app. The client secret that each channel needs does.
CALL_BACK = re.compile(r"https://[^/]+\.webexconnect\.io/callback")


def uses(wire, retired_secrets=(), redirect_uris=()):
    """Who else may use an app, in words; [] where nobody is known to.

    :param wire: wire application. :param retired_secrets: descriptions of client secrets that do not count.
    :param redirect_uris: those that do not count, beside call back URLs of Webex Connect.
    """
    secrets = [item.get("displayName") for item in wire.get("passwordCredentials") or []]
    uris = (wire.get("web") or {}).get("redirectUris") or []
    return [
        *(
            f"client secret {name or 'without description'}"
            for name in secrets
            if name not in retired_secrets
        ),
        *(
            f"certificate {item.get('displayName') or item['keyId']}"
            for item in wire.get("keyCredentials") or []
        ),
        *(f"redirect URI {uri}" for uri in uris if uri not in redirect_uris and not CALL_BACK.fullmatch(uri)),
    ]


def consent_back(client, name, reading):
    """Steps that take back every tenant-wide grant of the app."""
    labels = other_labels(reading.access, [], reading.declared)
    return purge_steps(client, name, reading.access, [], labels, [])


def deletion(client, wire, purge):
    """Steps that delete an application, and with ``purge`` for good, so that its unique name is free at once."""
    name, app_id = wire.get("displayName"), wire["appId"]

    def delete(_app):
        client.delete_application(wire)
        return {}

    steps = [Step(f"delete app {name} ({app_id})", delete)]
    return steps + ([purging(client, wire)] if purge else [])


def purging(client, wire):
    """The step that deletes a soft-deleted application for good."""

    def purge(_app):
        client.purge_application(wire)
        return {}

    return Step(f"delete app {wire.get('displayName')} ({wire['appId']}) for good", purge)
