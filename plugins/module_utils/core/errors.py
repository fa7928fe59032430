# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Errors that a person can act on, in one shape for every service."""

from __future__ import annotations

# The codes are part of the collection's interface: playbooks branch on ``error.code`` in a rescue.
CODES = {
    "ambiguous": "More than one object fits; name the one that is meant.",
    "conflict": "The object is in a state, or belongs to somebody, that the request cannot be combined with.",
    "denied": "The identity signed in, but lacks a permission or role.",
    "internal": "A defect of this collection.",
    "invalid_input": "An option is malformed or does not fit the others; nothing was changed.",
    "library_missing": "A Python package, PowerShell or its module that the chosen road needs is not installed.",
    "not_found": "The object does not exist.",
    "not_known_yet": "A value that an earlier step makes is needed now.",
    "policy_blocked": "A tenant policy forbids the request.",
    "protocol": "The service answered with something that is not part of its contract.",
    "service_error": "The service failed, and kept failing until the deadline.",
    "sign_in_failed": "No access token could be obtained.",
    "throttled": "The service asked to slow down until after the deadline.",
    "timeout": "No answer within the time allowed.",
    "tls": "The secure connection could not be established.",
    "unauthenticated": "The service refused the access token, or the Windows host the sign-in.",
    "uncertain": "A request may or may not have been applied; look before repeating it.",
    "unreachable": "The service could not be reached.",
}


class Fault(Exception):
    """A failure with a code, one sentence for a person, and what to do about it.

    :param code: a key of ``CODES``.
    :param message: one sentence with the cause; never a response body, never a secret.
    :param hint: the remedy, or None where the message says it already.
    :param status: the HTTP status, if a service answered.
    :param request_id: the service's own id of the request, for a support case.
    :param retryable: whether the same run may succeed later without any change.
    :param retry_after: seconds that the service asked to wait; None if it did not say.
    """

    def __init__(
        self, code, message, *, hint=None, status=None, request_id=None, retryable=False, retry_after=None
    ):
        super().__init__(message)
        if code not in CODES:
            raise ValueError(f"unknown error code {code}")
        self.code = code
        self.message = message
        self.hint = hint
        self.status = status
        self.request_id = request_id
        self.retryable = retryable
        self.retry_after = retry_after

    @property
    def sentence(self):
        """Cause and remedy in one text, as it stands in ``msg``."""
        return f"{self.message} {self.hint}" if self.hint else self.message

    def as_dict(self):
        """The value of ``error`` in a failed result: code, status, request_id, retryable, hint."""
        return {
            "code": self.code,
            "status": self.status,
            "request_id": self.request_id,
            "retryable": self.retryable,
            "hint": self.hint,
        }


class Uncertain(Fault):
    """A request that makes something went out, and its outcome is unknown.

    Raised instead of repeating it, because gateways answer 503 and 504 also after the service applied the
    request (Microsoft Graph, observed with four tools; see docs/decisions).
    """

    def __init__(self, message, *, status=None, request_id=None):
        super().__init__("uncertain", message, status=status, request_id=request_id, retryable=True)


def unexpected(error):
    """Turn an exception that nobody foresaw into a Fault without its text.

    The text may quote a value: only the class name leaves.
    """
    return Fault(
        "internal",
        f"Unexpected {type(error).__name__} in ccops.webex_email.",
        hint="This is a defect: report it with the name of the module and the versions of ansible-core and Python.",
    )
