# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Sign in to Microsoft, once per identity and audience per run."""

from __future__ import annotations

import threading

from ..core.retry import Policy, persist
from . import access_token, certificate, client_secret, federated_token, library, managed_identity
from .cache import RunCache, forget, live_token
from .claims import claims_of
from .options import authority_of, method_of
from .outcome import ask, token_of
from .transport import Transport

METHODS = {
    method.NAME: method
    for method in (client_secret, certificate, federated_token, managed_identity, access_token)
}


class SignIn:
    """The identity of one task.

    :param options: with those of ``options.AUTH``, as Ansible's validation left them.
    :param runtime: the task's Runtime.
    :raises Fault: ``invalid_input`` where the options do not fit; nothing is sent yet.
    """

    def __init__(self, options, runtime):
        self._options = options
        self._runtime = runtime
        self._method = METHODS[method_of(options)]
        self._method.validate(options)
        self._sources = {}

    def source(self, audience):
        """The token source for one service; the same one each time, and safe to share between threads.

        :param audience: origin of the service in the cloud in question, such as https://graph.microsoft.com.
        :returns: an object with ``get()`` -> token text, ``renew()`` -> another token or None, and
            ``claims()`` -> the token's claims, unverified.
        """
        return self._sources.setdefault(audience, self._new_source(audience))

    def _new_source(self, audience):
        if self._method is access_token:
            return access_token.ReadyMade(self._options, audience)
        return TokenSource(self._options, self._runtime, self._method, audience)


class TokenSource:
    """Tokens for one audience: this task's own, else the run's, else a new one."""

    def __init__(self, options, runtime, method, audience):
        self._options = options
        self._runtime = runtime
        self._method = method
        self._audience = audience
        self._token = None
        self._http = None
        self._lock = threading.Lock()

    def get(self):
        """The token's text.

        :raises Fault: ``sign_in_failed``, ``policy_blocked``, ``throttled``, ``service_error``, ``protocol``,
            ``tls``, ``unreachable``, ``timeout``, ``invalid_input``, ``library_missing``.
        """
        with self._lock:
            if self._token is None or not self._token.alive:
                self._token = self._obtain(refused=None)
            return self._token.text

    def renew(self):
        """Another token in place of the one that the service refused.

        :raises Fault: as ``get``.
        """
        with self._lock:
            self._token = self._obtain(refused=self._token)
            return self._token.text

    def claims(self):
        """The claims of the token (roles, wids, tid, ...), unverified; {} if it is not a JSON web token."""
        return claims_of(self.get())

    def _obtain(self, refused):
        """A Token from the run's cache or a new one.

        The cache is looked into before msal is given anything to do, because msal asks the network for the
        tenant's endpoints before it looks into a cache.
        """
        library.require()
        credential = self._method.credential(self._options)
        for secret in self._method.secrets(credential):
            self._runtime.redactor.register(secret)
        store = self._store(credential)
        known = None if refused else live_token(store.read())
        if known:
            return self._registered(known)
        with store.exclusive(self._runtime.deadline):
            cache = store.read()
            if refused:
                # Only the very token that was refused: another process may have put a better one there.
                forget(cache, refused.text)
            token = self._registered(live_token(cache) or self._sign_in(credential, cache))
            store.write(cache)
        return token

    def _store(self, credential):
        identity = [self._options.get(name) or "" for name in ("auth_tenant", "auth_client_id")]
        return RunCache(
            self._runtime.scratch,
            self._method.NAME,
            authority_of(self._options),
            *identity,
            self._audience,
            self._options.get("auth_certificate_password") or "",
            credential,
        )

    def _sign_in(self, credential, cache):
        self._http = self._http or self._runtime.http()
        return persist(lambda: self._attempt(credential, cache), Policy(), self._runtime.deadline)

    def _attempt(self, credential, cache):
        transport = Transport(self._http, self._runtime.warn)
        order = (self._options, credential, self._audience, transport, cache)
        result = ask(lambda: self._method.acquire(*order), transport)
        names = {name: self._options.get(f"auth_{name}") for name in ("tenant", "client_id")}
        return token_of(result, transport, {**names, "audience": self._audience})

    def _registered(self, token):
        self._runtime.redactor.register(token.text)
        return token
