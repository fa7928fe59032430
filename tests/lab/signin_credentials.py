# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an application proves who it is: client secret, certificate, or a federated token.

Sources: Microsoft identity platform, "Application authentication certificate credentials" (header x5t or
x5t#S256, RS256 or PS256, claims aud, exp, nbf, iss, sub) and "Workload identity federation"; codes:
"Microsoft Entra authentication and authorization error codes".
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from .core import Lab

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
FEDERATED_AUDIENCE = "api://AzureADTokenExchange"
_CLOCK_TOLERANCE = 300
_UNCHECKED = {"verify_exp": False, "verify_aud": False, "verify_nbf": False, "verify_iat": False}

# Status and OAuth error of each code; not listed means 401 invalid_client.
_REQUEST_ERRORS = {
    900144: "invalid_request",
    70003: "unsupported_grant_type",
    1002012: "invalid_scope",
    700016: "unauthorized_client",
    7000112: "unauthorized_client",
    500011: "invalid_resource",
    90002: "invalid_request",
}


class SignInRefused(Exception):
    """A refused sign-in: ``code`` is the number after AADSTS."""

    def __init__(self, code: int, text: str, error: str | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.error = error or _REQUEST_ERRORS.get(code, "invalid_client")
        self.status = 400 if code in _REQUEST_ERRORS else 401


@dataclass(frozen=True)
class Application:
    """Who signs in. ``caller`` is the world's entry for automation identities, ``app`` the Graph object."""

    client_id: str
    object_id: str
    name: str
    caller: dict[str, Any]
    app: dict[str, Any]

    def secrets(self) -> Iterator[tuple[str, str, str]]:
        """All client secrets as (value, end of validity, replication key)."""
        for entry in self.caller.get("secrets", []):
            yield entry["value"], entry["expires"], ""
        values = self.app.get("lab_secrets", {})
        for credential in self.app.get("passwordCredentials", []):
            if credential["keyId"] in values:
                yield values[credential["keyId"]], credential["endDateTime"], f"{credential['keyId']}/sign-in"


def prove(lab: Lab, application: Application, form: dict[str, str], audiences: set[str]) -> None:
    """Check the credential in ``form``; raises SignInRefused. ``audiences``: names of the token endpoint."""
    if "client_secret" in form:
        _check_secret(lab, application, form["client_secret"])
    elif form.get("client_assertion_type") == ASSERTION_TYPE and form.get("client_assertion"):
        _check_assertion(lab, application, form["client_assertion"], audiences)
    else:
        raise SignInRefused(
            7000218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        )


def _check_secret(lab: Lab, application: Application, value: str) -> None:
    for known, expires, key in application.secrets():
        if not hmac.compare_digest(known.encode(), value.encode()):
            continue
        if not lab.replicated(key):
            break
        if _moment(expires) <= lab.now():
            raise SignInRefused(
                7000222, f"The provided client secret keys for app '{application.client_id}' are expired."
            )
        return
    raise SignInRefused(
        7000215,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
        f"value, not the client secret ID, for a secret added to app '{application.client_id}'.",
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _check_assertion(lab: Lab, application: Application, assertion: str, audiences: set[str]) -> None:
    try:
        header = jwt.get_unverified_header(assertion)
        claims = jwt.decode(assertion, options={"verify_signature": False, **_UNCHECKED})
    except jwt.InvalidTokenError:
        raise SignInRefused(50027, "JWT token is invalid or malformed.") from None
    if claims.get("iss") == application.client_id:
        _check_certificate(application, assertion, header, claims)
        if claims.get("aud") not in audiences:
            raise SignInRefused(700023, "Client assertion audience claim does not match Realm issuer.")
    else:
        _check_federation(application, claims)
    now = lab.now().timestamp()
    if not claims.get("nbf", 0) - _CLOCK_TOLERANCE <= now < claims.get("exp", 0) + _CLOCK_TOLERANCE:
        raise SignInRefused(700024, "Client assertion is not within its valid time range.")


def _check_certificate(
    application: Application, assertion: str, header: dict[str, Any], claims: dict[str, Any]
) -> None:
    unknown = SignInRefused(
        700027,
        "The certificate with identifier used to sign the client assertion is not registered on application.",
    )
    for pem in application.caller.get("certificates", []):
        certificate = x509.load_pem_x509_certificate(pem.encode())
        if not _named_by(header, certificate):
            continue
        try:
            jwt.decode(assertion, certificate.public_key(), algorithms=["RS256", "PS256"], options=_UNCHECKED)
        except jwt.InvalidTokenError:
            raise SignInRefused(700027, "Client assertion failed signature validation.") from None
        if claims.get("sub") != application.client_id:
            raise SignInRefused(
                700021, "Client assertion application identifier doesn't match 'client_id' parameter."
            )
        return
    raise unknown


def _named_by(header: dict[str, Any], certificate: x509.Certificate) -> bool:
    thumbprints = {"x5t#S256": hashes.SHA256(), "x5t": hashes.SHA1()}
    named = [name for name in thumbprints if name in header]
    return bool(named) and all(
        header[name].rstrip("=")
        == base64.urlsafe_b64encode(certificate.fingerprint(thumbprints[name])).decode().rstrip("=")
        for name in named
    )


def _check_federation(application: Application, claims: dict[str, Any]) -> None:
    """Issuer, subject and audience must match a registered federation; the signature is not checked."""
    presented = (claims.get("iss"), claims.get("sub"))
    known = [(entry["issuer"], entry["subject"]) for entry in application.caller.get("federated", [])]
    if presented not in known:
        raise SignInRefused(
            700213, "No matching federated identity record found for presented assertion subject."
        )
    if claims.get("aud") not in (FEDERATED_AUDIENCE, [FEDERATED_AUDIENCE]):
        raise SignInRefused(
            700212, "No matching federated identity record found for presented assertion audience."
        )
