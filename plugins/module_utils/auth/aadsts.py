# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What Microsoft Entra's refusals mean and what to do about them.

Numbers: learn.microsoft.com/entra/identity-platform/reference-error-codes. Microsoft changes the texts and
may change the numbers, so an unknown number is quoted; a text never is, because it can repeat what was sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..core.errors import Fault


@dataclass(frozen=True)
class Cause:
    """One kind of refusal; ``{client_id}``, ``{tenant}`` and ``{audience}`` are filled in."""

    sentence: str
    remedy: str
    code: str = "sign_in_failed"
    retryable: bool = False


_TENANT_UNKNOWN = Cause(
    "The tenant {tenant} does not exist in this cloud.",
    "Check auth_tenant (the directory ID or a domain of it) and cloud.",
)
_NO_FEDERATION = Cause(
    "Application {client_id} trusts no identity like the one in the federated token.",
    "Compare issuer, subject and audience of the federated credential with those of the token; case counts.",
)
_CERTIFICATE_EXPIRED = Cause(
    "The certificate of application {client_id} is outside its period of validity.",
    "Renew it, register its public part with the application, and check this machine's clock.",
)
_ASSERTION_TIME = Cause(
    "Microsoft Entra says that the signed assertion of application {client_id} is not valid now.",
    "Synchronise this machine's clock (it may differ by 5 minutes at most); with auth_federated_token_file,"
    " see that the file is still being renewed.",
)
_BUSY = Cause("Microsoft Entra cannot look the tenant up now.", "Run again later.", "service_error", True)

CAUSES = {
    7000215: Cause(
        "Microsoft Entra refused the client secret of application {client_id}.",
        "Give the secret's value, not its secret ID; a new secret takes up to a few minutes to work.",
    ),
    7000222: Cause(
        "The client secret of application {client_id} has expired.",
        "Make a new one, or better use a certificate, a federated token or a managed identity.",
    ),
    700016: Cause(
        "Application {client_id} is not known in tenant {tenant}.",
        "Check auth_client_id and auth_tenant; it may belong to another tenant or have no service principal.",
    ),
    7000229: Cause(
        "Application {client_id} has no service principal in tenant {tenant}.",
        "Make one (an admin consent in that tenant does), or check auth_tenant.",
    ),
    7000112: Cause("Application {client_id} is disabled.", "Enable sign-in in its enterprise application."),
    90002: _TENANT_UNKNOWN,
    900023: _TENANT_UNKNOWN,
    90038: Cause(
        "The tenant {tenant} belongs to another national cloud.",
        "Set cloud to the one that the tenant lives in: public, usgov, usgov_dod or china.",
    ),
    500011: Cause(
        "Tenant {tenant} has no service principal for {audience}.",
        "The service was never set up there (is it licensed?), or auth_tenant or cloud is wrong.",
    ),
    500014: Cause(
        "The service principal for {audience} is disabled in tenant {tenant}.",
        "Enable it, or see whether the subscription has lapsed.",
    ),
    700024: _ASSERTION_TIME,
    1000502: _CERTIFICATE_EXPIRED,
    700027: Cause(
        "Microsoft Entra did not accept the certificate of application {client_id}.",
        "Register the public part of exactly this certificate with it, and see that it has not expired.",
    ),
    70021: _NO_FEDERATION,
    700211: _NO_FEDERATION,
    700212: _NO_FEDERATION,
    700213: _NO_FEDERATION,
    7002137: _NO_FEDERATION,
    7002138: _NO_FEDERATION,
    50034: Cause(
        "The account does not exist in tenant {tenant}.",
        "Check auth_tenant and auth_client_id; user accounts cannot be used here.",
    ),
    53003: Cause(
        "A conditional access policy of tenant {tenant} blocks application {client_id}.",
        "Ask who runs the tenant to allow this workload identity, for instance by its named location.",
        "policy_blocked",
    ),
    90024: _BUSY,
    90033: _BUSY,
    90055: Cause(
        "Too many sign-ins to tenant {tenant}.", "Run again later, with fewer forks.", "throttled", True
    ),
}


def numbers_of(result):
    """The AADSTS numbers in an error answer of the token or discovery endpoint, the most telling first.

    :param result: the answer's JSON object, with ``error_codes`` or an ``error_description``.
    """
    listed = result.get("error_codes")
    numbers = [code for code in listed if isinstance(code, int)] if isinstance(listed, list) else []
    described = re.findall(r"AADSTS(\d{4,9})", str(result.get("error_description", "")))
    numbers += [int(number) for number in described]
    return sorted(dict.fromkeys(numbers), key=lambda number: number not in CAUSES)


def trace_of(result):
    """What Microsoft's support finds the request by: its trace or correlation id; None if there is none."""
    trace = result.get("trace_id") or result.get("correlation_id")
    return trace if isinstance(trace, str) else None


def refusal(result, status, **names):
    """The Fault for an error answer.

    :param result: the answer's JSON object.
    :param status: its HTTP status.
    :param names: ``client_id``, ``tenant`` and ``audience`` for the sentence.
    """
    numbers = numbers_of(result)
    cause = CAUSES.get(numbers[0]) if numbers else None
    known = {"status": status, "request_id": trace_of(result)}
    if cause is None:
        return _unknown(result, numbers, known)
    return Fault(
        cause.code,
        f"{cause.sentence.format(**names)} (AADSTS{numbers[0]})",
        hint=cause.remedy,
        retryable=cause.retryable,
        **known,
    )


def _unknown(result, numbers, known):
    if numbers:
        label = f"AADSTS{numbers[0]}"
        hint = f"Look it up at https://login.microsoftonline.com/error?code={numbers[0]}."
    else:
        # RFC 6749 5.2: error is one word; anything else may be somebody's text and is not repeated.
        word = str(result.get("error", ""))
        label = word if re.fullmatch(r"[a-z_]{1,40}", word) else f"HTTP {known['status']}"
        hint = "Check auth_tenant, auth_client_id and the credential."
    return Fault("sign_in_failed", f"Microsoft Entra refused the sign-in ({label}).", hint=hint, **known)
