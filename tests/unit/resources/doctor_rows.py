# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doctor's lines about the tenant, Webex Connect and the inventory come to: a row for every case."""

from __future__ import annotations

from ansible_collections.ccops.webex_email.plugins.module_utils.resources.doctor_line import Seen
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.secret_lifetime import DAY, Cap

from unit.resources import doctor_model as model
from unit.resources.doctor_model import (
    LATE,
    NO_EXCHANGE,
    NO_GRAPH,
    POLICIES,
    UNREAD,
    capped,
    fault,
    organization,
    policies,
    verdicts,
)


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
OPEN = [{"name": "Default", "mode": "On", "rule": None, "enabled": True, "priority": None}]
CLOSED = [{"name": "Default", "domain": "*", "auto_forward": False}]
RULES = [{"name": "No forwarding", "auto_forward": True}]

# (line, case, what differs from a healthy tenant, words that the line must have)
ROWS = [
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
    (
        "connect_region",
        "not_now",
        {"assets": {"knock": Seen(fault("timeout").fault)}},
        "no answer that tells anything",
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
