# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""All that the doctor reads of a tenant: the services side by side, nothing twice, nothing written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ..auth.clouds import CLOUDS
from ..auth.discovery import tenant_and_clock
from ..auth.options import authority_of, method_of
from ..connect.client import open_connect
from ..connect.regions import BASE_URLS
from ..core import machine
from ..exchange.client import open_exchange
from ..exchange.rights import TENANT_READS
from ..graph import reads
from ..graph.client import TENANT_WIDE, open_graph
from ..graph.consent_page import EXCHANGE_ONLINE
from .app_consent import scopes_of
from .app_secret import effective_policies
from .consent_policy import ALLOWED, ConsentPolicy
from .doctor_line import Seen, see
from .organization import Organization
from .outbound_policy import OutboundPolicy, check_options
from .secret_lifetime import lifetime_cap

SMTP_SEND = "SMTP.Send"
NOTHING = Seen()


@dataclass(frozen=True)
class Directory:
    """What Graph tells: ``caller`` (rights.Caller), ``policies`` (ConsentPolicy.read), and where it matters of our app
    ``granted`` (whether SMTP.Send is, for the whole tenant) and ``caps`` (a Cap for each policy in force for it).
    """

    caller: Seen
    policies: Seen = NOTHING
    granted: bool = False
    caps: tuple | None = None
    client: object = None


@dataclass(frozen=True)
class Mail:
    """What Exchange Online tells: ``rights`` (AppRights), ``organization`` and ``outbound`` as read by their resources.

    :param refused: names of TENANT_READS that this app may not read; all: that it may read none.
    """

    rights: Seen
    organization: Seen = NOTHING
    outbound: Seen = NOTHING
    refused: frozenset = frozenset()
    client: object = None


@dataclass(frozen=True)
class Assets:
    """What Webex Connect tells: ``missing`` options, else the answer to a knock (a Seen whose value is a Fault "
    "or None)."""

    url: str
    missing: tuple = ()
    knock: Seen = NOTHING
    client: object = None


@dataclass(frozen=True)
class Machine:
    """Versions (name -> version or None), the hosts to ask (URL -> proxy or None), and what is trusted (path, "
    "setting)."""

    versions: dict
    hosts: dict
    bundle: tuple


@dataclass(frozen=True)
class Found:
    """Everything, for the checks: ``sign_in`` is what tenant_and_clock returns; ``method`` how the identity signs in.

    :param runtime: the task's Runtime, with which probes may ask further.
    """

    options: dict
    machine: Machine
    method: Seen
    authority: str
    sign_in: Seen
    directory: Directory
    mail: Mail
    assets: Assets
    runtime: object = None

    @property
    def faults(self):
        """Every Fault that a service gave, or why it gave none."""
        seen = (self.sign_in, self.directory.caller, self.directory.policies, self.mail.rights)
        seen += (self.mail.organization, self.mail.outbound)
        knock = self.assets.knock.value
        return [item.fault for item in seen if item.fault] + ([knock] if knock else [])


def read_all(options, runtime):
    """A Found; the services are asked at the same time. A service that fails fails by itself."""
    readers = (tenant_and_clock, read_directory, read_mail, read_assets)
    with ThreadPoolExecutor(len(readers)) as pool:
        sign_in, *services = [pool.submit(see, lambda read=read: read(options, runtime)) for read in readers]
        sign_in, (directory, mail, assets) = sign_in.result(), [item.result() for item in services]
    return Found(
        options,
        _machine(options),
        see(lambda: method_of(options)),
        authority_of(options),
        sign_in,
        directory.value or Directory(Seen(fault=directory.fault)),
        mail.value or Mail(Seen(fault=mail.fault)),
        assets.value or Assets(connect_url(options) or "", knock=Seen(fault=assets.fault)),
        runtime,
    )


