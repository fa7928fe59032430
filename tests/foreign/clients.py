# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that others wrote, unmodified, each run as a person would run it, and what the cloud's journal says of it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from foreign import environments
from foreign.proxy import Proxy
from lab.client import LabClient

HERE = Path(__file__).parent
SECONDS = 300  # for one command; a machine under load takes a minute


class Outcomes:
    """For each client its version and how many operations it did, by the cloud's journal."""

    def __init__(self) -> None:
        self.of: dict[str, tuple[str, int]] = {}

    def add(self, client: str, version: str, operations: int) -> None:
        """Count some more operations."""
        self.of[client] = (version, self.of.get(client, ("", 0))[1] + operations)


class Client:
    """What the clients share: a home of their own, the proxy, the cloud's certificate authority, and counting.

    ``tenant``, ``client_id`` and ``secret`` are those of the identity that automates in the example world.
    """

    name = ""

    def __init__(self, lab: LabClient, road: Proxy, outcomes: Outcomes, home: Path) -> None:
        self.folder, self.version = self.install()
        self.lab, self.home, self._outcomes = lab, home, outcomes
        lab.reset()
        world = lab.state()["tenants"][0]
        caller = next(item for item in world["callers"] if item["name"] == "automation")
        self.tenant, self.client_id = world["id"], caller["client_id"]
        self.secret = caller["secrets"][0]["value"]
        self.variables = {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "HTTPS_PROXY": road.url,
            "NO_PROXY": "localhost,127.0.0.1",
            "REQUESTS_CA_BUNDLE": lab.ca_bundle,
            "SSL_CERT_FILE": lab.ca_bundle,
            "NODE_EXTRA_CA_CERTS": lab.ca_bundle,
        }

    def install(self) -> tuple[Path, str]:
        """Folder and version of the client."""
        raise NotImplementedError

    def run(self, *command: str, **variables: str) -> str:
        """Run a command to its end and count what it did; answers what it printed.

        It must succeed, and nothing that it asked or was answered may depart from the contracts.
        """
        before = len(self.lab.journal())
        done = subprocess.run(
            command,
            env={**self.variables, **variables},
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        self._outcomes.add(self.name, self.version, len(self.lab.journal()) - before)
        assert done.returncode == 0, f"{command[1:4]}: {done.stdout[-2000:]}\n{done.stderr[-3000:]}"
        assert self.lab.violations() == [], command[1:4]
        return done.stdout


class AzureCli(Client):
    """azure-cli with a cloud of its own, as ``az cloud register`` makes it."""

    name = "azure-cli"
    _CLOUD = {
        "active-directory": "https://login.microsoftonline.com",
        "active-directory-graph-resource-id": "https://graph.windows.net/",
        "active-directory-resource-id": "https://management.core.windows.net/",
        "gallery": "https://gallery.azure.com/",
        "management": "https://management.core.windows.net/",
        "microsoft-graph-resource-id": "https://graph.microsoft.com/",
        "resource-manager": "https://management.azure.com/",
    }

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.variables |= {
            "AZURE_CONFIG_DIR": str(self.home / "azure"),
            "AZURE_CORE_COLLECT_TELEMETRY": "false",
            "AZURE_CORE_OUTPUT": "json",
            "AZURE_CORE_ONLY_SHOW_ERRORS": "true",
        }
        options = [text for name, url in self._CLOUD.items() for text in (f"--endpoint-{name}", url)]
        self("cloud", "register", "--name", "Lab", "--skip-endpoint-discovery", *options)
        self("cloud", "set", "--name", "Lab")
        who = ("--username", self.client_id, f"--password={self.secret}", "--tenant", self.tenant)
        self(
            "login", "--service-principal", *who, "--allow-no-subscriptions", "--skip-subscription-discovery"
        )

    def install(self) -> tuple[Path, str]:
        folder = environments.azure_cli()
        return folder, environments.version(folder, "azure-cli")

    def __call__(self, *arguments: str) -> Any:
        """Run ``az`` and answer the JSON it prints, None for nothing."""
        printed = self.run(str(self.folder / "bin/az"), *arguments)
        return json.loads(printed) if printed.strip() else None


class CliForM365(Client):
    """CLI for Microsoft 365, signed in with a client secret."""

    name = "CLI for Microsoft 365"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self("cli", "config", "set", "--key", "disableTelemetry", "--value", "true")
        who = ("--appId", self.client_id, "--tenant", self.tenant, "--secret", self.secret)
        self("login", "--authType", "secret", *who)

    def install(self) -> tuple[Path, str]:
        folder = environments.cli_for_m365()
        package = folder / "node_modules/@pnp/cli-microsoft365/package.json"
        return folder, json.loads(package.read_text("utf-8"))["version"]

    def __call__(self, *arguments: str) -> Any:
        """Run ``m365`` and answer the JSON it prints, None for nothing."""
        program = self.folder / "node_modules/.bin/m365"
        printed = self.run(str(program), *arguments, "--output", "json")
        return json.loads(printed) if printed.strip() else None


class Sdk(Client):
    """msgraph-sdk for Python, which signs in by azure-identity; what it does is in ``sdk_program.py``."""

    name = "msgraph-sdk"

    def install(self) -> tuple[Path, str]:
        folder = environments.sdk()
        return folder, environments.version(folder, self.name)

    def __call__(self, task: str, *arguments: str, **variables: str) -> Any:
        """Run one task of the program and answer the JSON it prints."""
        who = {
            "AZURE_TENANT_ID": self.tenant,
            "AZURE_CLIENT_ID": self.client_id,
            "AZURE_CLIENT_SECRET": self.secret,
        }
        python = str(self.folder / "bin/python")
        printed = self.run(python, str(HERE / "sdk_program.py"), task, *arguments, **{**who, **variables})
        return json.loads(printed)


class Identity(Sdk):
    """azure-identity alone, from the same environment."""

    name = "azure-identity"


class Azcollection(Client):
    """Directory modules of azure.azcollection, in a playbook."""

    name = "azure.azcollection"

    def install(self) -> tuple[Path, str]:
        folder = environments.azcollection()
        manifest = folder / "collections" / environments.COLLECTION / "MANIFEST.json"
        return folder, json.loads(manifest.read_text("utf-8"))["collection_info"]["version"]

    def __call__(self, playbook: str, **extra: str) -> dict[str, Any]:
        """Run a playbook of this folder; answers the fact ``outcome`` that its last task shows."""
        who = {
            "AZURE_TENANT": self.tenant,
            "AZURE_CLIENT_ID": self.client_id,
            "AZURE_SECRET": self.secret,
            "ANSIBLE_HOME": str(self.home),
            "ANSIBLE_COLLECTIONS_PATH": str(self.folder / "collections"),
            "ANSIBLE_PYTHON_INTERPRETER": str(self.folder / "bin/python"),
            "ANSIBLE_CALLBACK_RESULT_FORMAT": "json",
            "ANSIBLE_DEPRECATION_WARNINGS": "false",
            "ANSIBLE_LOCALHOST_WARNING": "false",
        }
        place = self.home / "outcome.json"
        program, extra = str(self.folder / "bin/ansible-playbook"), {"outcome_file": str(place), **extra}
        self.run(program, str(HERE / playbook), "--extra-vars", json.dumps(extra), **who)
        return json.loads(place.read_text("utf-8"))
