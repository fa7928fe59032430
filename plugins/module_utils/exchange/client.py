# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Exchange Online in typed operations; plain records out."""

from __future__ import annotations

from ..auth.clouds import CLOUDS
from ..auth.sign_in import SignIn
from ..core.addresses import origin
from ..core.errors import Fault
from ..core.fields import same_text
from ..core.retry import create_once
from . import trace
from .rest import RestTransport


def open_exchange(options, runtime):
    """The client for a task's options.

    :raises Fault: ``invalid_input`` where the tenant or the URL is missing or malformed.
    """
    if not options.get("auth_tenant"):
        raise Fault(
            "invalid_input", "Exchange Online needs auth_tenant.", hint="Give the directory id or a domain."
        )
    cloud = CLOUDS[options["cloud"]]
    url = origin(options.get("exchange_url") or cloud.exchange, "exchange_url")
    token = SignIn(options, runtime).source(cloud.exchange)
    transport = RestTransport(
        runtime.http(), token, runtime.deadline, url, cloud.exchange_suffix, options["auth_tenant"]
    )
    return Exchange(transport)


class Exchange:
    """Typed operations over one transport, which is anything with ``invoke(cmdlet, parameters)``."""

    def __init__(self, transport):
        self._transport = transport

    def mailbox(self, identity):
        """The one mailbox that an address, alias or id names; the Get-Mailbox record.

        :raises Fault: ``not_found`` with the reason where Exchange knows one, ``ambiguous`` for several.
        """
        try:
            found = self._invoke("Get-Mailbox", Identity=identity)
        except Fault as fault:
            if fault.code != "not_found":
                raise
            found = []
        if len(found) == 1:
            return found[0]
        if not found:
            raise self._no_mailbox(identity)
        names = ", ".join(sorted(str(record.get("PrimarySmtpAddress")) for record in found))
        raise Fault(
            "ambiguous",
            f"{len(found)} mailboxes fit {identity!r}: {names}.",
            hint="Give the primary address or the GUID.",
        )

    def _no_mailbox(self, identity):
        try:
            recipient = self.recipient(identity)
        except Fault:
            recipient = None
        if recipient is None:
            return Fault(
                "not_found", f"No mailbox {identity!r} in Exchange Online.", hint="Check address and tenant."
            )
        return Fault(
            "not_found",
            f"{identity!r} is a {recipient.get('RecipientTypeDetails')}, not a mailbox in Exchange Online.",
            hint="For a mailbox that is still on-premises, move it or set its forwarding there.",
        )

    def recipient(self, identity):
        """The first recipient of any kind that an identity names (Get-Recipient); None where there is none."""
        try:
            found = self._invoke("Get-Recipient", Identity=identity)
        except Fault as fault:
            if fault.code != "not_found":
                raise
            found = []
        return found[0] if found else None

    def cas_mailbox(self, guid):
        """A mailbox's client access settings (Get-CASMailbox)."""
        return self._one("Get-CASMailbox", Identity=guid)

    def transport_config(self):
        """The organization's mail settings (Get-TransportConfig)."""
        return self._one("Get-TransportConfig")

    def set_cas_mailbox(self, guid, properties):
        """Set wire properties of a mailbox's client access; None lets the organization decide."""
        self._invoke("Set-CASMailbox", Identity=guid, **properties)

    def set_mailbox(self, guid, properties):
        """Set wire properties of a mailbox; None clears one."""
        self._invoke("Set-Mailbox", Identity=guid, **properties)

    def remote_domains(self):
        """All remote domains (Get-RemoteDomain)."""
        return self._invoke("Get-RemoteDomain")

    def outbound_policies(self):
        """All outbound spam policies, the built-in Default included."""
        return self._invoke("Get-HostedOutboundSpamFilterPolicy")

    def outbound_rules(self):
        """All outbound spam rules; the Default policy has none."""
        return self._invoke("Get-HostedOutboundSpamFilterRule")

    def create_outbound_policy(self, name, properties):
        """Make a policy, looking first if the answer to an earlier try was lost."""
        self._create("HostedOutboundSpamFilterPolicy", name, properties, self.outbound_policies)

    def create_outbound_rule(self, name, properties):
        """Make a rule, in the same way."""
        self._create("HostedOutboundSpamFilterRule", name, properties, self.outbound_rules)

    def set_outbound_policy(self, name, properties):
        """Change a policy."""
        self._invoke("Set-HostedOutboundSpamFilterPolicy", Identity=name, **properties)

    def set_outbound_rule(self, name, properties):
        """Change a rule; ``From`` replaces the whole list."""
        self._invoke("Set-HostedOutboundSpamFilterRule", Identity=name, **properties)

    def enable_outbound_rule(self, name):
        """Switch a rule on."""
        self._invoke("Enable-HostedOutboundSpamFilterRule", Identity=name)

    def remove_outbound_rule(self, name):
        """Remove a rule; one that is gone already is fine."""
        self._remove("Remove-HostedOutboundSpamFilterRule", name)

    def remove_outbound_policy(self, name):
        """Remove a policy; one that is gone already is fine."""
        self._remove("Remove-HostedOutboundSpamFilterPolicy", name)

    def trace_messages(self, sender, recipients, subject, seconds):
        """The newest record of the message trace for each recipient, see ``trace.follow``."""
        return trace.follow(self._invoke, sender, recipients, subject, seconds, self._transport.deadline)

    def trace_events(self, record):
        """The events of a record of the message trace."""
        return trace.events(self._invoke, record)

    def _invoke(self, cmdlet, **parameters):
        return self._transport.invoke(cmdlet, parameters)

    def _one(self, cmdlet, **parameters):
        found = self._invoke(cmdlet, **parameters)
        if len(found) != 1:
            raise Fault("protocol", f"{cmdlet} answered with {len(found)} records instead of one.")
        return found[0]

    def _create(self, noun, name, properties, everything):
        create_once(
            lambda: self._invoke(f"New-{noun}", Name=name, **properties) or True,
            lambda: next((record for record in everything() if same_text(record.get("Name"), name)), None),
            self._transport.policy,
            self._transport.deadline,
        )

    def _remove(self, cmdlet, name):
        try:
            self._invoke(cmdlet, Identity=name)
        except Fault as fault:
            if fault.code != "not_found":
                raise
