# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries mail between the lab's tenants, Webex Connect's aliases and the outside, as their settings say.

Nothing leaves the lab: what is for somebody whom no tenant and no asset knows ends in the world's ``outside``.
Inboxes are ``lab_inbox`` of a mailbox and of an asset. Order and effect of the forwarding attributes:
learn.microsoft.com, Set-Mailbox (evidence D). Each tenant keeps a message trace.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from . import mail_codes as codes
from . import mail_gates as gates
from .core import DEFAULT_SETTINGS, Lab
from .exchange_state import Context, Record, addresses, find_recipients, recipients
from .exchange_trace import note
from .mail_codes import Answer
from .mail_message import Message, domain_of

DEFAULT_SETTINGS.update(
    {
        "mail_automatic": "off",  # what AutoForwardingMode Automatic does: Microsoft's pages disagree
        "mail_trace_lag": 0,  # message traces that do not show a new event yet
    }
)

# What a passage through Exchange Online adds to a message's Received headers, and how many it may have (I).
HOPS_OF_A_TENANT = 5
MOST_HOPS = 60
REPORTER = "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e"

Trail = list[dict[str, Any]]


def submit(lab: Lab, message: Message, to: Iterable[str]) -> Trail:
    """Carry ``message`` to each address; answers what happened on the way, in order.

    An event is {event, address, status, via}: delivered (a mailbox took it), forwarded (from a mailbox on to
    another address), arrived (the alias of an asset took it), left (for the outside), refused (with the
    ``status`` line that the sender gets as a report) or dropped (without one).
    """
    flow = _Flow(lab)
    for address in to:
        flow.carry(message, address)
    return flow.trail


def submit_from(lab: Lab, tenant: Record, message: Message, to: Iterable[str]) -> Trail:
    """The same for a message that a mailbox of ``tenant`` sends."""
    flow = _Flow(lab)
    for address in to:
        flow.send(tenant, message, address)
    return flow.trail


def inboxes(lab: Lab) -> dict[str, Any]:
    """All mail there is: mailboxes and aliases by address, and ``outside``; each in order of arrival."""
    boxes = [box for tenant in lab.world["tenants"] for box in tenant["mailboxes"]]
    assets = [asset for connect in lab.world["connect"] for asset in connect["assets"]]
    return {
        "mailboxes": {box["PrimarySmtpAddress"]: box.get("lab_inbox", []) for box in boxes},
        "aliases": {asset["forwardingAddress"]: asset.get("lab_inbox", []) for asset in assets},
        "outside": lab.world["outside"],
    }


