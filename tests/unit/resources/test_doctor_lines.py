# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every case of every line of the doctor's table, row by row; none is left out."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.exchange.rights import TENANT_READS
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.doctor import JUDGES, TABLE, judge
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.doctor_line import OK, Seen, worst

from unit.resources import doctor_model as model
from unit.resources import doctor_rows
from unit.resources.doctor_model import LATE, NO_EXCHANGE, NO_GRAPH, but, exchange, fault, graph, machine

EVERYTHING_REFUSED = frozenset(TENANT_READS)

# (line, case, what differs from a healthy tenant, words that the line must have)
ROWS = [
    ("versions", "ok", {}, "msal 1.39.0"),
    ("versions", "not_seen", machine({"ansible-core": None}), "ansible-core not installed"),
    ("versions", "too_old", machine({"msal": "1.34.1"}), "'msal>=1.35'"),
    ("versions", "missing", machine({"msal": None}), "'msal>=1.35'"),
    ("versions", "ok", machine({"pywinrm": None}), "pywinrm not installed"),
    (
        "versions",
        "missing",
        {**machine({"pywinrm": None}), "options": {"exchange_transport": "winrm"}},
        "pywinrm",
    ),
    ("versions", "ok", {**machine({"msal": None}), "method": Seen("access_token")}, "msal not installed"),
    ("proxies", "direct", {}, "No proxy"),
    (
        "proxies",
        "through",
        machine(hosts={"https://graph.example": "proxy:3128"}),
        "graph.example through proxy:3128",
    ),
    ("proxies", "broken", {"sign_in": fault("unreachable")}, "curl --verbose --head https://login.example"),
    ("tls", "ok", {}, "the authorities that requests brings along"),
    ("tls", "refused", {"sign_in": fault("tls")}, "went wrong"),
    ("tls", "refused", machine(bundle=("/nowhere/ca.pem", "ca_bundle")), "There is no /nowhere/ca.pem"),
    ("tls", "not_reached", {"sign_in": fault("timeout"), **NO_GRAPH, **NO_EXCHANGE}, "No host answered"),
    (
        "tls",
        "winrm_unverified",
        {"options": {"exchange_transport": "winrm", "winrm_validate_certificate": False}},
        "WEBEX_EMAIL_WINRM_CA_BUNDLE",
    ),
    ("clock", "ok", {}, "about 0 minutes"),
    ("clock", "ok", {"sign_in": Seen({"tenant_id": None, "ahead": -300})}, "about 5 minutes"),
    ("clock", "wrong", {"sign_in": Seen({"tenant_id": None, "ahead": -660})}, "11 minutes behind"),
    (
        "clock",
        "wrong_and_refused",
        {"sign_in": Seen({"tenant_id": None, "ahead": 660}), **NO_GRAPH},
        "ahead of",
    ),
    ("clock", "not_known", {"sign_in": fault("timeout")}, "did not tell"),
    ("sign_in", "ok", {}, "client_secret"),
    ("sign_in", "refused", NO_GRAPH, "Certificates & secrets"),
    ("sign_in", "refused", NO_EXCHANGE, "Refused."),
    (
        "sign_in",
        "refused",
        {**NO_GRAPH, "sign_in": fault("not_found", "Microsoft has no such tenant.")},
        "no such tenant",
    ),
    (
        "sign_in",
        "not_reached",
        {"directory": {"caller": fault("unreachable")}},
        "curl --head https://login.example",
    ),
    ("graph_rights", "ok", {}, "More than needed: none"),
    (
        "graph_rights",
        "ok",
        graph("Application.ReadWrite.All", "Policy.Read.All", "Organization.Read.All"),
        "Organization.Read.All.",
    ),
    ("graph_rights", "no_duty", {**graph(), "options": {"duties": ["policy"]}}, "manages no apps"),
    ("graph_rights", "missing", graph("Policy.Read.All"), "cannot be made or changed or consented to"),
    (
        "graph_rights",
        "missing",
        graph("Application.ReadWrite.OwnedBy", "Policy.Read.All"),
        "cannot be consented to",
    ),
    (
        "graph_rights",
        "ok",
        {**graph("Application.ReadWrite.OwnedBy", "Policy.Read.All"), "options": {"admin_consent": False}},
        "Missing: none",
    ),
    (
        "graph_rights",
        "missing",
        {"options": {"permissions": [model.SMTP_SEND]}},
        "DelegatedPermissionGrant.ReadWrite.All",
    ),
    (
        "graph_rights",
        "missing",
        {"options": {"permissions": [{**model.MAIL_SEND, "resource": "Microsoft Graph"}]}},
        "AppRoleAssignment.ReadWrite.All",
    ),
    ("graph_rights", "useful_missing", graph("Application.ReadWrite.All"), "for right in Policy.Read.All"),
    (
        "graph_rights",
        "excess",
        graph("Application.ReadWrite.All", "Policy.Read.All", "Directory.ReadWrite.All"),
        "More than needed: Directory.ReadWrite.All",
    ),
    (
        "graph_rights",
        "excess",
        graph("Application.ReadWrite.All", "Application.ReadWrite.OwnedBy", "Policy.Read.All"),
        "More than needed: Application.ReadWrite.OwnedBy",
    ),
    ("graph_rights", "not_shown", graph(scp="User.Read"), "one of a person"),
    ("graph_rights", "not_shown", graph(wids=[model.GLOBAL_ADMINISTRATOR]), "a directory role"),
    ("graph_rights", "not_seen", NO_GRAPH, "sign-in failed"),
    ("exchange_rights", "ok", {}, "Exchange Administrator"),
    ("exchange_rights", "ok", exchange("Exchange.ManageAsApp", "SMTP.SendAsApp"), "More than needed: none"),
    ("exchange_rights", "no_permission", exchange(), "Missing: Exchange.ManageAsApp."),
    (
        "exchange_rights",
        "no_permission",
        {"mail": {"rights": model.app_rights(roles=()), "organization": fault("unauthenticated")}},
        "a directory role or role group",
    ),
    (
        "exchange_rights",
        "no_role",
        {
            "mail": {
                "rights": model.app_rights("Exchange.ManageAsApp", roles=()),
                "refused": EVERYTHING_REFUSED,
            }
        },
        "-Roles 'Mail Recipients','Transport Hygiene','User Options'",
    ),
    (
        "exchange_rights",
        "missing",
        {"mail": {"refused": frozenset({"outbound_rules"})}},
        "-Roles 'Transport Hygiene'",
    ),
    ("exchange_rights", "missing", {"mail": {"outbound": fault("denied")}}, "View-Only Recipients"),
    (
        "exchange_rights",
        "useful_missing",
        {"mail": {"refused": frozenset({"transport_rules"})}},
        "View-Only Configuration",
    ),
    (
        "exchange_rights",
        "excess",
        exchange("Exchange.ManageAsApp", "full_access_as_app"),
        "needed: full_access_as_app",
    ),
    (
        "exchange_rights",
        "excess",
        exchange("Exchange.ManageAsApp", roles=(model.GLOBAL_ADMINISTRATOR,)),
        "More than needed: Global Administrator",
    ),
    (
        "exchange_rights",
        "not_shown",
        exchange("Exchange.ManageAsApp", roles=()),
        "(Mail Recipients, User Options, Transport Hygiene)",
    ),
    ("exchange_rights", "not_judged", LATE, "went wrong"),
    ("exchange_rights", "protocol", {"mail": {"organization": fault("protocol")}}, "exchange_transport=pwsh"),
    ("exchange_rights", "protocol", {"mail": {"outbound": fault("unauthenticated")}}, "went wrong"),
    ("exchange_rights", "not_seen", NO_EXCHANGE, "sign-in failed"),
    *doctor_rows.ROWS,
]


