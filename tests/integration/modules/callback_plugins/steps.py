# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steers the embedded cloud between the tasks of a playbook, and tells what each task did there."""

from __future__ import annotations

import json
import os
import ssl
import urllib.request

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: steps
type: aggregate
short_description: Prepare the embedded cloud before each task, look at it after each task
description:
  - For the integration tests of this collection. A task says in its variable C(lab) what shall be done before it
    starts - C(reset), C(edit), C(faults), C(settings), C(mail) - each handed to the cloud's control route of that name.
requirements:
  - The environment variables STEPS_LAB (URL), STEPS_CA (certificate authority) and STEPS_FILE (where to write to).
"""

METHODS = {"reset": "POST", "edit": "POST", "faults": "PUT", "settings": "PUT", "mail": "POST"}


class CallbackModule(CallbackBase):
    """One line per task: its name, and the journal's entries of that time."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "steps"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Not with requests, which a test hides; and past any proxy, which another one sets.
        secure = urllib.request.HTTPSHandler(
            context=ssl.create_default_context(cafile=os.environ["STEPS_CA"])
        )
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), secure)

    def v2_playbook_on_task_start(self, task, is_conditional):
        for name, body in (task.vars.get("lab") or {}).items():
            self._call(METHODS[name], name, None if body is True else body)
        self._call("DELETE", "journal")

    def v2_runner_on_ok(self, result):
        self._look(result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._look(result)

    def _look(self, result):
        line = {"name": result._task.name, "journal": self._call("GET", "journal")}
        with open(os.environ["STEPS_FILE"], "a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")

    def _call(self, method, name, body=None):
        request = urllib.request.Request(f"{os.environ['STEPS_LAB']}/_lab/{name}", method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        with self._opener.open(request, timeout=10) as answer:
            return json.loads(answer.read() or "null")
