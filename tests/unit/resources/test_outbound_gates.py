# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gates beside the outbound policies, and which of them decides, from plain records."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.mail_flow_rules import (
    mentions,
    stopping,
)
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.outbound_reading import (
    names_of,
    with_addresses,
)
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.outbound_verdict import verdict

SENDER = "support@contoso.example"
ALIAS = "a41a0ba3566ed2091155f13e48e6d4f8@mail-us.imiconnect.io"
ON = {"Name": "Default", "IsDefault": True, "AutoForwardingMode": "On"}
OFF = {**ON, "AutoForwardingMode": "Off"}
REJECT = {"State": "Enabled", "RejectMessageReasonText": "no"}


def remote(domain, allows):
    return {"Name": f"for {domain}", "DomainName": domain, "AutoForwardEnabled": allows}


def judged(policies=(ON,), rules=(), remote_domains=(), **more):
    return verdict(SENDER, policies, rules, remote_domains, **more)


# -- remote domains ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("domains", "decided_by"),
    [
        ([remote("*", False)], "for *"),
        ([remote("*", False), remote("mail-us.imiconnect.io", True)], None),
        ([remote("*", False), remote("*.imiconnect.io", True)], None),
        ([remote("*", True), remote("*.imiconnect.io", False)], "for *.imiconnect.io"),
        ([remote("*.imiconnect.io", False), remote("mail-us.imiconnect.io", True)], None),
        ([remote("*.io", True), remote("*.imiconnect.io", False)], "for *.imiconnect.io"),
        ([remote("imiconnect.io", False)], None),
        ([remote("us.imiconnect.io", False), remote("*.us.imiconnect.io", False)], None),
    ],
)
def test_the_closest_remote_domain_of_the_destination_decides(domains, decided_by):
    for destination in (ALIAS, "Mail-US.imiconnect.io"):
        answer = judged(remote_domains=domains, destination=destination)
        assert answer["verdict"] == ("blocked" if decided_by else "allowed")
        assert answer["object"]["name"] == (decided_by or "Default")


def test_without_a_destination_another_remote_domain_makes_it_uncertain():
    closed, open_one = remote("*", False), remote("imiconnect.io", True)
    assert judged(remote_domains=[closed])["verdict"] == "blocked"
    answer = judged(remote_domains=[closed, open_one])
    assert (answer["verdict"], answer["object"]["type"]) == ("indeterminate", "remote_domain")
    assert judged(remote_domains=[remote("*", True), remote("imiconnect.io", False)])["verdict"] == "allowed"


# -- mail flow rules -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [
        {"SentTo": [SENDER]},
        {"SentTo": "Support@contoso.example"},
        {"From": [SENDER]},
        {"SenderDomainIs": ["contoso.example"]},
        {"SenderDomainIs": ["example"]},
        {"RecipientDomainIs": ["imiconnect.io"]},
        {"RecipientAddressContainsWords": ["imiconnect"]},
        {"AnyOfRecipientAddressMatchesPatterns": [r"mail-us\.imiconnect\.io$"]},
        {"FromAddressMatchesPatterns": [r"support@contoso\.example"]},
    ],
)
def test_a_rule_that_stops_mail_and_names_mailbox_domain_or_destination_is_told(rule):
    answer = judged(transport_rules=[{**REJECT, "Name": "R", **rule}], destination=ALIAS)
    assert answer["verdict"] == "indeterminate"
    assert answer["decided_by"] == "mail flow rule R, which may stop it"
    assert answer["object"] == {"type": "transport_rule", "name": "R", "rule": None}
    assert "Mail flow > Rules" in answer["remedy"]


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"SentTo": ["sales@contoso.example"]},
        {"From": ["boss@contoso.example"]},
        {"SenderDomainIs": ["fabrikam.example"]},
        {"SenderDomainIs": ["ample"]},
        {"SenderDomainIs": ["contoso.example"], "FromScope": "NotInOrganization"},
        {"RecipientDomainIs": ["mail-eu.imiconnect.io"]},
        {"SubjectContainsWords": ["support@contoso.example"]},
        {"SentTo": [SENDER], "State": "Disabled"},
        {"SentTo": [SENDER], "Mode": "AuditAndNotify"},
        {"SentTo": [SENDER], "RejectMessageReasonText": None, "PrependSubject": "[EXT]"},
        {"SentTo": None, "From": []},
    ],
)
def test_other_rules_are_not(rule):
    answer = judged(transport_rules=[{**REJECT, "Name": "R", **rule}], destination=ALIAS)
    assert (answer["verdict"], answer["notes"]) == ("allowed", [])