def read_directory(options, runtime):
    """A Directory.

    :raises Fault: ``invalid_input`` where the options do not fit.
    """
    client = open_graph(options, runtime)
    caller = see(client.caller)
    if caller.fault:
        return Directory(caller)
    policies = see(ConsentPolicy(client).read)
    found = policies.value
    if policies.fault or not (options.get("unique_name") or options.get("app_id")):
        return Directory(caller, policies, client=client)
    stopped = found["user_consent"] != ALLOWED
    limited = not _digest_allows(found["secret_policy"], options["valid_days"])
    if not stopped and not limited:
        return Directory(caller, policies, client=client)
    app = see(lambda: client.application(options.get("unique_name"), options.get("app_id"))).value
    caps = see(lambda: _caps(client, app, options["valid_days"])).value if limited else None
    granted = see(lambda: _granted(client, app)).value if stopped and app else False
    return Directory(caller, policies, bool(granted), caps, client)


def _digest_allows(policy, valid_days):
    days = (policy or {}).get("max_lifetime_days")
    return not (policy or {}).get("forbidden") and (days is None or valid_days <= days)


def _caps(client, application, valid_days):
    """A Cap for each policy in force for the app, or for one still to be made (None)."""
    created = (application or {}).get("createdDateTime")
    return tuple(
        lifetime_cap(policy, created) for policy in effective_policies(client, application, valid_days)
    )


def _granted(client, application):
    """Whether an administrator has granted the app SMTP.Send of Exchange Online for the whole tenant."""
    grants, exchange = client.read(reads.grants(application["appId"]), reads.principal(EXCHANGE_ONLINE))
    return any(
        grant.get("consentType") == TENANT_WIDE and SMTP_SEND in scopes_of(grant)
        for grant in grants or ()
        if exchange and grant.get("resourceId") == exchange["id"]
    )


def read_mail(options, runtime):
    """A Mail.

    :raises Fault: ``invalid_input`` where the options do not fit.
    """
    client = OneRead(open_exchange(options, runtime))
    rights = see(client.rights)
    if rights.fault:
        return Mail(rights)
    organization = see(Organization(client).read)
    outbound = see(lambda: _outbound(client, options, runtime.deadline))
    return Mail(rights, organization, outbound, client.refused(), client)


def _outbound(client, options, deadline):
    check_options(options)
    return OutboundPolicy(client, options, deadline).read()


class OneRead:
    """An Exchange client that asks once for what holds for the whole tenant."""

    def __init__(self, client):
        self._client = client
        self._seen = {}

    def __getattr__(self, name):
        return (lambda: self._once(name)) if name in TENANT_READS else getattr(self._client, name)

    def gather_outbound(self):
        """Everything at once, the first time."""
        if not self._seen:
            self._client.gather_tenant()

    gather_organization = gather_outbound

    def _once(self, name):
        if name not in self._seen:
            self._seen[name] = see(getattr(self._client, name))
        seen = self._seen[name]
        if seen.fault:
            raise seen.fault
        return seen.value

    def refused(self):
        """Names of the reads that this app may not do. All answers are there, so that nothing more is sent."""
        seen = {name: see(getattr(self, name)) for name in TENANT_READS}
        return frozenset(name for name, item in seen.items() if item.fault and item.fault.code == "denied")


def read_assets(options, runtime):
    """An Assets; nothing is asked in manual mode, where something is not given, or where it is not wished.

    :raises Fault: ``invalid_input`` for a malformed URL.
    """
    url = connect_url(options)
    if options["connect_mode"] == "manual" or not options["ask_connect"]:
        return Assets(url or "")
    given = {"connect_url or connect_region": url}
    given |= {name: options.get(name) for name in ("connect_token", "connect_organization_id")}
    missing = tuple(name for name, value in given.items() if not value)
    if missing:
        return Assets(url or "", missing)
    client = open_connect(options, runtime)
    return Assets(url, (), see(client.knock), client)


def connect_url(options):
    """The base URL of the asset API that the options name, or None."""
    return options.get("connect_url") or BASE_URLS.get(options.get("connect_region"))


def _machine(options):
    cloud = CLOUDS[options["cloud"]]
    urls = [authority_of(options), options.get("graph_url") or cloud.graph]
    if options["exchange_transport"] == "rest":
        urls.append(options.get("exchange_url") or cloud.exchange)
    if options["ask_connect"] and options["connect_mode"] != "manual" and connect_url(options):
        urls.append(connect_url(options))
    return Machine(
        {name: machine.installed(name) for name in machine.LEAST},
        {url: machine.proxy_of(url) for url in urls},
        machine.trusted(options.get("ca_bundle")),
    )
