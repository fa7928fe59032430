# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Email assets of Webex Connect as plain data: what a body may hold, how an asset is made, changed and shown.

That the operations exist and what an asset is about is documented by Cisco; every JSON name, literal and
code here is an assumption (docs/assumptions.md, "Webex Connect asset API"), kept in this file's tables.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

Asset = dict[str, Any]

# Assumption: Cisco documents `code` and `description` but no literal that means success.
SUCCESS_CODE = "1000"
# Assumption: the asset API's error codes are unknown; the first three are those of Cisco's messaging API.
INVALID_JSON = "7000"
NOT_AUTHENTICATED = "7001"
INVALID_VALUE = "7004"
FORBIDDEN = "4003"
NO_SUCH_ASSET = "4004"
NOT_OFFERED = "4005"
EMAIL_TAKEN = "4009"

# Assumption: assets carry a numeric channel id (fb 5, wa 8 are documented); email's number is unknown.
EMAIL_CHANNEL_ID = 1
MASK = "********"
SECRETS = "lab_secrets"
CREATE_NEEDS = ("name", "emailId")
DEFAULTS: Asset = {"authType": "OAUTH2", "security": "NONE", "useDifferentLoginId": False}

_ADDRESS = re.compile(r"[^@\s]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*\.)*[A-Za-z0-9-]+")


class AssetError(Exception):
    """A refused request: HTTP ``status``, ``code`` of the envelope and ``description``."""

    def __init__(self, status: int, code: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.code = code
        self.description = description


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _address(value: Any) -> bool:
    return isinstance(value, str) and bool(_ADDRESS.fullmatch(value))


def _host(value: Any) -> bool:
    return isinstance(value, str) and bool(_HOST.fullmatch(value))


def _port(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 65535


def _https_url(value: Any) -> bool:
    return isinstance(value, str) and urlsplit(value).scheme == "https" and bool(urlsplit(value).hostname)


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _one_of(*literals: str) -> Callable[[Any], bool]:
    return lambda value: value in literals


# Only OAuth 2.0 assets are in Cisco's published scope, hence one literal of authType.
FIELDS: dict[str, Callable[[Any], bool]] = {
    "name": _text,
    "emailId": _address,
    "authType": _one_of("OAUTH2"),
    "smtpServer": _host,
    "port": _port,
    "security": _one_of("NONE", "SSL", "STARTTLS"),
    "username": _text,
    "clientId": _text,
    "clientSecret": _text,
    "authorizationUrl": _https_url,
    "scope": _text,
    "accessTokenUrl": _https_url,
    "refreshTokenUrl": _https_url,
    "useDifferentLoginId": _flag,
    "tokenLoginId": _text,
}
SECRET_FIELDS = ("clientSecret",)


def checked(body: Any, needs: tuple[str, ...] = ()) -> Asset:
    """``body`` if it is an object of known fields with fitting values and all of ``needs``.

    Raises AssetError 400.
    """
    if not isinstance(body, dict):
        raise AssetError(400, INVALID_JSON, "The request body is not a JSON object.")
    for name, value in body.items():
        if name not in FIELDS:
            raise AssetError(400, INVALID_VALUE, f"Unknown property: {name}")
        if not FIELDS[name](value):
            # The value is left out of the text: it may be a secret.
            raise AssetError(400, INVALID_VALUE, f"Invalid value for property: {name}")
    missing = [name for name in needs if name not in body]
    if missing:
        raise AssetError(400, INVALID_VALUE, f"Missing property: {', '.join(missing)}")
    return body


def create(connect: dict[str, Any], body: Any, now: datetime, *, unique_email: bool = False) -> Asset:
    """Make an asset in the Connect tenant ``connect``; id, forwarding address and call-back URL are the
    server's.

    Whether a second asset may have the same address is unknown: it may, unless ``unique_email``. Raises
    AssetError.
    """
    given = checked(body, CREATE_NEEDS)
    if unique_email and any(_same_email(asset, given) for asset in connect["assets"]):
        raise AssetError(409, EMAIL_TAKEN, "An asset with this email id exists.")
    asset: Asset = {
        "appId": _new_app_id(connect, now),
        "channelId": EMAIL_CHANNEL_ID,
        "forwardingAddress": f"{uuid.uuid4().hex}@{connect['mail_domain']}",
        "callbackUrl": f"https://{connect['tenant']}.{connect['region']}.webexconnect.io/callback",
        **DEFAULTS,
        SECRETS: {},
    }
    _write(asset, given)
    connect["assets"].append(asset)
    return asset


def update(connect: dict[str, Any], app_id: str, body: Any, *, replace: bool = False) -> bool:
    """Change an asset; True if anything is different now.

    Whether the service merges or replaces is unknown: with ``replace`` what is left out goes back to its
    default and a secret left out is gone. Raises AssetError.
    """
    asset = find(connect, app_id)
    given = checked(body, CREATE_NEEDS if replace else ())
    changed = {**asset, SECRETS: dict(asset.get(SECRETS, {}))}
    if replace:
        for name in FIELDS:
            changed.pop(name, None)
        changed.update({**DEFAULTS, SECRETS: {}})
    _write(changed, given)
    if changed == asset:
        return False
    asset.clear()
    asset.update(changed)
    return True


def delete(connect: dict[str, Any], app_id: str) -> None:
    """Remove an asset. Raises AssetError."""
    connect["assets"].remove(find(connect, app_id))


def find(connect: dict[str, Any], app_id: str) -> Asset:
    """The asset of this id. Raises AssetError 404."""
    for asset in connect["assets"]:
        if asset["appId"] == app_id:
            return asset
    raise AssetError(404, NO_SUCH_ASSET, "No asset has this id.")


def shown(asset: Asset, echo: str) -> Asset:
    """An asset as answered.

    ``echo`` of its secret: masked, omitted or echoed (which one is true is unknown).
    """
    view = {name: value for name, value in asset.items() if not name.startswith("lab_")}
    for name, value in asset.get(SECRETS, {}).items():
        if echo != "omitted":
            view[name] = value if echo == "echoed" else MASK
    return view


def _write(asset: Asset, given: Asset) -> None:
    for name, value in given.items():
        (asset[SECRETS] if name in SECRET_FIELDS else asset)[name] = value
    if asset["useDifferentLoginId"] and "tokenLoginId" not in asset:
        raise AssetError(400, INVALID_VALUE, "Missing property: tokenLoginId")


def _same_email(asset: Asset, given: Asset) -> bool:
    return asset["emailId"].lower() == given["emailId"].lower()


def _new_app_id(connect: dict[str, Any], now: datetime) -> str:
    """``a_`` and 18 digits that look like .NET clock ticks, as in Cisco's samples; unique in the tenant."""
    taken = {asset["appId"] for asset in connect["assets"]}
    since = now - datetime(1, 1, 1, tzinfo=timezone.utc)
    ticks = (since.days * 86400 + since.seconds) * 10_000_000 + since.microseconds * 10
    while f"a_{ticks:018d}" in taken:
        ticks += 1
    return f"a_{ticks:018d}"
