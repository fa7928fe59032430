# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What the doctor can find about the tenant, in words: the second part of its table.

The page docs/preflight.md is written from these tables.
"""

from __future__ import annotations

from .doctor_line import BLOCKS, OK, UNKNOWN, WARNING, Case, Check

SITE = "ansible-playbook -i inventory ccops.webex_email.site --limit {host},<its channels>"
TENANTS = "ansible-playbook -i inventory ccops.webex_email.tenants --limit {host}"
ANTI_SPAM = "Defender portal > Policies & rules > Threat policies > Anti-spam"
NO_PAGE = "No page: none of the admin center is documented for it."
NOT_READABLE = "This identity may not read it: {right}."
CONFIGURATION = "a role group with 'View-Only Configuration'"
UNREAD_GRAPH = Case(
    UNKNOWN,
    NOT_READABLE,
    "Entra admin center > App registrations > the app {client_id} > API permissions",
    "az rest --url https://graph.microsoft.com/v1.0/policies/{policy}",
)
UNREAD_EXCHANGE = Case(
    UNKNOWN,
    NOT_READABLE,
    "Exchange admin center > Roles > Admin roles",
    "Add-RoleGroupMember -Identity '<role group>' -Member <object id of the enterprise application>",
)
NO_ANSWER = Case(UNKNOWN, "Not known: {reason}")
NOT_SEEN = Case(UNKNOWN, "Not looked at, because the sign-in failed.")
# Makes a policy that allows what the tenant's default forbids; it is then assigned to the one app.
EXEMPT = (
    "az rest --method POST --url https://graph.microsoft.com/v1.0/policies/appManagementPolicies --body "
    '\'{{"displayName": "Webex Connect", "isEnabled": true, "restrictions": {{"passwordCredentials": '
    '[{{"restrictionType": "{restriction}", "state": "disabled"}}]}}}}\'; then POST its id to '
    "applications(appId='<app>')/appManagementPolicies/$ref"
)

DIRECTORY = {
    "user_consent": Check(
        "User consent",
        "Step 2g of Cisco's document: whether the mailbox's user may consent at Generate Token.",
        {
            "allowed": Case(OK, "{reason}"),
            "granted": Case(OK, "{reason} It does not matter here: {granted}."),
            "required": Case(
                WARNING,
                "{reason} Users may not consent to apps here, so Generate Token would stop at a request for approval.",
                "Entra admin center > Enterprise applications > Consent and permissions; or, for this app alone, the "
                "profile least_privilege in the inventory",
                SITE + " -e webex_email_permission_profile=least_privilege",
            ),
            "undetermined": Case(
                WARNING,
                "{reason} Nobody can say beforehand whether Generate Token will work.",
                "Entra admin center > Enterprise applications > Consent and permissions; or, for this app alone, the "
                "profile least_privilege in the inventory",
                SITE + " -e webex_email_permission_profile=least_privilege",
            ),
            "not_readable": UNREAD_GRAPH,
            "no_answer": NO_ANSWER,
            "not_seen": NOT_SEEN,
        },
    ),
    "secret_policy": Check(
        "Client secrets",
        "The app management policy: whether apps may have client secrets, and for how long.",
        {
            "ok": Case(OK, "No policy limits them."),
            "long_enough": Case(OK, "They may live {days} days; {valid_days} are asked for."),
            "exempt": Case(
                OK,
                "The tenant limits them, but not this app: by a policy of its own, or because it is older.",
            ),
            "forbidden": Case(
                BLOCKS,
                "The tenant forbids client secrets for apps, and Webex Connect knows no other way to sign in.",
                NO_PAGE,
                EXEMPT.replace("{restriction}", "passwordAddition"),
            ),
            "too_short": Case(
                BLOCKS,
                "The tenant allows client secrets for {days} days at most, and {valid_days} are asked for.",
                NO_PAGE + " To obey, set webex_email_secret_valid_days in the inventory.",
                SITE + " -e webex_email_secret_valid_days={days}",
            ),
            "very_short": Case(
                BLOCKS,
                "The tenant allows client secrets for {days} days only. Each would be replaced as soon as it is made, "
                "because a new one is due {min_remaining_days} days before the end.",
                NO_PAGE,
                EXEMPT.replace("{restriction}", "passwordLifetime"),
            ),
            "not_readable": UNREAD_GRAPH,
            "no_answer": NO_ANSWER,
            "not_seen": NOT_SEEN,
        },
    ),
    "security_defaults": Check(
        "Security defaults",
        "They may refuse SMTP AUTH whatever the mailbox says; Microsoft's pages disagree about OAuth.",
        {
            "off": Case(OK, "They are off."),
            "on": Case(
                WARNING,
                "Security defaults are on, and may refuse SMTP AUTH whatever the mailbox says. If sending is refused "
                "(5.7.139), replace them by conditional access.",
                "Entra admin center > Overview > Properties > Manage security defaults",
                "az rest --method PATCH --url "
                "https://graph.microsoft.com/v1.0/policies/identitySecurityDefaultsEnforcementPolicy --body "
                "'{{\"isEnabled\": false}}'",
            ),
            "not_readable": UNREAD_GRAPH,
            "no_answer": NO_ANSWER,
            "not_seen": NOT_SEEN,
        },
    ),
}

ORGANIZATION = {
    "smtp_auth": Check(
        "SMTP AUTH of the organization",
        "The switch for all mailboxes, and the authentication policy of users who have none of their own.",
        {
            "off": Case(
                OK,
                "It is off for the organization. Each channel's mailbox gets a switch of its own that wins, so "
                "leave it "
                "off. {policy}",
            ),
            "on": Case(
                OK,
                "It is on for every mailbox. The channels do not need that: each gets a switch of its own. {policy}",
            ),
            "not_readable": UNREAD_EXCHANGE,
            "no_answer": NO_ANSWER,
            "not_seen": NOT_SEEN,
        },
    ),
    "customization": Check(
        "Policies of its own",
        "Whether the organization can have an outbound policy beside Default (IsDehydrated).",
        {
            "ok": Case(OK, "The organization can have policies of its own."),
            "done": Case(OK, "Our policy is there already."),
            "dehydrated": Case(
                BLOCKS,
                "The organization cannot have an outbound policy of its own yet.",
                "No page: it is a cmdlet only.",
                "Enable-OrganizationCustomization",
            ),
            "not_readable": UNREAD_EXCHANGE,
            "no_answer": NO_ANSWER,
            "not_seen": NOT_SEEN,
        },
    ),
    "outbound_policies": Check(
        "Outbound policies",
        "Outbound spam policies in the order in which they decide about automatic forwarding.",
        {
            "ok": Case(OK, "In this order: {policies}."),
            "open": Case(
                WARNING,
                "In this order: {policies}. Default lets every mailbox forward to the outside; the channels do "
                "not need "
                "that once they have a policy of their own.",
                ANTI_SPAM + " > Anti-spam outbound policy (Default)",
                "Set-HostedOutboundSpamFilterPolicy -Identity Default -AutoForwardingMode Off",
            ),
            "not_readable": UNREAD_EXCHANGE,
            "no_answer": NO_ANSWER,
            "not_seen": NOT_SEEN,
        },
    ),
    "forwarding": Check(
        "Forwarding to the outside",
        "Whether each channel's mailbox may forward, and what decides about it.",
        {
            "allowed": Case(OK, "All {count} mailboxes may."),
            "nobody": Case(OK, "No channel names this tenant, so nobody has to."),
            "by_our_run": Case(
                OK,
                "Default leaves it to Microsoft (Automatic). The playbook tenants makes a policy of our own, for the "
                "{count} mailboxes of the channels alone.",
            ),
            "blocked_by_default": Case(
                WARNING,
                "Somebody has switched automatic forwarding off for everybody: {deciders}. The playbook tenants "
                "makes an "
                "exception for the {count} mailboxes of the channels; tell those who watch over it.",
                ANTI_SPAM + " > Anti-spam outbound policy (Default)",
                TENANTS,
            ),
            "decided_otherwise": Case(
                WARNING,
                "{deciders}",
                ANTI_SPAM + "; Exchange admin center > Mail flow",
                "ansible {host} -i inventory -m ccops.webex_email.exchange_outbound_policy_info -a senders={senders}",
            ),
            "not_readable": UNREAD_EXCHANGE,
            "no_answer": NO_ANSWER,
            "not_seen": NOT_SEEN,
        },
    ),
    "mailboxes": Check(
        "Mailboxes",
        "Whether each channel's address is a mailbox in Exchange Online.",
        {
            "ok": Case(OK, "All {count} are there."),
            "unknown": Case(
                WARNING,
                "Exchange Online has no mailbox {unknown}. It is left out of the outbound policy, and its "
                "channel fails.",
                "Exchange admin center > Recipients > Mailboxes",
                "Get-Recipient -Identity {first}",
            ),
            "malformed": Case(
                BLOCKS,
                "{reason}",
                "No page: it is a matter of the inventory.",
                "ansible-inventory -i inventory --graph --vars",
            ),
            "not_readable": UNREAD_EXCHANGE,
            "no_answer": NO_ANSWER,
            "not_seen": NOT_SEEN,
        },
    ),
    "remote_domains": Check(
        "Remote domains",
        "Whether automatically forwarded mail may leave for a domain; otherwise it is dropped without a word.",
        {
            "ok": Case(OK, "None stops forwarded mail."),
            "closed": Case(
                WARNING,
                "Forwarded mail to these is dropped without a word: {closed}. Allow it for the domain of the "
                "assets alone.",
                "Exchange admin center > Mail flow > Remote domains",
                "New-RemoteDomain -Name 'Webex Connect' -DomainName <domain of the assets>; Set-RemoteDomain -Identity "
                "'Webex Connect' -AutoForwardEnabled $true",
            ),
            "not_readable": UNREAD_EXCHANGE,
            "no_answer": NO_ANSWER,
            "not_seen": NOT_SEEN,
        },
    ),
    "mail_flow_rules": Check(
        "Mail flow rules",
        "Rules in force that reject, delete, quarantine or redirect mail.",
        {
            "ok": Case(OK, "None stops mail."),
            "some": Case(
                OK,
                "These stop some mail: {rules}. Those about automatic forwarding do not see what a mailbox "
                "itself forwards.",
            ),
            "not_readable": UNREAD_EXCHANGE,
            "no_answer": NO_ANSWER,
            "not_seen": NOT_SEEN,
        },
    ),
}

DEVELOPER_PORTAL = "Webex developer portal > Documentation > Access the API > Personal access token"
CONTROL_HUB = "Control Hub > Account > Organization ID; Control Hub > Users > the user > Administrator roles"
CONNECT_SETTINGS = "Webex developer portal > Webex Connect > API endpoints and regions"
CONNECT = {
    "connect_region": Check(
        "Webex Connect, region",
        "Where the asset API is, and whether it answers.",
        {
            "ok": Case(OK, "{url} answers ({region})."),
            "manual": Case(OK, "Not used: a person makes the assets in the portal (connect_mode manual)."),
            "not_given": Case(
                UNKNOWN,
                "Not tried: {missing} not given for this host. The channels need them.",
                CONNECT_SETTINGS,
                "export WEBEX_CONNECT_REGION=<region> WEBEX_CONNECT_ORGANIZATION_ID=<id> WEBEX_CONNECT_TOKEN=<token>",
            ),
            "malformed": Case(BLOCKS, "{reason}", CONNECT_SETTINGS, "export WEBEX_CONNECT_REGION=<region>"),
            "no_answer": Case(BLOCKS, "{url}: {reason}", CONNECT_SETTINGS, "curl --head {url}"),
            "not_now": Case(UNKNOWN, "{url} gave no answer that tells anything: {reason}"),
        },
    ),
    "connect_token": Check(
        "Webex Connect, token",
        "Whether the token is taken now. When it ends it does not tell; a personal one lives for 12 hours.",
        {
            "ok": Case(
                OK, "It is taken now. A personal access token lives for 12 hours: renew it before each run."
            ),
            "refused": Case(
                BLOCKS,
                "Webex Connect refused the access token: it has expired (a personal one lives for 12 hours), or is not "
                "whole.",
                DEVELOPER_PORTAL,
                "export WEBEX_CONNECT_TOKEN=<a new token>",
            ),
            "manual": Case(OK, "Not needed in manual mode."),
            "not_tried": Case(UNKNOWN, "Not tried, see the line about the region."),
        },
    ),
    "connect_organization": Check(
        "Webex Connect, organization",
        "Whether the token's user may manage assets of that organization.",
        {
            "ok": Case(OK, "The token may manage assets of the organization."),
            "denied": Case(
                BLOCKS,
                "The organization id is not that of the token's user, or the user may not manage digital assets.",
                CONTROL_HUB,
                "export WEBEX_CONNECT_ORGANIZATION_ID=<id>",
            ),
            "manual": Case(OK, "Not needed in manual mode."),
            "not_tried": Case(UNKNOWN, "Not tried, see the lines about region and token."),
        },
    ),
}

INVENTORY = {
    "channels": Check(
        "Channels of the inventory",
        "Whether two channels of the tenant name the same mailbox.",
        {
            "ok": Case(OK, "{count} channels, each with a mailbox of its own."),
            "same_mailbox": Case(
                BLOCKS,
                "Two channels of this tenant name the same mailbox: {addresses}. Keep one channel for each "
                "webex_email_address.",
                "No page: it is a matter of the inventory.",
                "ansible-inventory -i inventory --graph --vars",
            ),
        },
    ),
    "descriptions": Check(
        "Client secrets of the channels",
        "Whether two channels of the tenant would take each other's client secrets for their own.",
        {
            "ok": Case(OK, "Each channel recognises its own by its description."),
            "same_description": Case(
                BLOCKS,
                "Two channels share a webex_email_secret_description, by which each recognises its own client secrets: "
                "{descriptions}. Leave it out, or make it different for each channel.",
                "No page: it is a matter of the inventory.",
                "ansible-inventory -i inventory --graph --vars",
            ),
        },
    ),
}
