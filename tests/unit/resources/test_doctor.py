# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor at six prepared tenants, over real HTTP and TLS: the expected lines, and nothing written."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.auth import discovery
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.doctor import TABLE
from ansible_collections.ccops.webex_email.plugins.modules.azure_app_registration import MODULE as APP
from ansible_collections.ccops.webex_email.plugins.modules.email_tenant_info import MODULE
from ansible_collections.ccops.webex_email.plugins.modules.exchange_outbound_policy import MODULE as OUTBOUND

SENDERS = ["support@contoso.example", "sales@contoso.example"]
TENANT = "/tenants/0"
CONNECT = "/connect/0"
MAIL_SEND = {"resource": "Office 365 Exchange Online", "type": "application", "value": "Mail.Send"}
SMTP_SEND = {"resource": "Office 365 Exchange Online", "type": "delegated", "value": "SMTP.Send"}
NEEDED = ["Application.ReadWrite.All", "Policy.Read.All"]
FOR_SELF = "ManagePermissionGrantsForSelf"


def change(task, **values):
    """Change the tenant; ``__`` in a name stands for a slash."""
    operations = [
        {"op": "add", "path": f"{TENANT}/{name.replace('__', '/')}", "value": value}
        for name, value in values.items()
    ]
    task.cloud.edit(operations)


def secret_policy(**rule):
    rules = [{"state": "enabled", "restrictionType": "passwordLifetime", "maxLifetime": None, **rule}]
    return {
        "app_management_policy__isEnabled": True,
        "app_management_policy__applicationRestrictions__passwordCredentials": rules,
    }


def examined(task, **given):
    """What the doctor says, as {line: (status, case)} of all lines, those that are not ok, and the tenant as "
    "returned."""
    options = {"senders": SENDERS, "permissions": [MAIL_SEND], "unique_name": "webex-connect-email", **given}
    task.cloud.clear_journal()
    state = task.cloud.state()
    result = task.run(MODULE, **options)
    assert not result.get("failed"), result
    assert not result["changed"]
    assert task.writes() == []
    assert task.cloud.state() == state
    assert task.cloud.violations() == []
    found = {line["check"]: (line["status"], line["case"]) for line in result["tenant"]["lines"]}
    assert list(found) == list(TABLE)
    return {name: item for name, item in found.items() if item[0] != "ok"}, result["tenant"]


def test_a_healthy_tenant(task):
    change(task, callers__0__graph_roles=NEEDED)
    task.run(OUTBOUND, senders=SENDERS)
    noticed, tenant = examined(task)
    assert noticed == {}
    assert tenant["status"] == "ok"
    assert tenant["tenant_id"] == "0f47778c-61c2-4b0a-8e94-3f05e737a1dd"
    assert [item["verdict"] for item in tenant["verdicts"]] == ["allowed", "allowed"]


def test_a_tenant_where_nothing_was_done_yet_is_healthy_too(task):
    change(task, callers__0__graph_roles=NEEDED)
    noticed, tenant = examined(task)
    assert noticed == {}
    forwarding = next(line for line in tenant["lines"] if line["check"] == "forwarding")
    assert "The playbook tenants makes a policy of our own, for the 2 mailboxes" in forwarding["why"]


def test_a_tenant_that_gave_no_rights(task):
    change(task, callers__2__directory_roles=[], callers__2__exchange_app_roles=[])
    noticed, tenant = examined(task, caller="no-graph-rights")
    assert noticed == {
        "graph_rights": ("blocks", "missing"),
        "exchange_rights": ("blocks", "no_permission"),
        "user_consent": ("unknown", "not_readable"),
        "secret_policy": ("unknown", "not_readable"),
        "security_defaults": ("unknown", "not_readable"),
        **{
            name: ("unknown", "no_answer")
            for name in (
                *("smtp_auth", "customization", "outbound_policies"),
                *("forwarding", "mailboxes", "remote_domains", "mail_flow_rules"),
            )
        },
    }
    graph = next(line for line in tenant["lines"] if line["check"] == "graph_rights")
    assert graph["found"]["missing"] == ["Application.ReadWrite.All", "Policy.Read.All"]
    assert (
        "for right in Application.ReadWrite.All Policy.Read.All; do az ad app permission add"
        in graph["command"]
    )


def test_a_tenant_that_gave_the_permission_but_no_role(task):
    change(task, callers__3__graph_roles=NEEDED)
    noticed, tenant = examined(task, caller="no-exchange-role")
    assert noticed.pop("exchange_rights") == ("blocks", "no_role")
    assert set(noticed.values()) == {("unknown", "not_readable")}
    line = next(line for line in tenant["lines"] if line["check"] == "exchange_rights")
    assert "Roles & admins > Exchange Administrator" in line["portal"]
    assert "'Mail Recipients'" in line["command"] and "'Transport Hygiene'" in line["command"]


