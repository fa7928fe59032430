# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Does Exchange Online let somebody sign in to SMTP as a mailbox? Tried, up to the sign-in and no further."""

from __future__ import annotations

from ..core.addresses import mail_address
from ..core.spec import Spec
from ..smtp.client import SEND_AS_APP, open_smtp
from ..smtp.session import SIGNED_IN
from .mail_trouble import explained, trouble

SPEC = Spec({"identity": {"type": "str", "required": True}})
ALLOWED, BLOCKED, INDETERMINATE = "allowed", "blocked", "indeterminate"
NOTHING = {"code": None, "cause": None, "remedy": None}


def build(options, runtime):
    """The resource for a task.

    :raises Fault: ``invalid_input`` for a malformed address, before anything is sent.
    """
    mail_address(options["identity"], "identity")
    return SmtpSignIn(open_smtp(options, runtime), options["identity"])


class SmtpSignIn:
    """Tries, and judges the answer."""

    def __init__(self, client, user):
        self._client = client
        self._user = user

    def read(self):
        """user, server, verdict (allowed, blocked, indeterminate), signed_in, code, cause, detail, remedy.

        A refusal that is about the rights of who asks tells nothing about the mailbox: that is indeterminate.
        """
        known = {"user": self._user, "server": self._client.place}
        if not self._client.may_sign_in():
            return {**known, **_without_right()}
        reply = self._client.try_sign_in(self._user)
        if reply.code == SIGNED_IN:
            detail = f"{self._client.place} lets {'the app' if self._client.by_app else 'the user'} sign in."
            return {**known, **NOTHING, "verdict": ALLOWED, "signed_in": True, "detail": detail}
        row = trouble(reply.status, reply.text)
        return {
            **known,
            **explained(reply.code, reply.status, reply.text),
            "verdict": BLOCKED if row and row.judges else INDETERMINATE,
            "signed_in": False,
        }


def _without_right():
    return {
        **NOTHING,
        "verdict": INDETERMINATE,
        "signed_in": False,
        "cause": "no_permission",
        "detail": f"The app does not have the permission {SEND_AS_APP}, so no sign-in was tried.",
        "remedy": f"To have it tried: {SEND_AS_APP} of Office 365 Exchange Online with admin consent, "
        "New-ServicePrincipal with the object id of the enterprise application, and FullAccess on the mailbox.",
    }
