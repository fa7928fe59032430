# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Prove a new client secret by signing in with it, before anybody relies on it."""

from __future__ import annotations

from ..core.errors import Fault
from ..core.retry import Policy, persist
from . import client_secret, library
from .aadsts import numbers_of, trace_of
from .claims import claims_of
from .outcome import ask, token_of
from .transport import Transport

# A secret, an application or its service principal that is only seconds old is refused like a wrong one; 4 to
# 18 seconds were measured (MicrosoftDocs, microsoft-graph-docs-contrib issue 1921; assumption: secret-delay).
NOT_YET = frozenset({7000215, 7000222, 700016})
PATIENCE = Policy(first_wait=1.0, longest_wait=10.0)


def prove_client_secret(options, runtime, tenant, client_id, secret, audience, deadline=None):
    """Sign in with a secret that was just made, until it works or the deadline comes.

    Neither the secret nor the token touches the run's cache.

    :param options: for ``cloud`` and ``authority_url``.
    :param audience: origin of the service that the secret is to be good for.
    :param deadline: core.retry.Deadline, the task's if it is not given.
    :returns: the application permissions in the token (its ``roles`` claim), possibly none.
    :raises Fault: ``sign_in_failed``, retryable, where it is still refused at the deadline; others as
        ``TokenSource.get``.
    """
    library.require()
    runtime.redactor.register(secret)
    identity = {**options, "auth_tenant": tenant, "auth_client_id": client_id, "auth_client_secret": secret}
    client_secret.validate(identity)
    http = runtime.http()

    def attempt():
        transport = Transport(http, runtime.warn)
        result = ask(lambda: client_secret.acquire(identity, secret, audience, transport, None), transport)
        if NOT_YET & set(numbers_of(result)) or result.get("error") == "unauthorized_client":
            raise _not_yet(client_id, result, transport.last.status)
        return token_of(result, transport, {"tenant": tenant, "client_id": client_id, "audience": audience})

    token = persist(attempt, PATIENCE, deadline or runtime.deadline)
    runtime.redactor.register(token.text)
    return list(claims_of(token.text).get("roles") or [])


def _not_yet(client_id, result, status):
    code = next((f" (AADSTS{number})" for number in numbers_of(result)), "")
    return Fault(
        "sign_in_failed",
        f"Microsoft Entra does not accept the new client secret of application {client_id} yet.{code}",
        hint="A new secret takes up to a few minutes to spread: run again, or give a longer deadline.",
        status=status,
        request_id=trace_of(result),
        retryable=True,
    )
