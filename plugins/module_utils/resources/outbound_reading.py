# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Everything of a tenant that decides about forwarding to the outside, read once."""

from __future__ import annotations

from ..core.addresses import MAIL_ADDRESS
from .permitted import readable

SENDER_LISTS = ("From", "ExceptIfFrom")


def read_tenant(client):
    """The arguments of outbound_verdict.verdict, with the senders of rules as Exchange shows them.

    Mail flow rules and restricted senders need further management roles; an app without them is judged without
    them (assumption: blocked-senders).

    :param client: exchange.client.Exchange.
    :raises Fault: ``denied`` for an app that may not read the policies.
    """
    client.gather_outbound()
    return {
        "policies": client.outbound_policies(),
        "rules": client.outbound_rules(),
        "remote_domains": client.remote_domains(),
        "transport_rules": readable(client.transport_rules, []),
        "restricted": readable(client.blocked_senders, []),
    }


def with_addresses(rule, primary):
    """A rule with its senders as addresses in lower case.

    In which form Exchange shows them (address, name) is not documented (assumption: rule-senders).

    :param primary: called with another name; returns the primary address in lower case, or None.
    """
    return {**rule, **{name: _addresses(rule.get(name), primary) for name in SENDER_LISTS}}


def _addresses(shown, primary):
    items = [str(item).lower() for item in shown or []]
    return [item if MAIL_ADDRESS.fullmatch(item) else primary(item) or item for item in items]


def names_of(mailbox):
    """Every name by which a rule may show a mailbox, in lower case.

    :param mailbox: a Get-Mailbox record.
    """
    keys = ("PrimarySmtpAddress", "UserPrincipalName", "Name", "Alias", "Identity", "DisplayName", "Guid")
    proxies = [str(proxy).partition(":")[2] for proxy in mailbox.get("EmailAddresses") or []]
    return {str(name).lower() for name in [*(mailbox.get(key) for key in keys), *proxies] if name}
