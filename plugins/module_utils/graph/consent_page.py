# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The page on which an administrator consents by hand, for identities that may not do it."""

from __future__ import annotations

from urllib.parse import urlencode

from ..auth.clouds import CLOUDS
from ..auth.options import authority_of

EXCHANGE_ONLINE = "00000002-0000-0ff1-ce00-000000000000"
MICROSOFT_GRAPH = "00000003-0000-0000-c000-000000000000"


class ConsentPage:
    """Addresses of the admin consent page of one tenant (learn.microsoft.com, "Grant tenant-wide admin consent").

    :param options: with those of ``auth.options.AUTH``.
    """

    def __init__(self, options):
        self._authority = authority_of(options)
        cloud = CLOUDS[options["cloud"]]
        self._origins = {EXCHANGE_ONLINE: cloud.exchange, MICROSOFT_GRAPH: cloud.graph}

    def url(self, tenant, app_id, resource_app_ids, redirect_uris):
        """The address; the browser goes to the first redirect URI afterwards, where the page may well show an error.

        :param resource_app_ids: of the permissions to consent to; the first one with its declared permissions is
            asked for.
        """
        resource = self._origins.get(resource_app_ids[0], resource_app_ids[0])
        query = {"client_id": app_id, "scope": f"{resource}/.default"}
        if redirect_uris:
            query["redirect_uri"] = redirect_uris[0]
        return f"{self._authority}/{tenant}/v2.0/adminconsent?{urlencode(query)}"
