# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Exchange Online in typed operations; plain records out."""

from __future__ import annotations

from ..auth.clouds import CLOUDS
from ..auth.options import identity_of
from ..auth.sign_in import SignIn
from ..core.addresses import origin
from ..core.errors import Fault
from ..core.fields import same_text
from ..core.pace import Pace
from ..core.retry import create_once
from ..core.reuse import NOTHING, Reuse
from . import trace
from .answers import Answer, refusal
from .conversation import Organization, PowerShellTransport
from .local_pwsh import LocalPwsh
from .missing import no_mailbox
from .options import winrm_settings
from .rest import RestTransport
from .rights import AppRights
from .windows_host import WindowsHost


def open_exchange(options, runtime):
    """The client for a task's options, over the road that they choose.

    :raises Fault: ``invalid_input`` where the tenant, a URL or the sign-in to the Windows host is missing or
        malformed; nothing is sent yet.
    """
    if not options.get("auth_tenant"):
        raise Fault(
            "invalid_input", "Exchange Online needs auth_tenant.", hint="Give the directory id or a domain."
        )
    # The same access token whatever the road.
    token = SignIn(options, runtime).source(CLOUDS[options["cloud"]].exchange)
    transport = TRANSPORTS[options["exchange_transport"]](options, runtime, token)
    road = (str(options.get(name)) for name in ("exchange_transport", "exchange_url", "winrm_url"))
    answers = runtime.reuse.of("exchange", *road, *identity_of(options))
    return Exchange(runtime.keep(transport), runtime.warn, token, answers)


def _rest(options, runtime, token):
    cloud = CLOUDS[options["cloud"]]
    url = origin(options.get("exchange_url") or cloud.exchange, "exchange_url")
    tenant = options["auth_tenant"]
    pace = Pace(runtime.deadline, runtime.scratch, f"exchange {url} {tenant}")
    return RestTransport(runtime.http(), token, runtime.deadline, url, cloud.exchange_suffix, tenant, pace)


def _winrm(options, runtime, token):
    return _powershell(WindowsHost(winrm_settings(options), runtime.deadline), options, runtime, token)


def _pwsh(options, runtime, token):
    return _powershell(LocalPwsh(options["pwsh_path"], runtime.deadline), options, runtime, token)


def _powershell(road, options, runtime, token):
    organization = Organization(options["auth_tenant"], CLOUDS[options["cloud"]].exchange_environment)
    return PowerShellTransport(road, token, runtime.deadline, organization)


TRANSPORTS = {"rest": _rest, "winrm": _winrm, "pwsh": _pwsh}


# The reads about forwarding to the outside that all of them need.
FORWARDING = (
    ("Get-HostedOutboundSpamFilterRule", {}),
    ("Get-HostedOutboundSpamFilterPolicy", {}),
    ("Get-RemoteDomain", {}),
    ("Get-TransportRule", {}),
)
OUTBOUND = (*FORWARDING, ("Get-BlockedSenderAddress", {}))
SETTINGS = (("Get-TransportConfig", {}), ("Get-OrganizationConfig", {}))
# What reads are about, see core.reuse, and which of it a write changes; any other changes what is about the outside.
SUBJECTS = {
    **{cmdlet: "outbound" for cmdlet, _parameters in OUTBOUND},
    **{cmdlet: "settings" for cmdlet, _parameters in SETTINGS},
    "Get-Mailbox": "mailbox",
    "Get-User": "user",
    "Get-CASMailbox": "client access",
    "Get-Recipient": "recipient",
}
OF_ORGANIZATION = {cmdlet for cmdlet, _parameters in (*OUTBOUND, *SETTINGS)}
CHANGES = {"Set-Mailbox": "mailbox ", "Set-CASMailbox": "client access "}


