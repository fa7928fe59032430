# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Organization-wide reads, the message trace, rights, and the agreement of table and contract."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest
import yaml

import lab
from lab.exchange_cmdlets import CMDLETS
from lab.exchange_errors import VALIDATION, CmdletError
from lab.exchange_roles import management_roles, may_run
from lab.exchange_state import SETTINGS, Context

EXCHANGE_ADMINISTRATOR = "29232cdf-9323-42fd-ade2-1d097af3e4de"
RECIPIENT_ADMINISTRATOR = "31392ffb-586c-42d1-9346-e59415a2cc4e"
GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"


@pytest.fixture
def context():
    tenant = {
        "id": "t",
        "domain": "c.onmicrosoft.com",
        "domains": ["c.onmicrosoft.com", "c.example"],
        "transport": {"SmtpClientAuthenticationDisabled": False},
        "message_traces": [
            {
                "Received": "2026-11-20T09:00:00.1234567Z",
                "RecipientAddress": "a@x.example",
                "Status": "Delivered",
            },
            {"Received": "2026-11-10T09:00:00Z", "RecipientAddress": "a@x.example", "Status": "Failed"},
        ],
    }
    return Context(tenant, dict(SETTINGS), datetime(2026, 11, 21, tzinfo=timezone.utc))


def run(context, name, **parameters):
    return CMDLETS[name.lower()](context, parameters)


def test_single_objects(context):
    assert run(context, "Get-TransportConfig").records[0]["SmtpClientAuthenticationDisabled"] is False
    assert run(context, "Get-OrganizationConfig").records[0]["IsDehydrated"] is False


def test_lists_of_organization_objects(context):
    domains = run(context, "Get-AcceptedDomain").records
    assert [(domain["DomainName"], domain["Default"]) for domain in domains] == [
        ("c.onmicrosoft.com", False),
        ("c.example", True),
    ]
    (remote,) = run(context, "Get-RemoteDomain").records
    assert (remote["DomainName"], remote["AutoForwardEnabled"]) == ("*", True)
    assert run(context, "Get-TransportRule").records == []
    assert run(context, "Get-AuthenticationPolicy").records == []


def test_the_message_trace_keeps_to_its_window(context):
    assert len(run(context, "Get-MessageTraceV2").records) == 1
    dates = {"StartDate": "2026-11-09T00:00:00Z", "EndDate": "2026-11-18T00:00:00Z"}
    assert (
        run(context, "Get-MessageTraceV2", **dates, RecipientAddress=["A@x.example"]).records[0]["Status"]
        == "Failed"
    )
    assert run(context, "Get-MessageTraceV2", **dates, Status="Delivered").records == []
    for wrong in ({"StartDate": "2026-11-09T00:00:00Z"}, {**dates, "EndDate": "2026-11-20T00:00:00Z"}):
        with pytest.raises(CmdletError) as caught:
            run(context, "Get-MessageTraceV2", **wrong)
        assert caught.value.kind == VALIDATION


def test_which_roles_hold_a_cmdlet(context):
    name = "Set-HostedOutboundSpamFilterPolicy"
    assert [role["Name"] for role in run(context, "Get-ManagementRole", Cmdlet=name).records] == [
        "Transport Hygiene"
    ]
    assert run(context, "Get-ManagementRole", Cmdlet=name, CmdletParameters=["Nothing"]).records == []
    assert run(context, "Get-ManagementRole", Cmdlet="Set-Nothing").records == []


@pytest.mark.parametrize(
    ("wid", "allowed", "denied"),
    [
        (
            EXCHANGE_ADMINISTRATOR,
            ["Set-Mailbox", "New-HostedOutboundSpamFilterRule", "Get-TransportConfig"],
            [],
        ),
        (
            RECIPIENT_ADMINISTRATOR,
            ["Set-Mailbox", "Set-CASMailbox", "Get-AcceptedDomain"],
            [
                "Get-HostedOutboundSpamFilterPolicy",
                "New-HostedOutboundSpamFilterPolicy",
                "Get-TransportConfig",
            ],
        ),
        (
            GLOBAL_READER,
            ["Get-Mailbox", "Get-TransportConfig", "Get-HostedOutboundSpamFilterRule"],
            ["Set-Mailbox", "Set-CASMailbox", "Set-HostedOutboundSpamFilterRule"],
        ),
    ],
)
def test_directory_roles_hold_cmdlets(wid, allowed, denied):
    roles = management_roles({}, [wid], [])
    assert all(may_run(roles, CMDLETS[name.lower()].roles) for name in allowed)
    assert not any(may_run(roles, CMDLETS[name.lower()].roles) for name in denied)


def test_role_groups_and_no_role_at_all():
    tenant = {"role_groups": [{"Name": "Webex", "Roles": ["Transport Hygiene"], "Members": ["APP-1"]}]}
    assert management_roles(tenant, [], ["app-1"]) == {"Transport Hygiene"}
    assert management_roles(tenant, ["unknown"], ["app-2"]) is None


def test_contract_and_table_list_the_same_cmdlets_and_parameters():
    contract = Path(lab.__file__).with_name("contracts") / "exchange.openapi.yaml"
    schemas = yaml.safe_load(contract.read_text("utf-8"))["components"]["schemas"]
    offered = [
        ref["$ref"].rsplit("/", 1)[1]
        for ref in schemas["InvokeCommand"]["properties"]["CmdletInput"]["oneOf"]
    ]
    described = {}
    for name in offered:
        parameters = schemas[name]["properties"]["Parameters"]
        key = schemas[name]["properties"]["CmdletName"]["enum"][0]
        described[key] = (sorted(parameters["properties"]), parameters.get("required", []))
    table = {
        cmdlet.name: (sorted(cmdlet.parameters), [p.name for p in cmdlet.parameters.values() if p.mandatory])
        for cmdlet in CMDLETS.values()
    }
    assert described == table
