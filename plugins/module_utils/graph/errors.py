# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What Graph's error answers mean.

Microsoft says to branch on ``error.code``. Several conditions share ``Request_BadRequest``, though, and can only be
told apart by ``details[].code`` or by the text (seen in public issues of the clients that live with them). No text
of an answer is ever passed on; only its code is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..core.errors import Fault, Uncertain
from ..core.service import unavailable
from .rights import denied

SERVICE = "Microsoft Graph"
PRESENTABLE = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,79}")
# Texts that mean "an object named in the request is not replicated yet", or is truly absent.
LAGGING = (
    "does not reference a valid application object",
    "must in the local tenant",
    "not a valid reference update",
)
DUPLICATE_CODE = "request_multipleobjectswithsamekeyvalue"
POLICY = {
    "credentialinvalidlifetimeasperapppolicy": (
        "The tenant's app management policy does not allow a client secret to live that long.",
        "Ask for a shorter lifetime with valid_days.",
    ),
    "credentialtypenotallowedasperapppolicy": (
        "The tenant's app management policy forbids client secrets.",
        "An administrator can exempt this app with an app management policy of its own.",
    ),
    "signinaudiencenotallowedasperapppolicy": (
        "The tenant's app management policy does not allow this sign_in_audience.",
        "Choose AzureADMyOrg.",
    ),
}
LIMITS = {
    "toomanyapppasswords": (
        "The app has as many client secrets as its account type allows.",
        "Remove one; an app that admits personal accounts may have two.",
    ),
    "directory_quotaexceeded": (
        "The identity owns as many directory objects as it may.",
        "Deleted apps count too: purge them, or sign in with an identity that has an administrative role.",
    ),
    "directory_resourcesizeexceeded": (
        "The object has grown to its size limit.",
        "Remove client secrets or certificates that have expired.",
    ),
}


class Duplicate(Fault):
    """What should be made is there already."""


class NameTaken(Fault):
    """Another application holds the unique name; it may be a deleted one."""


@dataclass(frozen=True)
class GraphError:
    """An error body: ``code`` as given or '', ``codes`` all codes and ``text`` the message, in lower case."""

    code: str
    codes: frozenset
    text: str


def parse(body):
    """Read an error body of any shape, also one that is no Graph error at all.

    :param body: decoded JSON, or None. ``message`` and ``details`` are not always of the documented type.
    """
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return GraphError("", frozenset(), "")
    details = error.get("details")
    parts = (
        [error, *(item for item in details if isinstance(item, dict))]
        if isinstance(details, list)
        else [error]
    )
    codes = frozenset(str(part["code"]).lower() for part in parts if part.get("code"))
    return GraphError(str(error.get("code") or ""), codes, str(error.get("message") or "").lower())


def explain(response, request, fresh):
    """The Fault for an answer, or None for a success.

    :param response: core.web.Response. :param request: a GraphRequest.
    :param fresh: whether the request names something that this run made or read, so that "not there" may mean
        "not there yet".
    """
    if 200 <= response.status < 300:
        return None
    error = parse(response.json())
    known = {"status": response.status, "request_id": response.request_id}
    if response.status == 401:
        return Fault(
            "unauthenticated",
            "Microsoft Graph refused the access token.",
            hint="Check that the token was made for Microsoft Graph in the cloud given, and the clock of this host.",
            **known,
        )
    if response.status >= 500 or response.status in (408, 424, 429):
        fault = unavailable(SERVICE, response)
        # A part of a batch answers 424 where another part failed.
        fault.retryable = response.status == 424
        return fault
    return _of_directory(response, request, fresh, error, known)


def _of_directory(response, request, fresh, error, known):
    """The Fault for a 4xx that the directory itself gave."""
    lagging = any(text in error.text for text in LAGGING) or "nobackingapplicationobject" in error.codes
    if lagging or response.status == 404:
        return _not_there(request, fresh, lagging, error, known)
    if response.status == 403:
        return denied(request.right, **known)
    if response.status == 412 or (response.status == 409 and DUPLICATE_CODE not in error.codes):
        return Fault(
            "conflict",
            f"{SERVICE} saw another change of the same object.",
            hint="Run again.",
            retryable=True,
            **known,
        )
    return _refused(error, known)


def _not_there(request, fresh, lagging, error, known):
    if "directory_objectnotfound" in error.codes and not request.repeatable:
        # Seen on a grant that had been written all the same.
        return Uncertain(f"{SERVICE} lost sight of the directory while it wrote.", **known)
    if fresh:
        sentence = "An object that this run made or read is not visible in the whole directory yet."
        hint = "Run again in some minutes; if it stays, somebody else has deleted the object."
        return Fault("not_found", sentence, hint=hint, retryable=True, **known)
    if lagging and known["status"] == 403:
        return denied(request.right, **known)
    return Fault("not_found", f"{SERVICE} has no such object.", **known)


def _refused(error, known):
    for code in error.codes:
        if code in POLICY:
            return Fault("policy_blocked", POLICY[code][0], hint=POLICY[code][1], **known)
        if code in LIMITS:
            return Fault("conflict", LIMITS[code][0], hint=LIMITS[code][1], **known)
    if "uniquename" in error.text and "already exists" in error.text:
        return NameTaken("conflict", "Another application holds this unique_name.", **known)
    if DUPLICATE_CODE in error.codes or "already exists" in error.text:
        return Duplicate("conflict", "The object exists already.", **known)
    if "is not found" in error.text:
        return Fault("not_found", f"{SERVICE} has no such object.", **known)
    if "was not found on application" in error.text:
        return Fault(
            "conflict", "The resource does not offer the permission any more.", hint="Run again.", **known
        )
    code = error.code if PRESENTABLE.fullmatch(error.code) else "no error code given"
    return Fault(
        "conflict" if error.code else "protocol",
        f"{SERVICE} refused the request ({code}).",
        hint="Look the request up by its id in the support case.",
        **known,
    )
