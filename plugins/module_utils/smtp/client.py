# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Exchange Online's SMTP submission in typed operations."""

from __future__ import annotations

from ..auth.claims import claims_of
from ..auth.clouds import CLOUDS
from ..auth.sign_in import SignIn
from .session import SIGNED_IN, Session

# What an application needs for it, beside a service principal in Exchange and FullAccess on the mailbox
# (learn.microsoft.com, "Authenticate an IMAP, POP or SMTP connection using OAuth"; assumption: app-only-smtp).
SEND_AS_APP = "SMTP.SendAsApp"


def open_smtp(options, runtime):
    """The client for a task's options: with the user's token where one is given, else as the application.

    :raises Fault: ``invalid_input`` where there is nothing to sign in with.
    """
    token = options.get("smtp_access_token")
    source = None if token else SignIn(options, runtime).source(CLOUDS[options["cloud"]].exchange)
    return Smtp(options, runtime.deadline, source.get if source else lambda: token, by_app=not token)


class Smtp:
    """Signs in as a mailbox, and sends."""

    def __init__(self, options, deadline, token, by_app):
        self._options = options
        self._deadline = deadline
        self._token = token
        self.by_app = by_app

    @property
    def place(self):
        """Host and port, as people write them."""
        return f"{self._options['smtp_host']}:{self._options['smtp_port']}"

    def may_sign_in(self):
        """Whether the token names the permission; True for one that cannot be read or is a user's.

        :raises Fault: what the sign-in to Microsoft raises.
        """
        claims = claims_of(self._token())
        return not self.by_app or not claims or SEND_AS_APP in (claims.get("roles") or [])

    def try_sign_in(self, user):
        """The Reply to a sign-in as the mailbox ``user``; nothing is sent."""
        with self._session() as session:
            return session.sign_in(user, self._token())

    def send(self, sender, recipient, content):
        """The Reply to a message from the mailbox ``sender``: 250, or that of the step that was refused."""
        with self._session() as session:
            reply = session.sign_in(sender, self._token())
            return session.send(sender, recipient, content) if reply.code == SIGNED_IN else reply

    def _session(self):
        options = self._options
        return Session(
            options["smtp_host"],
            options["smtp_port"],
            options.get("ca_bundle"),
            options["request_timeout"],
            self._deadline,
        )
