# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access tokens of the lab: signed JWTs with the claims that Graph and Exchange decide on."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa


class TokenRefused(Exception):
    """A bearer token is not acceptable; ``reason`` is malformed, expired or audience."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@functools.cache
def _key() -> rsa.RSAPrivateKey:
    # One key a process: making one costs a tenth of a second, and no test needs two.
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class TokenSigner:
    """Issues and reads tokens with the key of this process."""

    def issue(self, claims: dict[str, Any]) -> str:
        """A signed access token with exactly these claims."""
        return jwt.encode(claims, _key(), algorithm="RS256", headers={"kid": "lab"})

    def read(self, token: str, audiences: Iterable[str], now: datetime) -> dict[str, Any]:
        """The claims of a token made by :meth:`issue`, if it is still valid and meant for an audience given.

        Raises :class:`TokenRefused`. Time is the lab's own, hence PyJWT's check by real time is off.
        """
        unchecked = {"verify_exp": False, "verify_aud": False, "verify_nbf": False, "verify_iat": False}
        try:
            claims = jwt.decode(token, _key().public_key(), algorithms=["RS256"], options=unchecked)
        except jwt.InvalidTokenError:
            raise TokenRefused("malformed") from None
        if claims["exp"] <= now.timestamp():
            raise TokenRefused("expired")
        if claims["aud"].rstrip("/") not in {audience.rstrip("/") for audience in audiences}:
            raise TokenRefused("audience")
        return claims
