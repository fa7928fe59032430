# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forwarding of a mailbox against the embedded cloud."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.forwarding import on_client
from ansible_collections.ccops.webex_email.plugins.modules.exchange_forwarding import MODULE
from ansible_collections.ccops.webex_email.plugins.modules.exchange_forwarding_info import MODULE as INFO

SUPPORT = "support@contoso.example"
ALIAS = "a41a0ba3566ed2091155f13e48e6d4f8@mail-us.imiconnect.io"
MAILBOX = "/tenants/0/mailboxes/0/"


def stored(cloud):
    mailbox = cloud.state()["tenants"][0]["mailboxes"][0]
    return (
        mailbox["ForwardingSmtpAddress"],
        mailbox["DeliverToMailboxAndForward"],
        mailbox["ForwardingAddress"],
    )


def put(cloud, **properties):
    cloud.edit(
        [{"op": "replace", "path": MAILBOX + name, "value": value} for name, value in properties.items()]
    )


def sent(task):
    """Parameters of the only write, without the identity."""
    (write,) = [entry for entry in task.requests("exchange") if entry["write"]]
    parameters = dict(write["request_body"]["CmdletInput"]["Parameters"])
    assert parameters.pop("Identity") == "4b2a5d0e-7f0c-4c11-9d0e-0c6b1a1f0a01"
    return parameters


def test_present_again_absent_again(task):
    first = task.run(MODULE, identity=SUPPORT, forward_to=ALIAS)
    assert first["changed"]
    assert first["actions"] == [f"forward {SUPPORT} to {ALIAS} and keep a copy"]
    assert first["diff"] == {
        "before": {"forward_to": None, "keep_copy": False},
        "after": {"forward_to": ALIAS, "keep_copy": True},
    }
    assert first["forwarding"]["forward_to"] == ALIAS
    assert stored(task.cloud) == (f"smtp:{ALIAS}", True, None)

    again = task.run(MODULE, identity=SUPPORT, forward_to=ALIAS.upper())
    assert not again["changed"]
    assert again["forwarding"] == first["forwarding"]

    gone = task.run(MODULE, identity=SUPPORT, forward_to=ALIAS, state="absent")
    assert gone["changed"]
    assert gone["actions"] == [f"stop forwarding {SUPPORT}"]
    assert gone["forwarding"]["forward_to"] is None
    assert stored(task.cloud) == (None, False, None)
    assert not task.run(MODULE, identity=SUPPORT, forward_to=ALIAS, state="absent")["changed"]
    assert len(task.writes()) == 2


@pytest.mark.parametrize(
    ("now", "given", "expected"),
    [
        ({}, {}, {"ForwardingSmtpAddress": f"smtp:{ALIAS}", "DeliverToMailboxAndForward": True}),
        ({}, {"keep_copy": False}, {"ForwardingSmtpAddress": f"smtp:{ALIAS}"}),
        ({"ForwardingSmtpAddress": f"smtp:{ALIAS}"}, {}, {"DeliverToMailboxAndForward": True}),
        (
            {"ForwardingSmtpAddress": "smtp:owner@elsewhere.example", "DeliverToMailboxAndForward": True},
            {},
            {"ForwardingSmtpAddress": f"smtp:{ALIAS}"},
        ),
        (
            {"ForwardingSmtpAddress": f"smtp:{ALIAS}", "DeliverToMailboxAndForward": True},
            {"state": "absent"},
            {"ForwardingSmtpAddress": None, "DeliverToMailboxAndForward": False},
        ),
        ({"ForwardingSmtpAddress": f"smtp:{ALIAS}"}, {"state": "absent"}, {"ForwardingSmtpAddress": None}),
    ],
)
def test_one_write_with_only_what_differs(task, now, given, expected):
    put(task.cloud, **now)
    assert task.run(MODULE, identity=SUPPORT, forward_to=ALIAS, **given)["changed"]
    assert sent(task) == expected


def test_check_mode_writes_nothing_and_tells_what_will_be(task):
    planned = task.run(MODULE, check=True, identity=SUPPORT, forward_to=ALIAS)
    assert task.writes() == []
    assert planned["forwarding"].pop("predicted") is True
    assert planned == task.run(MODULE, identity=SUPPORT, forward_to=ALIAS)


def test_an_address_that_is_not_known_yet_is_planned_but_not_written(task):
    planned = task.run(MODULE, check=True, identity=SUPPORT)
    assert planned["changed"]
    assert planned["actions"] == [f"forward {SUPPORT} to the address of the new asset and keep a copy"]
    assert planned["diff"]["after"] == {"forward_to": "the address of the new asset", "keep_copy": True}
    assert planned["forwarding"]["forward_to"] is None
    refused = task.run(MODULE, identity=SUPPORT)
    assert refused["failed"]
    assert refused["error"]["code"] == "not_known_yet"
    assert "forward_to" in refused["msg"]
    assert task.writes() == []


def test_absent_leaves_somebody_elses_forwarding_alone(task):
    put(task.cloud, ForwardingSmtpAddress="smtp:owner@elsewhere.example")
    result = task.run(MODULE, identity=SUPPORT, forward_to=ALIAS, state="absent")
    assert not result["changed"]
    assert task.warnings == [f"{SUPPORT} forwards to owner@elsewhere.example, which was left alone."]
    assert task.run(MODULE, identity=SUPPORT, state="absent")["changed"], "without an address, any"
    assert stored(task.cloud)[0] is None


