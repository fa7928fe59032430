# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same Graph part by the tools that others use, installed and signed in as the tests of foreign clients do it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from _pytest.outcomes import Skipped

from foreign import clients, proxy, seen
from lab.client import LabClient

from .measure import LAUNCHER, Failed, counted, summary

HERE = Path(__file__).parent
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
GRAPH = "https://graph.microsoft.com"
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Peer:
    """One tool.

    :param make: makes everything from nothing; answers what ``again`` needs to find it.
    :param again: looks whether all is as it should be, and changes nothing.
    """

    name: str
    kind: type[Any]
    make: Callable[[Any], Any]
    again: Callable[[Any, Any], Any]


def _az_make(az: Any) -> dict[str, str]:
    app = az(
        *("ad", "app", "create", "--display-name", "WebexConnect", "--web-redirect-uris", seen.REDIRECT),
        *("--enable-access-token-issuance", "true", "--sign-in-audience", "AzureADMyOrg"),
    )
    principal = az("ad", "sp", "create", "--id", app["appId"])
    wanted = ("--api", EXCHANGE, "--api-permissions", f"{seen.MAIL_SEND}=Role")
    az("ad", "app", "permission", "add", "--id", app["appId"], *wanted)
    exchange = az("ad", "sp", "show", "--id", EXCHANGE)
    grant = {"principalId": principal["id"], "resourceId": exchange["id"], "appRoleId": seen.MAIL_SEND}
    # Its own command for consent does not work for a service principal.
    url = f"{GRAPH}/v1.0/servicePrincipals/{principal['id']}/appRoleAssignments"
    az("rest", "--resource", GRAPH, "--method", "post", "--url", url, "--body", json.dumps(grant))
    az("ad", "app", "credential", "reset", "--id", app["appId"], "--append", "--display-name", "wxconnect")
    return {"app_id": app["appId"], "url": url}


def _az_again(az: Any, made: dict[str, str]) -> None:
    az("ad", "app", "show", "--id", made["app_id"])
    az("ad", "sp", "show", "--id", made["app_id"])
    az("rest", "--resource", GRAPH, "--method", "get", "--url", made["url"])
    az("ad", "app", "credential", "list", "--id", made["app_id"])


def _m365_make(m365: Any) -> str:
    made = m365(
        *("entra", "app", "add", "--name", "WebexConnect", "--redirectUris", seen.REDIRECT),
        *("--platform", "web", "--implicitFlow", "--grantAdminConsent", "--withSecret"),
        *("--apisApplication", "https://outlook.office365.com/Mail.Send"),
    )
    return str(made["appId"])


def _m365_again(m365: Any, app_id: str) -> None:
    m365("entra", "app", "get", "--appId", app_id)
    m365("entra", "app", "permission", "list", "--appId", app_id)


def _azcollection(tool: Any, known: dict[str, str] | None = None) -> dict[str, str]:
    given = {f"bench_{name}": value for name, value in (known or {}).items() if value}
    outcome = tool(
        str(HERE / "playbooks/azcollection.yml"),
        bench_redirect=seen.REDIRECT,
        bench_resource=EXCHANGE,
        bench_role=seen.MAIL_SEND,
        **given,
    )
    return dict(outcome)


PEERS = (
    Peer("azure-cli", clients.AzureCli, _az_make, _az_again),
    Peer("CLI for Microsoft 365", clients.CliForM365, _m365_make, _m365_again),
    Peer(
        "azure.azcollection, without consent",
        clients.Azcollection,
        _azcollection,
        _azcollection,
    ),
    Peer(
        "msgraph-sdk, without a secret",
        clients.Sdk,
        lambda sdk: sdk("make", "WebexConnect", seen.REDIRECT)["app_id"],
        lambda sdk, app_id: sdk("read", app_id),
    ),
)


def measure(lab: LabClient, folder: Path, latency: int, runs: int, tell: Tell) -> dict[str, Any]:
    """Every peer that can be installed: "<name> <version>: create" and ": again" -> summary."""
    found: dict[str, Any] = {}
    with proxy.running(lab.url) as road:
        for peer in PEERS:
            home = folder / f"peer-{peer.name.split(',')[0].replace(' ', '-')}-{latency}"
            # What a tool remembers of an earlier bench would be in its way.
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir(parents=True)
            try:
                tool = peer.kind(lab, road, clients.Outcomes(), home)
                found |= _measured(peer, tool, lab, latency, runs, tell)
            except (Skipped, Failed, subprocess.SubprocessError) as trouble:
                # What somebody else's tool cannot do here is no reason to measure nothing of ours.
                tell(f"{peer.name} is left out: {trouble}")
    return found


def _measured(peer: Peer, tool: Any, lab: LabClient, latency: int, runs: int, tell: Tell) -> dict[str, Any]:
    name = f"{peer.name} {tool.version}"
    samples: dict[str, list[Any]] = {f"{name}: create": [], f"{name}: again": []}
    world = lab.state()
    for number in range(runs):
        lab.reset(world)
        lab.settings(latency_ms=latency, contract_checks=False)
        with _watched(tool) as facts:
            lab.clear_journal()
            made = peer.make(tool)
            samples[f"{name}: create"].append(counted(_sum(facts), lab.counts()))
            facts.clear()
            lab.clear_journal()
            peer.again(tool, made)
            samples[f"{name}: again"].append(counted(_sum(facts), lab.counts()))
        tell(f"{name} {number + 1}/{runs}")
    return {title: summary(items) for title, items in samples.items()}


def _sum(facts: list[dict[str, float]]) -> dict[str, float]:
    """Several commands as one program: times add up, memory does not."""
    return {
        "wall": sum(item["wall"] for item in facts),
        "cpu": sum(item["cpu"] for item in facts),
        "memory": max(item["memory"] for item in facts),
    }


@contextmanager
def _watched(tool: Any) -> Any:
    """Let every command of a client be measured; answers the list that what was measured is added to."""
    facts: list[dict[str, float]] = []
    told = tool.home / "measured.json"

    def run(*command: str, **variables: str) -> str:
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(LAUNCHER), str(told), *command],
            env={**tool.variables, **variables},
            cwd=tool.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=clients.SECONDS,
            check=True,
        )
        fact = json.loads(told.read_text("utf-8"))
        if fact["status"]:
            raise Failed(f"{command[1:4]}: {done.stdout[-1000:]}\n{done.stderr[-2000:]}")
        facts.append(fact)
        return done.stdout

    tool.run = run
    try:
        yield facts
    finally:
        del tool.run
