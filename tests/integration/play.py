# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real runs of ``ansible-playbook`` against the embedded cloud, in an environment of their own."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from lab.client import LabClient
from lab.inventory import write

HERE = Path(__file__).parent
COLLECTION = "ccops.webex_email"
TENANTS = ("contoso", "fabrikam")
CHANNELS = ("support", "sales", "help")
COUNTS = ("ok", "changed", "failures", "skipped", "unreachable", "rescued", "ignored")
# With the lines that follow it, because ansible-core before 2.19 wraps what it prints.
NOTICE = re.compile(r"^\[(?:WARNING|DEPRECATION WARNING|ERROR)\].*(?:\n(?!\[|\s|$).*)*", re.MULTILINE)
# A run that takes longer hangs; a task gives up before that and says why.
SECONDS = 300
DEADLINE = 45


@dataclass(frozen=True)
class Task:
    """What one task did on one host; ``status`` is ok, skipped, failed, ignored or unreachable."""

    play: str
    host: str
    role: str
    name: str
    action: str
    status: str
    changed: bool
    result: dict[str, Any]

    @property
    def ours(self) -> bool:
        """Whether it is a module of this collection."""
        return self.action.startswith(f"{COLLECTION}.")

    @property
    def module(self) -> str:
        """The module's short name."""
        return self.action.rpartition(".")[2]