def test_a_role_group_that_may_read_but_not_all_of_it(task):
    member = task.cloud.state()["tenants"][0]["callers"][3]["client_id"]
    roles = ["Mail Recipients", "User Options", "Transport Hygiene", "View-Only Recipients"]
    change(task, role_groups=[{"Name": "Automation", "Roles": roles, "Members": [member]}])
    noticed, tenant = examined(task, caller="no-exchange-role")
    assert noticed["exchange_rights"] == ("blocks", "missing")
    line = next(line for line in tenant["lines"] if line["check"] == "exchange_rights")
    assert line["found"]["missing"] == ["View-Only Configuration"]
    assert noticed["smtp_auth"] == noticed["remote_domains"] == ("unknown", "not_readable")
    assert "outbound_policies" not in noticed


def test_a_role_group_with_all_roles_cannot_be_seen_to_write(task):
    member = task.cloud.state()["tenants"][0]["callers"][3]["client_id"]
    roles = [
        "Mail Recipients",
        "User Options",
        "Transport Hygiene",
        "View-Only Recipients",
        "View-Only Configuration",
    ]
    change(task, role_groups=[{"Name": "Automation", "Roles": roles, "Members": [member]}])
    change(task, callers__3__graph_roles=NEEDED)
    noticed, _tenant = examined(task, caller="no-exchange-role")
    assert noticed == {"exchange_rights": ("unknown", "not_shown")}


def test_a_tenant_with_locked_down_consent(task):
    change(task, callers__0__graph_roles=NEEDED, consent_policies=[])
    noticed, tenant = examined(task)
    assert noticed == {"user_consent": ("warning", "required")}
    assert tenant["status"] == "warning"


def test_consent_does_not_matter_once_an_administrator_has_granted_it(task):
    task.run(
        APP,
        unique_name="webex-connect-email",
        display_name="App",
        permissions=[SMTP_SEND],
        admin_consent=True,
    )
    change(task, consent_policies=[])
    noticed, _tenant = examined(task)
    assert "user_consent" not in noticed


def test_consent_does_not_matter_where_the_run_grants_it(task):
    change(task, consent_policies=[])
    noticed, _tenant = examined(task, permissions=[SMTP_SEND])
    assert "user_consent" not in noticed
    noticed, _tenant = examined(task, permissions=[SMTP_SEND], admin_consent=False)
    assert noticed["user_consent"] == ("warning", "required")


def test_consent_that_depends_on_rules(task):
    change(task, callers__0__graph_roles=NEEDED, consent_policies=[f"{FOR_SELF}.microsoft-user-default-low"])
    noticed, _tenant = examined(task)
    assert noticed == {"user_consent": ("warning", "undetermined")}


def test_a_tenant_with_a_short_secret_policy(task):
    change(task, callers__0__graph_roles=NEEDED, **secret_policy(maxLifetime="P90D"))
    noticed, tenant = examined(task)
    assert noticed == {"secret_policy": ("blocks", "too_short")}
    line = next(line for line in tenant["lines"] if line["check"] == "secret_policy")
    assert line["found"] == {"valid_days": 730, "days": 90, "min_remaining_days": 30}
    assert "-e webex_email_secret_valid_days=90" in line["command"]
    assert examined(task, valid_days=90)[0] == {}


def test_a_secret_policy_that_spares_the_app(task):
    change(task, callers__0__graph_roles=NEEDED)
    app = task.run(APP, unique_name="webex-connect-email", display_name="App")["app"]
    change(task, **secret_policy(restrictionType="passwordAddition"))
    assert examined(task)[0] == {"secret_policy": ("blocks", "forbidden")}
    allowing = {
        "id": "11111111-1111-4111-8111-111111111111",
        "displayName": "Webex Connect",
        "isEnabled": True,
        "restrictions": {
            "passwordCredentials": [{"restrictionType": "passwordAddition", "state": "disabled"}]
        },
    }
    change(task, app_management_policies={app["object_id"]: allowing})
    assert examined(task)[0] == {}


def test_a_tenant_where_forwarding_is_blocked_by_default(task):
    change(task, callers__0__graph_roles=NEEDED, outbound_policies__0__AutoForwardingMode="Off")
    noticed, tenant = examined(task)
    assert noticed == {"forwarding": ("warning", "blocked_by_default")}
    line = next(line for line in tenant["lines"] if line["check"] == "forwarding")
    assert "decided by policy Default (Off)" in line["why"]
    task.run(OUTBOUND, senders=SENDERS)
    assert examined(task)[0] == {}


def test_a_tenant_where_everything_is_wrong_at_once(task):
    change(
        task,
        callers__0__graph_roles=["Directory.ReadWrite.All", "Policy.Read.All"],
        callers__0__directory_roles=["Global Reader"],
        consent_policies=[],
        security_defaults=True,
        outbound_policies__0__AutoForwardingMode="Off",
        remote_domains__0__AutoForwardEnabled=False,
        organization__IsDehydrated=True,
        transport__SmtpClientAuthenticationDisabled=False,
        **secret_policy(restrictionType="passwordAddition"),
    )
    member = task.cloud.state()["tenants"][0]["callers"][0]["client_id"]
    change(task, role_groups=[{"Name": "Hygiene", "Roles": ["Transport Hygiene"], "Members": [member]}])
    expired = task.cloud.state()["connect"][0]["tokens"][2]["value"]
    noticed, tenant = examined(
        task, senders=[*SENDERS, "Sales@contoso.example", "nobody@contoso.example"], connect_token=expired
    )
    assert noticed == {
        "graph_rights": ("blocks", "missing"),
        "exchange_rights": ("unknown", "not_shown"),
        "user_consent": ("warning", "required"),
        "secret_policy": ("blocks", "forbidden"),
        "security_defaults": ("warning", "on"),
        "customization": ("blocks", "dehydrated"),
        "forwarding": ("warning", "blocked_by_default"),
        "mailboxes": ("warning", "unknown"),
        "remote_domains": ("warning", "closed"),
        "connect_token": ("blocks", "refused"),
        "connect_organization": ("unknown", "not_tried"),
        "channels": ("blocks", "same_mailbox"),
    }
    assert tenant["status"] == "blocks"