class Exchange:
    """Typed operations over one transport.

    :param transport: ``invoke(cmdlet, parameters)`` -> records, ``run(commands)`` -> an Answer for each, ``policy``
        and ``deadline``.
    :param warn: called with a sentence for the user. :param token: the token source, for its claims.
    :param answers: core.reuse.Answers, for reads that may be used again.
    """

    def __init__(self, transport, warn=lambda text: None, token=None, answers=None):
        self._transport = transport
        self._warn = warn
        self._token = token
        self._answers = answers or Reuse().of()
        self._ahead = {}
        self._once = False
        self._asked = set()

    def ask_once(self):
        """For a task that only reads: what was read together answers any number of times."""
        self._once = True

    def gather_channel(self, identity, user=False):
        """Read what concerns a channel in one go: ``gather_mailbox`` and ``gather_outbound``."""
        self.read_together([*_of_mailbox(identity, user), *OUTBOUND])

    def rights(self):
        """What the access token says about the app's rights.

        :raises Fault: those of the sign-in.
        """
        return AppRights(self._token.claims())

    @property
    def batched(self):
        """Whether Exchange took several cmdlets in one request; None where that was not tried, or is not done."""
        return getattr(self._transport, "batched", None)

    def gather_mailbox(self, identity, user=False):
        """Read a mailbox, its client access and the organization's mail settings in one go.

        ``mailbox``, ``cas_mailbox`` and ``transport_config`` then take their answers from there, once each; with
        ``user`` also ``user`` and ``organization_config``.
        """
        self.read_together(_of_mailbox(identity, user))

    def gather_outbound(self):
        """Read all that decides about forwarding to the outside in one go, for the operations of those names.

        Where others may use what is read, it includes the organization's settings, for which they ask next.
        """
        self.read_together([*OUTBOUND, *SETTINGS] if self._answers.shared and not self._once else OUTBOUND)

    def gather_organization(self):
        """Read what holds for all mailboxes in one go, for the operations of those names."""
        self.read_together([*OUTBOUND, *SETTINGS] if self._answers.shared else [*FORWARDING, *SETTINGS])

    def gather_recipients(self, identities):
        """Look several recipients up in one go, for ``recipient`` and ``recipients``."""
        self.read_together([("Get-Recipient", {"Identity": identity}) for identity in identities])

    def gather_tenant(self):
        """All that both of those read, in one go."""
        self.read_together([*OUTBOUND, *SETTINGS])

    def read_together(self, reads):
        """Send several reads in one go; the operations that ask for the same then take the answers, once each.

        :param reads: (cmdlet, parameters) pairs. Nothing is sent where one of them must not be, and no read whose
            answer is known.
        """
        if any(refusal(*read) for read in reads):
            return
        left = [read for read in reads if not self._is_known(read)]
        before = [self._answers.writes(subject) if (subject := _subject(*read)) else 0 for read in left]
        answers = self._transport.run(left) if left else []
        for read, answer, writes in zip(left, answers, before, strict=True):
            self._ahead[_key(*read)] = answer
            self._hand_in(read, answer, writes)

    def _is_known(self, read):
        """Whether the answer to a read is at hand; one of another task is put there."""
        key, subject = _key(*read), _subject(*read)
        self._asked.add(subject)
        if key in self._ahead or not subject:
            return key in self._ahead
        records = self._answers.find(subject, str(key))
        if records is NOTHING:
            return False
        self._ahead[key] = Answer(records)
        return True

    def _hand_in(self, read, answer, writes):
        subject = _subject(*read)
        # An object that is not there may be there any moment; and what may not be read may be allowed to others.
        if subject and answer.fault is None and (answer.records or read[0] in OF_ORGANIZATION):
            self._answers.keep(subject, str(_key(*read)), answer.records, writes)

    def mailbox(self, identity):
        """The one mailbox that an address, alias or id names; the Get-Mailbox record.

        :raises Fault: ``not_found`` with the reason where Exchange knows one, ``ambiguous`` for several.
        """
        found = self._found("Get-Mailbox", Identity=identity)
        if len(found) == 1:
            return found[0]
        if not found:
            raise no_mailbox(self, identity)
        names = ", ".join(sorted(str(record.get("PrimarySmtpAddress")) for record in found))
        raise Fault(
            "ambiguous",
            f"{len(found)} mailboxes fit {identity!r}: {names}.",
            hint="Give the primary address or the GUID.",
        )

    def recipient(self, identity):
        """The first recipient of any kind that an identity names; None where there is none."""
        found = self.recipients(identity)
        return found[0] if found else None

    def recipients(self, identity):
        """All recipients of any kind that an identity names (Get-Recipient)."""
        return self._found("Get-Recipient", Identity=identity)

    def group(self, identity):
        """The Microsoft 365 group of that name, which Get-Recipient shows only when asked for groups; None without."""
        found = self._found("Get-Recipient", Identity=identity, RecipientTypeDetails=["GroupMailbox"])
        return found[0] if found else None

    def deleted_mailboxes(self, identity):
        """Mailboxes of that name that were deleted and can still be recovered (Get-Mailbox -SoftDeletedMailbox)."""
        return self._found("Get-Mailbox", Identity=identity, SoftDeletedMailbox=True)

    def user(self, identity):
        """The first user that an identity names, with or without a mailbox (Get-User); None where there is none."""
        found = self._found("Get-User", Identity=identity)
        return found[0] if found else None

    def cas_mailbox(self, guid):
        """A mailbox's client access settings (Get-CASMailbox)."""
        # Read together with the mailbox it was asked for by the mailbox's address.
        for key, answer in list(self._ahead.items()):
            if key[0] == "Get-CASMailbox" and [found.get("Guid") for found in answer.records] == [guid]:
                self._ahead[_key("Get-CASMailbox", {"Identity": guid})] = self._ahead.pop(key)
        return self._one("Get-CASMailbox", Identity=guid)

    def transport_config(self):
        """The organization's mail settings (Get-TransportConfig)."""
        return self._one("Get-TransportConfig")

    def organization_config(self):
        """The organization's settings (Get-OrganizationConfig)."""
        return self._one("Get-OrganizationConfig")

    def authentication_policy(self, name):
        """The authentication policy of that name (Get-AuthenticationPolicy)."""
        return self._one("Get-AuthenticationPolicy", Identity=name)

    def set_cas_mailbox(self, guid, properties):
        """Set wire properties of a mailbox's client access; None lets the organization decide."""
        self._invoke("Set-CASMailbox", Identity=guid, **properties)

    def set_mailbox(self, guid, properties):
        """Set wire properties of a mailbox; None clears one."""
        self._invoke("Set-Mailbox", Identity=guid, **properties)

    def remote_domains(self):
        """All remote domains (Get-RemoteDomain)."""
        return self._invoke("Get-RemoteDomain")

    def transport_rules(self):
        """All mail flow rules (Get-TransportRule)."""
        return self._invoke("Get-TransportRule")

    def blocked_senders(self):
        """Users who are restricted from sending, in Defender's words restricted entities (Get-BlockedSenderAddress)."""
        return self._invoke("Get-BlockedSenderAddress")

    def outbound_policies(self):
        """All outbound spam policies, the built-in Default included."""
        return self._invoke("Get-HostedOutboundSpamFilterPolicy")

    def outbound_rules(self):
        """All outbound spam rules; the Default policy has none."""
        return self._invoke("Get-HostedOutboundSpamFilterRule")

    def outbound_rules_now(self):
        """The same as they are at this instant, for one who is about to change them."""
        return self._transport.run([("Get-HostedOutboundSpamFilterRule", {})])[0].value()

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

    def disable_outbound_rule(self, name):
        """Switch a rule off."""
        self._invoke("Disable-HostedOutboundSpamFilterRule", Identity=name)

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
        ask = self._read if cmdlet.startswith("Get-") else self._write
        answer = ask(cmdlet, parameters)
        records = answer.value()
        if answer.unchanged:
            self._warn(
                f"{cmdlet}: Exchange Online found nothing to change, although it had shown another value just before."
                " Somebody was faster, or what it shows lags behind."
            )
        return records

    def _read(self, cmdlet, parameters):
        key = _key(cmdlet, parameters)
        if not self._is_known((cmdlet, parameters)):
            before = self._answers.writes(_subject(cmdlet, parameters) or "")
            self._ahead[key] = self._transport.run([(cmdlet, parameters)])[0]
            self._hand_in((cmdlet, parameters), self._ahead[key], before)
        return self._ahead[key] if self._once else self._ahead.pop(key)

    def _write(self, cmdlet, parameters):
        self._ahead.clear()
        # A mailbox is written to by its id, after it was read by its address.
        changed = CHANGES.get(cmdlet)
        about = [asked for asked in self._asked if changed and (asked or "").startswith(changed)]
        with self._answers.writing(*(about if changed else ["outbound "])):
            return self._transport.run([(cmdlet, parameters)])[0]

    def _found(self, cmdlet, **parameters):
        """The records; none where Exchange says that there is no such object."""
        try:
            return self._invoke(cmdlet, **parameters)
        except Fault as fault:
            if fault.code != "not_found":
                raise
            return []

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
        self._found(cmdlet, Identity=name)


def _of_mailbox(identity, user):
    one = {"Identity": identity}
    reads = [("Get-Mailbox", one), ("Get-CASMailbox", one), ("Get-TransportConfig", {})]
    return reads + ([("Get-User", one), ("Get-OrganizationConfig", {})] if user else [])


def _subject(cmdlet, parameters):
    """What a read is about; None for one that must be asked anew each time."""
    if cmdlet not in SUBJECTS or set(parameters) != (set() if cmdlet in OF_ORGANIZATION else {"Identity"}):
        return None
    return f"{SUBJECTS[cmdlet]} {parameters.get('Identity', '').lower()}"


def _key(cmdlet, parameters):
    # A value may be a list, which no key can hold.
    return cmdlet, tuple(sorted((name, repr(value)) for name, value in parameters.items()))
