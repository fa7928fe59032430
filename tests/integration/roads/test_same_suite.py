# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One suite through every road: same results, same errors, same journal of effects."""

from __future__ import annotations

import re

import pytest

from integration.modules.expect import check
from integration.modules.scenario import Names, Step, scenarios, steps_of
from integration.roads.road import ROADS, comparable

SUPPORT = "support@contoso.example"
ALIAS = "a41a0ba3566ed2091155f13e48e6d4f8@mail-us.imiconnect.io"
CALLER = "/tenants/0/callers/0"
POLICY = "HostedOutboundSpamFilterPolicy"


def roles(*names):
    """The automation identity holds these management roles and no directory role."""
    client = "6f1d3c52-5a0b-4f0e-9a61-1f6f5f0c1a01"
    group = {"Name": "Webex", "Roles": list(names), "Members": [client]}
    return [
        {"op": "replace", "path": f"{CALLER}/directory_roles", "value": []},
        {"op": "add", "path": "/tenants/0/role_groups", "value": [group]},
    ]


def on_premises():
    user = {"Guid": "4b2a5d0e-7f0c-4c11-9d0e-0c6b1a1f0aff", "PrimarySmtpAddress": "old@contoso.example"}
    user |= {"Alias": "old", "RecipientTypeDetails": "MailUser"}
    return [{"op": "add", "path": "/tenants/0/recipients", "value": [user]}]


def replaced(path, value):
    return {"op": "replace", "path": f"/tenants/0/{path}", "value": value}


def lost(operation, times=1, **fault):
    return {"match": {"service": "exchange", "operation": operation, "times": times}, **fault}


def enable(name, code=None, lab=None, changed=False, **more):
    options = {"identity": SUPPORT, "smtp_auth": "enabled", **more}
    return Step(name, "o365_mailbox", options, {"reset": True, **(lab or {})}, code=code, changed=changed)


def forward(name, code=None, lab=None, changed=False, **more):
    options = {"identity": SUPPORT, "forward_to": ALIAS, **more}
    return Step(
        name, "exchange_forwarding", options, {"reset": True, **(lab or {})}, code=code, changed=changed
    )


def allow(name, code=None, lab=None, changed=False, **more):
    options = {"senders": [SUPPORT], **more}
    lab = {"reset": True, **(lab or {})}
    return Step(name, "exchange_outbound_policy", options, lab, code=code, changed=changed)


SAME_ALIAS = [replaced("mailboxes/1/Alias", "support")]
DIRSYNCED = [replaced("mailboxes/0/IsDirSynced", True), replaced("mailboxes/0/ForwardingAddress", "sales")]
DEHYDRATED = [replaced("organization/IsDehydrated", True)]

TROUBLE = [
    enable("unknown mailbox", "not_found", identity="nobody@contoso.example"),
    enable("empty identity", "invalid_input", identity=" "),
    enable("identity with NUL", "invalid_input", identity="support\0@contoso.example"),
    enable("half a surrogate pair", "invalid_input", identity="\ud800@contoso.example"),
    enable("ambiguous mailbox", "ambiguous", {"edit": SAME_ALIAS}, identity="support"),
    enable("mailbox on premises", "not_found", {"edit": on_premises()}, identity="old@contoso.example"),
    enable(
        "mailbox rights are enough", None, {"edit": roles("Mail Recipients", "User Options")}, changed=True
    ),
    enable("no rights that fit", "denied", {"edit": roles("Address Lists")}),
    forward("forwarding to itself", "invalid_input", forward_to="Support@contoso.example"),
    forward("another forwarding", "conflict", {"edit": [replaced("mailboxes/0/ForwardingAddress", "sales")]}),
    allow("unknown sender", "not_found", senders=["nobody@contoso.example"]),
]
# Exchange itself refuses these, so they are sent.
REFUSED = [
    enable("only reading", "denied", {"edit": roles("View-Only Recipients", "View-Only Configuration")}),
    allow(
        "mailbox rights are not enough",
        "denied",
        {"edit": roles("Mail Recipients", "View-Only Configuration")},
    ),
    forward("mastered on premises", "conflict", {"edit": DIRSYNCED}, on_conflict="clear"),
    allow("not customisable yet", "policy_blocked", {"edit": DEHYDRATED}),
]


