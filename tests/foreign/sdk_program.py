# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a script with Microsoft's SDK does; runs in the SDK's own environment and prints JSON.

``make NAME URI``: an app with service principal and consent for Mail.Send of Exchange. ``read APP_ID``: an app, its
grants and secrets. ``token``: an access token of the managed identity or the client secret, by the environment.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from azure.identity import DefaultAzureCredential, EnvironmentCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphServiceClient
from msgraph.generated.applications.applications_request_builder import ApplicationsRequestBuilder
from msgraph.generated.models.app_role_assignment import AppRoleAssignment
from msgraph.generated.models.application import Application
from msgraph.generated.models.implicit_grant_settings import ImplicitGrantSettings
from msgraph.generated.models.required_resource_access import RequiredResourceAccess
from msgraph.generated.models.resource_access import ResourceAccess
from msgraph.generated.models.service_principal import ServicePrincipal
from msgraph.generated.models.web_application import WebApplication

EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
SCOPE = "https://graph.microsoft.com/.default"


async def make(graph: GraphServiceClient, name: str, uri: str) -> dict[str, Any]:
    """Make an app as Cisco's document has it."""
    exchange = await graph.service_principals_with_app_id(EXCHANGE).get()
    role = next(item for item in exchange.app_roles if item.value == "Mail.Send")
    access = RequiredResourceAccess(
        resource_app_id=EXCHANGE, resource_access=[ResourceAccess(id=role.id, type="Role")]
    )
    web = WebApplication(
        redirect_uris=[uri],
        implicit_grant_settings=ImplicitGrantSettings(enable_access_token_issuance=True),
    )
    app = await graph.applications.post(
        Application(display_name=name, web=web, required_resource_access=[access])
    )
    principal = await graph.service_principals.post(ServicePrincipal(app_id=app.app_id))
    granted = AppRoleAssignment(principal_id=principal.id, resource_id=exchange.id, app_role_id=role.id)
    await graph.service_principals.by_service_principal_id(principal.id).app_role_assignments.post(granted)
    return {"app_id": app.app_id, "object_id": app.id, "service_principal_id": principal.id}


async def read(graph: GraphServiceClient, app_id: str) -> dict[str, Any]:
    """Find an app by its client id, and everything that hangs on it."""
    query = ApplicationsRequestBuilder.ApplicationsRequestBuilderGetQueryParameters(
        filter=f"appId eq '{app_id}'"
    )
    (app,) = (await graph.applications.get(RequestConfiguration(query_parameters=query))).value
    found = await graph.service_principals_with_app_id(app_id).get()
    principal = graph.service_principals.by_service_principal_id(found.id)
    roles = (await principal.app_role_assignments.get()).value
    scopes = (await principal.oauth2_permission_grants.get()).value
    return {
        "app_id": app.app_id,
        "object_id": app.id,
        "unique_name": app.unique_name,
        "display_name": app.display_name,
        "sign_in_audience": app.sign_in_audience,
        "redirect_uris": app.web.redirect_uris,
        "access_token_issuance": app.web.implicit_grant_settings.enable_access_token_issuance,
        "service_principal_id": found.id,
        "declared": [
            str(item.id) for entry in app.required_resource_access for item in entry.resource_access
        ],
        "roles": [str(item.app_role_id) for item in roles],
        "scopes": [item.scope for item in scopes],
        "secrets": [[str(item.key_id), item.display_name] for item in app.password_credentials],
    }


async def main(task: str, *arguments: str) -> None:
    """Do one task and print its outcome."""
    if task == "token":
        credential = DefaultAzureCredential(exclude_environment_credential=arguments == ("managed",))
        token = credential.get_token(SCOPE)
        print(json.dumps({"token": token.token, "expires_on": token.expires_on}))
        return
    graph = GraphServiceClient(EnvironmentCredential(), [SCOPE])
    print(json.dumps(await {"make": make, "read": read}[task](graph, *arguments)))


asyncio.run(main(*sys.argv[1:]))