def test_absent_leaves_a_lonely_copy_flag_and_a_recipient_alone(task):
    put(task.cloud, DeliverToMailboxAndForward=True, ForwardingAddress="sales")
    assert not task.run(MODULE, identity=SUPPORT, state="absent")["changed"]
    assert task.writes() == []


def test_a_recipient_in_the_way_is_a_conflict(task):
    put(task.cloud, ForwardingAddress="sales")
    refused = task.run(MODULE, identity=SUPPORT, forward_to=ALIAS)
    assert refused["error"]["code"] == "conflict"
    assert "sales" in refused["msg"]
    assert "on_conflict" in refused["error"]["hint"]
    assert task.writes() == []


def test_a_recipient_in_the_way_is_cleared_when_asked(task):
    put(task.cloud, ForwardingAddress="sales")
    result = task.run(MODULE, identity=SUPPORT, forward_to=ALIAS, on_conflict="clear")
    assert result["actions"] == [
        f"forward {SUPPORT} to {ALIAS} and keep a copy, no longer to the recipient sales"
    ]
    assert result["diff"]["before"]["forwarding_address"] == "sales"
    assert result["diff"]["after"]["forwarding_address"] is None
    assert stored(task.cloud) == (f"smtp:{ALIAS}", True, None)
    assert not task.run(MODULE, identity=SUPPORT, forward_to=ALIAS, on_conflict="clear")["changed"]


def test_a_recipient_in_the_way_is_ignored_with_a_warning(task):
    put(task.cloud, ForwardingAddress="sales")
    assert task.run(MODULE, identity=SUPPORT, forward_to=ALIAS, on_conflict="ignore")["changed"]
    assert stored(task.cloud) == (f"smtp:{ALIAS}", True, "sales")
    assert not task.run(MODULE, identity=SUPPORT, forward_to=ALIAS, on_conflict="ignore")["changed"]
    assert task.warnings == [f"{SUPPORT} forwards to the recipient sales, so forward_to has no effect."]


def test_a_recipient_mastered_on_premises_cannot_be_cleared_here(task):
    put(task.cloud, ForwardingAddress="sales", IsDirSynced=True)
    refused = task.run(MODULE, identity=SUPPORT, forward_to=ALIAS, on_conflict="clear")
    assert refused["error"]["code"] == "conflict"
    assert "on-premises" in refused["msg"]
    assert refused["actions"] == []
    assert len(refused["actions_left"]) == 1
    assert stored(task.cloud) == (None, False, "sales")


def test_a_synchronised_mailbox_can_forward(task):
    put(task.cloud, IsDirSynced=True)
    result = task.run(MODULE, identity=SUPPORT, forward_to=ALIAS)
    assert result["changed"]
    assert result["forwarding"]["dirsynced"] is True


@pytest.mark.parametrize("target", [SUPPORT, SUPPORT.upper(), "support@contoso.onmicrosoft.com"])
def test_a_mailbox_never_forwards_to_itself(task, target):
    refused = task.run(MODULE, identity="support", forward_to=target)
    assert refused["error"]["code"] == "invalid_input"
    assert "itself" in refused["msg"]
    assert task.writes() == []


def test_an_unknown_address_is_no_loop_for_a_mailbox_without_sign_in_name():
    """A resource mailbox has no user principal name; no address is not the same as no name."""
    record = {"Guid": "g", "PrimarySmtpAddress": "room@c.example", "DeliverToMailboxAndForward": False}

    class Client:
        def mailbox(self, identity):
            return record

    options = {"identity": "room", "keep_copy": True, "on_conflict": "fail", "state": "present"}
    resource = on_client(Client(), options)
    assert resource.plan(resource.read()).missing == ("forward_to",)
    options["forward_to"] = "Room@c.example"
    with pytest.raises(Fault, match="itself"):
        resource.plan(resource.read())


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b", "a b@c.example", "a@c.example, b@c.example", "<a@c.example>"]
)
def test_a_malformed_address_is_refused_before_anything_is_sent(task, address):
    refused = task.run(MODULE, identity=SUPPORT, forward_to=address)
    assert refused["error"]["code"] == "invalid_input"
    assert "forward_to" in refused["msg"]
    assert task.cloud.journal() == []


def test_info(task):
    put(
        task.cloud,
        ForwardingSmtpAddress=f"smtp:{ALIAS}",
        DeliverToMailboxAndForward=True,
        ForwardingAddress="sales",
    )
    result = task.run(INFO, identity=SUPPORT)
    assert set(result) == {"changed", "forwarding"}
    found = result["forwarding"]
    assert (found["forward_to"], found["keep_copy"], found["forwarding_address"]) == (ALIAS, True, "sales")
    assert task.writes() == []


def test_drift_by_the_owner_is_repaired(task):
    task.run(MODULE, identity=SUPPORT, forward_to=ALIAS)
    put(task.cloud, ForwardingSmtpAddress="smtp:me@home.example", DeliverToMailboxAndForward=False)
    repaired = task.run(MODULE, identity=SUPPORT, forward_to=ALIAS)
    assert repaired["diff"]["before"] == {"forward_to": "me@home.example", "keep_copy": False}
    assert stored(task.cloud) == (f"smtp:{ALIAS}", True, None)
