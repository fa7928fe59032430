# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may sign in to SMTP submission as a mailbox, and what the server says to everybody else.

Source: learn.microsoft.com, "Authenticate an IMAP, POP or SMTP connection using OAuth" (evidence D for what is
needed: a user's token with SMTP.Send, or an app's with SMTP.SendAsApp, a service principal in Exchange and
FullAccess). That a bad token is refused before the mailbox's switches are looked at is inferred (I).

The world holds what has no other place: ``exchange_service_principals`` of a tenant {AppId, ObjectId},
``conditional_access_blocks`` (addresses), and of a mailbox ``lab_full_access`` and ``lab_send_as``, lists of
object ids, client ids or user names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import mail_codes as codes
from .core import DEFAULT_SETTINGS, Lab
from .exchange_state import Record, addresses
from .mail_codes import Answer
from .tokens import TokenRefused

DEFAULT_SETTINGS.update(
    {
        "smtp_basic": "retired",  # retired (550 5.7.30) or blocked (535 5.7.139): the retirement has stages
        "smtp_security_defaults_block_oauth": True,  # assumption: security-defaults-smtp
        "smtp_missing_full_access": "auth",  # where its lack shows: auth (5.7.3) or data (430 4.2.0)
    }
)

AUDIENCES = (
    "https://outlook.office365.com",
    "https://outlook.office.com",
    "00000002-0000-0ff1-ce00-000000000000",
)
SEND, SEND_AS_APP = "SMTP.Send", "SMTP.SendAsApp"


class Refused(Exception):
    """A sign-in that is not to be; ``answer`` is what the client hears."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer))
        self.answer = answer


@dataclass(frozen=True)
class SignedIn:
    """A session that may submit as one mailbox; ``who`` are the names by which rights are given to it.

    It remembers names, not objects of the world, which may be edited while the session lasts.
    """

    tenant_id: str
    address: str
    who: frozenset[str]
    may_log_on: bool

    def place(self, lab: Lab) -> tuple[Record, Record]:
        """Tenant and mailbox as they are now."""
        tenant = next(item for item in lab.world["tenants"] if item["id"] == self.tenant_id)
        return tenant, next(box for box in tenant["mailboxes"] if self.address in addresses(box))

    def may_send_as(self, lab: Lab, address: str) -> bool:
        """Whether mail may be from ``address``: the mailbox's own, or one that gave the right."""
        tenant, mailbox = self.place(lab)
        wanted = address.lower()
        if wanted in set(addresses(mailbox)):
            return True
        other = next((box for box in tenant["mailboxes"] if wanted in addresses(box)), None)
        return other is not None and bool(self.who & _names(other.get("lab_send_as")))


def xoauth2(lab: Lab, user: str, token: str) -> SignedIn:
    """Sign in with an access token. Raises Refused."""
    claims = _claims(lab, token)
    tenant = lab.tenant(claims["tid"])
    mailbox = _mailbox(tenant, user) if tenant else None
    if tenant is None or mailbox is None:
        raise Refused(codes.BAD_TOKEN)
    session = _rights(lab, tenant, mailbox, claims)
    _switches(lab, tenant, mailbox)
    return session


def user_token(lab: Lab, tenant: str, user: str, scope: str = SEND) -> str:
    """A user's token as the authorization code flow would give it to Webex Connect."""
    now = int(lab.now().timestamp())
    claims = {
        "aud": AUDIENCES[1],
        "tid": (lab.tenant(tenant) or {"id": tenant})["id"],
        "appid": "webex-connect",
        "oid": user,
        "upn": user,
        "scp": scope,
        "iat": now,
        "exp": now + lab.settings["token_lifetime_seconds"],
    }
    return lab.signer.issue(claims)


def basic(lab: Lab) -> Answer:
    """What a user name with a password hears, whoever it is."""
    return codes.BASIC_RETIRED if lab.settings["smtp_basic"] == "retired" else codes.BASIC_DISABLED


def _claims(lab: Lab, token: str) -> dict[str, Any]:
    try:
        return lab.signer.read(token, AUDIENCES, lab.now())
    except TokenRefused:
        raise Refused(codes.BAD_TOKEN) from None


def _mailbox(tenant: Record, user: str) -> Record | None:
    """The mailbox whose user name or address this is: the user name has to be the mailbox's."""
    wanted = user.lower()
    return next(
        (
            box
            for box in tenant["mailboxes"]
            if wanted in {str(box.get("UserPrincipalName")).lower(), *addresses(box)}
        ),
        None,
    )


def _rights(lab: Lab, tenant: Record, mailbox: Record, claims: dict[str, Any]) -> SignedIn:
    full_access = _names(mailbox.get("lab_full_access"))
    place = (tenant["id"], str(mailbox["PrimarySmtpAddress"]).lower())
    if claims.get("idtyp") == "app":
        who = _service_principal(tenant, claims)
        missing = not who & full_access
        if missing and lab.settings["smtp_missing_full_access"] == "auth":
            raise Refused(codes.BAD_TOKEN)
        return SignedIn(*place, who, not missing)
    user = str(claims.get("upn", "")).lower()
    own = user == str(mailbox.get("UserPrincipalName")).lower()
    if SEND not in str(claims.get("scp", "")).split() or not (own or user in full_access):
        raise Refused(codes.BAD_TOKEN)
    return SignedIn(*place, frozenset({user}), True)


def _service_principal(tenant: Record, claims: dict[str, Any]) -> frozenset[str]:
    """The names of an app that Exchange knows by the object id of its enterprise application.

    The object id of the app registration in its place is the mistake that Microsoft's page warns of.
    """
    known = tenant.get("exchange_service_principals", [])
    fits = any(str(item["ObjectId"]).lower() == claims["oid"].lower() for item in known)
    if SEND_AS_APP not in claims.get("roles", []) or not fits:
        raise Refused(codes.BAD_TOKEN)
    return frozenset({claims["oid"].lower(), claims["appid"].lower()})


def _names(values: list[str] | None) -> frozenset[str]:
    return frozenset(str(value).lower() for value in values or [])


def _switches(lab: Lab, tenant: Record, mailbox: Record) -> None:
    """What may stand against a good token: security defaults, conditional access, the two SMTP AUTH switches."""
    if tenant.get("security_defaults") and lab.settings["smtp_security_defaults_block_oauth"]:
        raise Refused(codes.SECURITY_DEFAULTS)
    if _names(tenant.get("conditional_access_blocks")) & set(addresses(mailbox)):
        raise Refused(codes.NOT_MET)
    own = mailbox.get("SmtpClientAuthenticationDisabled")
    if own:
        raise Refused(codes.DISABLED_FOR_MAILBOX)
    if own is None and tenant.get("transport", {}).get("SmtpClientAuthenticationDisabled", True):
        raise Refused(codes.DISABLED_FOR_TENANT)
