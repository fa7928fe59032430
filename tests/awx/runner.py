# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one job with ansible-runner as AWX does: a private folder, a script for the inventory, injected credentials."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ansible_runner
import yaml

from integration.play import descendants

from .inventory import write_script

# AWX drops the result of an event that is longer (its setting MAX_EVENT_RES_DATA; assumption: awx-artefacts).
LONGEST_RESULT = 700_000
# What AWX sets for every job; the rest comes with the execution environment.
VARIABLES = {
    "ANSIBLE_FORCE_COLOR": "True",
    "ANSIBLE_HOST_KEY_CHECKING": "False",
    "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
    "ANSIBLE_RETRY_FILES_ENABLED": "False",
    "MAX_EVENT_RES": str(LONGEST_RESULT),
    "AWX_HOST": "https://towerhost",
}


@dataclass
class Order:
    """Everything that a run needs; ids and texts, no objects of the store."""

    job: int
    playbook: str
    inventory: dict[str, Any]
    project: Path
    environment: dict[str, str]
    arguments: list[str]
    safe_variables: dict[str, Any] = field(default_factory=dict)
    unsafe_variables: dict[str, Any] = field(default_factory=dict)
    credentials: Callable[[Path], tuple[dict[str, str], dict[str, str]]] = lambda folder: ({}, {})


@dataclass
class Result:
    """How a run ended."""

    status: str
    stdout: str
    events: list[dict[str, Any]]
    artifacts: dict[str, Any]
    hosts: dict[str, dict[str, int]]


class Unsafe(str):
    """A string that Ansible must not take for a template."""


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(Unsafe, lambda dumper, value: dumper.represent_scalar("!unsafe", str(value)))


def unsafe(value: Any) -> Any:
    """Every string in a value marked, as AWX marks the variables that are not the job template's own."""
    if isinstance(value, str):
        return Unsafe(value)
    if isinstance(value, dict):
        return {unsafe(key): unsafe(item) for key, item in value.items()}
    if isinstance(value, list):
        return [unsafe(item) for item in value]
    return value


def run(order: Order, folder: Path, cancelled: Callable[[], bool]) -> Result:
    """Run the job in ``folder``, which is gone afterwards: it has held secrets, and AWX removes it, too.

    ``cancelled`` is asked again and again while the job runs; a cancelled job's processes end at once, as those of
    a container that is removed.
    """
    for name in ("env", "inventory"):
        (folder / name).mkdir(parents=True)
    try:
        settings = _prepare(order, folder)
        found: dict[str, Any] = {"events": [], "artifacts": {}, "hosts": {}}

        def stop() -> bool:
            if cancelled():
                _end(folder)
                return True
            return False

        done = ansible_runner.run(
            private_data_dir=str(folder),
            playbook=order.playbook,
            ident=str(order.job),
            quiet=True,
            suppress_env_files=True,
            envvars=settings,
            cmdline=" ".join(order.arguments),
            cancel_callback=stop,
            event_handler=lambda event: _collect(event, found),
            settings={"suppress_ansible_output": True, "job_timeout": 600, "pexpect_timeout": 1},
        )
        stdout = Path(done.config.artifact_dir, "stdout").read_text("utf-8")
        return Result(done.status, stdout, found["events"], found["artifacts"], found["hosts"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(order: Order, folder: Path) -> dict[str, str]:
    """Fill the private folder; returns the environment of the run."""
    write_script(folder / "inventory/hosts", order.inventory)
    shutil.copytree(order.project, folder / "project", symlinks=True, ignore=shutil.ignore_patterns(".git"))
    env, extra = order.credentials(folder / "env")
    # Of credentials, of the template, of the launch: the last wins.
    values = {**extra, **order.safe_variables, **unsafe(order.unsafe_variables)}
    (folder / "env/extravars").write_text(yaml.dump(values, Dumper=_Dumper), "utf-8")
    own = {"JOB_ID": str(order.job), "AWX_PRIVATE_DATA_DIR": str(folder), "HOME": str(folder)}
    return {**VARIABLES, **order.environment, **own, **env}


def _collect(event: dict[str, Any], found: dict[str, Any]) -> bool:
    """Keep an event as AWX does: without a result that is too long."""
    data = event.get("event_data", {})
    if len(json.dumps(data.get("res", {}))) > LONGEST_RESULT:
        data["res"] = {}
    found["events"].append({"event": event["event"], "counter": event["counter"], "event_data": data})
    if event["event"] == "playbook_on_stats":
        found["artifacts"] = data.get("artifact_data", {})
        names = ("ok", "changed", "failures", "dark", "skipped")
        hosts = {host for name in names for host in data.get(name, {})}
        found["hosts"] = {
            host: {name: data.get(name, {}).get(host, 0) for name in names} for host in sorted(hosts)
        }
    return False


def _end(folder: Path) -> None:
    """Kill the processes of a run, workers with process groups of their own included."""
    marker = f"AWX_PRIVATE_DATA_DIR={folder}".encode()
    for pid in descendants(os.getpid()):
        with contextlib.suppress(OSError):
            if marker in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                os.kill(pid, signal.SIGKILL)
