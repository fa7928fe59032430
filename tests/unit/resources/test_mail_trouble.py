# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of refusals: what each answer of the servers is taken for, and what the guide says about it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import CODES
from ansible_collections.ccops.webex_email.plugins.module_utils.resources import mail_trouble
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.mail_trouble import (
    TROUBLES,
    code_in,
    explained,
    trouble,
)

GUIDE = Path(__file__).parents[3] / "docs/troubleshooting.md"
# The answers that the lab gives, by cause, as published; text after the key phrase is the server's own.
ANSWERS = {
    "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit": (
        "smtp_auth_off_for_tenant"
    ),
    "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit": (
        "smtp_auth_off_for_mailbox"
    ),
    "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy.": (
        "security_defaults"
    ),
    "535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated": (
        "sign_in_criteria"
    ),
    "535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [BM1P287CA0015]": "password_refused",
    "535 5.7.3 Authentication unsuccessful [AM0PR06CA0126.eurprd06.prod.outlook.com]": "token_refused",
    "530 5.7.57 Client not authenticated to send mail.": "not_signed_in",
    "550 5.7.60 SMTP; Client does not have permissions to send as this sender": "send_as_denied",
    "550 5.7.30 Basic authentication is not supported for Client Submission.": "password_retired",
    "550 5.1.8 Access denied, bad outbound sender AS(42004)": "restricted_sender",
    "430 4.2.0 STOREDRV; mailbox logon failure": "logon_failure",
    "550 5.7.520 Access denied, Your organization does not allow external forwarding. AS(7555)": (
        "forwarding_not_allowed"
    ),
    "250 2.1.5 RESOLVER.MSGTYPE.AF; handled AutoForward addressed to external recipient": "remote_domain",
    "550 5.7.900 TRANSPORT.RULES.RejectMessage; the message was rejected": "mail_flow_rule",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup": "no_such_recipient",
    "554 5.4.6 Hop count exceeded - possible mail loop": "forwarding_loop",
    "554 5.4.14 Hop count exceeded - possible mail loop ATTR34": "too_many_hops",
}


@pytest.mark.parametrize(("answer", "name"), ANSWERS.items())
def test_every_answer_is_told_apart(answer, name):
    code, status = code_in(answer)
    found = explained(code, status, answer)
    assert (found["cause"], found["code"]) == (name, f"{code} {status}")
    assert found["detail"].endswith(f"({code} {status})")


def test_every_row_has_an_answer_that_finds_it():
    assert sorted({*ANSWERS.values()}) == sorted(row.name for row in TROUBLES)


def test_an_answer_that_nobody_knows_shows_its_code_and_not_its_text():
    found = explained(550, "5.9.9", "5.9.9 CANARY")
    assert (found["code"], found["cause"]) == ("550 5.9.9", None)
    assert "CANARY" not in str(found)
    assert explained("", "", "no code at all")["code"] is None
    assert trouble("5.7.139", "5.7.139 something new") is None


def test_the_code_is_found_in_the_reason_of_a_trace():
    assert code_in("Reason: [{LED=550 5.7.520 Access denied};{MSG=};{FQDN=}]") == ("550", "5.7.520")
    assert code_in("Reason: nothing") == ("", "")


def test_rows_are_usable():
    assert len({row.name for row in TROUBLES}) == len(TROUBLES)
    for row in TROUBLES:
        assert row.error in CODES
        assert row.cause.endswith(".")
        assert row.remedy.endswith(".")
        assert row.phrase == row.phrase.lower()
        assert row.way in (mail_trouble.OUT, mail_trouble.IN)


def test_the_guide_shows_the_very_rows():
    """docs/troubleshooting.md, tables of both ways: text, cause, remedy and word, row by row."""
    pattern = re.compile(r"^\| `([^`]*)` \| ([^|]+) \| ([^|]+) \| `(\w+)` \|$", re.MULTILINE)
    shown = pattern.findall(GUIDE.read_text("utf-8"))
    wanted = [
        (f"{row.status} … {row.phrase}".strip(" …"), row.cause, row.remedy, row.name)
        for way in (mail_trouble.OUT, mail_trouble.IN)
        for row in TROUBLES
        if row.way == way
    ]
    assert shown == wanted
