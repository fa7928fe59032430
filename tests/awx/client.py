# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests use to look at the stand-in and to click in it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import requests

from .fresh import ADMIN

Item = dict[str, Any]


class AwxClient:
    """An administrator's view. Every method raises ``requests.HTTPError`` if AWX refuses."""

    def __init__(self, directory: Path) -> None:
        facts = json.loads((directory / "awx.json").read_text("utf-8"))
        self.url: str = facts["url"]
        self.ca_bundle: str = facts["ca_bundle"]
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = self.ca_bundle
        self.session.auth = ADMIN

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The JSON (or text) that a request answers; ``path`` begins after /api/v2/, or is a whole one."""
        path = path if path.startswith("/") else f"/api/v2/{path}"
        answer = self.session.request(method, self.url + path, json=body, params=query, timeout=30)
        if not answer.ok:
            raise requests.HTTPError(f"{method} {path}: {answer.status_code} {answer.text}", response=answer)
        if "json" not in answer.headers.get("content-type", ""):
            return answer.text
        return answer.json()

    def all(self, kind: str, **query: Any) -> list[Item]:
        return self.call("GET", f"{kind}/", page_size=1000, **query)["results"]

    def one(self, kind: str, name: str) -> Item:
        """The only object of that name."""
        (found,) = self.all(kind, name=name)
        return found

    def change(self, kind: str, name: str, **values: Any) -> None:
        """Change an object as a person at the screen does."""
        self.call("PATCH", self.one(kind, name)["url"], values)

    def launch(self, kind: str, name: str, **asked: Any) -> Item:
        return self.call("POST", self.one(kind, name)["related"]["launch"], asked)

    def wait(self, run: Item, *statuses: str, seconds: float = 300) -> Item:
        """The run once it has ended, or has one of the statuses."""
        deadline = time.monotonic() + seconds
        while True:
            run = self.call("GET", run["url"])
            if run["status"] in statuses or (not statuses and run["finished"]):
                return run
            assert not run["finished"] and time.monotonic() < deadline, f"{run['name']} is {run['status']}"
            time.sleep(0.5)

    def stdout(self, job: Item) -> str:
        return self.call("GET", f"{job['url']}stdout/", format="txt")

    def events(self, job: Item) -> list[Item]:
        return self.call("GET", f"{job['url']}job_events/")["results"]

    def summaries(self, job: Item) -> dict[str, Item]:
        """Host -> how often it was ok, changed and so on."""
        return {
            item["host_name"]: item
            for item in self.call("GET", f"{job['url']}job_host_summaries/")["results"]
        }

    def nodes(self, workflow: Item) -> list[Item]:
        """The nodes of a workflow job, in the order in which they were made."""
        return self.call("GET", f"{workflow['url']}workflow_nodes/", page_size=1000)["results"]

    def jobs(self, workflow: Item) -> list[Item]:
        """The jobs of a workflow job that have begun."""
        return [self.call("GET", node["related"]["job"]) for node in self.nodes(workflow) if node["job"]]

    def approve(self, workflow: Item, name: str, seconds: float = 120) -> None:
        """Wait for an approval of that name, and give it."""
        deadline = time.monotonic() + seconds
        while True:
            waiting = [
                job for job in self.jobs(workflow) if job["name"] == name and job["status"] == "pending"
            ]
            if waiting:
                self.call("POST", f"{waiting[0]['url']}approve/")
                return
            state = self.call("GET", workflow["url"])
            assert not state["finished"] and time.monotonic() < deadline, (
                f"{name} was not reached: {state['status']}"
            )
            time.sleep(0.1)

    def journal(self) -> list[Item]:
        return self.call("GET", "/_awx/journal")

    def clear_journal(self) -> None:
        self.call("DELETE", "/_awx/journal")

    def reset(self) -> None:
        """A fresh AWX."""
        self.call("POST", "/_awx/reset")
