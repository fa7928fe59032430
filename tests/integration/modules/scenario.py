# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios: tasks with expectations in a table, run as one playbook, in the worker process or as ordinary modules."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from integration.play import COLLECTION, HERE, Play, Run

FOLDER = Path(__file__).parent
SCENARIOS = FOLDER / "scenarios"
# What a path adds of its own: Ansible's bookkeeping, and what the journal of Ansible's own loader tells.
BOOKKEEPING = re.compile(
    r"_ansible_.*|ansible_facts|ansible_job_id|started|finished|results_file|stdout.*|stderr.*"
)
MASK = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


@dataclass(frozen=True)
class Step:
    """One task of a scenario and what is expected of it, beside what holds for every step (see expect.py).

    :param name: name of the task; its result is registered under it, in lower case and with ``_``.
    :param lab: what is done to the cloud before (see callback_plugins/steps.py); :param check: in check mode.
    :param changed: whether it changes something, or would; :param code: that of the expected failure.
    :param msg: what the failure's sentence holds; :param result: what the result holds, a dict may hold more.
    :param actions: all of them, where they matter; :param warnings: patterns of what Ansible shall print.
    :param task: further keywords of the task.
    """

    name: str
    module: str
    options: dict[str, Any] = field(default_factory=dict)
    lab: dict[str, Any] = field(default_factory=dict)
    check: bool = False
    changed: bool = False
    code: str | None = None
    msg: str | None = None
    result: dict[str, Any] = field(default_factory=dict)
    actions: list[str] | None = None
    warnings: list[str] = field(default_factory=list)
    task: dict[str, Any] = field(default_factory=dict)

    @property
    def variable(self) -> str:
        """The name under which the step's result is registered."""
        return re.sub(r"\W+", "_", self.name.lower())

    def as_task(self) -> dict[str, Any]:
        """The step as a task of a playbook."""
        optional = {"check_mode": True} if self.check else {}
        return {
            "name": self.name,
            f"{COLLECTION}.{self.module}": self.options,
            "register": self.variable,
            "ignore_errors": True,
            "diff": True,
            "vars": {"lab": self.lab},
            **optional,
            **self.task,
        }


@dataclass(frozen=True)
class Outcome:
    """A step, its result, and the requests that it sent."""

    step: Step
    result: dict[str, Any]
    failed: bool
    journal: list[dict[str, Any]]
    run: Run

    @property
    def writes(self) -> list[str]:
        """Operations that could have changed something."""
        return [f"{entry['service']} {entry['operation']}" for entry in self.journal if entry["write"]]


def scenarios(*patterns: str) -> list[str]:
    """The modules of those names that have a scenario; each has one, see tests/meta."""
    return sorted(path.stem for pattern in patterns for path in SCENARIOS.glob(f"{pattern}.yml"))


def steps_of(module: str) -> list[Step]:
    """The table of one module."""
    rows = yaml.safe_load((SCENARIOS / f"{module}.yml").read_text("utf-8"))
    return [Step(**{"module": module, **row}) for row in rows]


def connection(play: Play, caller: str = "automation", tenant: int = 0) -> dict[str, dict[str, Any]]:
    """The connection options of the example world's first tenant, as module_defaults of the action groups."""
    world = play.lab.state()
    identity = next(item for item in world["tenants"][tenant]["callers"] if item["name"] == caller)
    connect = world["connect"][tenant]
    microsoft = {
        "auth_tenant": world["tenants"][tenant]["id"],
        "auth_client_id": identity["client_id"],
        "auth_client_secret": identity["secrets"][0]["value"],
        "authority_url": play.lab.url,
    }
    groups = {
        "all": {"ca_bundle": play.lab.ca_bundle, "deadline": 20},
        "graph": {**microsoft, "graph_url": play.lab.url},
        "exchange": {**microsoft, "exchange_url": play.lab.url},
        "smtp": {**microsoft, "smtp_host": "localhost", "smtp_port": play.lab.smtp_port},
        "connect": {
            "connect_url": f"{play.lab.url}/connectapi",
            "connect_token": connect["tokens"][0]["value"],
            "connect_organization_id": connect["organization_id"],
        },
    }
    return {f"group/{COLLECTION}.{name}": options for name, options in groups.items()}


def run(
    play: Play,
    steps: list[Step],
    in_process: bool,
    arguments: tuple[str, ...] = (),
    environment: dict[str, str] | None = None,
    **keywords: Any,
) -> list[Outcome]:
    """Run steps as one playbook on a cloud as it is at the start.

    :param arguments, environment: for the program; :param keywords: what the play shall hold else, or instead.
    """
    play.lab.reset()
    name = f"{'in-process' if in_process else 'ordinary'}-{len(list(play.folder.glob('steps-*')))}"
    records = play.folder / f"records-{name}"
    book = {
        "name": name,
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "module_defaults": connection(play),
        "vars": {"webex_email_in_process": in_process, "records": str(records)},
        "tasks": [step.as_task() for step in steps],
    }
    file = play.folder / f"steps-{name}"
    notices = [r"\[ERROR\]: Task failed", *(pattern for step in steps for pattern in step.warnings)]
    plays = [{**book, **keywords}]
    variables = {**steering(play, file), **(environment or {})}
    return _outcomes(steps, play.run(plays, *arguments, environment=variables, notices=notices), file)


def steering(play: Play, file: Path) -> dict[str, str]:
    """Variables with which a run does what its tasks' variable ``lab`` says, and writes to ``file`` what came of it."""
    return {
        "ANSIBLE_CALLBACK_PLUGINS": os.pathsep.join(
            str(place / "callback_plugins") for place in (HERE, FOLDER)
        ),
        "ANSIBLE_CALLBACKS_ENABLED": "events,steps",
        "STEPS_LAB": play.lab.url,
        "STEPS_CA": play.lab.ca_bundle,
        "STEPS_FILE": str(file),
    }


def _outcomes(steps: list[Step], done: Run, file: Path) -> list[Outcome]:
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    names = [step.name for step in steps]
    assert [line["name"] for line in lines] == [task.name for task in done.tasks] == names
    rows = zip(steps, done.tasks, lines, strict=True)
    return [
        Outcome(step, task.result, task.status == "ignored", line["journal"], done)
        for step, task, line in rows
    ]


class Names:
    """Replaces what the cloud makes anew in each run by the order of its first appearance."""

    MADE = re.compile(
        r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|a_\d{18}|[0-9a-f]{32}(?=@)"
        # One in 32 of these begins or ends with a hyphen.
        r"|(?<![\w-])[\w-]{43}(?![\w-])|records-[a-z0-9-]+"
    )
    INSTANT = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?")

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def plain(self, value: Any) -> Any:
        """``value`` with made names numbered, instants and hints of secrets blanked, bookkeeping left out."""
        if isinstance(value, dict):
            # Sorted, so that numbers do not depend on the order of the keys.
            keys = [key for key in sorted(value) if not BOOKKEEPING.fullmatch(key)]
            return {key: self._entry(key, value[key]) for key in keys}
        if isinstance(value, list):
            return [self.plain(item) for item in value]
        if isinstance(value, str):
            return self.INSTANT.sub("<instant>", self.MADE.sub(self._number, value))
        return value

    def _entry(self, key: str, value: Any) -> Any:
        if key == "hint" and isinstance(value, str) and len(value) == 3:
            return "<hint>"
        if key == "days_left":
            return "<days>"
        if key == "lab_secrets":
            return len(value)
        return sorted(value) if key == "warnings" else self.plain(value)

    def _number(self, match: re.Match[str]) -> str:
        return self._known.setdefault(match[0], f"<made-{len(self._known)}>")
