# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One process of this machine at a time."""

from __future__ import annotations

import os
import tempfile

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault
from ansible_collections.ccops.webex_email.plugins.module_utils.core.exclusive import one_on_this_machine
from ansible_collections.ccops.webex_email.plugins.module_utils.core.retry import Deadline

BUSY = "Somebody else is at it."


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_second_waits_until_the_deadline_and_says_who_is_at_it():
    first = one_on_this_machine(["a"], Deadline(5), BUSY)
    second = one_on_this_machine(["a"], Deadline(0.2), BUSY)
    with first, pytest.raises(Fault) as caught:
        second.__enter__()
    assert caught.value.code == "timeout"
    assert caught.value.message == BUSY
    assert caught.value.retryable


def test_another_thing_is_not_kept_waiting_and_the_lock_goes_with_its_holder():
    for _time in range(2):
        one, other = (one_on_this_machine(scope, Deadline(0), BUSY) for scope in (["a", "bc"], ["ab", "c"]))
        with one, other:
            pass


def test_what_is_left_tells_nothing_and_is_ours_alone(folder):
    with one_on_this_machine(["contoso.example", "secret policy"], Deadline(0), BUSY):
        pass
    (file,) = folder.iterdir()
    assert "contoso" not in file.name and file.stat().st_size == 0
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_link_in_the_place_of_the_lock_is_not_followed(folder):
    with one_on_this_machine(["a"], Deadline(0), BUSY):
        pass
    (file,) = folder.iterdir()
    file.unlink()
    target = folder / "target"
    os.symlink(target, file)
    with one_on_this_machine(["a"], Deadline(0), BUSY):
        assert not target.exists()
