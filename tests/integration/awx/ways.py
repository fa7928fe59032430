# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An AWX that the role has made, with the inventory in git and a credential for each way to sign in."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import jwt
import trustme
import yaml
from cryptography.hazmat.primitives import serialization

from integration.awx.tower import CONTOSO_APP, ROOT, Tower, commit, repository
from lab.signin_credentials import FEDERATED_AUDIENCE

PAGE = (ROOT / "docs/awx.md").read_text("utf-8")
# Another prefix than the guide's, as for a second Microsoft tenant.
PREFIX = "Contoso mail"
SHOWN = [yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]
# What the guide shows under "Changing what is made", and for repositories that ask who one is.
CHANGES = SHOWN[-1]
(GIT,) = (shown for shown in SHOWN if "webex_email_awx_project_credential" in shown)
PASSPHRASE = "CANARY-passphrase-3~p+q/r="
APP = {"tenant": CONTOSO_APP["tenant"], "client_id": CONTOSO_APP["client"]}


class Ways:
    """What its jobs work on is the channel support; sales is one whose hand-over is done."""

    def __init__(self, tower: Tower) -> None:
        self.tower = tower
        self.awx = tower.awx
        self.folder = tower.folder / "inventory-of-the-team"
        self.files = {
            "inventory/hosts.yml": _hosts(("support", "sales")),
            "inventory/group_vars/all.yml": yaml.safe_dump(tower.endpoints),
            "inventory/group_vars/webex_email_channels.yml": yaml.safe_dump(
                {"webex_email_permission_profile": "cisco_document"}
            ),
        }
        templates = {**CHANGES["webex_email_awx_job_templates"], "retire": {}}
        self.settings = {
            "webex_email_awx_prefix": PREFIX,
            "webex_email_awx_job_templates": templates,
            "webex_email_awx_credential_types": CHANGES["webex_email_awx_credential_types"],
            # Without the survey, as the inventory is in git.
            "webex_email_awx_steps": [step for step in CHANGES["webex_email_awx_steps"] if step != "add"],
            "webex_email_awx_image": "registry.example/webex-email-ee:1.0.0",
            "webex_email_awx_record_folder": str(tower.records),
            "webex_email_awx_project_url": tower.project,
            "webex_email_awx_inventory_url": repository(self.folder, self.files),
            "webex_email_awx_project_credential": GIT["webex_email_awx_project_credential"],
            "webex_email_awx_credentials": self._credentials(self.tower.connect | {"token": "of yesterday"}),
            "webex_email_awx_notification": {
                "name": "Contact centre",
                "type": "webhook",
                "configuration": {"url": "https://chat.example/hooks", "headers": {}},
            },
        }

    def _credentials(self, connect: dict[str, str]) -> list[dict[str, Any]]:
        """That of Webex Connect in every template, that of git in none; a launch names the others."""
        ways = {
            "certificate": self._certificate(),
            "federated_token": {**APP, "token": self._token()},
            "winrm": self._windows_host(),
            "Microsoft Azure Resource Manager": {"subscription": "none", **CONTOSO_APP},
        }
        return [
            {"name": "connect", "type": "connect", "inputs": connect},
            *GIT["webex_email_awx_credentials"],
            *({"name": way, "type": way, "inputs": inputs, "templates": []} for way, inputs in ways.items()),
        ]

    def _certificate(self) -> dict[str, str]:
        """One that the automation identity of the cloud may use, its key under a password."""
        issued = trustme.CA().issue_cert("automation.example", key_type=trustme.KeyType.RSA)
        public = issued.cert_chain_pems[0].bytes().decode()
        self.tower.lab.edit([{"op": "add", "path": "/tenants/0/callers/0/certificates/-", "value": public}])
        key = serialization.load_pem_private_key(issued.private_key_pem.bytes(), None)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(PASSPHRASE.encode()),
        )
        return {**APP, "certificate": private.decode() + public, "certificate_password": PASSPHRASE}

    def _token(self) -> str:
        """What a CI system or a cluster hands to the job; the cloud compares issuer and subject."""
        (trust,) = self.tower.lab.state()["tenants"][0]["callers"][0]["federated"]
        claims = {
            "iss": trust["issuer"],
            "sub": trust["subject"],
            "aud": FEDERATED_AUDIENCE,
            "exp": int(time.time()) + 3600,
        }
        return jwt.encode(claims, "k" * 32, algorithm="HS256")

    def _windows_host(self) -> dict[str, str]:
        """Signs in with a client certificate, which comes with its key and the authority as three files."""
        place = Path(self.tower.lab.ca_bundle).parent
        return {
            "url": f"{self.tower.lab.url}/wsman",
            "auth": "certificate",
            "certificate": (place / "winrm-client.pem").read_text("utf-8"),
            "certificate_key": (place / "winrm-client.key").read_text("utf-8"),
            "ca_bundle": Path(self.tower.lab.ca_bundle).read_text("utf-8"),
        }

    def configure(
        self, *arguments: str, notices: tuple[str, ...] = (), **more: Any
    ) -> tuple[int, list[dict[str, Any]]]:
        """Run the playbook awx; how many of its tasks changed something, and what was written to AWX."""
        self.awx.clear_journal()
        run = self.tower.configure({**self.settings, **more}, *arguments, notices=notices)
        written = [
            entry
            for entry in self.awx.journal()
            if entry["method"] != "GET" and "/tokens/" not in entry["path"]
        ]
        return run.changed["localhost"], written

    def renew_token(self) -> None:
        """Write the token of the day into the settings."""
        (connect,) = [
            item for item in self.settings["webex_email_awx_credentials"] if item["name"] == "connect"
        ]
        connect["inputs"] = self.tower.connect

    def push(self, **files: Any) -> None:
        """Commit variables of a group, by its name, or with ``hosts`` the channels that there are."""
        named = {
            f"inventory/group_vars/{name}.yml": values for name, values in files.items() if name != "hosts"
        }
        texts = {name: yaml.safe_dump(values) for name, values in named.items()}
        if "hosts" in files:
            texts["inventory/hosts.yml"] = _hosts(files["hosts"])
        commit(self.folder, texts)

    def launch(self, template: str, *ways: str, **asked: Any) -> dict[str, Any]:
        """Launch a job with the credentials of these ways to sign in, unsliced, and wait for its end."""
        credentials = [self.awx.one("credentials", name)["id"] for name in ("connect", *ways)]
        job = self.awx.launch("job_templates", f"{PREFIX}: {template}", credentials=credentials, **asked)
        return self.awx.wait(job)

    def run(self, template: str, *ways: str, **asked: Any) -> dict[str, Any]:
        """The same, whose end has to be a good one; the cloud's journal has this job alone then."""
        self.tower.lab.clear_journal()
        job = self.launch(template, *ways, **asked)
        assert job["status"] == "successful", self.awx.stdout(job)[-4000:]
        assert self.tower.lab.violations() == []
        return job

    def hosts(self, inventory: str) -> list[str]:
        """Names of the hosts in an inventory."""
        number = self.awx.one("inventories", inventory)["id"]
        return sorted(item["name"] for item in self.awx.all("hosts", inventory=number))


def _hosts(channels: tuple[str, ...]) -> str:
    """The team's file of hosts with these channels."""
    known = {
        "support": {"webex_email_address": "support@contoso.example"},
        "sales": {"webex_email_address": "sales@contoso.example", "webex_email_handover_done": True},
    }
    chosen = {name: known[name] for name in channels}
    tenant = {
        "hosts": {"contoso": {}, **dict.fromkeys(channels, {})},
        "vars": {"webex_email_tenant": "contoso"},
    }
    groups = {
        "webex_email_tenants": {"hosts": {"contoso": {}}},
        "webex_email_channels": {"hosts": chosen},
        "tenant_contoso": tenant,
    }
    return yaml.safe_dump({"all": {"children": groups}})
