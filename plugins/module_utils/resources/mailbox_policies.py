# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What else bears on a mailbox's SMTP sign-in or its mail, and does not stop it: told, never changed."""

from __future__ import annotations

from ..core.errors import Fault
from .permitted import readable

# Mailboxes that answer or sort mail by themselves (RecipientTypeDetails, Get-Mailbox page).
RESOURCES = ("RoomMailbox", "EquipmentMailbox", "SchedulingMailbox", "LinkedRoomMailbox")
PEOPLE = ("UserMailbox", "SharedMailbox", "LinkedMailbox", "TeamMailbox", "LegacyMailbox")


def authentication_policy(client, identity):
    """The authentication policy that holds for a mailbox's user.

    Its own one wins over the organization's (New-AuthenticationPolicy page).

    :returns: {name, basic_smtp, source}, source being ``user`` or ``organization``; None where there is none, or
        where this app may not read it.
    """
    user = readable(lambda: client.user(identity), None) or {}
    source, name = "user", user.get("AuthenticationPolicy")
    if not name:
        source = "organization"
        name = readable(client.organization_config, {}).get("DefaultAuthenticationPolicy")
    if not name:
        return None
    return {"name": str(name), "basic_smtp": basic_smtp(client, str(name)), "source": source}


def basic_smtp(client, name):
    """Whether an authentication policy lets user name and password in; None where it cannot be read."""
    try:
        return bool(client.authentication_policy(name).get("AllowBasicAuthSmtp"))
    except Fault as fault:
        if fault.code not in ("denied", "not_found"):
            raise
        return None


def cautions(mailbox):
    """Sentences about a mailbox that will do, but perhaps not as one expects.

    :param mailbox: mailbox.facts, and authentication_policy where it was read.
    """
    address, kind = mailbox["primary_address"], mailbox["type"]
    found = []
    if kind in RESOURCES:
        found.append(
            f"{address} is {_article(kind)} {kind}, which answers meeting requests by itself. Customers' mail is "
            "better sent to a shared mailbox."
        )
    elif kind and kind not in PEOPLE:
        found.append(
            f"{address} is {_article(kind)} {kind}, not a mailbox of a person or a team. Check whether it is the right "
            "one."
        )
    policy = mailbox.get("authentication_policy")
    if policy and policy["basic_smtp"] is False:
        found.append(
            f"The authentication policy {policy['name']} ({policy['source']}) refuses user name and password for SMTP "
            f"of {address}. OAuth, which Webex Connect uses, does not depend on it."
        )
    return tuple(found)


def _article(word):
    return "an" if word[0] in "AEIOU" else "a"
