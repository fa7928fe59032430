# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run remembers to have made."""

from __future__ import annotations

import stat
from concurrent.futures import ProcessPoolExecutor

from ansible_collections.ccops.webex_email.plugins.module_utils.core.ledger import Ledger


def test_within_one_task():
    ledger = Ledger(None)
    assert "a" not in ledger.names()
    ledger.note("a", "b")
    assert "a" in ledger.names()
    assert "b" in ledger.names()
    assert not Ledger(None).names()


def test_between_the_tasks_of_a_run(tmp_path):
    Ledger(str(tmp_path)).note("app", "6f1d3c52")
    assert "6f1d3c52" in Ledger(str(tmp_path)).names()
    assert "6f1d" not in Ledger(str(tmp_path)).names()
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def _note(folder, worker):
    ledger = Ledger(folder)
    for number in range(100):
        ledger.note(f"worker-{worker}-{number}", f"id-{worker}-{number}")


def test_parallel_workers_do_not_mix_their_lines(tmp_path):
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_note, [str(tmp_path)] * 4, range(4)))
    names = Ledger(str(tmp_path)).names()
    assert all(
        f"{kind}-{worker}-{number}" in names
        for kind in ("worker", "id")
        for worker in range(4)
        for number in range(100)
    )


def test_two_tenants_may_use_the_same_names(tmp_path):
    Ledger(str(tmp_path), "contoso").note("webex-connect-email")
    assert "webex-connect-email" not in Ledger(str(tmp_path), "fabrikam").names()
    assert "webex-connect-email" in Ledger(str(tmp_path), "contoso").names()