class _Flow:
    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.trail: Trail = []

    def carry(self, message: Message, address: str) -> None:
        """Hand a message to whoever has ``address``."""
        tenant = self.lab.tenant(domain_of(address))
        if tenant is None:
            self._outside(message, address)
            return
        message = replace(message, hops=message.hops + HOPS_OF_A_TENANT)
        if message.hops > MOST_HOPS:
            self._stop(tenant, message, address, codes.HOP_COUNT)
            return
        self._inside(tenant, message, address)

    def send(self, tenant: Record, message: Message, address: str) -> None:
        """Hand over a message that begins in ``tenant``."""
        if self.lab.tenant(domain_of(address)) is tenant:
            self.carry(message, address)
            return
        if stopped := gates.rule_verdict(self._context(tenant), message, address):
            self._stop(tenant, message, address, stopped)
            return
        self._trace(tenant, message, address, "Delivered", "Send external", "")
        self.carry(replace(message, hops=message.hops + HOPS_OF_A_TENANT), address)

    def _inside(self, tenant: Record, message: Message, address: str) -> None:
        context = self._context(tenant)
        known = [item for item in recipients(context) if address.lower() in addresses(item)]
        if not known:
            self._stop(tenant, message, address, codes.NO_RECIPIENT)
        elif stopped := gates.rule_verdict(context, message, address):
            self._stop(tenant, message, address, stopped)
        elif known[0] in tenant["mailboxes"]:
            self._mailbox(tenant, message, address, known[0])
        elif members := known[0].get("Members"):
            self._trace(tenant, message, address, "Expanded", "Expand", "")
            for member in members:
                self.carry(message, member)
        elif external := known[0].get("ExternalEmailAddress"):
            self._trace(tenant, message, address, "Expanded", "Redirect", "")
            self.send(tenant, message, _bare(external))
        else:
            self._stop(tenant, message, address, codes.NO_RECIPIENT)

    def _mailbox(self, tenant: Record, message: Message, address: str, mailbox: Record) -> None:
        """Deliver, or do what the mailbox's forwarding attributes say."""
        target = self._target(tenant, mailbox)
        if target is None or mailbox.get("DeliverToMailboxAndForward"):
            self._deliver(tenant, message, address, mailbox)
        if target is None:
            return
        own = str(mailbox["PrimarySmtpAddress"]).lower()
        if own in message.chain:
            self._stop(tenant, message, address, codes.FORWARDING_LOOP)
            return
        self.trail.append(
            {"event": "forwarded", "address": target, "status": None, "via": [*message.via, own]}
        )
        if not mailbox.get("DeliverToMailboxAndForward"):
            self._trace(tenant, message, address, "Expanded", "Redirect", "")
        onward = replace(message, via=(*message.via, own), chain=(*message.chain, own))
        self._forward(tenant, onward, target, mailbox)

    def _target(self, tenant: Record, mailbox: Record) -> str | None:
        """Where a mailbox forwards to: its ForwardingAddress, and only without one its ForwardingSmtpAddress."""
        if named := mailbox.get("ForwardingAddress"):
            hits = find_recipients(recipients(self._context(tenant)), named)
            # A recipient that is gone stops nothing and gets nothing (I).
            return (
                str(hits[0].get("PrimarySmtpAddress") or _bare(hits[0]["ExternalEmailAddress"]))
                if hits
                else None
            )
        smtp = mailbox.get("ForwardingSmtpAddress")
        return _bare(smtp) if smtp else None

    def _forward(self, tenant: Record, message: Message, target: str, mailbox: Record) -> None:
        context = self._context(tenant)
        target = self._resolved(context, target)
        if self.lab.tenant(domain_of(target)) is tenant:
            self.carry(message, target)
        elif not gates.remote_domain_allows(tenant, target):
            self._stop(tenant, message, target, codes.DROPPED_BY_REMOTE_DOMAIN)
        elif stopped := gates.rule_verdict(context, message, target):
            self._stop(tenant, message, target, stopped)
        elif not gates.policy_allows(context, mailbox):
            self._stop(tenant, message, target, codes.NO_FORWARDING)
        elif is_restricted(tenant, mailbox):
            self._stop(tenant, message, target, codes.RESTRICTED_SENDER)
        else:
            self._trace(tenant, message, target, "Delivered", "Send external", "")
            self.carry(replace(message, chain=()), target)

    @staticmethod
    def _resolved(context: Context, target: str) -> str:
        """The outside address of a mail contact or mail user; any other address as it is."""
        for item in context.tenant.get("recipients", []):
            if target.lower() in addresses(item) and item.get("ExternalEmailAddress"):
                return _bare(item["ExternalEmailAddress"])
        return target

    def _outside(self, message: Message, address: str) -> None:
        asset = next(
            (
                asset
                for connect in self.lab.world["connect"]
                for asset in connect["assets"]
                if asset["forwardingAddress"].lower() == address.lower()
            ),
            None,
        )
        letter = message.plain(address, self.lab.timestamp())
        if asset is None:
            self.lab.world["outside"].append(letter)
            self._went("left", message, address)
            return
        # A mail whose sender is the asset's own address starts no flow (Webex Connect help, email channel).
        own = message.sender.lower() == asset["emailId"].lower()
        asset.setdefault("lab_inbox", []).append({**letter, "starts_flow": not own})
        self._went("arrived", message, address)

    def _deliver(self, tenant: Record, message: Message, address: str, mailbox: Record) -> None:
        mailbox.setdefault("lab_inbox", []).append(message.plain(address, self.lab.timestamp()))
        self._trace(tenant, message, address, "Delivered", "Deliver", "")
        self._went("delivered", message, address)

    def _stop(self, tenant: Record, message: Message, address: str, why: Answer) -> None:
        """The end of a message in ``tenant``: a report to its sender, or none where the code is a success."""
        silent = why.code < 300
        # That the trace calls a dropped message failed, too, is inferred.
        self._trace(tenant, message, address, "Failed", "Drop" if silent else "Fail", str(why))
        self._went("dropped" if silent else "refused", message, address, str(why))
        if silent or not message.sender:
            return
        report = Message(
            "",
            f"Undeliverable: {message.subject}",
            f"{REPORTER}@{tenant['domain']}: your message to {address} couldn't be delivered. {why}",
            report=str(why),
        )
        self.carry(report, message.sender)

    def _went(self, event: str, message: Message, address: str, status: str | None = None) -> None:
        self.trail.append({"event": event, "address": address, "status": status, "via": list(message.via)})

    def _trace(
        self, tenant: Record, message: Message, address: str, status: str, event: str, detail: str
    ) -> None:
        sender = message.sender or f"{REPORTER}@{tenant['domain']}"
        row = {
            "Received": self.lab.timestamp(),
            "SenderAddress": sender,
            "RecipientAddress": address,
            "Subject": message.subject,
            "Status": status,
            "MessageId": message.message_id,
            "MessageTraceId": message.trace_id,
        }
        note(tenant, row, event, detail, self.lab.settings["mail_trace_lag"])

    def _context(self, tenant: Record) -> Context:
        return Context(tenant, self.lab.settings, self.lab.now())


def is_restricted(tenant: Record, mailbox: Record) -> bool:
    """Whether the mailbox is among the tenant's restricted entities (``restricted_senders`` of the world)."""
    blocked = {address.lower() for address in tenant.get("restricted_senders", [])}
    return bool(blocked & set(addresses(mailbox)))


def _bare(address: str) -> str:
    return address[5:] if address.lower().startswith("smtp:") else address
