# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every case of every line of the doctor's table, row by row; none is left out."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.exchange.rights import TENANT_READS
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.doctor import JUDGES, TABLE, judge
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.doctor_line import OK, Seen, worst
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.doctor_reading import Machine
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.secret_lifetime import DAY, Cap

from unit.resources import doctor_model as model
from unit.resources.doctor_model import ALLOWED, HOSTS, ORGANIZATION, POLICIES, VERSIONS, but, fault

EVERYTHING_REFUSED = frozenset(TENANT_READS)


def machine(versions=(), hosts=(), bundle=(None, "")):
    return {"machine": Machine({**VERSIONS, **dict(versions)}, {**HOSTS, **dict(hosts)}, bundle)}


def policies(**changes):
    return {"directory": {"policies": Seen({**POLICIES, **changes})}}


def organization(**changes):
    return {"mail": {"organization": Seen({**ORGANIZATION, **changes})}}


def verdicts(*items, policy=None):
    return {
        "mail": {"outbound": Seen({"policy": policy, "verdicts": [{**ALLOWED, **item} for item in items]})}
    }


def graph(*permissions, **claims):
    return {"directory": {"caller": model.caller(*permissions, **claims)}}


def exchange(*permissions, **claims):
    return {"mail": {"rights": model.app_rights(*permissions, **claims)}}


def capped(days, enabled=True, forbidden=False):
    return policies(secret_policy={"enabled": enabled, "forbidden": forbidden, "max_lifetime_days": days})


def default(verdict, mode):
    return {
        "verdict": verdict,
        "decided_by": f"policy Default ({mode})",
        "object": {"type": "policy", "name": "Default", "rule": None},
        "remedy": "Let exchange_outbound_policy, or the playbook tenants, allow this sender.",
    }


