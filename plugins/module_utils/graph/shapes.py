# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What an answer of Graph must hold before anything is decided by it.

Graph's metadata allows null and absence almost everywhere (microsoftgraph/msgraph-metadata), and an intermediary may
cut answers down. Who took a list that is not there for an empty one would add a second client secret, or write over
the redirect URIs of others. So what decisions rest on is demanded here; all the rest may be missing or null.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..core.errors import Fault
from .errors import SERVICE


@dataclass(frozen=True)
class Shape:
    """The demands on one kind of object.

    :param needed: properties with a text that is not empty. :param present: properties that must be there, null too.
    :param lists: pairs of a property that must be a list, and the Shape of its items.
    """

    needed: tuple = ()
    present: tuple = ()
    lists: tuple = ()

    def check(self, answer):
        """The answer (an object, a list of them, or None) if it has this shape.

        :raises Fault: ``protocol``, with the name of what is missing.
        """
        if self != ANYTHING:
            for item in answer if isinstance(answer, list) else [answer]:
                if item is not None:
                    self._check_one(item)
        return answer

    def _check_one(self, item):
        if not isinstance(item, dict):
            raise _incomplete("an object")
        for name in self.needed:
            if not isinstance(item.get(name), str) or not item[name]:
                raise _incomplete(name)
        for name in self.present:
            if name not in item:
                raise _incomplete(name)
        for name, shape in self.lists:
            if not isinstance(item.get(name), list):
                raise _incomplete(name)
            for inner in item[name]:
                shape._check_one(inner)


def _incomplete(name):
    return Fault(
        "protocol",
        f"{SERVICE} gave an answer without {name}, so nothing can be decided by it.",
        hint="Look for a proxy or gateway in between that changes answers.",
    )


ANYTHING = Shape()
IDENTIFIED = Shape(("id",))
ACCESS = Shape(("resourceAppId",), lists=(("resourceAccess", Shape(("id", "type"))),))
PASSWORD = Shape(("keyId", "endDateTime"), ("displayName",))
APPLICATION = Shape(
    ("id", "appId"),
    ("uniqueName", "displayName", "signInAudience", "web"),
    (("requiredResourceAccess", ACCESS), ("passwordCredentials", PASSWORD)),
)
PASSWORDS = Shape(("id",), lists=(("passwordCredentials", PASSWORD),))
DELETED = Shape(("id", "appId"), ("uniqueName",))
RESOURCE = Shape(
    ("id", "appId"),
    ("displayName",),
    (("appRoles", IDENTIFIED), ("oauth2PermissionScopes", IDENTIFIED)),
)
ASSIGNMENT = Shape(("id", "resourceId", "appRoleId"))
GRANT = Shape(("id", "clientId", "resourceId", "consentType"), ("scope",))