@dataclass
class Run:
    """A finished run: exit status, what it printed, what it did."""

    status: int
    stdout: str
    stderr: str
    events: Path
    tasks: list[Task] = field(default_factory=list)
    recap: dict[str, dict[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lines = self.events.read_text("utf-8").splitlines() if self.events.exists() else []
        for event in map(json.loads, lines):
            kind = event.pop("event")
            if kind == "task":
                self.tasks.append(Task(**event))
            else:
                self.recap[event["host"]] = {name: event.get(name, 0) for name in COUNTS}

    @property
    def output(self) -> str:
        """Everything that a person sees."""
        return self.stdout + self.stderr

    @property
    def changed(self) -> dict[str, int]:
        """Host -> number of tasks that changed something."""
        return {host: counts["changed"] for host, counts in self.recap.items()}

    @property
    def failed_hosts(self) -> list[str]:
        """Hosts that did not get to the end."""
        return [host for host, counts in self.recap.items() if counts["failures"] or counts["unreachable"]]

    def of(self, host: str, module: str | None = None) -> list[Task]:
        """The tasks of one host that were not skipped, or those of one module."""
        return [
            task
            for task in self.tasks
            if task.host == host and task.status != "skipped" and module in (None, task.module)
        ]

    def failure(self, host: str) -> dict[str, Any]:
        """The result of the task that ended the host."""
        failed = [task.result for task in self.tasks if task.host == host and task.status == "failed"]
        assert failed, f"{host} did not fail\n{self.output[-6000:]}"
        return failed[-1]

    def actions(self, host: str) -> list[str]:
        """What the tasks that write did or would do on a host, in words and in order."""
        return [action for task in self.of(host) if task.ours for action in task.result.get("actions", [])]

    def fact(self, host: str) -> dict[str, Any]:
        """``webex_email_result`` of a host as it was set last."""
        facts = [task.result.get("ansible_facts", {}) for task in self.of(host)]
        return next(fact["webex_email_result"] for fact in reversed(facts) if "webex_email_result" in fact)


class Play:
    """Runs playbooks on the example inventory, in a folder of its own.

    :param folder: an empty folder; inventory, temporary files and events go there.
    :param lab: the embedded cloud to work on.
    :param collections: the folder that holds ``ansible_collections``; that of the checkout if it is not given.
    :param example: what ``lab.inventory.write`` takes, for another inventory than the example of the guides.
    """

    def __init__(
        self, folder: Path, lab: LabClient, *, collections: Path | None = None, **example: Any
    ) -> None:
        self.folder = folder
        self.lab = lab
        self.collections = collections or _collections()
        self.inventory = write(folder, lab.url, lab.ca_bundle, lab.state(), lab.smtp_port, **example)
        self._count = 0

    def run(
        self,
        playbook: str | list[dict[str, Any]] = "site",
        *arguments: str,
        fails: bool = False,
        notices: Iterable[str] = (),
        environment: dict[str, str] | None = None,
        watch: Callable[[subprocess.Popen[str]], None] | None = None,
        seconds: float = SECONDS,
        **variables: Any,
    ) -> Run:
        """Run a playbook of the collection by its short name, one by its path, or plays given as data.

        :param fails: whether the run is expected to fail; :param notices: patterns of the warnings, deprecations
            and errors that Ansible is expected to print, any other fails the test (errors of failing tasks too,
            unless ``fails``).
        :param environment: variables to add; :param watch: called with the running process.
        :param seconds: after which the run hangs.
        :param variables: extra variables (``-e``).
        :raises AssertionError: the run ended otherwise than expected, or an exchange broke a contract.
        """
        self._count += 1
        events = self.folder / f"events-{self._count}.jsonl"
        command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", str(self.inventory)]
        command += [self._target(playbook), *arguments]
        command += ["-e", json.dumps(variables)] if variables else []
        with subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment(events) | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                if watch:
                    watch(process)
                stdout, stderr = process.communicate(timeout=seconds)
            except BaseException:
                kill(process)
                raise
        run = Run(process.returncode, stdout, stderr, events)
        assert bool(run.status) == fails, f"exit status {run.status}\n{run.output[-6000:]}"
        self._check_notices(run, notices, fails)
        assert self.lab.violations() == []
        return run

    def environment(self, events: Path) -> dict[str, str]:
        """Nothing of the caller's but what a program needs to start; everything of Ansible's in this folder."""
        config = self.folder / "ansible.cfg"
        config.touch()
        (self.folder / "tmp").mkdir(exist_ok=True)
        return {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "NO_PROXY": "localhost,127.0.0.1",
            "ANSIBLE_CONFIG": str(config),
            "ANSIBLE_COLLECTIONS_PATH": str(self.collections),
            "ANSIBLE_HOME": str(self.folder / "home"),
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "tmp"),
            "ANSIBLE_REMOTE_TMP": str(self.folder / "tmp"),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback_plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "events",
            "ANSIBLE_INJECT_INVOCATION": "true",  # what may be seen is looked at, also from 2.21 on
            "PLAY_EVENTS": str(events),
            "WEBEX_EMAIL_DEADLINE": str(DEADLINE),
        }

    def variables(self, name: str, **values: Any) -> None:
        """Set variables of a group, or of a host: one of the example, or any as ``host:NAME``; None takes one out."""
        kind = "host_vars" if name in TENANTS + CHANNELS or ":" in name else "group_vars"
        name = name.rpartition(":")[2]
        # The last file of the folder wins over those of the example.
        path = self.inventory / kind / name / "zz_test.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        known = yaml.safe_load(path.read_text("utf-8")) if path.exists() else {}
        merged = {key: value for key, value in {**known, **values}.items() if value is not None}
        path.write_text(yaml.safe_dump(merged), "utf-8")

    def record(self, channel: str) -> dict[str, Any]:
        """What the collection wrote down about a channel; {} if nothing."""
        path = self.record_path(channel)
        return json.loads(path.read_text("utf-8"))["webex_email_record"] if path.exists() else {}

    def record_path(self, channel: str) -> Path:
        """Where the collection writes a channel's ids down."""
        return self.inventory / "host_vars" / channel / "webex_email_record.json"

    def _target(self, playbook: str | list[dict[str, Any]]) -> str:
        if isinstance(playbook, list):
            path = self.folder / f"plays-{self._count}.yml"
            path.write_text(yaml.safe_dump(playbook, sort_keys=False), "utf-8")
            return str(path)
        return playbook if "/" in playbook else f"{COLLECTION}.{playbook}"

    @staticmethod
    def _check_notices(run: Run, expected: Iterable[str], fails: bool) -> None:
        patterns = [
            re.compile(pattern) for pattern in (*expected, *((r"\[ERROR\]: Task failed",) if fails else ()))
        ]
        told = [text.replace("-\n", "-").replace("\n", " ") for text in NOTICE.findall(run.stderr)]
        odd = [text for text in told if not any(item.search(text) for item in patterns)]
        assert not odd, "\n".join(odd)


def kill(process: subprocess.Popen[str]) -> None:
    """End a run at once with all its workers, which have process groups of their own."""
    for pid in [*descendants(process.pid), process.pid]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def descendants(pid: int) -> list[int]:
    """Ids of the processes that a process started, and of those that they did."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name in brackets may hold blanks; the parent is the second field after it.
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    found = [pid]
    for parent in found:
        found += [child for child, its_parent in parents.items() if its_parent == parent]
    return found[1:]


def writes(lab: LabClient) -> list[dict[str, Any]]:
    """The journal's entries that could have changed something."""
    return [entry for entry in lab.journal() if entry["write"]]


def requests_by_service(lab: LabClient) -> dict[str, list[str]]:
    """Service -> operations in order."""
    found = defaultdict(list)
    for entry in lab.journal():
        found[entry["service"]].append(entry["operation"])
    return dict(found)


def _collections() -> Path:
    """The folder with ``ansible_collections`` in it, which tests/conftest.py put on the path of imports."""
    return next(
        Path(entry) for entry in sys.path if (Path(entry) / "ansible_collections/ccops/webex_email").is_dir()
    )