# -- one at a time --------------------------------------------------------------------------------------------------


def test_a_personal_access_token_that_has_run_out_after_twelve_hours(task):
    now = time.time()
    for hours, case in ((11, None), (13, ("blocks", "refused"))):
        issued = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - hours * 3600))
        token = {"value": f"CANARY-personal-{hours}", "issued": issued, "role": "full"}
        task.cloud.edit([{"op": "add", "path": f"{CONNECT}/tokens/-", "value": token}])
        assert examined(task, connect_token=token["value"])[0].get("connect_token") == case


def test_a_token_of_somebody_else(task):
    token = task.cloud.state()["connect"][0]["tokens"][1]["value"]
    noticed, _tenant = examined(task, connect_token=token)
    assert noticed["connect_organization"] == ("blocks", "denied")
    assert "connect_token" not in noticed


def test_webex_connect_is_not_asked_where_it_is_not_used_or_not_given(task):
    assert not {name for name in examined(task, connect_mode="manual")[0] if name.startswith("connect")}
    assert task.requests("connect") == []
    noticed, tenant = examined(task, connect_token="")
    assert noticed["connect_region"] == ("unknown", "not_given")
    assert task.requests("connect") == []
    assert "connect_token not given" in str(tenant["lines"])


def test_webex_connect_is_left_to_the_channels_if_wished(task):
    result = task.run(MODULE, ask_connect=False, connect_token="wrong-token-0")
    lines = [line["check"] for line in result["tenant"]["lines"]]
    assert lines == [name for name in TABLE if not name.startswith("connect")]
    assert task.requests("connect") == []


def test_a_secret_that_is_refused(task):
    noticed, tenant = examined(task, caller="expired-secret")
    assert noticed["sign_in"] == ("blocks", "refused")
    assert set(noticed.values()) == {("blocks", "refused"), ("unknown", "not_seen")}
    assert "expired" in next(line["why"] for line in tenant["lines"] if line["check"] == "sign_in")


def test_hosts_that_cannot_be_reached_and_certificates_that_are_not_trusted(task):
    nowhere = "https://localhost:9"
    noticed, _tenant = examined(task, graph_url=nowhere, connect_url=f"{nowhere}/connectapi", deadline=3)
    assert noticed["proxies"] == ("blocks", "broken")
    assert noticed["connect_region"] == ("blocks", "no_answer")
    assert noticed["user_consent"] == ("unknown", "no_answer")
    noticed, tenant = examined(task, ca_bundle=None)
    assert noticed["tls"] == ("blocks", "refused")
    assert tenant["status"] == "blocks"


def test_it_does_not_outlast_its_patience(task):
    slow = {
        "match": {"service": "exchange"},
        "do": "status",
        "status": 503,
        "headers": {"Retry-After": "600"},
    }
    task.cloud.faults([slow])
    started = time.monotonic()
    noticed, _tenant = examined(task)
    assert time.monotonic() - started < 20
    assert noticed["exchange_rights"] == ("unknown", "not_judged")
    assert "user_consent" not in noticed


def test_a_clock_that_is_wrong(task, monkeypatch):
    ahead = SimpleNamespace(time=lambda: time.time() + 660)
    monkeypatch.setattr(discovery, "time", ahead)
    noticed, tenant = examined(task)
    assert noticed["clock"] == ("warning", "wrong")
    assert "11 minutes ahead of" in str(tenant["lines"])


def test_an_identity_for_the_policy_alone(task):
    noticed, _tenant = examined(task, caller="no-graph-rights", duties=["policy"])
    assert "graph_rights" not in noticed
    assert noticed["user_consent"] == ("unknown", "not_readable")


def test_a_tenant_is_read_with_few_requests(task):
    examined(task)
    graph = task.operations("graph")
    assert graph.count("batch_Post") == 1
    # One for the organization; the senders may be looked up in another.
    assert 1 <= task.operations("exchange").count("invokeCommandBatch") <= 2
    assert task.operations("exchange").count("Get-HostedOutboundSpamFilterRule") == 1
    assert len(task.requests("connect")) == 1


@pytest.mark.parametrize("address", ["nobody", "a b@contoso.example"])
def test_a_sender_that_is_no_address_is_a_line_of_the_table(task, address):
    noticed, _tenant = examined(task, senders=[address])
    assert noticed["mailboxes"] == ("blocks", "malformed")
