# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""HashiCorp Vault, secrets engine KV version 2.

Sources: developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2 (paths, data, options.cas, 404 with metadata for a
deleted version), .../auth/approle (login), .../api-docs (X-Vault-Token, X-Vault-Namespace, X-Vault-Request, errors).
"""

from __future__ import annotations

from urllib.parse import quote

from ..core.addresses import origin
from ..core.errors import Fault
from ..core.retry import Policy, persist
from ..core.service import Service, unavailable
from ..core.web import Http, Request
from .store import Entry

KIND = "hashicorp_vault"
NAME = "HashiCorp Vault"


def open_backend(given, options, runtime):
    """The backend for the options of a store.

    :raises Fault: ``invalid_input`` without token or AppRole, or for a malformed address.
    """
    url = origin(given["address"], "address")
    bundle = given.get("ca_bundle") or options.get("ca_bundle")
    http = runtime.keep(Http(bundle, options["request_timeout"], runtime.deadline))
    headers = {"X-Vault-Request": "true"}
    if given.get("namespace"):
        headers["X-Vault-Namespace"] = given["namespace"]
    token = _token(given, url, http, headers, runtime)
    service = Service(http, token, runtime.deadline, Policy(), _explain)
    path = f"{url}/v1/{_path(given['mount'])}/data/{_path(given['name'])}"
    return KeyValue(service, path, headers, runtime.deadline)


def _path(text):
    return quote(text.strip("/"), safe="/")


def _token(given, url, http, headers, runtime):
    if given.get("token"):
        return Given(given["token"])
    if given.get("role_id") and given.get("secret_id"):
        login = f"{url}/v1/auth/{_path(given['approle_mount'])}/login"
        return AppRole(login, given, http, headers, runtime)
    raise Fault(
        "invalid_input",
        "Neither a token nor an AppRole is given.",
        hint="Set VAULT_TOKEN, or VAULT_ROLE_ID and VAULT_SECRET_ID, in the environment of the run.",
    )


class Given:
    """A token that somebody else obtained."""

    def __init__(self, value):
        self._value = value

    def get(self):
        """The token."""
        return self._value

    def renew(self):
        """None: there is no other."""
        return


class AppRole:
    """A token that is obtained once for the task."""

    def __init__(self, login, given, http, headers, runtime):
        self._request = Request(
            "POST",
            login,
            headers=headers,
            body={"role_id": given["role_id"], "secret_id": given["secret_id"]},
        )
        self._http = http
        self._runtime = runtime
        self._value = None

    def get(self):
        """The token.

        :raises Fault: ``sign_in_failed`` and the passing ones.
        """
        if self._value is None:
            self._value = persist(self._log_in, Policy(), self._runtime.deadline)
            self._runtime.redactor.register(self._value)
        return self._value

    def renew(self):
        """Another token: this one may have been good for one use."""
        self._value = None
        return self.get()

    def _log_in(self):
        response = self._http.send(self._request)
        token = ((response.json() or {}).get("auth") or {}).get("client_token")
        if response.status == 200 and token:
            return token
        if response.status in (429, 500, 502, 503, 504):
            fault = unavailable(NAME, response)
            fault.retryable, fault.retry_after = True, response.retry_after
            raise fault
        raise Fault(
            "sign_in_failed",
            f"{NAME} refused the AppRole.",
            hint="Check role_id, secret_id, namespace and approle_mount; a secret_id may be used up.",
            status=response.status,
        )


class KeyValue:
    """One path of the engine; our fields in it, beside those of others."""

    def __init__(self, service, path, headers, deadline):
        self._service = service
        self._path = path
        self._headers = headers
        self._deadline = deadline

    def read(self):
        """The Entry, or None."""
        return Entry.of(self._current()[0])

    def write(self, entry):
        """Merge the entry into the latest version, by check-and-set, so that nobody's write is lost.

        A repetition after a lost answer finds the entry there.
        """

        def attempt():
            fields, version = self._current()
            if Entry.of(fields) != entry:
                body = {"options": {"cas": version}, "data": {**fields, **entry.as_fields()}}
                self._service.call(Request("POST", self._path, headers=self._headers, body=body))

        persist(attempt, Policy(), self._deadline)

    def _current(self):
        """(fields, version) of the latest version; a deleted one has no fields, one that never was version 0."""
        response = self._service.call(Request("GET", self._path, headers=self._headers))
        data = (response.json() or {}).get("data") or {}
        version = (data.get("metadata") or {}).get("version", 0)
        if response.status == 200 and not version:
            raise Fault(
                "protocol",
                f"{NAME} gave an answer that is not one of a KV version 2 engine.",
                hint="Check mount: the engine has to be of version 2.",
                status=response.status,
            )
        return data.get("data") or {}, version


def _explain(response, request):
    """The Fault for an answer, or None for a success. No text of an answer is passed on."""
    if 200 <= response.status < 300 or (response.status == 404 and request.method == "GET"):
        return None
    known = {"status": response.status, "request_id": response.request_id}
    if response.status == 403:
        return Fault(
            "denied",
            f"{NAME} refuses the token, or its policy does not cover the path.",
            hint="It needs create, read and update on mount/data/name. Check the token's age and the namespace.",
            **known,
        )
    if response.status == 400 and "check-and-set" in response.text:
        # Somebody wrote between our look and our write.
        return Fault("conflict", f"{NAME} holds a newer version.", hint="Run again.", retryable=True, **known)
    if response.status in (400, 404, 405):
        return Fault(
            "conflict",
            f"{NAME} refused the write.",
            hint="Check mount, an engine of KV version 2, and name, a path below it.",
            **known,
        )
    return unavailable(NAME, response)
