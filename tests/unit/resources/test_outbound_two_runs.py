# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several runs at once on one list of senders, which Exchange only lets be replaced whole."""

from __future__ import annotations

import contextlib
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault
from ansible_collections.ccops.webex_email.plugins.module_utils.core.retry import Deadline
from ansible_collections.ccops.webex_email.plugins.module_utils.resources import outbound_senders
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.outbound_policy import NAME
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.outbound_senders import SenderList
from ansible_collections.ccops.webex_email.plugins.modules.exchange_outbound_policy import MODULE

from unit.conftest import Task
from unit.resources.outbound import RULE, SALES, SUPPORT, add_ours, policies, rules

MORE = [f"team{number}@contoso.example" for number in range(6)]


def add_mailboxes(cloud, addresses):
    for number, address in enumerate(addresses):
        guid = f"4b2a5d0e-7f0c-4c11-9d0e-0c6b1a1f1{number:03}"
        name = address.partition("@")[0]
        mailbox = {"Guid": guid, "UserPrincipalName": address, "PrimarySmtpAddress": address, "Alias": name}
        mailbox["EmailAddresses"] = [f"SMTP:{address}"]
        cloud.edit([{"op": "add", "path": "/tenants/0/mailboxes/-", "value": mailbox}])


@pytest.fixture
def without_lock(monkeypatch):
    """As on several machines, where no run sees the other's lock."""
    monkeypatch.setattr(
        outbound_senders, "one_on_this_machine", lambda scope, deadline, busy: contextlib.nullcontext()
    )


def run_all(task, tmp_path, many):
    """Run a task for each list of options at the same time; the results."""

    def one(number, options):
        scratch = tmp_path / str(number)
        scratch.mkdir(exist_ok=True)
        return Task(task.cloud, scratch).run(MODULE, deadline=60, **options)

    with ThreadPoolExecutor(len(many)) as pool:
        return list(pool.map(one, range(len(many)), many))


@pytest.mark.parametrize("made", [True, False])
def test_runs_at_once_on_one_machine_lose_no_sender(task, tmp_path, made):
    add_mailboxes(task.cloud, MORE)
    if made:
        add_ours(task.cloud, [SUPPORT])
    task.cloud.settings(latency_ms=20)
    results = run_all(task, tmp_path, [{"senders": [address]} for address in MORE])
    assert [result for result in results if result.get("failed")] == []
    assert rules(task.cloud)[0]["From"] == sorted([*MORE, *([SUPPORT] if made else [])])
    assert len(rules(task.cloud)) == 1 and len(policies(task.cloud)) == 2


def test_taking_out_and_adding_at_once(task, tmp_path):
    add_mailboxes(task.cloud, MORE)
    add_ours(task.cloud, MORE[:3])
    task.cloud.settings(latency_ms=20)
    gone = [{"senders": [address], "state": "absent"} for address in MORE[:3]]
    run_all(task, tmp_path, gone + [{"senders": [address]} for address in MORE[3:]])
    # The rule may go with its last sender before the first new one is there: that run says so, and may be repeated.
    run_all(task, tmp_path, [{"senders": [address]} for address in MORE[3:]])
    assert rules(task.cloud)[0]["From"] == MORE[3:]


class Rule:
    """A rule that several machines change, each write seen by all at once; and who reads or writes when, as told.

    :param late: reads that still show the list before the last write.
    """

    def __init__(self, senders, late=0):
        self.senders = self.before = list(senders)
        self.late, self.left = late, 0
        self.writes = []
        self.after_read = lambda: None

    def outbound_rules_now(self):
        self.left -= 1
        shown = self.before if self.left >= 0 else self.senders
        rule = {"Name": NAME, "From": list(shown)}
        self.after_read()
        return [rule]

    def set_outbound_rule(self, name, properties):
        if self.left < 0:
            self.before = self.senders
        self.senders, self.left = properties["From"], self.late
        self.writes.append(properties["From"])


