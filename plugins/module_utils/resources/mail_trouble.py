# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What a refusal of Exchange Online's mail servers means, and what to do about it: one table.

Told apart by code and key phrase, never by the whole sentence, which changes (codes: Microsoft's pages on SMTP
submission and non-delivery reports; phrases: public issue reports). docs/troubleshooting.md shows the same rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CODE = re.compile(r"\b([245]\d\d)[ -](\d\.\d{1,3}\.\d{1,3})\b")
OUT, IN = "out", "in"


@dataclass(frozen=True)
class Trouble:
    """One row.

    :param name: the word by which results name the cause. :param status: enhanced code (RFC 3463).
    :param phrase: what the text must hold, in lower case; "" where the code says it all.
    :param way: "out" for the sign-in and the sending of a mailbox, "in" for what is delivered and forwarded.
    :param judges: whether it says something about the mailbox or its tenant; False where it is about the rights of
        who asks.
    :param error: the code of a Fault for it.
    """

    name: str
    status: str
    phrase: str
    cause: str
    remedy: str
    way: str = OUT
    judges: bool = True
    error: str = "policy_blocked"


TROUBLES = (
    Trouble(
        "smtp_auth_off_for_tenant",
        "5.7.139",
        "disabled for the tenant",
        "The mailbox inherits the organization's switch, which is off.",
        "Run site, which switches authenticated SMTP on for the mailbox; then wait some minutes.",
    ),
    Trouble(
        "smtp_auth_off_for_mailbox",
        "5.7.139",
        "disabled for the mailbox",
        "Authenticated SMTP is switched off for the mailbox.",
        "Run site, which switches it on; then wait some minutes.",
    ),
    Trouble(
        "security_defaults",
        "5.7.139",
        "security defaults policy",
        "The tenant's security defaults forbid SMTP AUTH.",
        "Use conditional access instead of security defaults, which is for the tenant's owner to decide.",
    ),
    Trouble(
        "sign_in_criteria",
        "5.7.139",
        "did not meet the criteria",
        "A conditional access or authentication policy refuses the sign-in.",
        "Look into the sign-in log of Entra ID, and except the mailbox's user or the app from that policy.",
    ),
    Trouble(
        "password_refused",
        "5.7.139",
        "basic authentication",
        "A password was used, and passwords are switched off.",
        "Set the asset's authentication type to OAuth 2.0.",
    ),
    Trouble(
        "token_refused",
        "5.7.3",
        "",
        "The token is not good for this mailbox: another user's, another scope or audience, expired, or an app "
        "without the right.",
        "In the asset, Generate Token as the mailbox's user. For an app: SMTP.SendAsApp with admin consent, "
        "New-ServicePrincipal with the object id of the enterprise application, and FullAccess on the mailbox.",
        judges=False,
        error="denied",
    ),
    Trouble(
        "not_signed_in",
        "5.7.57",
        "",
        "Mail was sent without a sign-in, or without STARTTLS.",
        "Use port 587 with STARTTLS.",
        error="unauthenticated",
    ),
    Trouble(
        "send_as_denied",
        "5.7.60",
        "",
        "Who signed in may not send as the mailbox.",
        "Grant Send As on the mailbox, or sign in as the mailbox itself.",
        judges=False,
        error="denied",
    ),
    Trouble(
        "password_retired",
        "5.7.30",
        "",
        "A password was used, and Exchange Online takes none any more.",
        "Set the asset's authentication type to OAuth 2.0.",
    ),
    Trouble(
        "restricted_sender",
        "5.1.8",
        "",
        "The mailbox is restricted because it sent spam.",
        "Defender portal, Restricted entities: find the reason, then release the mailbox.",
    ),
    Trouble(
        "logon_failure",
        "4.2.0",
        "storedrv",
        "The app may sign in, but not log on to the mailbox.",
        "Add-MailboxPermission with FullAccess for the app's service principal.",
        judges=False,
        error="denied",
    ),
    Trouble(
        "forwarding_not_allowed",
        "5.7.520",
        "",
        "The outbound policy does not let the mailbox forward to the outside.",
        "Run site with the tenant's host; then wait. exchange_outbound_policy_info names the policy that decides.",
        IN,
    ),
    Trouble(
        "remote_domain",
        "2.1.5",
        "resolver.msgtype.af",
        "A remote domain forbids automatic forwarding, so the mail was dropped without a report.",
        "Exchange admin center, Mail flow, Remote domains: allow it for the domain of the assets alone.",
        IN,
    ),
    Trouble(
        "mail_flow_rule",
        "",
        "transport.rules.",
        "A mail flow rule refused or deleted the mail.",
        "Exchange admin center, Mail flow, Rules: except the mailbox or the alias.",
        IN,
    ),
    Trouble(
        "no_such_recipient",
        "5.1.10",
        "",
        "Nobody has that address.",
        "Check the address of the mailbox, and that forwarding goes to the asset's alias as it is today: run site.",
        IN,
    ),
    Trouble(
        "forwarding_loop",
        "5.4.6",
        "",
        "Mailboxes forward to each other in a circle.",
        "Take one of the forwardings out; webex_email_forward_to must be the asset's address.",
        IN,
    ),
    Trouble(
        "too_many_hops",
        "5.4.14",
        "",
        "The mail went through too many servers, most likely in a circle.",
        "Look for forwardings and connectors that send the mail back.",
        IN,
    ),
)


def trouble(status, text):
    """The row for an enhanced status code and a server's text; None for one that is not in the table."""
    words = text.casefold()
    return next(
        (row for row in TROUBLES if row.status in ("", status) and row.phrase in words),
        None,
    )


def code_in(text):
    """The first "550 5.7.520" in a text, as (code, status); ("", "") where there is none."""
    found = CODE.search(text)
    return (found[1], found[2]) if found else ("", "")


def explained(code, status, text):
    """What a result says about a refusal: code, cause, detail, remedy; the text itself never goes out."""
    shown = f"{code} {status}".strip()
    row = trouble(status, text)
    if row is None:
        return {
            "code": shown or None,
            "cause": None,
            "detail": f"Exchange Online refused it ({shown or 'without a code'}).",
            "remedy": "Look the code up in Microsoft's page on non-delivery reports.",
        }
    return {
        "code": shown or None,
        "cause": row.name,
        "detail": f"{row.cause} ({shown})" if shown else row.cause,
        "remedy": row.remedy,
    }
