# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests use to start and steer a lab in another process."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests


class LabClient:
    """The control routes of a running lab. Every method raises ``requests.HTTPError`` if the lab refuses."""

    def __init__(self, url: str, ca_bundle: str, smtp_port: int | None = None) -> None:
        self.url = url
        self.smtp_port = smtp_port
        self.ca_bundle = ca_bundle
        self.session = requests.Session()
        self.session.trust_env = False  # a proxy or CA bundle of the environment must not come in between
        self.session.verify = ca_bundle

    @classmethod
    def of(cls, directory: Path | str) -> LabClient:
        """A client for the lab that wrote ``lab.json`` into ``directory``."""
        facts = json.loads((Path(directory) / "lab.json").read_text("utf-8"))
        return cls(facts["url"], facts["ca_bundle"], facts["smtp_port"])

    def _call(self, method: str, name: str, body: Any = None) -> Any:
        answer = self.session.request(method, f"{self.url}/_lab/{name}", json=body, timeout=60)
        if not answer.ok:
            raise requests.HTTPError(
                f"{method} /_lab/{name}: {answer.status_code} {answer.text}", response=answer
            )
        return answer.json() if answer.content else None

    def reset(self, world: dict[str, Any] | None = None) -> None:
        self._call("POST", "reset", world)

    def state(self) -> dict[str, Any]:
        return self._call("GET", "state")

    def edit(self, operations: list[dict[str, Any]]) -> None:
        """Apply a JSON Patch to the world."""
        self._call("POST", "edit", operations)

    def journal(self) -> list[dict[str, Any]]:
        return self._call("GET", "journal")

    def clear_journal(self) -> None:
        self._call("DELETE", "journal")

    def counts(self) -> dict[str, Any]:
        """How many requests, answers and connections the journal has: cheap where it is long."""
        return self._call("GET", "counts")

    def faults(self, rules: list[dict[str, Any]]) -> None:
        """Put these rules in force instead of the present ones; an empty list ends all misbehaviour."""
        self._call("PUT", "faults", rules)

    def fired(self) -> dict[str, int]:
        """How often each rule in force has acted, by its name."""
        return {rule["name"]: rule["fired"] for rule in self._call("GET", "faults")}

    def unanswered(self) -> int:
        """Requests that the lab still works on, also those whose client is gone."""
        return self._call("GET", "health")["unanswered"]

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change some settings; answers all of them."""
        return self._call("PUT", "settings", changes)

    def secrets(self) -> set[str]:
        """Every secret that there is or was since the last reset, without access tokens of Microsoft."""
        return set(self._call("GET", "secrets"))

    def lapses(self) -> list[dict[str, Any]]:
        """Moments at which an asset held a credential that does not work, see ``lab.watch``."""
        return self._call("GET", "lapses")

    def mail(self, sender: str, to: str, subject: str = "Hello", text: str = "") -> list[dict[str, Any]]:
        """Let mail come in from outside; answers its trail, see ``mail_flow.submit``."""
        return self._call("POST", "mail", {"from": sender, "to": to, "subject": subject, "text": text})[
            "trail"
        ]

    def inboxes(self) -> dict[str, Any]:
        """All mail there is: {mailboxes: {address: [...]}, aliases: {address: [...]}, outside: [...]}."""
        return self._call("GET", "mail")

    def user_token(self, tenant: str, user: str, scope: str = "SMTP.Send") -> str:
        """An access token of a user for SMTP, as the sign-in in the browser makes one."""
        return self._call("POST", "token", {"tenant": tenant, "user": user, "scope": scope})["access_token"]

    def let_the_app_use_smtp(self, tenant: int = 0) -> None:
        """Give a tenant's first caller what app-only SMTP needs on every mailbox, and switch SMTP AUTH on there."""
        world = self.state()["tenants"][tenant]
        client_id = world["callers"][0]["client_id"]
        principal = next(item["id"] for item in world["service_principals"] if item["appId"] == client_id)
        place = f"/tenants/{tenant}"
        boxes = [f"{place}/mailboxes/{index}" for index in range(len(world["mailboxes"]))]
        values = {
            f"{place}/callers/0/exchange_app_roles/-": "SMTP.SendAsApp",
            f"{place}/exchange_service_principals": [{"AppId": client_id, "ObjectId": principal}],
            **{f"{box}/lab_full_access": [principal] for box in boxes},
            **{f"{box}/SmtpClientAuthenticationDisabled": False for box in boxes},
        }
        self.edit([{"op": "add", "path": path, "value": value} for path, value in values.items()])

    def powershell_starts(self) -> list[dict[str, Any]]:
        """How pwsh was started each time: {arguments, environment}."""
        return self._call("GET", "powershell")

    def violations(self) -> list[dict[str, Any]]:
        return self._call("GET", "violations")


@contextmanager
def started(
    module: str,
    directory: Path,
    *arguments: str,
    seconds: float = 120,
    environment: dict[str, str] | None = None,
) -> Iterator[None]:
    """Start ``python -m MODULE`` in a process of its own, stop it at the end. RuntimeError if it does not come up.

    ``environment`` replaces this process's own.
    """
    command = [sys.executable, "-m", module, "--dir", str(directory), *arguments]
    ready = directory / f"{module}.json"
    # One that was killed has left it behind, with an address where nobody answers.
    ready.unlink(missing_ok=True)
    process = subprocess.Popen(
        command, cwd=Path(__file__).parents[1], stdout=subprocess.DEVNULL, env=environment
    )
    try:
        deadline = time.monotonic() + seconds
        while not ready.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the {module} did not start")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def running_lab(directory: Path, *arguments: str) -> Iterator[LabClient]:
    """Start a lab in a process of its own, stop it at the end. Raises RuntimeError if it does not come up."""
    with started("lab", directory, *arguments):
        yield LabClient.of(directory)
