# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Sign in with a certificate: PEM (key and certificates in one file, key encrypted or not) or PFX."""

from __future__ import annotations

from ..core.errors import Fault
from . import confidential
from .options import check_application, demand

NAME = "certificate"
OPTION = "auth_certificate_path"
PASSWORD = "auth_certificate_password"
BEGIN, END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"


def validate(options):
    """Check the options and that the file is there, without the network.

    What is in the file is checked when it is used, because decrypting a key in every task would cost more
    than the rest of the task.

    :raises Fault: ``invalid_input``.
    """
    check_application(options, NAME)
    demand(options, NAME, OPTION)
    credential(options)


def credential(options):
    """The content of the file, as bytes.

    :raises Fault: ``invalid_input`` with the path, never the content.
    """
    path = options[OPTION]
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise Fault("invalid_input", f"{OPTION} {path} cannot be read: {error.strerror}.") from None


def secrets(_content):
    """Nothing: the key is used here and goes nowhere, and the password is an option marked as secret."""
    return []


def acquire(options, content, audience, transport, cache):
    """msal's result; see ``confidential.acquire``.

    :raises Fault: ``invalid_input`` for a file that holds no usable key and certificate.
    """
    return confidential.acquire(options, msal_credential(options, content), audience, transport, cache)


def msal_credential(options, content):
    """Key and certificates as msal wants them; msal sends the first one along as x5c.

    Microsoft Entra needs the leaf there, but a bundle may be written in any order.

    :raises Fault: ``invalid_input``.
    """
    # Imported on use, as msal does: it takes longer than all of msal, and only this method needs it.
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key, certificates = _parsed(options, content)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise _unusable(options, "it holds no RSA key, which Microsoft Entra demands")
    certificates.sort(key=lambda item: not _belongs(item, key))
    if not certificates or not _belongs(certificates[0], key):
        raise _unusable(options, "it holds no certificate that belongs to its key")
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return {
        "private_key": plain.decode("ascii"),
        "public_certificate": "".join(item.public_bytes(pem).decode("ascii") for item in certificates),
    }


def _parsed(options, content):
    """(private key or None, list of certificates) of a PEM or PFX file."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12
    from cryptography.x509 import load_pem_x509_certificate

    password = options.get(PASSWORD)
    secret = password.encode() if password else None
    try:
        if b"-----BEGIN" in content:
            blocks = [BEGIN + part.split(END)[0] + END + b"\n" for part in content.split(BEGIN)[1:]]
            certificates = [load_pem_x509_certificate(block) for block in blocks]
            return load_pem_private_key(content, secret), certificates
        key, leaf, others = pkcs12.load_key_and_certificates(content, secret)
    except TypeError:
        # cryptography's answer to a password that is missing, or given for a key that has none.
        reason = f"its key is not encrypted, yet {PASSWORD} is given" if password else f"it needs {PASSWORD}"
        raise _unusable(options, reason) from None
    except Exception:
        # Besides ValueError, cryptography raises errors of its own for algorithms that it does not know.
        reason = f"it is no PEM or PFX file with a key, or {PASSWORD} is missing or wrong"
        raise _unusable(options, reason) from None
    return key, [item for item in (leaf, *others) if item is not None]


def _belongs(certificate, key):
    return certificate.public_key() == key.public_key()


def _unusable(options, reason):
    return Fault("invalid_input", f"{OPTION} {options[OPTION]} cannot be used: {reason}.")
