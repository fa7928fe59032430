# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``verify`` with mail: a good channel, each cause of failure in one of its own, and rights that do not suffice."""

from __future__ import annotations

import zlib

import pytest
import yaml

from integration import world as at
from integration.canaries import hits
from integration.world import CONTOSO
from lab.journal import secrets_of

PROBE = "probe@contoso.example"
SETTINGS = {"app", "credential", "asset", "smtp_auth", "forwarding", "outbound_policy"}
MAIL = ("smtp_sign_in", "test_mail", "mail_received", "mail_arrived")
# Seconds; only what never shows in the trace is waited for so long.
WAIT = 4


def alias(number, domain="mail-us.imiconnect.io"):
    return f"{number:032x}@{domain}"


# Channel -> (what is done to its mailbox, what is expected of each mail check). A check is (ok, words of the detail or
# remedy). All of them are in manual mode, so that the mailbox alone decides.
SIGNED_IN, SENT, RECEIVED = (True, "lets the app sign in"), (True, "sent a mail"), (True, "The mailbox: ")
CASES = {
    "good": ({}, (SIGNED_IN, SENT, RECEIVED, (True, "Whether a flow was started, Webex Connect shows"))),
    "switched_off": (
        {"SmtpClientAuthenticationDisabled": True},
        ((False, "535 5.7.139"), SENT, RECEIVED, (True, "delivered")),
    ),
    "user_token": ({"token": True}, ((True, "lets the user sign in"), SENT, RECEIVED, (True, "delivered"))),
    "conditional": (
        {"conditional_access": True},
        ((False, "sign-in log of Entra ID"), SENT, RECEIVED, (True, "delivered")),
    ),
    "no_access": (
        {"lab_full_access": []},
        ((None, "New-ServicePrincipal"), SENT, RECEIVED, (True, "delivered")),
    ),
    "no_policy": ({"policy": False}, (SIGNED_IN, SENT, RECEIVED, (False, "550 5.7.520"))),
    "remote_domain": (
        {"domain": "mail-eu.imiconnect.io"},
        (SIGNED_IN, SENT, RECEIVED, (False, "remote domain")),
    ),
    "mail_rule": ({"rule": True}, (SIGNED_IN, SENT, RECEIVED, (False, "mail flow rule"))),
    "restricted": ({"restricted": True}, (SIGNED_IN, SENT, RECEIVED, (False, "550 5.1.8"))),
    "unforwarded": (
        {"ForwardingSmtpAddress": None},
        (SIGNED_IN, SENT, RECEIVED, (None, "The trace does not show the mail")),
    ),
    "looping": ({"loop": True}, (SIGNED_IN, SENT, (False, "554 5.4.6"), (True, "passed on"))),
    "no_sender": (
        {"sender": ""},
        (SIGNED_IN, (None, "webex_email_verify_sender"), (None, "no test mail"), (None, "")),
    ),
    "closed_sender": (
        {"sender": "switched_off@contoso.example"},
        (
            SIGNED_IN,
            (None, "Not checked: The test mail from"),
            (None, "no test mail"),
            (None, "no test mail"),
        ),
    ),
}


def build(play):
    """Make a mailbox, an alias and a host for each case in a converged world."""
    lab = play.lab
    lab.let_the_app_use_smtp(CONTOSO)
    world = lab.state()
    tenant, access = world["tenants"][CONTOSO], at.mailbox(world, "sales")["lab_full_access"]
    template = at.asset(world, "support")
    hosts, rule = {}, at.rule(world, CONTOSO)
    tenant["conditional_access_blocks"], tenant["restricted_senders"] = [], []
    for number, (name, (setting, _expected)) in enumerate(CASES.items(), 1):
        address, target = (
            f"{name}@contoso.example",
            alias(number, setting.get("domain", "mail-us.imiconnect.io")),
        )
        mate = f"{name}-mate@contoso.example"
        hosts[name] = {
            "webex_email_address": address,
            "webex_email_connect_mode": "manual",
            "webex_email_forwarding_address": target,
            "webex_email_forward_to": mate if setting.get("loop") else "",
            "webex_email_verify_sender": setting.get("sender", PROBE),
        }
        if setting.get("token"):
            hosts[name]["webex_email_verify_access_token"] = lab.user_token(tenant["id"], address)
        box = mailbox(address, mate if setting.get("loop") else target, access)
        tenant["mailboxes"].append({**box, **{key: value for key, value in setting.items() if key in box}})
        if setting.get("loop"):
            tenant["mailboxes"].append(
                {**mailbox(mate, address, access), "DeliverToMailboxAndForward": False}
            )
        world["connect"][CONTOSO]["assets"].append(
            {**template, "appId": f"a_{number:018d}", "emailId": address, "forwardingAddress": target}
        )
        if setting.get("policy", True):
            rule["From"].append(address)
        if setting.get("conditional_access"):
            tenant["conditional_access_blocks"].append(address)
        if setting.get("restricted"):
            tenant["restricted_senders"].append(address)
        if setting.get("rule"):
            tenant["transport_rules"].append(
                {"Name": "Block", "SentTo": [target], "RejectMessageReasonText": "no"}
            )
    tenant["remote_domains"].append(
        {"Name": "EU", "DomainName": "mail-eu.imiconnect.io", "AutoForwardEnabled": False}
    )
    tenant["mailboxes"].append(mailbox(PROBE, None, access))
    lab.reset(world)
    inventory = {"cases": {"hosts": hosts}, "webex_email_channels": {"children": {"cases": {}}}}
    inventory["tenant_contoso"] = {"children": {"cases": {}}}
    inventory["webex_email"] = {"children": {"cases": {}}}
    (play.inventory / "cases.yml").write_text(yaml.safe_dump(inventory), "utf-8")