@pytest.mark.parametrize(
    ("name", "case", "changes", "words"), ROWS, ids=[f"{row[0]}-{row[1]}" for row in ROWS]
)
def test_what_a_line_comes_to(name, case, changes, words):
    (found,) = [item for item in judge(but(**changes)) if item["check"] == name]
    assert found["case"] == case
    assert words in " ".join(found["text"])
    assert "{" not in (found["why"] + (found["portal"] or ""))


@pytest.mark.parametrize(("claims", "words"), [({"appid": "8c2e4d63"}, "8c2e4d63"), ({}, "<client id>")])
def test_an_identity_that_is_not_named_is_named_by_its_token(claims, words):
    found = but(options={"auth_client_id": None}, **graph(**claims))
    (line,) = [item for item in judge(found) if item["check"] == "graph_rights"]
    assert f"az ad app permission add --id {words}" in line["command"]


def test_every_case_has_a_row():
    assert {(name, case) for name, check in TABLE.items() for case in check.cases} == {
        row[:2] for row in ROWS
    }


def test_every_line_has_a_judge():
    assert set(TABLE) == set(JUDGES)


def test_a_healthy_tenant_is_ok_in_every_line():
    lines = judge(but())
    assert [item["check"] for item in lines if item["status"] != OK] == []
    assert worst(lines) == OK


def test_what_a_person_has_to_do_is_told_as_a_place_and_as_a_command():
    lacking = [
        (name, case)
        for name, check in TABLE.items()
        for case, found in check.cases.items()
        if found.status in ("warning", "blocks") and not (found.portal and found.command)
    ]
    assert lacking == []


def test_the_worst_line_is_the_status_of_the_table():
    assert worst([{"status": "unknown"}, {"status": "ok"}]) == "unknown"
    assert worst([{"status": "unknown"}, {"status": "warning"}, {"status": "blocks"}]) == "blocks"
