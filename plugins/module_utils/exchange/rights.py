# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Which rights in Exchange Online an app's token shows, and which management role each of our cmdlets takes.

Source: "App-only authentication for unattended scripts in Exchange Online PowerShell" (permission and directory roles)
and Microsoft Entra built-in roles (template ids, which a token holds as ``wids``).
"""

from __future__ import annotations

from .cmdlets import CMDLETS, MAIL_RECIPIENTS, TRANSPORT_HYGIENE, USER_OPTIONS

MANAGE_AS_APP = "Exchange.ManageAsApp"
GLOBAL_ADMINISTRATOR = "Global Administrator"
EXCHANGE_ADMINISTRATOR = "Exchange Administrator"
# Template id -> name, of the directory roles that bear on Exchange Online.
DIRECTORY_ROLES = {
    "62e90394-69f5-4237-9190-012177145e10": GLOBAL_ADMINISTRATOR,
    "29232cdf-9323-42fd-ade2-1d097af3e4de": EXCHANGE_ADMINISTRATOR,
    "31392ffb-586c-42d1-9346-e59415a2cc4e": "Exchange Recipient Administrator",
    "194ae4cb-b126-40b2-bd5b-6091b380977d": "Security Administrator",
    "5d6b6bb7-de71-4623-b4af-96380a352509": "Security Reader",
    "f2ef992c-3afb-46b9-b7cf-a126ee74c451": "Global Reader",
}
EVERYTHING = (GLOBAL_ADMINISTRATOR, EXCHANGE_ADMINISTRATOR)
# What each of the collection's duties writes with.
WRITING = {"mailboxes": (MAIL_RECIPIENTS, USER_OPTIONS), "policy": (TRANSPORT_HYGIENE,)}


class AppRights:
    """What an access token for Exchange Online shows; a hint, because nothing is verified.

    :param claims: the token's claims, {} for one that cannot be read.
    """

    def __init__(self, claims):
        self.readable = bool(claims)
        self.person = "scp" in claims
        self.permissions = sorted(claims.get("roles") or ())
        self.directory_roles = [
            DIRECTORY_ROLES[wid] for wid in claims.get("wids") or () if wid in DIRECTORY_ROLES
        ]

    @property
    def may_call(self):
        """Whether the permission without which no cmdlet runs may be there."""
        return not self.readable or self.person or MANAGE_AS_APP in self.permissions

    @property
    def everything(self):
        """Whether a directory role gives every management role that is needed here."""
        return any(role in EVERYTHING for role in self.directory_roles)


def writing_roles(duties):
    """The management roles with which these duties write, in a fixed order."""
    return [role for duty, roles in WRITING.items() if duty in duties for role in roles]


# Operation of the client that takes no parameter -> its cmdlet.
TENANT_READS = {
    "outbound_policies": "Get-HostedOutboundSpamFilterPolicy",
    "outbound_rules": "Get-HostedOutboundSpamFilterRule",
    "remote_domains": "Get-RemoteDomain",
    "transport_rules": "Get-TransportRule",
    "blocked_senders": "Get-BlockedSenderAddress",
    "transport_config": "Get-TransportConfig",
    "organization_config": "Get-OrganizationConfig",
}
# What a duty cannot be done without reading.
ESSENTIAL = {
    "policy": ("outbound_policies", "outbound_rules", "remote_domains"),
    "mailboxes": ("transport_config",),
}


def role_of(operation):
    """The least management role that holds the cmdlet of one of TENANT_READS."""
    return CMDLETS[TENANT_READS[operation]].role