def mailbox(address, target, access):
    name = address.partition("@")[0]
    return {
        "Guid": f"4b2a5d0e-7f0c-4c11-9d0e-{zlib.crc32(address.encode()):012x}",
        "UserPrincipalName": address,
        "PrimarySmtpAddress": address,
        "Alias": name,
        "Name": name,
        "DisplayName": name,
        "RecipientTypeDetails": "UserMailbox",
        "IsDirSynced": False,
        "EmailAddresses": [f"SMTP:{address}"],
        "ForwardingSmtpAddress": f"smtp:{target}" if target else None,
        "ForwardingAddress": None,
        "DeliverToMailboxAndForward": bool(target),
        "SmtpClientAuthenticationDisabled": False,
        "lab_full_access": access,
    }


@pytest.fixture(scope="module")
def verified(module_converged):
    """(Run, its inboxes, its journal) of verify on every case, and on two channels of the example."""
    play = module_converged
    build(play)
    run = play.run(
        "verify",
        "--limit",
        "cases:support:help",
        fails=True,
        webex_email_verify_mail=True,
        webex_email_verify_wait=WAIT,
    )
    return run, play.lab.inboxes(), play.lab.journal()


def rows(run, host):
    return {row["check"]: row for row in run.fact(host)["verified"]}


@pytest.mark.parametrize("name", CASES)
def test_each_cause_leads_to_its_row(verified, name):
    found = rows(verified[0], name)
    for check, (ok, words) in zip(MAIL, CASES[name][1], strict=True):
        row = found[check]
        assert (check, row["ok"]) == (check, ok), row
        assert words in f"{row['detail']} {row['remedy']}", row
        if ok is False:
            assert row["remedy"]
        assert row["detail"].startswith("Not checked: ") is (ok is None)


def test_rows_have_the_documented_keys_and_settings_come_with_them(verified):
    for name in CASES:
        found = verified[0].fact(name)["verified"]
        assert {row["check"] for row in found} == SETTINGS | set(MAIL)
        assert all(set(row) == {"check", "ok", "detail", "remedy"} for row in found)
        assert all(row["remedy"] is None for row in found if row["ok"])


def test_only_what_is_not_as_it_shall_be_ends_a_channel(verified):
    run, _inboxes, _journal = verified
    wrong = {
        name
        for name in (*CASES, "support", "help")
        if any(row["ok"] is False for row in rows(run, name).values())
    }
    assert set(run.failed_hosts) == wrong
    assert {"good", "no_access", "no_sender", "support", "help"}.isdisjoint(wrong)
    assert "535 5.7.139" in str(run.failure("switched_off")["msg"])


def test_the_mail_of_a_good_channel_is_at_its_alias_and_its_copy_in_the_mailbox(verified):
    run, inboxes, _journal = verified
    [letter] = inboxes["aliases"][alias(1)]
    [copy] = inboxes["mailboxes"]["good@contoso.example"]
    assert letter["sender"] == PROBE
    assert letter["starts_flow"]
    assert letter["subject"] == copy["subject"]
    assert letter["subject"] in rows(run, "good")["test_mail"]["detail"]


def test_rights_that_do_not_suffice_are_no_failure(verified):
    """Fabrikam's app may neither sign in to SMTP nor send; contoso's may, and support has nobody to send from."""
    run = verified[0]
    assert [rows(run, "help")[check]["ok"] for check in MAIL] == [None] * 4
    assert "SMTP.SendAsApp" in rows(run, "help")["smtp_sign_in"]["detail"]
    assert [rows(run, "support")[check]["ok"] for check in MAIL] == [True, None, None, None]


def test_one_mail_a_channel_and_no_other_change(verified):
    _run, _inboxes, journal = verified
    writes = [(entry["service"], entry["operation"]) for entry in journal if entry["write"]]
    senders = sum(1 for setting, _expected in CASES.values() if "sender" not in setting)
    assert writes == [("smtp", "DATA")] * senders


def test_no_secret_and_no_servers_word_leaves_the_run(verified, module_converged):
    run = verified[0]
    text = run.output + run.events.read_text("utf-8")
    assert hits(text.encode(), secrets_of(module_converged.lab.state())) == []
    assert "prod.outlook.com" not in text


def test_check_mode_sends_nothing(verified, module_converged):
    play = module_converged
    play.lab.clear_journal()
    run = play.run("verify", "--check", "--limit", "good", webex_email_verify_mail=True)
    assert [row["ok"] for check, row in rows(run, "good").items() if check in MAIL] == [
        True,
        None,
        None,
        None,
    ]
    assert rows(run, "good")["test_mail"]["detail"] == "Not checked: check mode sends no mail."
    assert [entry["operation"] for entry in play.lab.journal() if entry["service"] == "smtp"] == ["AUTH"]
