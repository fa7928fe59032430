# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The options with which every Microsoft service is signed in to."""

from __future__ import annotations

import re

from ..core.addresses import origin
from ..core.errors import Fault
from ..core.spec import Spec
from .clouds import CLOUDS

METHODS = ("client_secret", "certificate", "federated_token", "managed_identity", "access_token")

# The names of AWX's built-in Azure credential and of Microsoft's own SDKs, so that both fill these options.
AUTH = Spec(
    {
        "auth_tenant": {"type": "str", "env": ["AZURE_TENANT_ID", "AZURE_TENANT"]},
        "auth_client_id": {"type": "str", "env": ["AZURE_CLIENT_ID"]},
        "auth_client_secret": {"type": "str", "no_log": True, "env": ["AZURE_CLIENT_SECRET", "AZURE_SECRET"]},
        "auth_certificate_path": {"type": "path", "env": ["AZURE_CLIENT_CERTIFICATE_PATH"]},
        "auth_certificate_password": {
            "type": "str",
            "no_log": True,
            "env": ["AZURE_CLIENT_CERTIFICATE_PASSWORD"],
        },
        # A path: marked, because Ansible takes every name with "token" in it for a secret.
        "auth_federated_token_file": {"type": "path", "no_log": False, "env": ["AZURE_FEDERATED_TOKEN_FILE"]},
        "auth_access_token": {"type": "str", "no_log": True, "env": ["WEBEX_EMAIL_ACCESS_TOKEN"]},
        "auth_method": {"type": "str", "choices": ["auto", *METHODS], "default": "auto"},
        "cloud": {"type": "str", "choices": list(CLOUDS), "default": "public", "env": ["WEBEX_EMAIL_CLOUD"]},
        "authority_url": {"type": "str", "env": ["AZURE_AUTHORITY_HOST"]},
    }
)

# What ``auto`` looks for, first match wins; managed identity has no option of its own, so it must be named.
AUTO = (
    ("auth_access_token", "access_token"),
    ("auth_certificate_path", "certificate"),
    ("auth_federated_token_file", "federated_token"),
    ("auth_client_secret", "client_secret"),
)

GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# A dot is demanded, so that "common", "organizations" and "adfs" are refused: none of them is a tenant.
DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*\.)+[A-Za-z0-9-]+")


def method_of(options):
    """The name of the sign-in method that the options ask for, one of ``METHODS``.

    :raises Fault: ``invalid_input`` where ``auto`` finds nothing to sign in with.
    """
    if options["auth_method"] != "auto":
        return options["auth_method"]
    for option, method in AUTO:
        if options.get(option):
            return method
    raise Fault(
        "invalid_input",
        "Nothing was given to sign in to Microsoft with.",
        hint=(
            "Give auth_tenant and auth_client_id with auth_certificate_path, auth_federated_token_file or"
            " auth_client_secret; or give auth_access_token; or set auth_method to managed_identity."
        ),
    )


def identity_of(options):
    """Texts that tell this identity, its credential among them, from any other."""
    return tuple(str(options.get(name)) for name in AUTH.options)


def authority_of(options):
    """The origin of the sign-in service: ``authority_url``, else the cloud's own.

    AZURE_AUTHORITY_HOST is written with or without ``https://``, as azure-identity takes it; so is this.

    :raises Fault: ``invalid_input`` for anything but an https origin.
    """
    given = options.get("authority_url")
    if not given:
        return CLOUDS[options["cloud"]].authority
    return origin(given if "://" in given else f"https://{given}", "authority_url")


def demand(options, method, *names):
    """Check that the named options were given.

    :raises Fault: ``invalid_input`` with the names that were not.
    """
    missing = [name for name in names if not options.get(name)]
    if missing:
        raise Fault("invalid_input", f"Sign-in by {method} needs {' and '.join(missing)} too.")


def check_application(options, method):
    """Check tenant, client id and authority: what every method of a registered application needs.

    :raises Fault: ``invalid_input``.
    """
    demand(options, method, "auth_tenant", "auth_client_id")
    authority_of(options)
    tenant = options["auth_tenant"]
    if not GUID.fullmatch(tenant) and not DOMAIN.fullmatch(tenant):
        raise Fault(
            "invalid_input",
            "auth_tenant is neither a directory (tenant) ID nor a domain of one.",
            hint="Give the ID from the Entra overview page, or a name like contoso.onmicrosoft.com.",
        )
    check_client_id(options["auth_client_id"])


def check_client_id(value):
    """Check that a client id is one.

    :raises Fault: ``invalid_input``; a frequent cause is the application's name or object ID in its place.
    """
    if not GUID.fullmatch(value):
        raise Fault("invalid_input", "auth_client_id is not an application (client) ID, which is a GUID.")
