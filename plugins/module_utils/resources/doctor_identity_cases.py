# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What the doctor can find about the machine and the identity, in words: the first part of its table.

The page docs/preflight.md is written from these tables.
"""

from __future__ import annotations

from .doctor_line import BLOCKS, OK, UNKNOWN, WARNING, Case, Check

GRAPH = "00000003-0000-0000-c000-000000000000"
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
API_PERMISSIONS = "Entra admin center > App registrations > the app {client_id} > API permissions"
GRANT = (
    "for right in {ask}; do az ad app permission add --id {client_id} --api "
    + GRAPH
    + " --api-permissions $(az ad sp show --id "
    + GRAPH
    + " --query \"appRoles[?value=='$right'].id\" --output tsv)=Role; done; az ad app permission admin-consent --id "
    "{client_id}"
)
# Lists them with their ids; one is taken back with DELETE at the same address and /<id>.
TAKE_BACK = "az rest --url 'https://graph.microsoft.com/v1.0/servicePrincipals(appId=%27{client_id}%27)/appRoleAssignments'"
ROLE_GROUP = (
    "New-RoleGroup -Name 'Webex Connect automation' -Roles {ask_quoted} -Members <object id of the enterprise "
    "application>; first, once: New-ServicePrincipal -AppId {client_id} -ObjectId <the same id>"
)
DIRECTORY_ROLE = (
    "Entra admin center > Roles & admins > Exchange Administrator > Add assignments > the app; or a role group of its "
    "own"
)
HAVE = "Present: {present}. Missing: {missing}. More than needed: {excess}."
NO_SIGN_IN = Case(UNKNOWN, "Not looked at, because the sign-in failed.")

MACHINE = {
    "versions": Check(
        "Package versions",
        "Python and the packages, where the tasks run, against the oldest that are supported.",
        {
            "ok": Case(OK, "{versions}."),
            "not_seen": Case(
                UNKNOWN,
                "{versions}. Not installed where this task runs: {missing}. That is as it should be on another host "
                "than the controller.",
            ),
            "too_old": Case(
                BLOCKS,
                "{versions}. Too old: {old}.",
                "AWX > Execution Environments: an image with newer ones",
                "pip install --upgrade {upgrade}",
            ),
            "missing": Case(
                BLOCKS,
                "{versions}. Missing, and needed here: {missing}.",
                "AWX > Execution Environments: an image that has them",
                "pip install {upgrade}",
            ),
        },
    ),
    "proxies": Check(
        "Proxies",
        "HTTPS_PROXY, ALL_PROXY and NO_PROXY of the environment, for each host that is asked.",
        {
            "direct": Case(OK, "No proxy: all hosts are asked directly."),
            "through": Case(OK, "{through}."),
            "broken": Case(
                BLOCKS,
                "{hosts} cannot be reached: {reason} {through}.",
                "No page: it is a matter of the network or of the environment of the run (AWX > Settings > Jobs "
                "> Extra "
                "environment variables).",
                "curl --verbose --head https://{server}",
            ),
        },
    ),
    "tls": Check(
        "Secure connections",
        "Which certificate authorities are trusted, and whether every host showed a certificate of theirs.",
        {
            "ok": Case(OK, "Certificates are verified, against {bundle}."),
            "not_reached": Case(UNKNOWN, "No host answered, so no certificate was seen."),
            "refused": Case(
                BLOCKS,
                "{reason} Trusted is {bundle}.",
                "No page: get the certificate authority of the proxy or private service from those who run it.",
                "export WEBEX_EMAIL_CA_BUNDLE=/path/of/the/authority.pem; curl --head --cacert $WEBEX_EMAIL_CA_BUNDLE "
                "https://{server}",
            ),
            "winrm_unverified": Case(
                WARNING,
                "The certificate of the Windows host is not verified (winrm_validate_certificate), so somebody "
                "in between "
                "could read the access token.",
                "No page: export the authority of its certificate on the Windows host (certlm.msc).",
                "export WEBEX_EMAIL_WINRM_VALIDATE_CERTIFICATE=true "
                "WEBEX_EMAIL_WINRM_CA_BUNDLE=/path/of/the/authority.pem",
            ),
        },
    ),
    "clock": Check(
        "Clock",
        "This machine's clock against that of Microsoft's sign-in service; more than five minutes make tokens fail.",
        {
            "ok": Case(OK, "It differs by about {minutes} minutes."),
            "wrong": Case(
                WARNING,
                "It is {minutes} minutes {direction} the sign-in service's; more than 5 make certificates and "
                "tokens fail.",
                "No page: it is a setting of the machine that runs the tasks.",
                "timedatectl set-ntp true",
            ),
            "wrong_and_refused": Case(
                BLOCKS,
                "It is {minutes} minutes {direction} the sign-in service's, and the sign-in failed.",
                "No page: it is a setting of the machine that runs the tasks.",
                "timedatectl set-ntp true",
            ),
            "not_known": Case(UNKNOWN, "The sign-in service did not tell the time."),
        },
    ),
}

IDENTITY = {
    "sign_in": Check(
        "Sign-in to Microsoft",
        "Whether the tenant exists, and whether the identity gets access tokens for Graph and Exchange Online.",
        {
            "ok": Case(OK, "{client_id} signs in by {method}, to the tenant {tenant_id}."),
            "refused": Case(
                BLOCKS,
                "{reason}",
                "Entra admin center > App registrations > the app {client_id} > Certificates & secrets",
                "az ad app credential list --id {client_id}",
            ),
            "not_reached": Case(
                BLOCKS,
                "{reason}",
                "No page: see the lines about proxies and secure connections.",
                "curl --head {authority}",
            ),
        },
    ),
    "graph_rights": Check(
        "Rights in Microsoft Graph",
        "Application permissions in the access token, against those that the permission profile needs.",
        {
            "ok": Case(OK, HAVE),
            "no_duty": Case(
                OK,
                "This identity manages no apps: the channels sign in with another. Present: {present}.",
            ),
            "missing": Case(
                BLOCKS, HAVE + " Without them the app cannot be {deeds}.", API_PERMISSIONS, GRANT
            ),
            "useful_missing": Case(
                WARNING,
                HAVE + " Without them the tenant's policies cannot be judged beforehand.",
                API_PERMISSIONS,
                GRANT,
            ),
            "excess": Case(
                WARNING,
                HAVE + " Whoever holds this identity holds those too.",
                API_PERMISSIONS,
                TAKE_BACK,
            ),
            "not_shown": Case(
                UNKNOWN,
                "The token does not tell all: it is one of a person, has a directory role, or cannot be read. Its "
                "permissions: {present}.",
            ),
            "not_seen": NO_SIGN_IN,
        },
    ),
    "exchange_rights": Check(
        "Rights in Exchange Online",
        "The permission Exchange.ManageAsApp, directory roles in the access token, and which cmdlets are refused.",
        {
            "ok": Case(OK, HAVE),
            "no_permission": Case(
                BLOCKS,
                HAVE,
                API_PERMISSIONS + " > APIs my organization uses > Office 365 Exchange Online",
                "az ad app permission add --id {client_id} --api "
                + EXCHANGE
                + " --api-permissions dc50a0fb-09a3-484d-be87-e023b12c6440=Role; "
                "az ad app permission admin-consent --id "
                "{client_id}",
            ),
            "no_role": Case(
                BLOCKS,
                HAVE + " A new role can take up to an hour.",
                DIRECTORY_ROLE,
                ROLE_GROUP,
            ),
            "missing": Case(BLOCKS, HAVE, DIRECTORY_ROLE, ROLE_GROUP),
            "useful_missing": Case(
                WARNING, HAVE + " Without them not all can be judged beforehand.", DIRECTORY_ROLE, ROLE_GROUP
            ),
            "excess": Case(
                WARNING,
                HAVE + " A role group with the roles that are needed is enough.",
                "Entra admin center > Roles & admins, and " + API_PERMISSIONS,
                TAKE_BACK,
            ),
            "not_shown": Case(
                UNKNOWN,
                "It may read. Whether it may also write ({missing}) shows only when it does: its role group is "
                "not in the "
                "token. Present: {present}.",
                "Exchange admin center > Roles > Admin roles > the role group of the app",
                "Get-ManagementRoleAssignment -RoleAssignee '<role group>' | Format-Table Role",
            ),
            "not_judged": Case(UNKNOWN, "Exchange Online gave no answer: {reason}"),
            "protocol": Case(
                BLOCKS,
                "{reason}",
                "No page: see docs/exchange.md about the roads to Exchange Online.",
                "ansible-playbook -i inventory ccops.webex_email.preflight -e webex_email_exchange_transport=pwsh",
            ),
            "not_seen": NO_SIGN_IN,
        },
    ),
}
