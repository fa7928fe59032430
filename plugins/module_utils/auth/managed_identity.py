# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Sign in as the managed identity of the machine or service in Azure that this runs on.

System-assigned, or user-assigned where ``auth_client_id`` is given. The environment tells which endpoint is
asked (learn.microsoft.com, managed identities for Azure resources): App Service, Azure Machine Learning,
Azure Arc, else the instance metadata service of a virtual machine.
"""

from __future__ import annotations

import os

from ..core.errors import Fault
from .library import msal
from .options import check_client_id

NAME = "managed_identity"
# What decides which identity answers; endpoint and key of each kind of host.
ENVIRONMENT = (
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
    "IMDS_ENDPOINT",
    "MSI_ENDPOINT",
    "MSI_SECRET",
    "AZURE_POD_IDENTITY_AUTHORITY_HOST",
)
SERVICE_FABRIC = ("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IDENTITY_SERVER_THUMBPRINT")
HINT = (
    "Run on an Azure host that has the identity assigned (auth_client_id names a user-assigned one), keep"
    " 169.254.169.254 out of the proxy (NO_PROXY), or choose another auth_method."
)


def validate(options):
    """Check the options and the environment without the network.

    :raises Fault: ``invalid_input``.
    """
    if options.get("auth_client_id"):
        check_client_id(options["auth_client_id"])
    if all(name in os.environ for name in SERVICE_FABRIC):
        # msal pins that host's certificate and for this wants a connection of its own making (msal 1.39).
        raise Fault("invalid_input", "The managed identity of Service Fabric is not supported.")


def credential(_options):
    """What tells this identity from any other: where it is asked for."""
    return "\n".join(os.environ.get(name, "") for name in ENVIRONMENT).strip()


def secrets(_credential):
    """What must never be shown: the keys to the endpoint."""
    return [os.environ.get("IDENTITY_HEADER"), os.environ.get("MSI_SECRET")]


def acquire(options, _credential, audience, transport, cache):
    """msal's result.

    :raises Fault: ``unreachable`` where no endpoint answers, which waiting does not change;
        ``sign_in_failed`` where it refuses.
    """
    client_id = options.get("auth_client_id")
    if client_id:
        identity = msal.UserAssignedManagedIdentity(client_id=client_id)
    else:
        identity = msal.SystemAssignedManagedIdentity()
    client = msal.ManagedIdentityClient(identity, http_client=transport, token_cache=cache)
    try:
        result = client.acquire_token_for_client(resource=audience)
    except Fault as fault:
        if fault.code not in ("unreachable", "timeout"):
            raise
        message = "This machine's managed identity endpoint does not answer."
        raise Fault("unreachable", message, hint=HINT) from None
    if "access_token" in result:
        return result
    status = transport.last.status
    message = f"This machine's managed identity endpoint gave no token (HTTP {status})."
    raise Fault("sign_in_failed", message, hint=HINT, status=status)
