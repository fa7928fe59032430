# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many channels in an AWX: their mailboxes in the cloud, their hosts in an inventory, templates for the playbooks."""

from __future__ import annotations

import json
from typing import Any

from integration import world as at
from integration.awx.tower import CONTOSO_APP, Tower
from integration.world import CONTOSO


class Site:
    """``count`` mailboxes of Contoso, and one job template for each playbook that is named.

    Objects are posted, which takes milliseconds; that the role makes the same ones is shown in ``test_document``.
    """

    def __init__(self, tower: Tower, count: int) -> None:
        self.tower = tower
        self.names = [f"queue{number:02d}" for number in range(count)]
        self.world = self._world()
        self.templates: dict[str, dict[str, Any]] = {}
        self._organization = tower.awx.one("organizations", "Default")["id"]
        self._inventory = self._make_inventory()
        self._project = self._post(
            "projects",
            name="playbooks",
            scm_type="git",
            scm_url=tower.project,
            organization=self._organization,
        )
        self._credentials = [self._make_azure(), self._make_connect()]

    def _post(self, endpoint: str, **values: Any) -> dict[str, Any]:
        return self.tower.awx.call("POST", f"{endpoint}/", values)

    def _world(self) -> dict[str, Any]:
        """The example with these mailboxes in it."""
        world = self.tower.lab.state()
        template = at.mailbox(world, "support")
        for number, name in enumerate(self.names):
            address = f"{name}@contoso.example"
            mailbox = {
                **template,
                "Guid": f"4b2a5d0e-7f0c-4c11-9d0e-0c6b1a1f2a{number:02d}",
                "ExternalDirectoryObjectId": None,
                **dict.fromkeys(("UserPrincipalName", "PrimarySmtpAddress"), address),
                **dict.fromkeys(("Alias", "Name", "DisplayName"), name),
                "EmailAddresses": [f"SMTP:{address}"],
            }
            world["tenants"][CONTOSO]["mailboxes"].append(mailbox)
        return world

    def _make_inventory(self) -> int:
        common = {
            **self.tower.endpoints,
            "ansible_connection": "local",
            "webex_email_record_folder": str(self.tower.records),
            "webex_email_tenant": "contoso",
        }
        inventory = self._post(
            "inventories", name="site", organization=self._organization, variables=json.dumps(common)
        )
        addresses = {name: {"webex_email_address": f"{name}@contoso.example"} for name in self.names}
        hosts = {
            name: self._post("hosts", name=name, inventory=inventory["id"], variables=json.dumps(values))[
                "id"
            ]
            for name, values in {"contoso": {}, **addresses}.items()
        }
        for group, members in (("webex_email_tenants", ["contoso"]), ("webex_email_channels", self.names)):
            made = self._post("groups", name=group, inventory=inventory["id"])
            for member in members:
                self.tower.awx.call("POST", f"{made['url']}hosts/", {"id": hosts[member]})
        return inventory["id"]

    def _make_azure(self) -> int:
        kind = self.tower.awx.one("credential_types", "Microsoft Azure Resource Manager")["id"]
        inputs = {"subscription": "none", **CONTOSO_APP}
        return self._post(
            "credentials", name="azure", organization=self._organization, credential_type=kind, inputs=inputs
        )["id"]

    def _make_connect(self) -> int:
        fields = [{"id": name, "label": name, "secret": name == "token"} for name in self.tower.connect]
        env = {f"WEBEX_CONNECT_{name.upper()}": f"{{{{ {name} }}}}" for name in self.tower.connect}
        kind = self._post(
            "credential_types",
            name="Webex Connect",
            kind="cloud",
            inputs={"fields": fields},
            injectors={"env": env},
        )["id"]
        return self._post(
            "credentials",
            name="connect",
            organization=self._organization,
            credential_type=kind,
            inputs=self.tower.connect,
        )["id"]

    def launch(self, playbook: str, **asked: Any) -> dict[str, Any]:
        """Launch the job template of a playbook; it is made when it is needed first."""
        if playbook not in self.templates:
            prompts = ("limit", "job_type", "job_slice_count", "forks", "variables")
            template = self._post(
                "job_templates",
                name=playbook,
                project=self._project["id"],
                inventory=self._inventory,
                playbook=f"playbooks/{playbook}.yml",
                **{f"ask_{name}_on_launch": True for name in prompts},
            )
            for number in self._credentials:
                self.tower.awx.call("POST", f"{template['url']}credentials/", {"id": number})
            self.templates[playbook] = template
        return self.tower.awx.launch("job_templates", playbook, **asked)

    def run(self, playbook: str, **asked: Any) -> dict[str, Any]:
        """The same, to its end, which has to be a good one."""
        ended = self.tower.awx.wait(self.launch(playbook, **asked))
        assert ended["status"] == "successful", self.tower.awx.stdout(ended)[-4000:]
        return ended

    def begin(self) -> None:
        """A cloud in which nothing has been done, and no record of anything."""
        self.tower.lab.reset(self.world)
        # Every exchange is judged elsewhere; here there are thousands.
        self.tower.lab.settings(contract_checks=False)
        for path in self.tower.records.iterdir():
            path.unlink()

    def outcome(self, names: list[str]) -> dict[str, Any]:
        """What the cloud holds of these channels, and how much beside them; without ids, secrets and dates."""
        world = self.tower.lab.state()
        tenant = world["tenants"][CONTOSO]
        app = at.app(world, CONTOSO)
        values = {key["displayName"]: app["lab_secrets"][key["keyId"]] for key in app["passwordCredentials"]}
        assets = {asset["emailId"]: asset for asset in world["connect"][CONTOSO]["assets"]}
        mailboxes = {box["PrimarySmtpAddress"]: box for box in tenant["mailboxes"]}
        channels = {}
        for name in names:
            address = f"{name}@contoso.example"
            asset, mailbox = assets[address], mailboxes[address]
            channels[name] = {
                "asset": {
                    key: asset.get(key) for key in ("name", "smtpServer", "port", "security", "authType")
                },
                "app": asset["clientId"] == app["appId"],
                "secret": asset["lab_secrets"]["clientSecret"] == values[f"wxconnect {address}"],
                "forwards": mailbox["ForwardingSmtpAddress"] == f"smtp:{asset['forwardingAddress']}",
                "copy": mailbox["DeliverToMailboxAndForward"],
                "smtp": mailbox["SmtpClientAuthenticationDisabled"],
                "redirects": asset["callbackUrl"] in app["web"]["redirectUris"],
                "recorded": self.tower.record(name)["asset_id"] == asset["appId"],
            }
        return {
            "channels": channels,
            "assets": len(world["connect"][CONTOSO]["assets"]),
            "apps": len(at.apps(world, CONTOSO)),
            "secrets": sorted(key["displayName"] for key in app["passwordCredentials"]),
            "consents": len(tenant["app_role_assignments"]),
            "senders": sorted(at.rule(world, CONTOSO)["From"]),
            "records": sorted(path.name for path in self.tower.records.glob("*.json")),
        }