def senders_of(rule, seconds=30):
    """A SenderList on it, with a clock that does not make anybody wait."""
    clock = itertools.count(0, 0.01)
    deadline = Deadline(seconds, clock=lambda: next(clock), sleep=lambda wait: None)
    return SenderList(rule, deadline, ("tenant", NAME), lambda name: None)


def test_what_another_machine_wrote_between_our_read_and_our_write_is_brought_back_by_it(without_lock):
    """A read, B read, A wrote, B wrote: A's second look finds its sender missing, and adds it to what B wrote."""
    rule = Rule([SUPPORT])
    ours, theirs = senders_of(rule), senders_of(rule)
    read, written = threading.Event(), threading.Event()

    def other_machine():
        def wait():
            rule.after_read = lambda: None
            read.set()
            assert written.wait(20)

        rule.after_read = wait
        theirs.change(lambda current: {*current, SALES})

    other = threading.Thread(target=other_machine)
    other.start()
    assert read.wait(20)
    stays = ours._stays

    def looked_at_later(update, wait):
        written.set()
        other.join(20)
        return stays(update, wait)

    ours._stays = looked_at_later
    ours.change(lambda current: {*current, "team@contoso.example"})
    assert [SALES, SUPPORT] in rule.writes, "the other one did write over ours"
    assert sorted(rule.senders) == [SALES, SUPPORT, "team@contoso.example"]


@pytest.mark.parametrize("late", [0, 1, 2])
def test_a_read_that_is_late_is_no_reason_to_write_again(without_lock, late):
    rule = Rule([SUPPORT], late)
    senders_of(rule).change(lambda current: {*current, SALES})
    assert rule.writes == [[SALES, SUPPORT]]


def test_a_change_that_never_shows_is_uncertain(without_lock):
    rule = Rule([SUPPORT], late=10**9)
    with pytest.raises(Fault) as caught:
        senders_of(rule, seconds=3).change(lambda current: {*current, SALES})
    assert caught.value.code == "uncertain"
    assert caught.value.retryable


def test_the_list_is_read_again_directly_before_it_is_written(task):
    """Somebody adds a sender while our run is between its reading and its writing."""
    add_ours(task.cloud, [SUPPORT])
    add_mailboxes(task.cloud, MORE[:1])
    task.cloud.faults(
        [{"match": {"operation": "Get-BlockedSenderAddress", "times": 1}, "do": "delay", "seconds": 1}]
    )
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(task.run, MODULE, senders=[SALES])
        while "Get-TransportRule" not in task.operations("exchange"):
            pass
        change = {"op": "replace", "path": "/tenants/0/outbound_rules/0/From", "value": [SUPPORT, MORE[0]]}
        task.cloud.edit([change])
        assert "failed" not in running.result()
    assert rules(task.cloud)[0]["From"] == sorted([SALES, SUPPORT, MORE[0]])


def test_a_rule_that_was_removed_meanwhile(without_lock):
    rule = Rule([SUPPORT])
    rule.outbound_rules_now = list
    with pytest.raises(Fault) as caught:
        senders_of(rule).change(lambda current: {*current, SALES})
    assert caught.value.code == "conflict" and caught.value.retryable
    removed = []
    senders_of(rule).change(lambda current: set(), lambda: removed.append(True))
    assert removed == [] and rule.writes == []


def test_the_last_sender_is_never_taken_out_of_a_rule(without_lock):
    rule, removed = Rule([SUPPORT]), []
    senders_of(rule).change(lambda current: set(current) - {SUPPORT}, lambda: removed.append(True))
    assert removed == [True] and rule.writes == []


def test_a_rule_that_another_run_has_just_made_gets_our_sender_too(task):
    """Its name is taken by the time we make it: then it is read and merged."""
    add_ours(task.cloud, [SUPPORT])
    task.cloud.settings(exchange_replication_reads=0)
    hidden = {"json": {"value": []}, "do": "body", "match": {"operation": f"Get-{RULE}", "times": 1}}
    task.cloud.faults([hidden])
    result = task.run(MODULE, senders=[SALES])
    assert "failed" not in result, result
    assert rules(task.cloud)[0]["From"] == [SALES, SUPPORT]
