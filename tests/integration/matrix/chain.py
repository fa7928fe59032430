# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The chains of the playbooks, without ansible-playbook around them: the same modules, options, order and conditions.

A playbook run costs seconds, the same requests by ``perform`` some hundred milliseconds; so every request of a chain
can meet every fault. ``test_same_as_playbooks.py`` holds what is here against the journals of real runs.
"""

from __future__ import annotations

import importlib
import threading
import time
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import env_fallback
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.ccops.webex_email.plugins.module_utils.core import retry
from ansible_collections.ccops.webex_email.plugins.module_utils.core.engine import perform

PLUGINS = "ansible_collections.ccops.webex_email.plugins"
# Loaded here, in the process that all runs are forked from.
DEFINITIONS = {
    name: importlib.import_module(f"{PLUGINS}.modules.{name}").MODULE
    for name in (
        "azure_app_registration",
        "azure_app_secret",
        "email_channel_info",
        "email_tenant_info",
        "exchange_forwarding",
        "exchange_outbound_policy",
        "o365_mailbox",
        "webex_connect_email_asset",
        "webex_connect_email_credential",
    )
}
CHAINS = ("create", "rotate", "retire", "retire_shared")
ADDRESS = "support@contoso.example"
SENDERS = [ADDRESS, "sales@contoso.example"]
POLICY = "Webex Connect forwarding"
UNIQUE_NAME = "webex-connect-email"
# Webex Connect documents no call that deletes an asset; with this one the retire chain is as long as it can be.
DELETE_CALL = {"operations": {"delete": {"method": "DELETE", "path": "/v2/digital/app/{asset_id}"}}}


class Stopped(Exception):
    """A task failed, which ends the run; the first argument is its result."""


class Clock:
    """Time in which a task that waits does not keep us waiting."""

    def __init__(self) -> None:
        self._skipped = 0.0
        self._lock = threading.Lock()

    def now(self) -> float:
        return time.monotonic() + self._skipped

    def sleep(self, seconds: float) -> None:
        # Something short is slept for real: who polls for a lock waits for somebody else's work.
        time.sleep(min(seconds, 0.01))
        with self._lock:
            self._skipped += max(0.0, seconds - 0.01)


def skip_waiting() -> None:
    """Let every Deadline of this process run on a Clock, so that a patience of minutes passes in no time."""
    clock = Clock()
    retry.Deadline.__init__.__defaults__ = (clock.now, clock.sleep)


class Run:
    """One run of a chain in this process.

    :param cloud: url, ca_bundle of the embedded cloud and the connection's credentials, see ``connection``.
    :param folder: holds the record; a private folder for the run is made in it.
    :param given: role variables that differ from the defaults, without their prefix.
    """

    def __init__(self, cloud: dict[str, Any], folder: Path, **given: Any) -> None:
        self.changed: list[str] = []
        self._cloud = cloud
        self._record = str(folder / "webex_email_record.json")
        self._scratch = folder / f"scratch-{time.monotonic_ns()}"
        self._scratch.mkdir()
        self._given = given

    def perform(self, module: str, **given: Any) -> dict[str, Any]:
        """One task.

        :raises Stopped: it failed.
        """
        definition = DEFINITIONS[module]
        known = {
            name: value
            for name, value in {**self._cloud, **given}.items()
            if value is not None and name in definition.spec.options
        }
        validation = ArgumentSpecValidator(**definition.spec.arguments(env_fallback)).validate(known)
        assert not validation.error_messages, validation.error_messages
        result, _warnings = perform(definition, validation.validated_parameters, False, str(self._scratch))
        if result.get("failed"):
            raise Stopped(result)
        if result["changed"]:
            self.changed += result["actions"]
        return result

    def go(self, chain: str) -> None:
        """Run a chain by its name.

        :raises Stopped: a task failed.
        """
        getattr(self, chain)()

    def create(self) -> None:
        """Playbook site for one channel of a tenant that has two."""
        self._tenants()
        self._channels()
        self._verify()
        self._copies()

    def rotate(self) -> None:
        """Playbook rotate_secret, with no overlap, so that the old secret goes in the same run."""
        self.perform("webex_connect_email_credential", **self._credential())

    def retire(self) -> None:
        """Playbook retire, asked to delete asset and app for good."""
        self.perform("exchange_forwarding", identity=ADDRESS, state="absent")
        self.perform("o365_mailbox", identity=ADDRESS, smtp_auth="inherit")
        self.perform("exchange_outbound_policy", name=POLICY, senders=[ADDRESS], state="absent")
        self.perform("webex_connect_email_asset", record_path=self._record, state="absent")
        self.perform(
            "azure_app_secret",
            unique_name=UNIQUE_NAME,
            display_name=f"wxconnect {ADDRESS}",
            state="absent",
        )
        self.perform(
            "azure_app_registration",
            unique_name=UNIQUE_NAME,
            redirect_uris=[],
            remove="app",
            if_unused=True,
            purge_deleted=True,
            state="absent",
        )

    retire_shared = retire

    def _tenants(self) -> None:
        found = self.perform(
            "email_tenant_info", name=POLICY, senders=SENDERS, unique_name=UNIQUE_NAME, ask_connect=False
        )
        blocking = [line["why"] for line in found["tenant"]["lines"] if line["status"] == "blocks"]
        if blocking:
            raise Stopped({"msg": " ".join(blocking), "error": {"retryable": False}})
        self.perform("exchange_outbound_policy", name=POLICY, senders=SENDERS, purge=False)

    def _channels(self) -> None:
        self._plan = self._read_channel()
        if self._has_changes("mailbox"):
            self.perform("o365_mailbox", identity=ADDRESS, smtp_auth="enabled")
        if self._has_changes("asset"):
            self._now["asset"] = self.perform("webex_connect_email_asset", **self._asset())["asset"]
        if self._has_changes("app"):
            uris = [self._now["asset"]["callback_url"]]
            self.perform("azure_app_registration", **self._app(uris))
        if self._has_changes("credential"):
            self.perform("webex_connect_email_credential", **self._credential())
        if self._has_changes("forwarding"):
            self._forward(keep_copy=True)

    def _verify(self) -> None:
        if any(step["changes"] for step in self._plan.values()):
            self._plan = self._read_channel()

    def _copies(self) -> None:
        if self._has_changes("forwarding"):
            self._forward(keep_copy=False)

    def _forward(self, keep_copy: bool) -> None:
        target = self._now["asset"]["forwarding_address"]
        self.perform("exchange_forwarding", identity=ADDRESS, forward_to=target, keep_copy=keep_copy)

    def _has_changes(self, step: str) -> bool:
        return self._plan[step]["changes"]

    def _read_channel(self) -> dict[str, Any]:
        found = self.perform(
            "email_channel_info",
            mailbox={"identity": ADDRESS, "smtp_auth": "enabled"},
            asset=self._asset(),
            app=self._app([]),
            credential=self._credential(),
            forwarding={"identity": ADDRESS, "keep_copy": False},
        )
        self._now = found["channel"]
        return found["plan"]

    def _asset(self) -> dict[str, Any]:
        return self._known_asset() | {"name": "Contoso Support", "email": ADDRESS}

    def _known_asset(self) -> dict[str, Any]:
        known = {"asset_id": self._given["asset_id"]} if "asset_id" in self._given else {}
        return known | {"record_path": self._record}

    def _app(self, redirect_uris: list[str]) -> dict[str, Any]:
        return {
            "unique_name": UNIQUE_NAME,
            "display_name": "WebexConnect",
            "redirect_uris": redirect_uris,
            "access_token_issuance": True,
            "permissions": [
                {"resource": "Office 365 Exchange Online", "type": "application", "value": "Mail.Send"}
            ],
            "admin_consent": True,
        }

    def _credential(self) -> dict[str, Any]:
        return self._known_asset() | {
            "unique_name": UNIQUE_NAME,
            "display_name": f"wxconnect {ADDRESS}",
            "overlap_days": 0,
        }


def connection(url: str, ca_bundle: str, world: dict[str, Any]) -> dict[str, Any]:
    """Connection options for the first tenant of a world and its first caller."""
    tenant, connect = world["tenants"][0], world["connect"][0]
    caller = tenant["callers"][0]
    return {
        "auth_tenant": tenant["id"],
        "auth_client_id": caller["client_id"],
        "auth_client_secret": caller["secrets"][0]["value"],
        "authority_url": url,
        "graph_url": url,
        "exchange_url": url,
        "connect_url": f"{url}/connectapi",
        "connect_token": connect["tokens"][0]["value"],
        "connect_organization_id": connect["organization_id"],
        "connect_wire": DELETE_CALL,
        "ca_bundle": ca_bundle,
        "deadline": 120,
        "request_timeout": 60,
        # As the playbooks have it.
        "reuse_seconds": 300,
    }
