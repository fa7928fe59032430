# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of one run keep within the budget that the embedded cloud enforces, and would not each by itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.engine import perform
from ansible_collections.ccops.webex_email.plugins.module_utils.core.pace import Budget
from ansible_collections.ccops.webex_email.plugins.module_utils.graph import client
from ansible_collections.ccops.webex_email.plugins.modules.azure_app_registration_info import MODULE

UNITS, SECONDS, READS = 10, 1, 30


@pytest.fixture
def read(task, monkeypatch):
    """Reads so many apps at once, each in a task of its own; answers how often the cloud said 429."""
    monkeypatch.setattr(client, "BUDGETS", (Budget("units", UNITS, SECONDS),))
    options = task.validated(MODULE, {"unique_name": "not-there", "deadline": 60})
    token = task.run(MODULE, unique_name="not-there")
    assert not token.get("failed")
    task.cloud.settings(graph_units=UNITS, graph_units_seconds=SECONDS)

    def all_at_once(scratch):
        task.cloud.clear_journal()
        with ThreadPoolExecutor(6) as pool:
            done = list(pool.map(lambda _number: perform(MODULE, options, False, scratch)[0], range(READS)))
        assert not [result["msg"] for result in done if result.get("failed")]
        return [entry["status"] for entry in task.requests("graph")].count(429)

    return all_at_once


def test_together_they_are_never_told_to_slow_down(read, tmp_path):
    assert read(str(tmp_path)) == 0


def test_each_by_itself_they_are(read):
    assert read(None) > 0
