# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Addresses that people type: URLs and mail addresses."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from .errors import Fault

# One @, something sensible on both sides, a dot in the domain. Services judge the rest.
MAIL_ADDRESS = re.compile(
    r"[^@\s\"<>(),;:\\\[\]]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def origin(value, option):
    """The value as ``https://host[:port]``.

    :raises Fault: ``invalid_input`` for anything else, because a token goes there.
    """
    url = _https(value, option)
    if url.path not in ("", "/") or url.query or url.fragment:
        raise Fault("invalid_input", f"{option} must be an origin like https://host:port, without a path.")
    return f"https://{url.netloc}"


def base_url(value, option):
    """The value as ``https://host[:port]/path`` without a slash at its end.

    :raises Fault: ``invalid_input`` where it is not https, or has a query.
    """
    url = _https(value, option)
    if url.query or url.fragment:
        raise Fault("invalid_input", f"{option} must be a plain base URL, without a query.")
    return f"https://{url.netloc}{url.path.rstrip('/')}"


def _https(value, option):
    try:
        url = urlsplit(value)
        usable = (
            url.scheme == "https" and url.hostname and not url.username and (url.port is None or url.port)
        )
    except ValueError:
        usable = False
    if not usable:
        raise Fault("invalid_input", f"{option} must start with https:// and name a host.")
    return url


def mail_address(value, option):
    """The address as it was given, if it is one.

    :raises Fault: ``invalid_input``.
    """
    if not MAIL_ADDRESS.fullmatch(value or ""):
        raise Fault(
            "invalid_input",
            f"{option} is not a mail address: {value!r}.",
            hint="Give it as name@domain.example.",
        )
    return value
