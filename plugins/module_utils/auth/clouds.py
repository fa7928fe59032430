# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Microsoft's clouds: where to sign in, where the services are, and for whom a token is made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cloud:
    """One national cloud; all values are origins.

    Sources: learn.microsoft.com/graph/deployments (authority, Graph), the Exchange Admin API overview (Exchange
    hosts), the Connect-ExchangeOnline page (``exchange_environment``, the cloud's name in PowerShell),
    learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates (Key Vault).
    ``exchange_suffix`` is the only ending of a host that Exchange may redirect to.
    """

    authority: str
    graph: str
    exchange: str
    exchange_suffix: str
    exchange_environment: str
    smtp_scope: str = "https://outlook.office.com/SMTP.Send"
    key_vault: str = "https://vault.azure.net"


CLOUDS = {
    "public": Cloud(
        "https://login.microsoftonline.com",
        "https://graph.microsoft.com",
        "https://outlook.office365.com",
        ".outlook.office365.com",
        "O365Default",
    ),
    "usgov": Cloud(
        "https://login.microsoftonline.us",
        "https://graph.microsoft.us",
        "https://outlook.office365.us",
        ".outlook.office365.us",
        "O365USGovGCCHigh",
        # assumption: national-cloud-smtp
        "https://outlook.office365.us/SMTP.Send",
        "https://vault.usgovcloudapi.net",
    ),
    "usgov_dod": Cloud(
        "https://login.microsoftonline.us",
        "https://dod-graph.microsoft.us",
        "https://outlook-dod.office365.us",
        ".outlook-dod.office365.us",
        "O365USGovDoD",
        # assumption: national-cloud-smtp
        "https://outlook-dod.office365.us/SMTP.Send",
        "https://vault.usgovcloudapi.net",
    ),
    "china": Cloud(
        "https://login.partner.microsoftonline.cn",
        "https://microsoftgraph.chinacloudapi.cn",
        "https://partner.outlook.cn",
        ".partner.outlook.cn",
        "O365China",
        # assumption: national-cloud-smtp
        "https://partner.outlook.cn/SMTP.Send",
        "https://vault.azure.cn",
    ),
}
