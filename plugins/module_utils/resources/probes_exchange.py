# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Probes of Exchange Online and its SMTP submission; the sign-in to SMTP goes no further than the sign-in."""

from __future__ import annotations

import uuid

from ..core.addresses import MAIL_ADDRESS
from ..core.errors import Fault
from ..exchange.rights import TENANT_READS
from ..smtp.client import SEND_AS_APP
from . import smtp_sign_in
from .probe_answer import confirmed, not_here, refuted, unless_faulty

ROADS = {"winrm": "a Windows host", "pwsh": "a local PowerShell"}
SERVICE = "Exchange Online"


def invoke_command(found):
    """exchange-invoke-command: the interface of Microsoft's own module answers an app."""
    if found.options["exchange_transport"] != "rest":
        return not_here("Cmdlets take another road here than that interface.")
    faults = [seen.fault for seen in (found.mail.organization, found.mail.outbound) if seen.fault]
    if any(fault.code == "protocol" for fault in faults):
        return refuted("The answer is not in the form assumed.")
    if faults or found.mail.rights.fault or found.mail.refused == frozenset(TENANT_READS):
        return not_here("No cmdlet was let through, so none was answered.")
    return confirmed("Cmdlets are answered in the form assumed.")


def batch(found):
    """exchange-batch: several cmdlets in one request."""
    batched = found.mail.client.batched if found.mail.client else None
    if batched is None:
        return not_here("No batch was sent on this road, or none got an answer.")
    return (
        confirmed("A batch was taken.")
        if batched
        else refuted("The batch was refused, and each read sent alone.")
    )


def program(found):
    """powershell-program: it runs in the PowerShell of this road."""
    road = ROADS.get(found.options["exchange_transport"])
    if road is None:
        return not_here("The road is HTTPS; set webex_email_exchange_transport to winrm or pwsh.")
    faults = [seen.fault for seen in (found.mail.organization, found.mail.outbound) if seen.fault]
    codes = {fault.code for fault in faults}
    if not faults:
        return confirmed(f"It ran by {road}, and cmdlets were answered.")
    if codes & {"protocol", "timeout"}:
        return refuted(f"By {road} it did not come to an answer ({', '.join(sorted(codes))}).")
    return not_here(f"By {road} no cmdlet was let through ({', '.join(sorted(codes))}).")


def errors(found):
    """powershell-errors: an object that does not exist is recognised as that."""
    if found.options["exchange_transport"] not in ROADS:
        return not_here("The road is HTTPS; set webex_email_exchange_transport to winrm or pwsh.")
    early = unless_faulty(found.mail.organization, SERVICE)
    if early:
        return early
    try:
        found.mail.client.mailbox(str(uuid.uuid4()))
    except Fault as fault:
        if fault.code == "not_found":
            return confirmed("A mailbox that does not exist is not_found.")
        if fault.code == "denied":
            return not_here("This app may not look for mailboxes.")
        return refuted(f"A mailbox that does not exist is {fault.code}.")
    return refuted("A mailbox that does not exist was found.")


def rule_senders(found):
    """rule-senders: rules show their senders as addresses, or as something that Get-Recipient finds."""
    early = unless_faulty(found.mail.outbound, SERVICE)
    if early:
        return early
    client = found.mail.client
    shown = [str(item) for rule in client.outbound_rules() for item in rule.get("From") or []]
    if not shown:
        return not_here("No rule has senders yet; run it again after the first site.")
    names = [item for item in shown if not MAIL_ADDRESS.fullmatch(item)]
    lost = [item for item in names if client.recipient(item) is None]
    if lost:
        return refuted(
            f"{len(lost)} of {len(shown)} senders are neither addresses nor found by Get-Recipient."
        )
    form = "addresses" if not names else "something that Get-Recipient finds"
    return confirmed(f"All {len(shown)} senders are shown as {form}.")


def blocked_senders(found):
    """blocked-senders: the list of restricted senders, and its one property."""
    early = unless_faulty(found.mail.outbound, SERVICE)
    if early:
        return early
    try:
        records = found.mail.client.blocked_senders()
    except Fault as fault:
        if fault.code == "denied":
            return refuted("An app that may read outbound policies may not read the list.")
        return refuted(f"The cmdlet was refused ({fault.code}).")
    if not records:
        return not_here(
            "The cmdlet runs without parameters; nobody is restricted now, so no record was seen."
        )
    if all(record.get("SenderAddress") for record in records):
        return confirmed("Each record has SenderAddress.")
    return refuted("A record has no SenderAddress.")


def trace(found):
    """trace-of-forwarded: what a mailbox forwards has a record of its own, for the address it was forwarded to."""
    early = unless_faulty(found.mail.outbound, SERVICE)
    if early:
        return early
    alias = _alias(found)
    if not MAIL_ADDRESS.fullmatch(alias):
        return not_here("No address that a channel forwards to is known; run it again after the first site.")
    (record,) = found.mail.client.trace_messages(None, [alias], None, 0)
    if record is None:
        return not_here(
            "No mail to the alias is in the trace; send one to the mailbox, wait some minutes, try again."
        )
    return confirmed(f"The trace shows mail to the alias, with the status {record.get('Status')}.")


def _alias(found):
    """The address that a channel forwards to: the one given, else that of the asset; "" for none."""
    given, assets = found.options.get("destination") or "", found.assets
    if "@" in given or assets.client is None or not found.options.get("asset_id"):
        return given
    return (assets.client.read(found.options["asset_id"]) or {}).get("forwarding_address") or ""


def app_only_smtp(found):
    """app-only-smtp: an app signs in to SMTP as a mailbox."""
    tried, early = _sign_in(found)
    if early:
        return early
    if tried["signed_in"]:
        return confirmed("The app signed in to SMTP as a mailbox.")
    return not_here(
        f"The sign-in was refused ({tried['code']}), for one of several causes ({tried['cause']})."
    )


def security_defaults(found):
    """security-defaults-smtp: security defaults stop a sign-in to SMTP by OAuth."""
    on = (found.directory.policies.value or {}).get("security_defaults")
    if not on:
        return not_here(
            "Security defaults are off here." if on is False else "Security defaults could not be read."
        )
    tried, early = _sign_in(found)
    if early:
        return early
    if tried["signed_in"]:
        return refuted("Security defaults are on, and a sign-in by OAuth went through.")
    if tried["cause"] == "security_defaults":
        return confirmed("The sign-in by OAuth was refused, and security defaults were named as the cause.")
    return not_here(f"The sign-in was refused for another cause ({tried['cause']}).")


def _sign_in(found):
    """(SmtpSignIn.read for the first mailbox, None), or (None, an Answer)."""
    senders, rights = found.options["senders"], found.mail.rights.value
    if not senders:
        return None, not_here("No channel's mailbox is named.")
    if rights is None or SEND_AS_APP not in rights.permissions:
        return None, not_here(f"The app does not have {SEND_AS_APP}, so no sign-in was tried.")
    options = {**found.options, "identity": senders[0]}
    return smtp_sign_in.build(options, found.runtime).read(), None


PROBES = {
    "exchange-invoke-command": invoke_command,
    "exchange-batch": batch,
    "powershell-program": program,
    "powershell-errors": errors,
    "rule-senders": rule_senders,
    "blocked-senders": blocked_senders,
    "trace-of-forwarded": trace,
    "app-only-smtp": app_only_smtp,
    "security-defaults-smtp": security_defaults,
}
