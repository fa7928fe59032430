# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that others wrote, signed in to the embedded cloud, beside this collection's own modules."""

from __future__ import annotations

import json

import pytest

from foreign import environments, proxy
from foreign.clients import Azcollection, AzureCli, CliForM365, Identity, Outcomes, Sdk
from unit.conftest import Task
from unit.resources.directory import Directory

OUTCOMES = environments.HOME / "outcomes"


@pytest.fixture(scope="session")
def road(lab):
    """The proxy by which the names of Microsoft's services lead to the embedded cloud."""
    with proxy.running(lab.url) as running:
        yield running


@pytest.fixture(autouse=True)
def agreed(cloud):
    """Whatever client spoke, both sides kept the contract."""
    yield
    assert cloud.violations() == []


@pytest.fixture
def directory(cloud, tmp_path):
    """The first tenant's directory, and our modules in ``directory.task``."""
    return Directory(Task(cloud, tmp_path))


@pytest.fixture(scope="module")
def outcomes(request):
    """Where a client's file of tests counts what the client did; written down at its end."""
    counted = Outcomes()
    yield counted
    OUTCOMES.mkdir(parents=True, exist_ok=True)
    for name, (version, operations) in counted.of.items():
        facts = {"client": name, "version": version, "operations": operations}
        (OUTCOMES / f"{name.replace(' ', '-')}.json").write_text(json.dumps(facts), "utf-8")


def _client(kind, make):
    @pytest.fixture(scope="module", name=kind)
    def client(lab, road, outcomes, tmp_path_factory):
        return make(lab, road, outcomes, tmp_path_factory.mktemp(kind))

    return client


az = _client("az", AzureCli)
m365 = _client("m365", CliForM365)
sdk = _client("sdk", Sdk)
identity = _client("identity", Identity)
azcollection = _client("azcollection", Azcollection)


def pytest_sessionstart(session):
    """Forget what clients did in an earlier run; the workers of this one start later."""
    if not hasattr(session.config, "workerinput"):
        for path in OUTCOMES.glob("*.json"):
            path.unlink()


def pytest_terminal_summary(terminalreporter):
    """Say for each client how much of the cloud it used; the suite shows lines that begin with this mark."""
    found = [json.loads(path.read_text("utf-8")) for path in sorted(OUTCOMES.glob("*.json"))]
    for facts in found:
        line = f"{facts['client']:<34}{facts['version']:<10}{facts['operations']:>4} operations"
        terminalreporter.write_line(f"::: foreign client  {line}")
    reasons = {str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", [])}
    for reason in sorted(reasons):
        terminalreporter.write_line(f"::: foreign client  {reason.removeprefix('Skipped: ')}")
