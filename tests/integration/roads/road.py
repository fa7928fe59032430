# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roads to Exchange Online, and tasks that take them: the collection's own engine against a real lab."""

from __future__ import annotations

import contextlib
import importlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible_collections.ccops.webex_email.plugins.module_utils.core.engine import Runtime
from ansible_collections.ccops.webex_email.plugins.module_utils.core.redact import Redactor
from ansible_collections.ccops.webex_email.plugins.module_utils.core.retry import Deadline
from ansible_collections.ccops.webex_email.plugins.module_utils.exchange.client import open_exchange
from ansible_collections.ccops.webex_email.plugins.modules.o365_mailbox import MODULE as MAILBOX

from integration.modules.scenario import Names, Outcome, Step
from lab import pwsh
from lab.client import LabClient
from unit.conftest import Task

ROADS = ("rest", "winrm", "pwsh")
USER, PASSWORD = "LAB\\automation", "CANARY-winrm-password-1~a+b/c="
MODULES = "ansible_collections.ccops.webex_email.plugins.modules"


def options(road: str, lab: LabClient, folder: Path) -> dict[str, Any]:
    """The connection options of a road; for pwsh, an executable of that name is put into ``folder``."""
    chosen = {"exchange_transport": road}
    if road == "winrm":
        chosen |= {"winrm_url": f"{lab.url}/wsman", "winrm_username": USER, "winrm_password": PASSWORD}
    if road == "pwsh":
        chosen |= {"pwsh_path": str(pwsh.install(folder, lab.url, lab.ca_bundle))}
    return chosen


class Traveller(Task):
    """Tasks that take one road."""

    def __init__(self, road: str, cloud: LabClient, folder: Path) -> None:
        super().__init__(cloud, folder)
        self.road = road
        self._folder = folder
        self.options = options(road, cloud, folder)

    def run(self, definition: Any, check: bool = False, **given: Any) -> dict[str, Any]:
        """See ``Task.run``; the road's options come before those given."""
        return super().run(definition, check, **{**self.options, **given})

    def _mail(self, mail: dict[str, str]) -> None:
        self.cloud.mail(mail["from"], mail["to"], mail["subject"])

    def step(self, step: Step) -> Outcome:
        """Prepare the lab as a step says, and run it."""
        calls = {"edit": self.cloud.edit, "faults": self.cloud.faults, "mail": self._mail}
        if "reset" in step.lab:
            # A token of the run's cache would tell of the rights before.
            self._scratch = tempfile.mkdtemp(dir=self._folder)
        for name, value in step.lab.items():
            if name == "reset":
                self.cloud.reset()
            elif name == "settings":
                self.cloud.settings(**value)
            else:
                calls[name](value)
        self.cloud.clear_journal()
        definition = importlib.import_module(f"{MODULES}.{step.module}").MODULE
        result = self.run(definition, step.check, **step.options)
        return Outcome(step, result, bool(result.get("failed")), self.cloud.journal(), None)

    @contextlib.contextmanager
    def transport(self, **given: Any) -> Iterator[Any]:
        """The road itself, for whatever a module would not send; closed as a task closes it."""
        options = self.validated(MAILBOX, {"identity": "unused", **self.options, **given})
        runtime = Runtime(options, Redactor(), Deadline(options["deadline"]), str(self._scratch))
        try:
            yield open_exchange(options, runtime)._transport
        finally:
            runtime.close()

    def cmdlets(self) -> list[str]:
        """The cmdlets that Exchange was asked for, in order."""
        return [name for name in self.operations("exchange") if "-" in name]


def effects(journal: list[dict[str, Any]]) -> list[Any]:
    """What Exchange was asked to do and whether it did it: cmdlet, parameters, applied.

    Without cmdlets that the caller may not run: a PowerShell session does not have them, so they are not even sent.
    """
    found = []
    for entry in journal:
        if entry["service"] == "exchange" and "-" in entry["operation"] and entry["status"] != 403:
            given = dict(entry["request_body"]["CmdletInput"].get("Parameters", {}))
            found.append((entry["operation"], given, entry["applied"]))
    return found


def comparable(outcome: Outcome) -> dict[str, Any]:
    """A result and its effects without what differs from one run or road to the next: ids, HTTP status."""
    names = Names()
    result = dict(outcome.result)
    if result.get("error"):
        result["error"] = {**result["error"], "status": None, "request_id": None}
    return names.plain({"result": result, "effects": [list(effect) for effect in effects(outcome.journal)]})
