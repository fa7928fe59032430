# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Exchange Online's mail servers say, one row a cause.

``evidence``: D documented by Microsoft, C seen in public issues and questions (named beside the row), I
inferred. Only code, enhanced code and key phrase are to be relied on; the trailing text is the server's own.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """One answer: ``code`` of SMTP, ``status`` (RFC 3463), what it says, and how sure that is."""

    code: int
    status: str
    text: str
    evidence: str

    def __str__(self) -> str:
        return f"{self.code} {self.status} {self.text}"


_UNSUCCESSFUL = "Authentication unsuccessful"
_SMTP_AUTH_PAGE = "Visit https://aka.ms/smtp_auth_disabled for more information."

SIGNED_IN = Answer(235, "2.7.0", "Authentication successful", "D")
# Text: email-oauth2-proxy issue 193.
DISABLED_FOR_TENANT = Answer(
    535,
    "5.7.139",
    f"{_UNSUCCESSFUL}, SmtpClientAuthentication is disabled for the Tenant. {_SMTP_AUTH_PAGE}",
    "C",
)
DISABLED_FOR_MAILBOX = Answer(
    535,
    "5.7.139",
    f"{_UNSUCCESSFUL}, SmtpClientAuthentication is disabled for the Mailbox. {_SMTP_AUTH_PAGE}",
    "C",
)
SECURITY_DEFAULTS = Answer(
    535,
    "5.7.139",
    f"{_UNSUCCESSFUL}, user is locked by your organization's security defaults policy. "
    "Contact your administrator.",
    "C",
)
NOT_MET = Answer(
    535,
    "5.7.139",
    f"{_UNSUCCESSFUL}, the request did not meet the criteria to be authenticated successfully. "
    "Contact your administrator.",
    "C",
)
# Text: mailR issue 107.
BASIC_DISABLED = Answer(535, "5.7.139", f"{_UNSUCCESSFUL}, basic authentication is disabled.", "C")
BASIC_RETIRED = Answer(550, "5.7.30", "Basic authentication is not supported for Client Submission.", "D")
# One text for a wrong audience, scope, user, service principal or a missing right: MailKit issues 1126, 1712.
BAD_TOKEN = Answer(535, "5.7.3", _UNSUCCESSFUL, "C")
NOT_AUTHENTICATED = Answer(530, "5.7.57", "Client not authenticated to send mail.", "D")
SEND_AS_DENIED = Answer(
    550, "5.7.60", "SMTP; Client does not have permissions to send as this sender; SendAsDenied", "D"
)
# Whether it comes as the answer to DATA or as a report is not said: the answer (I).
RESTRICTED_SENDER = Answer(550, "5.1.8", "Access denied, bad outbound sender AS(42004)", "D")
LOGON_FAILURE = Answer(430, "4.2.0", "STOREDRV; mailbox logon failure; failed to process message", "C")

# Reports of non-delivery.
NO_FORWARDING = Answer(
    550,
    "5.7.520",
    "Access denied, Your organization does not allow external forwarding. "
    "Please contact your administrator for further assistance. AS(7555)",
    "D",
)
NO_RECIPIENT = Answer(
    550, "5.1.10", "RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "D"
)
BLOCKED_BY_RULE = Answer(
    550,
    "5.7.1",
    "TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy",
    "D",
)
# Mailboxes that forward to each other. The text is that of Exchange Server's resolver (assumption: mail-loops).
FORWARDING_LOOP = Answer(
    554,
    "5.4.6",
    "RESOLVER.FWD.Loop; there is a forwarding loop configured in the directory",
    "I",
)
# learn.microsoft.com/exchange/troubleshoot/mailflow/hop-count-exceeded-possible-mail-loop
HOP_COUNT = Answer(554, "5.4.14", "Hop count exceeded - possible mail loop ATTR34", "D")

# No report: the message trace alone tells it (Exchange team, "The many ways to block automatic email
# forwarding in Exchange Online").
DROPPED_BY_REMOTE_DOMAIN = Answer(
    250, "2.1.5", "RESOLVER.MSGTYPE.AF; handled AutoForward addressed to external recipient", "D"
)
DELETED_BY_RULE = Answer(250, "2.1.5", "TRANSPORT.RULES.DeleteMessage; message deleted by rule", "I")
