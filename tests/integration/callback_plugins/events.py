# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what a playbook does as JSON lines, with all that a recorder such as AWX would get to see."""

from __future__ import annotations

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: events
type: aggregate
short_description: Write each task's result as a line of JSON
description:
  - For the integration tests of this collection.
requirements:
  - The environment variable PLAY_EVENTS names the file.
"""


class CallbackModule(CallbackBase):
    """One line per host and task, and one per host at the end."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "events"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._play = ""

    def v2_playbook_on_play_start(self, play):
        self._play = play.get_name()

    def v2_runner_on_ok(self, result):
        self._task("ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._task("ignored" if ignore_errors else "failed", result)

    def v2_runner_on_skipped(self, result):
        self._task("skipped", result)

    def v2_runner_on_unreachable(self, result):
        self._task("unreachable", result)

    def v2_playbook_on_stats(self, stats):
        for host in sorted(stats.processed):
            self._write({"event": "recap", "host": host, **stats.summarize(host)})

    def _task(self, status, result):
        task = result._task
        role = task._role and task._role.get_name(include_role_fqcn=False)
        self._write(
            {
                "event": "task",
                "play": self._play,
                "host": result._host.get_name(),
                "role": role or "",
                "name": task.name,
                "action": task.action,
                "status": status,
                "changed": bool(result._result.get("changed")),
                "result": result._result,
            }
        )

    def _write(self, event):
        with open(os.environ["PLAY_EVENTS"], "a", encoding="utf-8") as stream:
            stream.write(json.dumps(event, default=str) + "\n")
