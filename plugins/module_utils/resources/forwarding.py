# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Forwarding of a mailbox to the alias of a Webex Connect asset: step 3b of Cisco's document."""

from __future__ import annotations

from ..core.addresses import mail_address
from ..core.errors import Fault
from ..core.fields import Field, differing, loaded, options_of, payload, same_text, wanted
from ..core.plan import Plan, Step
from ..core.spec import Spec
from ..exchange.client import open_exchange
from .mailbox import IDENTITY, facts

PREFIX = "smtp:"


def _without_prefix(value):
    return value[len(PREFIX) :] if value and value.lower().startswith(PREFIX) else value or None


def _with_prefix(value):
    return PREFIX + value if value else None


FIELDS = (
    Field("forward_to", "ForwardingSmtpAddress", {"type": "str"}, _without_prefix, _with_prefix, same_text),
    Field("keep_copy", "DeliverToMailboxAndForward", {"type": "bool", "default": True}, load=bool),
    # A recipient object of the organization. Where it is set, Exchange ignores forward_to (Set-Mailbox page).
    Field("forwarding_address", "ForwardingAddress", None),
)
SPEC = IDENTITY + Spec(
    {
        **options_of(FIELDS),
        "on_conflict": {"type": "str", "choices": ["fail", "clear", "ignore"], "default": "fail"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    }
)
OFF = {"forward_to": None, "keep_copy": False}
# What actions and diffs call an address that the asset's step has yet to bring.
TO_COME = "the address of the new asset"
# Where a ForwardingAddress is taken away. Entra Connect carries it over as altRecipient (its attribute list).
IN_THE_CLOUD = (
    "Exchange admin center > Recipients > Mailboxes > the mailbox > Mail flow settings > Email forwarding, or set "
    "on_conflict to clear."
)
ON_PREMISES = (
    "The mailbox is synchronised, so clear it in the on-premises directory: the mailbox's delivery options there, or "
    "Set-ADUser -Clear altRecipient. Let Entra Connect carry that over, and run again."
)


def build(options, runtime):
    """The resource for a task.

    :raises Fault: ``invalid_input`` for a malformed address, before anything is sent.
    """
    return on_client(open_exchange(options, runtime), options)


def on_client(client, options):
    """The resource for a task that has an Exchange client already.

    :raises Fault: ``invalid_input`` for a malformed address.
    """
    if options.get("forward_to") is not None:
        mail_address(options["forward_to"], "forward_to")
    return Forwarding(client, options)


class Forwarding:
    """Reads and sets where a mailbox forwards to."""

    def __init__(self, client, options):
        self._client = client
        self.options = options

    def read(self):
        """The mailbox's ``facts`` plus forward_to, keep_copy and forwarding_address."""
        record = self._client.mailbox(self.options["identity"])
        return {**facts(record), **loaded(FIELDS, record)}

    def plan(self, actual):
        """One Set-Mailbox with only what differs."""
        if self.options.get("state") == "absent":
            return self._plan_absent(actual)
        self._refuse_loop(actual)
        desired = wanted(FIELDS, self.options)
        missing = () if "forward_to" in desired else ("forward_to",)
        names = differing(FIELDS, desired, actual) + list(missing)
        warnings = self._settle_conflict(actual, desired, names)
        action = f"forward {actual['primary_address']} to {desired.get('forward_to') or TO_COME}"
        action += " and keep a copy" if self.options["keep_copy"] else " without a copy"
        if actual["forward_to"] and "forward_to" in names:
            action += f", no longer to {actual['forward_to']}"
        if "forwarding_address" in names:
            action += f", no longer to the recipient {actual['forwarding_address']}"
        return self._plan(actual, {"forward_to": None, **desired}, names, action, missing, warnings)

    def _plan_absent(self, actual):
        only = self.options.get("forward_to")
        if only and actual["forward_to"] and not same_text(only, actual["forward_to"]):
            warning = f"{actual['primary_address']} forwards to {actual['forward_to']}, which was left alone."
            return self._plan(actual, {}, [], "", (), (warning,))
        # Without an address the copy flag has no effect, so it alone is no reason to write.
        names = differing(FIELDS, OFF, actual) if actual["forward_to"] else []
        return self._plan(actual, OFF, names, f"stop forwarding {actual['primary_address']}", (), ())

    def _refuse_loop(self, actual):
        own = (actual["primary_address"], actual["user_principal_name"], *actual["addresses"])
        target = self.options.get("forward_to")
        if target and any(same_text(target, address) for address in own):
            raise Fault(
                "invalid_input",
                f"{actual['primary_address']} would forward to itself.",
                hint="Give the forwarding address of the Webex Connect asset as forward_to.",
            )

    def _settle_conflict(self, actual, desired, names):
        """Decide about a ForwardingAddress that would make ours ineffective; extends desired and names."""
        other = actual["forwarding_address"]
        if not other:
            return ()
        if self.options["on_conflict"] == "fail":
            raise Fault(
                "conflict",
                f"{actual['primary_address']} also forwards to the recipient {other}: Exchange ignores forward_to.",
                hint=ON_PREMISES if actual["dirsynced"] else IN_THE_CLOUD,
            )
        if self.options["on_conflict"] == "clear":
            desired["forwarding_address"] = None
            names.append("forwarding_address")
            return ()
        return (
            f"{actual['primary_address']} forwards to the recipient {other}, so forward_to has no effect.",
        )

    def _plan(self, actual, desired, names, action, missing, warnings):
        shown = [item.name for item in FIELDS if item.name in desired or item.name != "forwarding_address"]
        before = {name: actual[name] for name in shown}
        if self._unkept(actual, desired):
            warnings += (
                f"{actual['primary_address']} is on litigation hold, and mail that it forwards without a copy is not "
                "held.",
            )
        if not names:
            return Plan(before, before, actual=actual, warnings=warnings)
        step = Step(action, lambda current: self._write(current, payload(FIELDS, desired, names)))
        after = {**before, **desired, **dict.fromkeys(missing, TO_COME)}
        # What is written is the whole of it. Another address set meanwhile would be seen by whoever verifies.
        blind = self.options.get("state") != "absent"
        outcome = {**actual, **desired}
        return Plan(before, after, (step,), actual, outcome, missing, warnings, blind)

    @staticmethod
    def _unkept(actual, desired):
        """Whether a mailbox on hold would forward without a copy (assumption: hold-without-copy)."""
        forwards = desired.get("forward_to") or actual["forward_to"]
        return actual["litigation_hold"] and bool(forwards) and desired.get("keep_copy") is False

    def _write(self, mailbox, properties):
        try:
            self._client.set_mailbox(mailbox["guid"], properties)
        except Fault as fault:
            if fault.code != "conflict" or not mailbox["dirsynced"] or "ForwardingAddress" not in properties:
                raise
            raise Fault(
                "conflict",
                f"The recipient {mailbox['forwarding_address']} that {mailbox['primary_address']} forwards to cannot "
                "be cleared in Exchange Online.",
                hint=ON_PREMISES,
                status=fault.status,
                request_id=fault.request_id,
            ) from None
