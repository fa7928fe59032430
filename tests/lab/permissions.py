# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ids of Microsoft's own applications and of the permissions they expose.

Sources: Microsoft Graph permissions data (microsoftgraph/microsoft-graph-devx-content, August 2026),
Microsoft's app-only page for Exchange PowerShell and its EWS page; ids of the other Exchange Online entries
come from a public listing of that service principal (assumption: exchange-permission-ids).
``SMTP.SendAsApp`` is documented by name only, so the lab gives it an id that nobody can have learnt
elsewhere.
"""

from __future__ import annotations

from typing import Any

GRAPH = "00000003-0000-0000-c000-000000000000"
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
MANAGEMENT = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
KEY_VAULT = "cfa8b339-82a2-471a-a3c9-0fc0be7a4093"

DISPLAY_NAMES = {
    GRAPH: "Microsoft Graph",
    EXCHANGE: "Office 365 Exchange Online",
    MANAGEMENT: "Windows Azure Service Management API",
    KEY_VAULT: "Azure Key Vault",
}
# The URIs under which Microsoft's own services are known beside their ids (public clients name the resource of a
# permission by them, for example "https://outlook.office365.com/Mail.Send").
SERVICE_NAMES: dict[str, tuple[str, ...]] = {
    GRAPH: ("https://graph.microsoft.com", "https://graph.microsoft.us", "https://dod-graph.microsoft.us"),
    EXCHANGE: ("https://outlook.office365.com/", "https://outlook.office.com/"),
    MANAGEMENT: ("https://management.core.windows.net/", "https://management.azure.com/"),
    KEY_VAULT: ("https://vault.azure.net",),
}

ROLES: dict[str, dict[str, str]] = {
    EXCHANGE: {
        "Mail.Send": "b633e1c5-b582-4048-a93e-9f11b44c7e96",
        "Mail.Read": "810c84a8-4a9e-49e6-bf7d-12d183f40d01",
        "Mail.ReadWrite": "e2a3a72e-5f79-4c64-b1b1-878b674786c9",
        "full_access_as_app": "dc890d15-9560-4a4c-9b7f-a736ec74ec40",
        "Exchange.ManageAsApp": "dc50a0fb-09a3-484d-be87-e023b12c6440",
        "IMAP.AccessAsApp": "5e5addcd-3e8d-4e90-baf5-964efab2b20a",
        "POP.AccessAsApp": "cb842b43-da6e-4506-86fe-bb12199c656d",
        "SMTP.SendAsApp": "1ab00000-0000-4000-8000-5e9da5a99001",
    },
    GRAPH: {
        "Mail.Send": "b633e1c5-b582-4048-a93e-9f11b44c7e96",
        "Application.Read.All": "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
        "Application.ReadWrite.All": "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
        "Application.ReadWrite.OwnedBy": "18a4783c-866b-4cc7-a460-3d5e5662c884",
        "AppRoleAssignment.ReadWrite.All": "06b708a9-e830-4db3-a914-8e69da51d44f",
        "DelegatedPermissionGrant.ReadWrite.All": "8e8e4742-1d95-4f68-9d56-6ee75648c72a",
        "Policy.Read.All": "246dd0d5-5bd0-4def-940b-0421030a5b68",
        "Policy.Read.PermissionGrant": "9e640839-a198-48fb-8b9a-013fd6f6cbcd",
        "Policy.ReadWrite.Authorization": "fb221be6-99f2-473f-bd32-01c6a0e9ca3b",
        "Organization.Read.All": "498476ce-e0fe-48b0-b801-37ba7e2685c6",
        "User.ReadBasic.All": "97235f07-e226-4f63-ace3-39588e11d3a1",
        "Directory.Read.All": "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
    },
}

SCOPES: dict[str, dict[str, str]] = {
    EXCHANGE: {
        "Mail.Send": "5eb43c10-865a-4259-960a-83946678f8dd",
        "SMTP.Send": "76faac2a-0f20-42f1-928a-50de5b9dbe52",
        "IMAP.AccessAsUser.All": "195adc35-e27b-454b-a7ed-1ecdffa1c09f",
        "POP.AccessAsUser.All": "fb698133-92fa-453e-a9ed-688e10f2e5ac",
        "EWS.AccessAsUser.All": "3b5f3d61-589b-4a3c-a359-5dd4b5ee5bd5",
        "EAS.AccessAsUser.All": "266d2589-20b5-4f91-9a03-89247d1be8da",
        "User.Read": "6223a6d3-53ef-4f8f-982a-895b39483c61",
    },
    GRAPH: {
        "Mail.Send": "e383f46e-2787-4529-855e-0e479a3ffac0",
        "SMTP.Send": "258f6531-6087-4cc4-bb90-092c5fb3ed3f",
        "IMAP.AccessAsUser.All": "652390e4-393a-48de-9484-05f9b1212954",
        "POP.AccessAsUser.All": "d7b7f2d9-0f45-4ea1-9d42-e50810c06991",
        "User.Read": "e1fe6dd8-ba31-4d61-89e7-88639da4683d",
        "Application.Read.All": "c79f8feb-a9db-4090-85f9-90d820caa0eb",
        "Application.ReadWrite.All": "bdfbf15f-ee85-4955-8675-146e8e5296b5",
    },
}

# Origins a token can be asked for, in every cloud (Microsoft: national cloud deployments).
AUDIENCES: dict[str, tuple[str, ...]] = {
    GRAPH: (
        "https://graph.microsoft.com",
        "https://graph.microsoft.us",
        "https://dod-graph.microsoft.us",
        "https://microsoftgraph.chinacloudapi.cn",
    ),
    EXCHANGE: (
        "https://outlook.office365.com",
        "https://outlook.office.com",
        "https://outlook.office365.us",
        "https://outlook-dod.office365.us",
        "https://partner.outlook.cn",
        "https://outlook.office365.cn",
    ),
    MANAGEMENT: ("https://management.core.windows.net", "https://management.azure.com"),
    KEY_VAULT: ("https://vault.azure.net", "https://vault.usgovcloudapi.net", "https://vault.azure.cn"),
}

# Template ids of directory roles, as they stand in the ``wids`` claim (Microsoft Entra built-in roles).
DIRECTORY_ROLES: dict[str, str] = {
    "Global Administrator": "62e90394-69f5-4237-9190-012177145e10",
    "Exchange Administrator": "29232cdf-9323-42fd-ade2-1d097af3e4de",
    "Exchange Recipient Administrator": "31392ffb-586c-42d1-9346-e59415a2cc4e",
    "Security Administrator": "194ae4cb-b126-40b2-bd5b-6091b380977d",
    "Security Reader": "5d6b6bb7-de71-4623-b4af-96380a352509",
    "Global Reader": "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
}


def app_roles(app_id: str) -> list[dict[str, Any]]:
    """The ``appRoles`` of a first-party service principal, wire shape."""
    return [
        {
            "id": role_id,
            "value": value,
            "allowedMemberTypes": ["Application"],
            "displayName": value,
            "description": f"{value} as the application itself, without a signed-in user.",
            "isEnabled": True,
            "origin": "Application",
        }
        for value, role_id in ROLES.get(app_id, {}).items()
    ]


def permission_scopes(app_id: str) -> list[dict[str, Any]]:
    """The ``oauth2PermissionScopes`` of a first-party service principal, wire shape."""
    return [
        {
            "id": scope_id,
            "value": value,
            "type": "User",
            "isEnabled": True,
            "adminConsentDisplayName": value,
            "adminConsentDescription": f"{value} on behalf of the signed-in user.",
            "userConsentDisplayName": value,
            "userConsentDescription": f"{value} on your behalf.",
        }
        for value, scope_id in SCOPES.get(app_id, {}).items()
    ]
