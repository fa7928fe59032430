# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Authenticated SMTP of a mailbox: step 3a of Cisco's document."""

from __future__ import annotations

from ..core.fields import Field, differing, loaded, options_of, payload, wanted
from ..core.plan import Plan, Step
from ..core.spec import Spec
from ..exchange.client import open_exchange
from .mailbox_policies import authentication_policy, cautions
from .permitted import readable

# Exchange's switch is inverted and has three states (Set-CASMailbox page).
DISABLED = {"enabled": False, "disabled": True, "inherit": None}
WORDS = {value: word for word, value in DISABLED.items()}

FIELDS = (
    Field(
        "smtp_auth",
        "SmtpClientAuthenticationDisabled",
        {"type": "str", "choices": list(DISABLED)},
        load=WORDS.get,
        dump=DISABLED.get,
    ),
)
IDENTITY = Spec({"identity": {"type": "str", "required": True}})
SPEC = IDENTITY + Spec(options_of(FIELDS))


def build(options, runtime):
    """The resource for a task."""
    return Mailbox(open_exchange(options, runtime), options, thorough=True)


def on_client(client, options):
    """The resource for a task that has an Exchange client already, and many mailboxes to look at."""
    return Mailbox(client, options, thorough=False)


def facts(record):
    """What every module returns about a mailbox.

    :param record: a Get-Mailbox record.
    :returns: guid, user_principal_name, primary_address, addresses (list, lower case, without prefix),
        display_name, type (RecipientTypeDetails), dirsynced, litigation_hold.
    """
    proxies = [proxy.split(":", 1) for proxy in record.get("EmailAddresses") or [] if ":" in proxy]
    return {
        "guid": record["Guid"],
        "user_principal_name": record.get("UserPrincipalName"),
        "primary_address": record.get("PrimarySmtpAddress"),
        "addresses": sorted(address.lower() for kind, address in proxies if kind.lower() == "smtp"),
        "display_name": record.get("DisplayName"),
        "type": record.get("RecipientTypeDetails"),
        "dirsynced": bool(record.get("IsDirSynced")),
        "litigation_hold": bool(record.get("LitigationHoldEnabled")),
    }


class Mailbox:
    """Reads a mailbox with its effective SMTP AUTH, and sets its own switch.

    :param thorough: whether to read the authentication policy too, which costs two requests more.
    """

    def __init__(self, client, options, thorough):
        self._client = client
        self.options = options
        self._thorough = thorough

    def read(self):
        """The mailbox: ``facts`` plus smtp_auth, smtp_auth_organization, smtp_auth_effective, smtp_auth_source, and
        authentication_policy where it is read.

        :raises Fault: ``not_found``, ``ambiguous``, ``invalid_input`` for an empty identity.
        """
        identity = self.options["identity"]
        self._client.gather_mailbox(identity, user=self._thorough)
        mailbox = facts(self._client.mailbox(identity))
        own = loaded(FIELDS, self._client.cas_mailbox(mailbox["guid"]))
        if self._thorough:
            mailbox["authentication_policy"] = authentication_policy(self._client, identity)
        return _effective({**mailbox, **own, "smtp_auth_organization": self._organization()})

    def _organization(self):
        """The organization's switch; None for an app that may not read it, as a recipient administrator's may not."""
        config = readable(self._client.transport_config, None)
        if config is None:
            return None
        return "disabled" if config.get("SmtpClientAuthenticationDisabled") else "enabled"

    def plan(self, actual):
        """Set the switch where it differs. The organization's switch is never touched."""
        desired = wanted(FIELDS, self.options)
        names = differing(FIELDS, desired, actual)
        before = {"smtp_auth": actual["smtp_auth"]}
        if not names:
            return Plan(before, before, actual=actual, warnings=cautions(actual))
        step = Step(
            f"set SMTP AUTH of {actual['primary_address']} to {desired['smtp_auth']}",
            lambda current: self._client.set_cas_mailbox(current["guid"], payload(FIELDS, desired)),
        )
        outcome = _effective({**actual, **desired})
        return Plan(before, desired, (step,), actual, outcome, warnings=cautions(actual), blind=True)


def _effective(mailbox):
    """Add what the two switches amount to: the mailbox's own wins over the organization's."""
    inherited = mailbox["smtp_auth"] == "inherit"
    return {
        **mailbox,
        "smtp_auth_effective": mailbox["smtp_auth_organization"] if inherited else mailbox["smtp_auth"],
        "smtp_auth_source": "organization" if inherited else "mailbox",
    }
