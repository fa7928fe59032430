# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""How Graph wants keys and queries written in a URL."""

from __future__ import annotations

from urllib.parse import quote

from ..auth.options import GUID


def is_guid(text):
    """Whether the text has the form of an object id or app id."""
    return bool(GUID.fullmatch(text or ""))


def literal(text):
    """A string literal for a key or a filter: quotes doubled, then percent-encoded (OData URL conventions)."""
    return "'" + quote(text.replace("'", "''"), safe="") + "'"


def application_path(unique_name=None, app_id=None, object_id=None):
    """Path of one application by one of its three keys."""
    if object_id:
        return f"/applications/{object_id}"
    if unique_name:
        return f"/applications(uniqueName={literal(unique_name)})"
    return f"/applications(appId={literal(app_id)})"


def principal_path(app_id):
    """Path of the service principal of an app."""
    return f"/servicePrincipals(appId={literal(app_id)})"


def where(**equal):
    """A ``$filter`` that demands these values: ``eq`` works without a consistency level."""
    return "$filter=" + "%20and%20".join(f"{name}%20eq%20{literal(value)}" for name, value in equal.items())


def segment(text):
    """An id that Graph made, as a part of a path."""
    return quote(text, safe="")


def select(path, *names):
    """The path with ``$select``, which lowers the throttling cost too (Microsoft Graph throttling limits)."""
    return f"{path}?$select={','.join(names)}"
