# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft sign-in: discovery, the token endpoint for client credentials, and managed identity endpoints.

Sources: Microsoft identity platform, "OAuth 2.0 client credentials flow" and "Error codes"; "How to use
managed identities for Azure resources on an Azure VM" (IMDS) and "... for App Service and Azure Functions".
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .contract import operations
from .core import Lab
from .permissions import AUDIENCES, DIRECTORY_ROLES, EXCHANGE, GRAPH
from .problems import Problem
from .signin_credentials import Application, SignInRefused, prove
from .world import stable_id

LOGIN = "https://login.microsoftonline.com"
_NO_CACHE = {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache"}


class SignIn:
    """The sign-in service of one lab."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    async def discovery(self, request: Request) -> Response:
        """OpenID configuration of a tenant; 400 with 90002 for one that does not exist."""
        tenant = self._tenant(request, "invalid_tenant")
        origin = str(request.base_url).rstrip("/")
        base = f"{origin}/{tenant['id']}"
        return JSONResponse(
            {
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_modes_supported": ["query", "fragment", "form_post"],
                "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "issuer": f"{LOGIN}/{tenant['id']}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "tenant_region_scope": "EU",
            }
        )

    async def instance_discovery(self, request: Request) -> Response:
        """Which hosts belong to the same cloud; here the lab alone."""
        host, base = request.url.netloc, f"{request.base_url}common"
        return JSONResponse(
            {
                "tenant_discovery_endpoint": f"{base}/v2.0/.well-known/openid-configuration",
                "api-version": "1.1",
                "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
            }
        )

    async def token(self, request: Request) -> Response:
        """An access token for ``grant_type=client_credentials``."""
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
        request.state.client_id = form.get("client_id")
        tenant = self._tenant(request, "invalid_request")
        try:
            return JSONResponse(self._grant(request, tenant, form), headers=_NO_CACHE)
        except SignInRefused as refusal:
            return self._refusal(request, refusal)

    def _grant(self, request: Request, tenant: dict[str, Any], form: dict[str, str]) -> dict[str, Any]:
        for name in ("client_id", "grant_type", "scope"):
            if not form.get(name):
                raise SignInRefused(
                    900144, f"The request body must contain the following parameter: '{name}'."
                )
        if form["grant_type"] != "client_credentials":
            raise SignInRefused(70003, f"The app requested an unsupported grant type '{form['grant_type']}'.")
        if not form["scope"].endswith("/.default"):
            raise SignInRefused(1002012, f"The provided value for scope {form['scope']} is not valid.")
        application = self.application(tenant, form["client_id"])
        endpoint = f"{request.base_url}{tenant['id']}/oauth2/v2.0/token"
        prove(
            self.lab,
            application,
            form,
            {endpoint, str(request.url), f"{LOGIN}/{tenant['id']}/oauth2/v2.0/token"},
        )
        return self.issue(tenant, application, form["scope"].removesuffix("/.default"))

    def _tenant(self, request: Request, error: str) -> dict[str, Any]:
        name = request.path_params["tenant"]
        tenant = self.lab.tenant(name)
        if tenant is None:
            text = f"Tenant '{name}' not found. Check to make sure you have the correct tenant ID"
            refusal = SignInRefused(90002, f"{text} and are signing into the correct cloud.", error)
            raise Problem(self._refusal(request, refusal))
        return tenant

    def _refusal(self, request: Request, refusal: SignInRefused) -> Response:
        """The error body of the token endpoint, with Trace ID, Correlation ID and Timestamp in its text."""
        trace, moment = self.lab.new_id(), self.lab.now().strftime("%Y-%m-%d %H:%M:%SZ")
        correlation = request.headers.get("client-request-id", self.lab.new_id())
        stamp = f"Trace ID: {trace} Correlation ID: {correlation} Timestamp: {moment}"
        body = {
            "error": refusal.error,
            "error_description": f"AADSTS{refusal.code}: {refusal.text} {stamp}",
            "error_codes": [refusal.code],
            "timestamp": moment,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"{LOGIN}/error?code={refusal.code}",
        }
        return JSONResponse(body, refusal.status, headers=_NO_CACHE)

    def application(self, tenant: dict[str, Any], client_id: str) -> Application:
        """Who signs in: a caller of the world, or an application with a service principal in the tenant."""
        wanted = client_id.lower()
        caller = next((item for item in tenant["callers"] if item["client_id"].lower() == wanted), None)
        app = next((item for item in tenant["applications"] if item["appId"].lower() == wanted), None)
        principals = tenant["service_principals"]
        principal = next((item for item in principals if item["appId"].lower() == wanted), None)
        if caller is None and (app is None or principal is None):
            raise SignInRefused(
                700016,
                f"Application with identifier '{client_id}' was not found in the directory "
                f"'{tenant['display_name']}'.",
            )
        if principal is not None and not principal["accountEnabled"]:
            raise SignInRefused(7000112, f"Application '{client_id}' is disabled.")
        object_id = principal["id"] if principal else stable_id(tenant, "principal", wanted)
        name = (principal or caller or {}).get("displayName") or (caller or {}).get("name", "")
        return Application(wanted, object_id, name, caller or {}, app or {})

    def issue(self, tenant: dict[str, Any], application: Application, resource: str) -> dict[str, Any]:
        """A token answer for ``resource``; 500011 if the tenant has no such resource."""
        audience = resource.rstrip("/")
        app_id = next(
            (key for key, origins in AUDIENCES.items() if audience in origins),
            audience.removeprefix("api://"),
        )
        principal = next((item for item in tenant["service_principals"] if item["appId"] == app_id), None)
        if principal is None:
            raise SignInRefused(
                500011,
                f"The resource principal named {resource} was not found in the tenant named "
                f"{tenant['display_name']}.",
            )
        now, lifetime = int(self.lab.now().timestamp()), self.lab.settings["token_lifetime_seconds"]
        claims = {
            "aud": audience,
            "iss": f"https://sts.windows.net/{tenant['id']}/",
            "iat": now,
            "nbf": now,
            "exp": now + lifetime,
            "app_displayname": application.name,
            "appid": application.client_id,
            "idtyp": "app",
            "oid": application.object_id,
            "sub": application.object_id,
            "tid": tenant["id"],
            "uti": self.lab.new_id(),
            "ver": "1.0",
            "wids": [
                DIRECTORY_ROLES.get(role, role) for role in application.caller.get("directory_roles", [])
            ],
        }
        roles = _roles(tenant, application, principal)
        if roles:
            claims["roles"] = roles
        token = self.lab.signer.issue(claims)
        return {
            "token_type": "Bearer",
            "expires_in": lifetime,
            "ext_expires_in": lifetime,
            "access_token": token,
        }

    async def imds(self, request: Request) -> Response:
        """Managed identity of a virtual machine: needs the header ``Metadata: true``."""
        if request.headers.get("metadata", "").lower() != "true":
            return _identity_error("invalid_request", "Required metadata header not specified")
        return self._identity(request, [])

    async def app_service(self, request: Request) -> Response:
        """Managed identity of App Service: needs the secret that the host gave in ``IDENTITY_HEADER``."""
        secret = request.headers.get("x-identity-header")
        if not secret:
            return _identity_error("invalid_request", "The X-IDENTITY-HEADER header is missing.", 401)
        return self._identity(request, [secret])

    def _identity(self, request: Request, headers: list[str]) -> Response:
        resource, client_id = request.query_params.get("resource"), request.query_params.get("client_id")
        if not resource:
            return _identity_error("invalid_request", "The resource parameter is missing.")
        for tenant in self.lab.world["tenants"]:
            for caller in tenant["callers"]:
                known = caller.get("managed_identity") and client_id in (None, caller["client_id"])
                if known and headers in ([], [caller.get("identity_header")]):
                    request.state.client_id = caller["client_id"]
                    return self._identity_token(request, tenant, caller["client_id"], resource)
        return _identity_error("invalid_request", "Identity not found")

    def _identity_token(
        self, request: Request, tenant: dict[str, Any], client_id: str, resource: str
    ) -> Response:
        try:
            answer = self.issue(tenant, self.application(tenant, client_id), resource)
        except SignInRefused as refusal:
            return self._refusal(request, refusal)
        now = int(self.lab.now().timestamp())
        lifetime = answer["expires_in"]
        return JSONResponse(
            {
                "access_token": answer["access_token"],
                "client_id": client_id,
                "expires_in": str(lifetime),
                "expires_on": str(now + lifetime),
                "not_before": str(now),
                "resource": resource,
                "token_type": "Bearer",
            }
        )


def _identity_error(error: str, text: str, status: int = 400) -> Response:
    return JSONResponse({"error": error, "error_description": text}, status)


def _roles(tenant: dict[str, Any], application: Application, resource: dict[str, Any]) -> list[str]:
    """The ``roles`` claim: what the world grants a caller, and what was granted by appRoleAssignments."""
    listed = {GRAPH: "graph_roles", EXCHANGE: "exchange_app_roles"}.get(resource["appId"], "")
    names = {role["id"]: role["value"] for role in resource["appRoles"]}
    granted = [
        names[item["appRoleId"]]
        for item in tenant["app_role_assignments"]
        if item["principalId"] == application.object_id and item["resourceId"] == resource["id"]
    ]
    return sorted({*application.caller.get(listed, []), *granted})


def routes(lab: Lab) -> list[Route]:
    """Sign-in's routes, each named by the operationId of the contract."""
    service, names = SignIn(lab), operations("signin")
    table = (
        ("get", "/common/discovery/instance", service.instance_discovery),
        ("get", "/{tenant}/v2.0/.well-known/openid-configuration", service.discovery),
        ("post", "/{tenant}/oauth2/v2.0/token", service.token),
        ("get", "/metadata/identity/oauth2/token", service.imds),
        ("get", "/msi/token", service.app_service),
    )
    return [
        Route(path, handler, methods=[method.upper()], name=names[method, path])
        for method, path, handler in table
    ]
