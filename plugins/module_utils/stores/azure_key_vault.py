# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Azure Key Vault, secrets.

Sources: learn.microsoft.com/rest/api/keyvault/secrets (set-secret, get-secret, version 7.4: value, contentType, tags,
attributes.exp; a set makes a new version) and key-vault/general/common-error-codes; a deleted secret keeps its name
(409 with innererror ObjectIsDeletedButRecoverable, Azure/azure-sdk-for-python issue 9743).
"""

from __future__ import annotations

import re
from datetime import datetime, timezone

from ..auth.clouds import CLOUDS
from ..auth.sign_in import SignIn
from ..core.addresses import origin
from ..core.errors import Fault
from ..core.retry import Policy
from ..core.service import Service, unavailable
from ..core.web import Request
from .store import VALUE, Entry

KIND = "azure_key_vault"
NAME = "Azure Key Vault"
VERSION = {"api-version": "7.4"}
SECRET_NAME = re.compile(r"[0-9a-zA-Z-]{1,127}")
CONTENT_TYPE = "application/x-entra-client-secret"
OWNER = {"managed_by": "ccops.webex_email"}


def open_backend(given, options, runtime):
    """The backend for the options of a store; it signs in as the task does.

    :raises Fault: ``invalid_input`` for a malformed URL or name.
    """
    if not SECRET_NAME.fullmatch(given["name"]):
        raise Fault(
            "invalid_input",
            f"The name {given['name']!r} is no name of a secret there.",
            hint="Use up to 127 letters, digits and hyphens.",
        )
    url = origin(given["vault_url"], "vault_url")
    token = SignIn(options, runtime).source(CLOUDS[options["cloud"]].key_vault)
    service = Service(runtime.http(), token, runtime.deadline, Policy(), _explain)
    return KeyVault(service, f"{url}/secrets/{given['name']}", given["name"])


class KeyVault:
    """One secret of a vault; each write makes a new version of it."""

    def __init__(self, service, url, name):
        self._service = service
        self._url = url
        self._name = name

    def read(self):
        """The Entry of the latest version, or None."""
        bundle = self._bundle()
        return Entry.of({VALUE: bundle.get("value"), **(bundle.get("tags") or {})})

    def write(self, entry):
        """Set the secret, with its expiry.

        :raises Fault: ``conflict`` where somebody else's secret has the name.
        """
        bundle = self._bundle()
        if bundle and (bundle.get("tags") or {}).get("managed_by") != OWNER["managed_by"]:
            raise Fault(
                "conflict",
                f"{NAME} has a secret {self._name} that is not ours.",
                hint="Give another name, or set its tag managed_by to ccops.webex_email to hand it over.",
            )
        fields = entry.as_fields()
        body = {
            "value": fields.pop(VALUE),
            "contentType": CONTENT_TYPE,
            "attributes": {"enabled": True, "exp": _unix(entry.expires)},
            "tags": {**OWNER, **fields},
        }
        self._service.call(Request("PUT", self._url, params=VERSION, body=body))

    def _bundle(self):
        response = self._service.call(Request("GET", self._url, params=VERSION))
        body = response.json()
        return {} if response.status == 404 or not isinstance(body, dict) else body


def _unix(text):
    """A wire instant in whole seconds since the epoch."""
    moment = datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    return int(moment.timestamp())


def _explain(response, request):
    """The Fault for an answer, or None for a success. No text of an answer is passed on."""
    if 200 <= response.status < 300 or (response.status == 404 and request.method == "GET"):
        return None
    known = {"status": response.status, "request_id": response.request_id}
    if response.status == 401:
        return Fault(
            "unauthenticated",
            f"{NAME} refused the access token.",
            hint="Check vault_url and cloud, and that the vault belongs to the tenant that signs in.",
            **known,
        )
    if response.status == 403:
        return Fault(
            "denied",
            f"{NAME} does not let this identity in.",
            hint="Give it the role Key Vault Secrets Officer on the vault, and look at the vault's firewall.",
            **known,
        )
    if response.status == 409:
        return Fault(
            "conflict",
            f"{NAME} holds a deleted secret of that name, or is recovering one.",
            hint="Recover it or purge it, or give another name.",
            **known,
        )
    if response.status == 400:
        return Fault("conflict", f"{NAME} refused the secret.", hint="Check name and vault_url.", **known)
    return unavailable(NAME, response)