BY_A_DOMAIN = {
    "verdict": "blocked",
    "decided_by": "remote domain Default",
    "object": {"type": "remote_domain", "name": "Default", "rule": None},
    "remedy": "Exchange admin center.",
}
NO_RECIPIENT = {"verdict": "no_recipient", "decided_by": "nothing: there is no such recipient"}
NO_GRAPH = {"directory": {"caller": fault("sign_in_failed", "Refused.")}}
NO_EXCHANGE = {"mail": {"rights": fault("sign_in_failed", "Refused.")}}
UNREAD = {"mail": {"organization": fault("denied"), "outbound": fault("denied")}}
LATE = {"mail": {"organization": fault("service_error"), "outbound": fault("service_error")}}
OPEN = [{"name": "Default", "mode": "On", "rule": None, "enabled": True, "priority": None}]
CLOSED = [{"name": "Default", "domain": "*", "auto_forward": False}]
RULES = [{"name": "No forwarding", "auto_forward": True}]

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
    ("exchange_rights", "not_seen", NO_EXCHANGE, "sign-in failed"),
    ("user_consent", "allowed", {}, "Users may."),
    (
        "user_consent",
        "granted",
        {"directory": {"policies": Seen({**POLICIES, "user_consent": "undetermined"}), "granted": True}},
        "has granted",
    ),
    (
        "user_consent",
        "granted",
        {**policies(user_consent="admin_consent_required"), "options": {"permissions": [model.SMTP_SEND]}},
        "the run grants SMTP.Send",
    ),
    (
        "user_consent",
        "required",
        policies(user_consent="admin_consent_required"),
        "Users may not consent to apps here",
    ),
    ("user_consent", "undetermined", policies(user_consent="undetermined"), "least_privilege"),
    (
        "user_consent",
        "not_readable",
        policies(
            user_consent="undetermined",
            reason="The policy cannot be read: the identity needs the Graph permission Policy.Read.All.",
        ),
        "policies/authorizationPolicy",
    ),
    ("user_consent", "not_readable", {"directory": {"policies": fault("denied")}}, "Policy.Read.All"),
    ("user_consent", "no_answer", {"directory": {"policies": fault("service_error")}}, "went wrong"),
    ("user_consent", "not_seen", NO_GRAPH, "sign-in failed"),
    ("secret_policy", "ok", {}, "No policy"),
    ("secret_policy", "ok", capped(None), "No policy"),
    ("secret_policy", "long_enough", capped(730), "730 days"),
    ("secret_policy", "exempt", {"directory": {**capped(90)["directory"], "caps": (Cap(),)}}, "not this app"),
    ("secret_policy", "forbidden", capped(None, forbidden=True), "passwordAddition"),
    ("secret_policy", "too_short", capped(90), "-e webex_email_secret_valid_days=90"),
    (
        "secret_policy",
        "too_short",
        {"directory": {**capped(60)["directory"], "caps": (Cap(longest=90 * DAY),)}},
        "for 90 days",
    ),
    ("secret_policy", "very_short", capped(30), "passwordLifetime"),
    ("secret_policy", "not_readable", policies(secret_policy=None), "defaultAppManagementPolicy"),
    ("secret_policy", "no_answer", {"directory": {"policies": fault("timeout")}}, "went wrong"),
    ("secret_policy", "not_seen", NO_GRAPH, "sign-in failed"),
    ("security_defaults", "off", {}, "off"),
    ("security_defaults", "on", policies(security_defaults=True), "--body '{\"isEnabled\": false}'"),
    (
        "security_defaults",
        "not_readable",
        policies(security_defaults=None),
        "identitySecurityDefaultsEnforcementPolicy",
    ),
    ("security_defaults", "no_answer", {"directory": {"policies": fault("timeout")}}, "went wrong"),
    ("security_defaults", "not_seen", NO_GRAPH, "sign-in failed"),
    ("smtp_auth", "off", {}, "leave it off"),
    ("smtp_auth", "on", organization(smtp_auth="enabled"), "on for every mailbox"),
    (
        "smtp_auth",
        "off",
        organization(authentication_policy={"name": "Block Basic", "basic_smtp": False}),
        "Block Basic refuses user name and password",
    ),
    ("smtp_auth", "not_readable", organization(smtp_auth=None), "View-Only Configuration"),
    ("customization", "ok", {}, "can have"),
    ("customization", "done", organization(customizable=False), "there already"),
    (
        "customization",
        "dehydrated",
        {"mail": {**verdicts()["mail"], **organization(customizable=False)["mail"]}},
        "Enable-OrganizationCustomization",
    ),
    ("customization", "not_readable", organization(customizable=None), "View-Only Configuration"),
    ("outbound_policies", "ok", {}, "Default (Automatic)"),
    ("outbound_policies", "open", organization(outbound_policies=OPEN), "-AutoForwardingMode Off"),
    ("outbound_policies", "not_readable", organization(outbound_policies=None), "Transport Hygiene"),
    ("forwarding", "allowed", {}, "All 1"),
    ("forwarding", "nobody", verdicts(), "No channel"),
    ("forwarding", "by_our_run", verdicts(default("indeterminate", "Automatic")), "policy of our own"),
    (
        "forwarding",
        "blocked_by_default",
        verdicts(default("blocked", "Off")),
        "decided by policy Default (Off)",
    ),
    (
        "forwarding",
        "decided_otherwise",
        verdicts(BY_A_DOMAIN, default("blocked", "Off")),
        "decided by remote domain Default",
    ),
    ("forwarding", "not_readable", UNREAD, "Transport Hygiene"),
    ("mailboxes", "ok", {}, "All 1"),
    ("mailboxes", "unknown", verdicts(NO_RECIPIENT, {}), "Get-Recipient -Identity support@contoso.example"),
    (
        "mailboxes",
        "malformed",
        {"mail": {"outbound": fault("invalid_input", "senders: no address.")}},
        "no address",
    ),
    ("mailboxes", "not_readable", UNREAD, "View-Only Recipients"),
    ("remote_domains", "ok", {}, "None stops"),
    ("remote_domains", "closed", organization(remote_domains=CLOSED), "Default (*)"),
    ("remote_domains", "not_readable", organization(remote_domains=None), "View-Only Configuration"),
    ("mail_flow_rules", "ok", {}, "None stops"),
    ("mail_flow_rules", "some", organization(mail_flow_rules=RULES), "No forwarding"),
    ("mail_flow_rules", "not_readable", organization(mail_flow_rules=None), "View-Only Configuration"),
    *(
        (line, "no_answer", LATE, "went wrong")
        for line in ("smtp_auth", "customization", "outbound_policies")
    ),
    *(
        (line, "no_answer", LATE, "went wrong")
        for line in ("remote_domains", "mail_flow_rules", "mailboxes", "forwarding")
    ),
    *(
        (line, "not_seen", NO_EXCHANGE, "sign-in")
        for line in ("smtp_auth", "customization", "outbound_policies")
    ),
    *(
        (line, "not_seen", NO_EXCHANGE, "sign-in")
        for line in ("remote_domains", "mail_flow_rules", "mailboxes", "forwarding")
    ),
    ("connect_region", "ok", {}, "https://connect.example answers (region us)"),
    ("connect_region", "ok", {"options": {"connect_url": "https://connect.example"}}, "a URL of your own"),
    ("connect_region", "manual", {"options": {"connect_mode": "manual"}}, "connect_mode manual"),
    ("connect_region", "not_given", {"assets": {"missing": ("connect_token",)}}, "connect_token not given"),
    (
        "connect_region",
        "malformed",
        {"assets": {"knock": fault("invalid_input", "connect_url must be https.")}},
        "must be https",
    ),
    (
        "connect_region",
        "no_answer",
        {"assets": {"knock": Seen(fault("unreachable").fault)}},
        "curl --head https://connect.example",
    ),
    ("connect_region", "not_now", {"assets": {"knock": Seen(fault("service_error").fault)}}, "went wrong"),
    ("connect_token", "ok", {}, "12 hours"),
    ("connect_token", "ok", {"assets": {"knock": Seen(fault("denied").fault)}}, "taken now"),
    (
        "connect_token",
        "refused",
        {"assets": {"knock": Seen(fault("unauthenticated").fault)}},
        "WEBEX_CONNECT_TOKEN",
    ),
    ("connect_token", "manual", {"options": {"connect_mode": "manual"}}, "manual mode"),
    ("connect_token", "not_tried", {"assets": {"missing": ("connect_token",)}}, "Not tried"),
    ("connect_organization", "ok", {}, "may manage"),
    ("connect_organization", "ok", {"assets": {"knock": Seen(fault("protocol").fault)}}, "may manage"),
    ("connect_organization", "denied", {"assets": {"knock": Seen(fault("denied").fault)}}, "Control Hub"),
    ("connect_organization", "manual", {"options": {"connect_mode": "manual"}}, "manual mode"),
    (
        "connect_organization",
        "not_tried",
        {"assets": {"knock": Seen(fault("unauthenticated").fault)}},
        "Not tried",
    ),
    ("channels", "ok", {}, "1 channels"),
    (
        "channels",
        "same_mailbox",
        {"options": {"senders": ["a@c.example", "A@c.example"]}},
        "name the same mailbox: a@c.example",
    ),
    ("descriptions", "ok", {"options": {"display_names": ["x", "y"]}}, "recognises its own"),
    (
        "descriptions",
        "same_description",
        {"options": {"display_names": ["x", "x"]}},
        "share a webex_email_secret_description",
    ),
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