@pytest.mark.parametrize("kind", ["AutoForward", "autoforward"])
def test_a_rule_for_automatically_forwarded_messages_does_not_see_what_a_mailbox_forwards(kind):
    rule = {
        **REJECT,
        "Name": "No forwarding",
        "MessageTypeMatches": kind,
        "SenderDomainIs": ["contoso.example"],
    }
    answer = judged(transport_rules=[rule])
    assert answer["verdict"] == "allowed"
    (note,) = answer["notes"]
    assert note.startswith("The mail flow rule No forwarding stops what inbox rules forward")


def test_rules_stand_in_their_order():
    rules = [{**REJECT, "Name": "b", "Priority": 2}, {**REJECT, "Name": "a", "Priority": 1}]
    assert [rule["Name"] for rule in stopping(rules)] == ["a", "b"]
    assert not mentions({"SentTo": [""]}, [SENDER])


# -- which one decides ---------------------------------------------------------------------------------------------


def test_a_restricted_sender_is_blocked_whatever_else_is_said():
    answer = judged(restricted=[{"SenderAddress": SENDER.upper()}, {"SenderAddress": None}])
    assert (answer["verdict"], answer["object"]["type"]) == ("blocked", "restricted_sender")
    assert "Restricted entities" in answer["remedy"]


def test_the_most_restrictive_gate_decides_and_the_policy_first_among_equals():
    closed, rule = [remote("*", False)], {**REJECT, "Name": "R", "SentTo": [SENDER]}
    everything = {
        "remote_domains": closed,
        "transport_rules": [rule],
        "restricted": [{"SenderAddress": SENDER}],
    }
    assert judged([OFF], **everything)["object"] == {"type": "policy", "name": "Default", "rule": None}
    assert judged([ON], **everything)["object"]["type"] == "remote_domain"
    assert judged([ON], transport_rules=[rule])["object"]["type"] == "transport_rule"


def test_an_answer_that_allows_needs_no_remedy_and_names_policy_and_rule():
    rule = {
        "Name": "Ours rule",
        "HostedOutboundSpamFilterPolicy": "ours",
        "State": "Enabled",
        "Priority": 0,
        "From": [SENDER],
    }
    answer = judged([OFF, {"Name": "Ours", "AutoForwardingMode": "On"}], [rule])
    assert answer == {
        "sender": SENDER,
        "verdict": "allowed",
        "decided_by": "policy Ours (On) by its rule Ours rule",
        "object": {"type": "policy", "name": "Ours", "rule": "Ours rule"},
        "remedy": None,
        "notes": [],
    }


def test_a_group_that_cannot_be_resolved_does_not_matter_where_both_ways_say_the_same():
    group = {"Name": "G", "HostedOutboundSpamFilterPolicy": "G", "State": "Enabled", "FromMemberOf": ["g"]}
    assert judged([ON, {"Name": "G", "AutoForwardingMode": "On"}], [group])["verdict"] == "allowed"
    assert judged([OFF, {"Name": "G", "AutoForwardingMode": "Off"}], [group])["verdict"] == "blocked"
    answer = judged([OFF, {"Name": "G", "AutoForwardingMode": "On"}], [group])
    assert (answer["verdict"], answer["object"]) == (
        "indeterminate",
        {"type": "rule", "name": "G", "rule": "G"},
    )


# -- names ---------------------------------------------------------------------------------------------------------


def test_a_rule_may_show_a_mailbox_by_any_of_its_names_but_domains_are_those_of_its_address():
    mailbox = {
        "PrimarySmtpAddress": SENDER,
        "Alias": "support",
        "DisplayName": "Contoso Support",
        "EmailAddresses": [f"SMTP:{SENDER}", "smtp:support@contoso.onmicrosoft.com"],
    }
    names = names_of(mailbox)
    assert names == {SENDER, "support", "contoso support", "support@contoso.onmicrosoft.com"}
    rule = {"Name": "G", "HostedOutboundSpamFilterPolicy": "Off", "State": "Enabled"}
    off = {"Name": "Off", "AutoForwardingMode": "Off"}
    assert judged([ON, off], [{**rule, "From": ["Support"]}], names=names)["verdict"] == "blocked"
    domain = {**rule, "SenderDomainIs": ["contoso.onmicrosoft.com"]}
    assert judged([ON, off], [domain], names=names)["verdict"] == "allowed"


def test_senders_and_exceptions_are_read_as_addresses():
    asked = []

    def primary(name):
        asked.append(name)
        return SENDER if name == "support" else None

    rule = with_addresses(
        {"Name": "R", "From": ["Support", "A@b.example"], "ExceptIfFrom": ["gone"]}, primary
    )
    assert (rule["From"], rule["ExceptIfFrom"]) == ([SENDER, "a@b.example"], ["gone"])
    assert asked == ["support", "gone"]
