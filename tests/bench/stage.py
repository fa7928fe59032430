# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The places that programs are measured in: an embedded cloud with so many mailboxes, and an inventory for them."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from integration.play import COLLECTION, Play
from integration.playbooks.many import plant
from lab.client import LabClient

from .measure import Program

HERE = Path(__file__).parent
PLAYBOOKS = HERE / "playbooks"
CONFIG = HERE.parents[1] / "docs/examples/ansible.cfg"
# An app holds some hundred secrets at most (Directory_ResourceSizeExceeded): so many channels share one here.
CHANNELS_OF_AN_APP = 250
FLOOR = {
    "name": "webex-connect-email",
    "display_name": "WebexConnect",
    "redirect": "https://yourwebexconnectname.us.webexconnect.io/callback",
    "secret": "wxconnect",
}


class Stage:
    """One embedded cloud, one inventory of so many channels of one tenant.

    :param folder: an empty folder. :param latency: milliseconds that each request takes on its way.
    :param settings: of the cloud, besides.
    """

    def __init__(self, lab: LabClient, folder: Path, channels: int, latency: int, **settings: Any) -> None:
        self.lab, self.folder, self.channels = lab, folder, channels
        self.settings = {"latency_ms": latency, "contract_checks": False, **settings}
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        lab.reset()
        self.play = Play(folder, lab)
        self.world, self.names = plant(self.play, lab.state(), channels)
        for number, name in enumerate(self.names):
            unique = f"webex-connect-email-{number // CHANNELS_OF_AN_APP}"
            # Somebody has generated the tokens: a quiet channel has nothing to say.
            more = {"webex_email_app_unique_name": unique, "webex_email_handover_done": True}
            self.play.variables(f"host:{name}", **more)
        self.blank()

    def blank(self) -> None:
        """Back to where nothing was ever done for these channels."""
        self.lab.reset(self.world)
        self.lab.settings(**self.settings)
        for name in self.names:
            self.play.record_path(name).unlink(missing_ok=True)

    def keep(self) -> None:
        """Leave the cloud as it is from one run to the next."""

    def playbook(
        self, name: str, *, fresh: bool = False, forks: int | None = None, title: str = "", **variables: Any
    ) -> Program:
        """``ansible-playbook`` with a playbook of the collection, or one of this folder (with ``.yml``).

        :param fresh: whether each run begins where nothing was ever done.
        """
        target = str(PLAYBOOKS / name) if name.endswith(".yml") else f"{COLLECTION}.{name}"
        command = [self._tool("ansible-playbook"), "-i", str(self.play.inventory), target]
        command += ["--limit", ",".join(["contoso", "channel*"])]
        command += ["--forks", str(forks)] if forks else []
        command += ["-e", json.dumps(variables)] if variables else []
        prepare = self.blank if fresh else self.keep
        return Program(title or name, command, self._environment(), self.folder, prepare)

    def floor(self, title: str, *, fresh: bool) -> Program:
        """The floor as a program."""
        environment = {**self._environment(), "FLOOR": json.dumps(self.floor_options())}
        command = [sys.executable, str(PLAYBOOKS / "library/graph_floor.py")]
        return Program(title, command, environment, self.folder, self.blank if fresh else self.keep)

    def floor_options(self) -> dict[str, str]:
        """What the floor works on."""
        tenant = self.world["tenants"][0]
        caller = tenant["callers"][0]
        return {
            **FLOOR,
            "url": self.lab.url,
            "ca": self.lab.ca_bundle,
            "tenant": tenant["id"],
            "client_id": caller["client_id"],
            "client_secret": caller["secrets"][0]["value"],
        }

    def _environment(self) -> dict[str, str]:
        given = self.play.environment(self.folder / "events")
        dropped = (
            "ANSIBLE_CALLBACK_PLUGINS",
            "ANSIBLE_CALLBACKS_ENABLED",
            "ANSIBLE_INJECT_INVOCATION",
            "PLAY_EVENTS",
            "WEBEX_EMAIL_DEADLINE",
        )
        kept = {name: value for name, value in given.items() if name not in dropped}
        python = {"ANSIBLE_PYTHON_INTERPRETER": sys.executable}
        return {**kept, **python, "ANSIBLE_CONFIG": str(CONFIG)}

    @staticmethod
    def _tool(name: str) -> str:
        return str(Path(sys.executable).with_name(name))
