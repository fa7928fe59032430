# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of mail from outside, for each way a mailbox and its tenant can be set."""

from __future__ import annotations

import pytest

from lab.core import Lab
from lab.mail_flow import inboxes, submit
from lab.mail_message import Message

SUPPORT, SALES, HELP = "support@contoso.example", "sales@contoso.example", "help@fabrikam.example"
CUSTOMER = "customer@outside.example"
ALIAS = "0123456789abcdef0123456789abcdef@mail-us.imiconnect.io"


@pytest.fixture
def lab():
    lab = Lab()
    lab.world["connect"][0]["assets"].append({"appId": "a_1", "emailId": SUPPORT, "forwardingAddress": ALIAS})
    return lab


def mailbox(lab, address=SUPPORT):
    return next(
        box
        for tenant in lab.world["tenants"]
        for box in tenant["mailboxes"]
        if box["PrimarySmtpAddress"] == address
    )


def forward(lab, target=ALIAS, keep=False, address=SUPPORT):
    mailbox(lab, address).update(ForwardingSmtpAddress=f"smtp:{target}", DeliverToMailboxAndForward=keep)


def allow(lab, *senders, mode="On", priority=0, state="Enabled", **conditions):
    tenant = lab.world["tenants"][0]
    name = f"Policy {len(tenant['outbound_policies'])}"
    tenant["outbound_policies"].append({"Name": name, "AutoForwardingMode": mode})
    conditions = conditions or {"From": list(senders or [SUPPORT])}
    rule = {"Name": name, "HostedOutboundSpamFilterPolicy": name, "State": state, "Priority": priority}
    tenant["outbound_rules"].append({**rule, **conditions})


def carry(lab, to=SUPPORT, sender=CUSTOMER):
    """The trail in short: (event, address, first eight characters of the status)."""
    trail = submit(lab, Message(sender, "Order 42"), [to])
    return [(step["event"], step["address"], (step["status"] or "")[:11].strip()) for step in trail]


@pytest.mark.parametrize("address", [SUPPORT, "support@contoso.onmicrosoft.com", SUPPORT.upper()])
def test_a_mailbox_is_reached_by_any_of_its_addresses(lab, address):
    assert carry(lab, address) == [("delivered", address, "")]
    [letter] = inboxes(lab)["mailboxes"][SUPPORT]
    assert (letter["subject"], letter["sender"]) == ("Order 42", CUSTOMER)


def test_an_unknown_address_is_reported_to_the_sender(lab):
    assert carry(lab, "nobody@contoso.example")[0] == ("refused", "nobody@contoso.example", "550 5.1.10")
    [report] = inboxes(lab)["outside"]
    assert report["recipient"] == CUSTOMER
    assert report["report"].startswith("550 5.1.10 RESOLVER.ADR.RecipientNotFound")
    assert report["sender"] == ""


@pytest.mark.parametrize("keep", [False, True])
def test_forwarded_mail_reaches_the_alias_and_a_copy_stays_if_wished(lab, keep):
    forward(lab, keep=keep)
    allow(lab)
    assert carry(lab)[-1] == ("arrived", ALIAS, "")
    found = inboxes(lab)
    [letter] = found["aliases"][ALIAS]
    assert (letter["starts_flow"], letter["via"]) == (True, [SUPPORT])
    assert len(found["mailboxes"][SUPPORT]) == int(keep)


def test_mail_that_the_mailbox_sends_to_itself_arrives_but_starts_no_flow(lab):
    forward(lab)
    allow(lab)
    carry(lab, sender=SUPPORT)
    assert [letter["starts_flow"] for letter in inboxes(lab)["aliases"][ALIAS]] == [False]


def test_the_forwarding_recipient_wins_over_the_address(lab):
    forward(lab)
    allow(lab)
    mailbox(lab)["ForwardingAddress"] = "sales"
    assert carry(lab) == [("forwarded", SALES, ""), ("delivered", SALES, "")]


def test_the_default_policy_bounces_what_is_forwarded(lab):
    forward(lab)
    assert ("refused", ALIAS, "550 5.7.520") in carry(lab)
    [report] = inboxes(lab)["outside"]
    assert "Your organization does not allow external forwarding" in report["report"]
    assert report["report"].endswith("AS(7555)")
    assert inboxes(lab)["mailboxes"][SUPPORT] == []


def test_automatic_lets_mail_out_where_the_setting_says_so(lab):
    forward(lab)
    lab.change_settings({"mail_automatic": "on"})
    assert carry(lab)[-1] == ("arrived", ALIAS, "")


@pytest.mark.parametrize(
    ("rules", "passes"),
    [
        ([{}], True),
        ([{"mode": "Off"}], False),
        ([{"mode": "Off"}, {"mode": "On", "priority": 1}], False),
        ([{"mode": "Off", "state": "Disabled"}, {"mode": "On", "priority": 1}], True),
        ([{"SenderDomainIs": ["contoso.example"]}], True),
        ([{"SenderDomainIs": ["contoso.example"], "ExceptIfFrom": [SUPPORT]}], False),
        ([{"From": [SUPPORT], "SenderDomainIs": ["elsewhere.example"]}], False),
        ([{"FromMemberOf": ["forwarders"]}], True),
        ([{"From": [SALES]}], False),
    ],
)
def test_the_first_enabled_rule_for_the_mailbox_decides(lab, rules, passes):
    lab.world["tenants"][0]["recipients"] = [
        {"Alias": "forwarders", "PrimarySmtpAddress": "forwarders@contoso.example", "Members": [SUPPORT]}
    ]
    forward(lab)
    for rule in rules:
        allow(lab, **rule)
    assert (carry(lab)[1][0] == "arrived") is passes