@pytest.fixture(scope="module")
def over_rest():
    """What the road rest made of each table, for the others to be compared with."""
    return {}


def through(travel, road, steps, over_rest, key):
    """Run steps over a road, and over rest if nobody did; what they made of them."""
    for name in dict.fromkeys(("rest", road)):
        if name == "rest" and key in over_rest:
            continue
        task = travel(name)
        outcomes, warnings = [], []
        for step in steps:
            outcomes.append(task.step(step))
            warnings.append(list(task.warnings))
        assert task.cloud.violations() == []
        world = task.cloud.state()["tenants"]
        found = (outcomes, warnings, [comparable(item) for item in outcomes], world)
        if name == "rest":
            over_rest[key] = found
    return over_rest[key] if road == "rest" else found


def check_all(outcomes, warnings):
    problems = check(outcomes)
    for outcome, texts in zip(outcomes, warnings, strict=True):
        problems += [
            f"{outcome.step.name}: no warning {pattern}"
            for pattern in outcome.step.warnings
            if not any(re.search(pattern, text) for text in texts)
        ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("module", scenarios("exchange_*", "o365_*"))
def test_scenario(travel, over_rest, module, road):
    outcomes, warnings, made, world = through(travel, road, steps_of(module), over_rest, module)
    check_all(outcomes, warnings)
    _outcomes, _warnings, reference, reference_world = over_rest[module]
    assert made == reference
    assert _without_chance(world) == _without_chance(reference_world)


@pytest.mark.parametrize("road", ROADS)
def test_trouble(travel, over_rest, road):
    outcomes, warnings, made, _world = through(travel, road, TROUBLE, over_rest, "trouble")
    check_all(outcomes, warnings)
    for step, one, other in zip(TROUBLE, made, over_rest["trouble"][2], strict=True):
        assert (step.name, one) == (step.name, other)


@pytest.mark.parametrize("road", ROADS)
def test_what_exchange_refuses(travel, over_rest, road):
    outcomes, _warnings, made, _world = through(travel, road, REFUSED, over_rest, "refused")
    assert [outcome.result["error"]["code"] for outcome in outcomes] == [step.code for step in REFUSED]
    assert [outcome.result["changed"] for outcome in outcomes] == [False] * len(REFUSED)
    assert not any(entry["applied"] for outcome in outcomes for entry in outcome.journal)
    assert made == over_rest["refused"][2]


def _without_chance(world):
    """Rules, policies and mails get a GUID of their own in each run, mails the time, too."""
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>", str(world))
    return Names.INSTANT.sub("<instant>", text)


LOST = [
    allow(
        "a policy that was made", None, {"faults": [lost(f"New-{POLICY}", do="status", phase="after")]}, True
    ),
    allow("a policy that was not made", None, {"faults": [lost(f"New-{POLICY}", do="status")]}, True),
    allow("a cut connection", None, {"faults": [lost(f"New-{POLICY}", do="reset", phase="after")]}, True),
    enable("busy for a while", None, {"faults": [lost("Set-CASMailbox", 2, do="status")]}, True),
    enable("throttled", None, {"faults": [lost("Get-Mailbox", 2, do="status", status=429)]}, True),
]


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("step", LOST, ids=lambda step: step.name)
def test_an_answer_that_gets_lost_on_the_service_s_side(travel, road, step):
    """How often a road asks is its own affair; what comes of it is not."""
    task = travel(road)
    outcome = task.step(step)
    assert not outcome.failed, outcome.result
    applied = [entry["operation"] for entry in outcome.journal if entry["applied"]]
    assert applied == (
        ["Set-CASMailbox"]
        if step.module == "o365_mailbox"
        else [f"New-{POLICY}", "New-HostedOutboundSpamFilterRule"]
    )
    assert len(task.cloud.state()["tenants"][0]["outbound_policies"]) <= 2
