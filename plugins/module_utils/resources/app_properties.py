# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The properties of an app registration that we manage: options, wire form, and what makes sense. No network."""

from __future__ import annotations

from urllib.parse import urlsplit

from ..core.errors import Fault
from ..core.fields import Field, payload
from ..graph.wire import is_guid

LONGEST_NAME = 120  # learn.microsoft.com/entra/identity-platform/supported-accounts-validation
LONGEST_REDIRECT = 256  # learn.microsoft.com/entra/identity-platform/reply-url, as the characters below
FORBIDDEN_IN_REDIRECT = "!$'(),;*"
AUDIENCES = (
    "AzureADMyOrg",
    "AzureADMultipleOrgs",
    "AzureADandPersonalMicrosoftAccount",
    "PersonalMicrosoftAccount",
)
# What may be written inside ``web``; the rest of it only mirrors these.
WEB = ("homePageUrl", "logoutUrl", "redirectUris", "implicitGrantSettings")
ISSUANCE = ("enableAccessTokenIssuance", "enableIdTokenIssuance")


def _redirect_uris(web):
    return list((web or {}).get("redirectUris") or [])


def _access_token_issuance(web):
    return bool(((web or {}).get("implicitGrantSettings") or {}).get("enableAccessTokenIssuance"))


def _same_set(one, other):
    return set(one) == set(other or ())


FIELDS = (
    Field("object_id", "id", None),
    Field("app_id", "appId", None),
    Field("unique_name", "uniqueName", {"type": "str"}),
    Field("display_name", "displayName", {"type": "str"}),
    Field(
        "sign_in_audience",
        "signInAudience",
        {"type": "str", "choices": list(AUDIENCES), "default": AUDIENCES[0]},
    ),
    Field("redirect_uris", "web", {"type": "list", "elements": "str"}, load=_redirect_uris, same=_same_set),
    # Marked, because Ansible takes every name with "token" in it for a secret.
    Field("access_token_issuance", "web", {"type": "bool", "no_log": False}, load=_access_token_issuance),
)
PLAIN = tuple(item for item in FIELDS if item.wire != "web")
MANAGED = ("unique_name", "display_name", "sign_in_audience", "redirect_uris", "access_token_issuance")


def check_options(options):
    """Refuse what Entra would refuse, before anything is asked.

    :raises Fault: ``invalid_input``.
    """
    if options.get("app_id") and not is_guid(options["app_id"]):
        raise Fault("invalid_input", "app_id is not an application (client) ID, which is a GUID.")
    for name in ("unique_name", "display_name"):
        value = options.get(name)
        if value is not None and (not value.strip() or len(value) > LONGEST_NAME):
            raise Fault("invalid_input", f"{name} must have 1 to {LONGEST_NAME} characters.")
    if "/" in (options.get("unique_name") or ""):
        # A slash in a key is not carried safely through every URL parser on the way (assumption: key-with-slash).
        raise Fault(
            "invalid_input", "unique_name must not hold a slash.", hint="Choose another name, or use app_id."
        )
    for uri in options.get("redirect_uris") or []:
        _check_redirect(uri)


def _check_redirect(uri):
    problem = _redirect_problem(uri)
    if problem:
        raise Fault(
            "invalid_input",
            f"The redirect URI {uri!r} {problem}.",
            hint="Give the call back URL of the Webex Connect asset.",
        )


def _redirect_problem(uri):
    try:
        url = urlsplit(uri)
        host = url.hostname
    except ValueError:
        return "is not a URL"
    if url.scheme != "https" and not (url.scheme == "http" and host == "localhost"):
        return "must start with https:// (http:// is for localhost alone)"
    if not host:
        return "names no host"
    if "#" in uri:
        return "must not have a fragment"
    if len(uri) > LONGEST_REDIRECT:
        return f"is longer than {LONGEST_REDIRECT} characters"
    if any(character in FORBIDDEN_IN_REDIRECT or character.isspace() for character in uri):
        return f"holds a space or one of {FORBIDDEN_IN_REDIRECT}"
    return None


def merged_uris(existing, declared, purge):
    """The redirect URIs that the app shall have: others' are kept, unless ``purge`` takes them out."""
    kept = [] if purge else existing
    return list(dict.fromkeys([*kept, *declared]))


def properties(desired, names, web):
    """The wire body that sets the named properties.

    ``web`` goes out whole, with everything that others have set in it: whether Graph merges or replaces inside it
    is not documented (assumption: web-partial-update).

    :param web: the application's ``web`` as read, or None.
    """
    body = payload(PLAIN, desired, names)
    if {"redirect_uris", "access_token_issuance"} & set(names):
        body["web"] = _web(web or {}, desired)
    return body


def _web(web, desired):
    body = {name: web[name] for name in WEB if name in web}
    if "redirect_uris" in desired:
        body["redirectUris"] = desired["redirect_uris"]
    if "access_token_issuance" in desired:
        implicit = web.get("implicitGrantSettings") or {}
        kept = {name: implicit[name] for name in ISSUANCE if name in implicit}
        body["implicitGrantSettings"] = {**kept, ISSUANCE[0]: desired["access_token_issuance"]}
    return body


def changes(desired, names, actual):
    """The named changes in words, for the list of actions."""
    words = []
    for name in names:
        if name == "redirect_uris":
            have, want = set(actual["redirect_uris"]), set(desired[name])
            words += [f"add redirect URI {uri}" for uri in desired[name] if uri not in have]
            words += [f"remove redirect URI {uri}" for uri in actual[name] if uri not in want]
        else:
            words.append(f"set {name} to {desired[name]}")
    return words