def test_a_remote_domain_drops_without_a_report_and_the_closest_one_decides(lab):
    forward(lab)
    allow(lab)
    domains = lab.world["tenants"][0]["remote_domains"]
    domains[0]["AutoForwardEnabled"] = False
    assert carry(lab)[-1] == ("dropped", ALIAS, "250 2.1.5 R")
    assert inboxes(lab)["outside"] == []
    domains.append({"Name": "Connect", "DomainName": "*.imiconnect.io", "AutoForwardEnabled": True})
    assert carry(lab)[-1] == ("arrived", ALIAS, "")
    domains.append({"Name": "US", "DomainName": "mail-us.imiconnect.io", "AutoForwardEnabled": False})
    assert carry(lab)[-1][0] == "dropped"


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        ({"RecipientDomainIs": ["mail-us.imiconnect.io"], "RejectMessageReasonText": "no"}, "550 5.7.1 T"),
        ({"SentToScope": "NotInOrganization", "RejectMessageEnhancedStatusCode": "5.7.900"}, "550 5.7.900"),
        ({"SentTo": [ALIAS], "DeleteMessage": True}, "250 2.1.5 T"),
        ({"From": [CUSTOMER], "SentToScope": "NotInOrganization", "DeleteMessage": True}, "250 2.1.5 T"),
        ({"MessageTypeMatches": "AutoForward", "RejectMessageReasonText": "no"}, ""),
        ({"SentTo": [ALIAS], "DeleteMessage": True, "State": "Disabled"}, ""),
        ({"SentTo": [ALIAS], "DeleteMessage": True, "Mode": "Audit"}, ""),
        ({"HasAttachment": True, "DeleteMessage": True}, ""),
    ],
)
def test_a_mail_flow_rule_can_stop_what_is_forwarded(lab, rule, status):
    forward(lab)
    allow(lab)
    lab.world["tenants"][0]["transport_rules"] = [{"Name": "rule", **rule}]
    assert carry(lab)[1][2] == status


def test_mailboxes_that_forward_to_each_other_end_in_a_report(lab):
    forward(lab, SALES)
    forward(lab, SUPPORT, address=SALES)
    assert ("refused", SUPPORT, "554 5.4.6 R") in carry(lab)
    assert len(inboxes(lab)["outside"]) == 1


def test_tenants_that_forward_to_each_other_run_out_of_hops(lab):
    forward(lab, HELP)
    allow(lab)
    lab.world["tenants"][1]["outbound_policies"][0]["AutoForwardingMode"] = "On"
    forward(lab, SUPPORT, address=HELP)
    trail = carry(lab)
    assert {step[2] for step in trail if step[0] == "refused"} == {"554 5.4.14"}
    assert 5 < len(trail) < 50
    assert inboxes(lab)["outside"][0]["report"].startswith("554 5.4.14 Hop count exceeded")


def test_a_contact_as_forwarding_recipient_is_outside(lab):
    lab.world["tenants"][0]["recipients"] = [
        {
            "Name": "Webex",
            "Alias": "webex",
            "RecipientTypeDetails": "MailContact",
            "PrimarySmtpAddress": "webex@contoso.example",
            "ExternalEmailAddress": f"SMTP:{ALIAS}",
        }
    ]
    mailbox(lab)["ForwardingAddress"] = "webex"
    assert carry(lab)[1] == ("refused", ALIAS, "550 5.7.520")
    allow(lab)
    assert carry(lab)[-1] == ("arrived", ALIAS, "")


def test_a_group_takes_mail_to_its_members(lab):
    lab.world["tenants"][0]["recipients"] = [
        {"Alias": "team", "PrimarySmtpAddress": "team@contoso.example", "Members": [SUPPORT, SALES]}
    ]
    assert carry(lab, "team@contoso.example") == [("delivered", SUPPORT, ""), ("delivered", SALES, "")]


def test_a_restricted_mailbox_forwards_nothing(lab):
    forward(lab)
    allow(lab)
    lab.world["tenants"][0]["restricted_senders"] = [SUPPORT]
    assert ("refused", ALIAS, "550 5.1.8 A") in carry(lab)


def test_an_alias_that_no_asset_has_is_outside(lab):
    stale = ALIAS.replace("0", "f")
    forward(lab, stale)
    allow(lab)
    assert carry(lab)[-1] == ("left", stale, "")


def test_the_trace_tells_of_each_recipient_and_of_the_cause(lab):
    forward(lab)
    carry(lab)
    rows = lab.world["tenants"][0]["message_traces"]
    assert [(row["RecipientAddress"], row["Status"]) for row in rows] == [
        (SUPPORT, "Expanded"),
        (ALIAS, "Failed"),
    ]
    assert "550 5.7.520" in rows[1]["lab_events"][0]["Detail"]
    assert rows[0]["MessageTraceId"] == rows[1]["MessageTraceId"]
