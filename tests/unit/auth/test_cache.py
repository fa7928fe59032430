# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One sign-in per identity and audience per run."""

from __future__ import annotations

import multiprocessing
import os
import stat
import threading

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.auth import cache as run_cache
from ansible_collections.ccops.webex_email.plugins.module_utils.auth.sign_in import SignIn
from ansible_collections.ccops.webex_email.plugins.module_utils.core.engine import Runtime
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault
from ansible_collections.ccops.webex_email.plugins.module_utils.core.redact import Redactor
from ansible_collections.ccops.webex_email.plugins.module_utils.core.retry import Deadline

GRAPH = "https://graph.microsoft.com"
EXCHANGE = "https://outlook.office365.com"


@pytest.fixture
def scratch(tmp_path):
    folder = tmp_path / "scratch"
    folder.mkdir(mode=0o700)
    return folder


def test_a_second_task_asks_nobody(cloud, signed_in, scratch):
    first = signed_in(scratch)[0].source(GRAPH).get()
    cloud.clear_journal()
    session, runtime = signed_in(scratch)
    assert session.source(GRAPH).get() == first
    assert cloud.journal() == []
    assert first not in runtime.redactor.text(first)


def test_each_audience_has_its_token(signed_in, scratch, token_requests):
    session, _unused = signed_in(scratch)
    assert session.source(GRAPH).get() != session.source(EXCHANGE).get()
    assert session.source(GRAPH) is session.source(GRAPH)
    assert token_requests() == 2


def test_without_a_folder_every_task_signs_in_once(signed_in, token_requests):
    for _index in range(2):
        source = signed_in()[0].source(GRAPH)
        assert source.get() == source.get()
    assert token_requests() == 2


def test_files_are_private_and_name_nothing(signed_in, caller, scratch):
    signed_in(scratch)[0].source(GRAPH).get()
    names = sorted(os.listdir(scratch))
    assert len(names) == 2
    for name in names:
        assert stat.S_IMODE(os.stat(scratch / name).st_mode) == 0o600
        assert caller().client_id not in name


@pytest.mark.parametrize(
    "given",
    [
        {"auth_client_secret": "CANARY-wrong-secret"},
        {"auth_client_id": "11111111-2222-3333-4444-555555555555"},
        {"auth_tenant": "nobody.onmicrosoft.com"},
        {"authority_url": "https://localhost:1"},
    ],
)
def test_nobody_rides_on_the_token_of_another(signed_in, scratch, impatient, given):
    signed_in(scratch)[0].source(GRAPH).get()
    session, _unused = signed_in(scratch, **{"deadline": impatient(0), **given})
    with pytest.raises(Fault):
        session.source(GRAPH).get()


def test_renewing_replaces_the_token_for_all(signed_in, scratch, token_requests):
    source, neighbour = (signed_in(scratch)[0].source(GRAPH) for _index in range(2))
    refused = source.get()
    assert neighbour.get() == refused
    renewed = source.renew()
    assert renewed not in (refused, None)
    assert source.get() == renewed
    # The neighbour's token was refused as well, but a better one is there already.
    assert neighbour.renew() == renewed
    assert signed_in(scratch)[0].source(GRAPH).get() == renewed
    assert token_requests() == 2


def test_a_token_about_to_expire_is_not_shared(cloud, signed_in, scratch, token_requests):
    cloud.settings(token_lifetime_seconds=200)
    source = signed_in(scratch)[0].source(GRAPH)
    assert source.get() == source.get()
    signed_in(scratch)[0].source(GRAPH).get()
    assert token_requests() == 2


def test_an_expired_token_is_not_sent(cloud, signed_in, token_requests):
    cloud.settings(token_lifetime_seconds=0)
    source = signed_in()[0].source(GRAPH)
    source.get()
    source.get()
    assert token_requests() == 2


@pytest.mark.parametrize("content", ["", "CANARY"])
def test_a_spoilt_file_is_no_token(signed_in, scratch, content):
    signed_in(scratch)[0].source(GRAPH).get()
    stored = next(path for path in scratch.iterdir() if not path.name.endswith(".lock"))
    stored.write_text(content)
    assert signed_in(scratch)[0].source(GRAPH).get()


def test_a_symbolic_link_in_place_of_the_lock_is_refused(tmp_path, scratch):
    store = run_cache.RunCache(str(scratch), "somebody")
    elsewhere = tmp_path / "elsewhere"
    os.symlink(elsewhere, f"{store._path}.lock")
    with pytest.raises(OSError), store.exclusive(Deadline(1)):
        pass
    assert not elsewhere.exists()


def test_parts_of_an_identity_do_not_run_together():
    paths = {
        run_cache.RunCache("/x", *parts)._path for parts in (("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""))
    }
    assert len(paths) == 4


def test_waiting_for_another_task_ends_with_the_deadline(scratch):
    store = run_cache.RunCache(str(scratch), "somebody")
    with store.exclusive(Deadline(1)), pytest.raises(Fault) as caught, store.exclusive(Deadline(0.2)):
        pass
    assert caught.value.code == "timeout"
    with store.exclusive(Deadline(1)):
        pass


def _worker(options, scratch, start, answers):
    start.wait()
    runtime = Runtime(options, Redactor(), Deadline(20), scratch)
    answers.put(SignIn(options, runtime).source(GRAPH).get())


def test_many_processes_sign_in_once(cloud, options_with, caller, scratch, token_requests):
    cloud.settings(latency_ms=100)
    identity = caller()
    options = options_with(
        **identity.options,
        auth_client_secret=identity.secret,
        authority_url=cloud.url,
        ca_bundle=cloud.ca_bundle,
    )
    context = multiprocessing.get_context("fork")
    start, answers = context.Event(), context.SimpleQueue()
    workers = [
        context.Process(target=_worker, args=(options, str(scratch), start, answers)) for _index in range(6)
    ]
    for worker in workers:
        worker.start()
    start.set()
    for worker in workers:
        worker.join(30)
    assert len({answers.get() for _index in workers}) == 1
    assert token_requests() == 1


def test_threads_of_one_task_sign_in_once(cloud, signed_in, token_requests):
    cloud.settings(latency_ms=50)
    source = signed_in()[0].source(GRAPH)
    threads = [threading.Thread(target=source.get) for _index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert token_requests() == 1
