# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Which Graph permission lets the identity do what, and whether its token shows it.

Source: Microsoft's permissions data (microsoftgraph/microsoft-graph-devx-content) and the permissions reference.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..core.errors import Fault


@dataclass(frozen=True)
class Right:
    """One thing an identity may be allowed to do.

    :param deed: the thing in words, as it stands after "may not".
    :param names: Graph application permissions of which any one is enough, the one to ask for first.
    """

    deed: str
    names: tuple


READ_APPS = Right(
    "read app registrations",
    ("Application.Read.All", "Application.ReadWrite.OwnedBy", "Application.ReadWrite.All", "Directory.Read.All",
     "Directory.ReadWrite.All"),
)  # fmt: skip
WRITE_APPS = Right("write app registrations", ("Application.ReadWrite.All", "Application.ReadWrite.OwnedBy"))
CREATE_APPS = Right("create app registrations", (*WRITE_APPS.names, "AppRegistration.Create"))
# Application.ReadWrite.All assigns the roles of every resource but Microsoft Graph (its own description says so).
ASSIGN_ROLES = Right(
    "grant application permissions", ("Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All")
)
ASSIGN_GRAPH_ROLES = Right(
    "grant application permissions of Microsoft Graph", ("AppRoleAssignment.ReadWrite.All",)
)
READ_GRANTS = Right(
    "read delegated permission grants",
    ("DelegatedPermissionGrant.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"),
)
WRITE_GRANTS = Right(
    "grant delegated permissions", ("DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All")
)
READ_POLICIES = Right("read tenant policies", ("Policy.Read.All",))
READ_CONSENT_RULES = Right("read the rules of consent policies", ("Policy.Read.PermissionGrant",))

# Template ids of directory roles that do not manage apps, and the one that every user has (Microsoft Entra
# built-in roles). Any other role in a token may well allow what its permissions do not.
UNRELATED_ROLES = frozenset(
    {
        "b79fbf4d-3ef9-4689-8143-76b194e85509",  # User
        "29232cdf-9323-42fd-ade2-1d097af3e4de",  # Exchange Administrator
        "31392ffb-586c-42d1-9346-e59415a2cc4e",  # Exchange Recipient Administrator
        "194ae4cb-b126-40b2-bd5b-6091b380977d",  # Security Administrator
        "5d6b6bb7-de71-4623-b4af-96380a352509",  # Security Reader
        "f2ef992c-3afb-46b9-b7cf-a126ee74c451",  # Global Reader
    }
)


def denied(right, *, hint=None, **known):
    """The Fault for a right that is missing; names the permission to give.

    :param hint: another remedy, put after that.
    """
    names = " or ".join(right.names[:2])
    advice = f"Give it the Graph application permission {names} with admin consent."
    return Fault(
        "denied",
        f"The identity that signed in may not {right.deed}.",
        hint=f"{advice} {hint}" if hint else advice,
        **known,
    )


class Caller:
    """What the access token says about the identity; a hint, because nothing is verified.

    :param claims: the token's claims, {} for a token that cannot be read.
    """

    def __init__(self, claims):
        self._claims = claims

    @property
    def tenant_id(self):
        """Directory id of the tenant, or None."""
        return self._claims.get("tid")

    @property
    def app_id(self):
        """Application (client) id of who signed in, or None."""
        return self._claims.get("appid")

    @property
    def judged_by_permissions(self):
        """Whether the application permissions in the token are all that counts, see ``clearly_lacks``."""
        unrelated = set(self._claims.get("wids") or ()) <= UNRELATED_ROLES
        return bool(self._claims) and "scp" not in self._claims and unrelated

    @property
    def permissions(self):
        """The application permissions in the token, sorted."""
        return sorted(self._claims.get("roles") or ())

    def clearly_lacks(self, right):
        """Whether the token shows that the identity cannot have the right.

        False wherever it may come from elsewhere: a token of a person (``scp``), whose directory roles count, an
        unreadable token, or a directory role of an app that is not known to be unrelated.
        """
        return self.judged_by_permissions and not set(self.permissions) & set(right.names)
