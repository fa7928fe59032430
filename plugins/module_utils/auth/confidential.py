# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Sign in as a registered application: what secret, certificate and federated token have in common."""

from __future__ import annotations

from .library import msal
from .options import authority_of


def acquire(options, credential, audience, transport, cache=None):
    """msal's result of the client credentials flow.

    :param credential: msal's ``client_credential``.
    :param audience: origin of the service; ``/.default`` asks for all that was consented
        (learn.microsoft.com, OAuth 2.0 client credentials flow).
    :param cache: msal token cache that receives the token; None for one that is forgotten.
    """
    application = msal.ConfidentialClientApplication(
        options["auth_client_id"],
        client_credential=credential,
        authority=f"{authority_of(options)}/{options['auth_tenant']}",
        token_cache=cache,
        http_client=transport,
        # Authorities are known or given on purpose; msal would ask login.microsoftonline.com about others.
        instance_discovery=False,
        # None would let MSAL_FORCE_REGION in the environment send the credential to another host.
        azure_region=False,
    )
    return application.acquire_token_for_client([f"{audience}/.default"])
