# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Options of the modules that talk to Exchange Online, and what the roads make of them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from ..core.addresses import base_url
from ..core.errors import Fault
from ..core.spec import Spec

TRANSPORTS = ("rest", "winrm", "pwsh")
# What each way to sign in to a Windows host needs beside the URL. Kerberos may take a ticket instead of a password.
WINRM_AUTH = {
    "ntlm": ("winrm_username", "winrm_password"),
    "kerberos": (),
    "certificate": ("winrm_certificate_path", "winrm_certificate_key_path"),
    "basic": ("winrm_username", "winrm_password"),
}

EXCHANGE = Spec(
    {
        "exchange_url": {"type": "str", "env": ["WEBEX_EMAIL_EXCHANGE_URL"]},
        "exchange_transport": {
            "type": "str",
            "choices": list(TRANSPORTS),
            "default": "rest",
            "env": ["WEBEX_EMAIL_EXCHANGE_TRANSPORT"],
        },
        "winrm_url": {"type": "str", "env": ["WEBEX_EMAIL_WINRM_URL"]},
        "winrm_auth": {
            "type": "str",
            "choices": list(WINRM_AUTH),
            "default": "ntlm",
            "env": ["WEBEX_EMAIL_WINRM_AUTH"],
        },
        "winrm_username": {"type": "str", "env": ["WEBEX_EMAIL_WINRM_USERNAME"]},
        "winrm_password": {"type": "str", "no_log": True, "env": ["WEBEX_EMAIL_WINRM_PASSWORD"]},
        "winrm_certificate_path": {"type": "path", "env": ["WEBEX_EMAIL_WINRM_CERTIFICATE_PATH"]},
        # A path: marked, because Ansible takes every name with "key" in it for a secret.
        "winrm_certificate_key_path": {
            "type": "path",
            "no_log": False,
            "env": ["WEBEX_EMAIL_WINRM_CERTIFICATE_KEY_PATH"],
        },
        "winrm_ca_bundle": {"type": "path", "env": ["WEBEX_EMAIL_WINRM_CA_BUNDLE"]},
        "winrm_validate_certificate": {
            "type": "bool",
            "default": True,
            "env": ["WEBEX_EMAIL_WINRM_VALIDATE_CERTIFICATE"],
        },
        "pwsh_path": {"type": "str", "default": "pwsh", "env": ["WEBEX_EMAIL_PWSH_PATH"]},
    }
)


@dataclass(frozen=True)
class WinrmSettings:
    """How to reach a Windows host and to sign in there; ``url`` is https with a path."""

    url: str
    auth: str
    username: str | None
    password: str | None = field(repr=False)
    certificate_path: str | None
    certificate_key_path: str | None
    ca_bundle: str | None
    validate_certificate: bool


def winrm_settings(options):
    """The settings in a task's options.

    :raises Fault: ``invalid_input`` where something is missing or malformed; nothing is sent yet.
    """
    url = base_url(_url(options), "winrm_url")
    auth = options["winrm_auth"]
    missing = [name for name in WINRM_AUTH[auth] if not options.get(name)]
    if missing:
        raise Fault("invalid_input", f"winrm_auth {auth} needs {' and '.join(missing)}.")
    for name in ("winrm_certificate_path", "winrm_certificate_key_path", "winrm_ca_bundle"):
        path = options.get(name)
        if path and not os.path.exists(path):
            raise Fault("invalid_input", f"The file of {name} is not there.", hint="Check the path.")
    return WinrmSettings(
        # Without a path pywinrm would ask the root of the server.
        url if url.count("/") > 2 else f"{url}/wsman",
        auth,
        options.get("winrm_username"),
        options.get("winrm_password"),
        options.get("winrm_certificate_path"),
        options.get("winrm_certificate_key_path"),
        options.get("winrm_ca_bundle") or options.get("ca_bundle"),
        options["winrm_validate_certificate"],
    )


def _url(options):
    url = options.get("winrm_url")
    if not url:
        raise Fault(
            "invalid_input",
            "exchange_transport winrm needs winrm_url.",
            hint="Give the full URL of the Windows host, such as https://host.example:5986/wsman.",
        )
    if url.lower().startswith("http:"):
        raise Fault(
            "invalid_input",
            "winrm_url must be https: over http the access token could be read on the way.",
            hint="Set an HTTPS listener up on the host, port 5986 as a rule.",
        )
    return url
