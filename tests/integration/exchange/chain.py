# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A row of the table in states/: puts the state into the embedded cloud, does what the playbooks do, looks at the mail.

The steps are those of the playbooks tenants and channels, in their order, without Ansible around them.
"""

from __future__ import annotations

import base64
import smtplib
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.ccops.webex_email.plugins.modules import (
    email_channel_info,
    exchange_forwarding,
    exchange_outbound_policy,
    exchange_outbound_policy_info,
    o365_mailbox,
)

from lab.client import LabClient

SUPPORT = "support@contoso.example"
CUSTOMER = "customer@elsewhere.example"
ALIAS = "a41a0ba3566ed2091155f13e48e6d4f8@mail-us.imiconnect.io"
ASSET = {
    "appId": "a_638737000022060000",
    "channelId": 1,
    "name": "Support",
    "emailId": SUPPORT,
    "authType": "OAUTH2",
    "security": "STARTTLS",
    "useDifferentLoginId": False,
    "forwardingAddress": ALIAS,
    "callbackUrl": "https://yourwebexconnectname.us.webexconnect.io/callback",
    "lab_secrets": {},
}
USUAL = {"does": ["policy", "smtp", "forward"], "mail": {"alias": True, "copy": True}, "sign_in": "235 2.7.0"}
STATES = Path(__file__).with_name("states")
# Key of ``given`` -> list of the tenant that is replaced by it.
LISTS = {
    "recipients": "recipients",
    "users": "users",
    "deleted": "soft_deleted_mailboxes",
    "rules": "outbound_rules",
}
LISTS |= {"remote_domains": "remote_domains", "transport_rules": "transport_rules"}


def rows() -> list[dict[str, Any]]:
    """Every row of the table, with its group and with what it leaves out because it is the usual."""
    groups = [yaml.safe_load(path.read_text("utf-8")) for path in sorted(STATES.glob("*.yml"))]
    return [{"group": group["group"], **USUAL, **row} for group in groups for row in group["rows"]]


def prepare(lab: LabClient, given: dict[str, Any]) -> None:
    """Make the example world what a row says; a key that is not known is a mistake of the row."""
    lab.reset()
    world = lab.state()
    tenant = world["tenants"][0]
    world["connect"][0]["assets"] = [ASSET]
    support, sales = tenant["mailboxes"][:2]
    for key, value in given.items():
        if key == "mailbox" and value is None:
            tenant["mailboxes"].remove(support)
        elif key in LISTS:
            tenant[LISTS[key]] = value
        elif key == "others":
            tenant["mailboxes"] += value
        elif key == "policies":
            tenant["outbound_policies"] += value
        elif key == "roles":
            tenant["callers"][0]["directory_roles"] = value
        elif key != "settings":
            place = {
                "mailbox": support,
                "sales": sales,
                "default": tenant["outbound_policies"][0],
                "tenant": tenant,
            }
            {**place, "organization": tenant["organization"]}[key].update(value)
    for number, rule in enumerate(tenant["outbound_rules"]):
        rule.setdefault("Priority", number)
        rule.setdefault("State", "Enabled")
    lab.reset(world)
    lab.settings(**given.get("settings", {}))


@dataclass
class Outcome:
    """What a run did: steps that changed something, the step that failed with its result, warnings, the verdict."""

    does: list[str] = field(default_factory=list)
    failed: tuple[str, dict[str, Any]] | None = None
    warnings: list[str] = field(default_factory=list)
    verdict: dict[str, Any] | None = None


class Chain:
    """The steps for one mailbox.

    :param task: unit.conftest.Task; :param options: of the row.
    """

    def __init__(self, task: Any, options: dict[str, Any]) -> None:
        self.task = task
        self.address = options.get("address", SUPPORT)
        self.policy = {name: options[name] for name in ("enabled", "priority") if name in options}
        self.mailbox = {"identity": self.address, "smtp_auth": "enabled"}
        self.forwarding = {
            "identity": self.address,
            "forward_to": ALIAS,
            "keep_copy": True,
            "on_conflict": "fail",
        }
        self.forwarding |= {name: options[name] for name in self.forwarding if name in options}
        self.outcome = Outcome()

    def run(self) -> Outcome:
        """Tenant first, then channel; a step that fails ends it."""
        if self._tenant() and self._channel():
            planned = self.task.run(
                email_channel_info.MODULE, mailbox=self.mailbox, forwarding=self.forwarding
            )
            self.outcome.verdict = planned["channel"]["verdict"]
        return self.outcome

    def _tenant(self) -> bool:
        """As the roles preflight and outbound_policy: senders without a mailbox are left out."""
        found = self._step("policy", exchange_outbound_policy_info, senders=[self.address])
        if found is None:
            return False
        known = [item["sender"] for item in found["verdicts"] if item["verdict"] != "no_recipient"]
        destination = self.forwarding["forward_to"]
        made = self._step(
            "policy", exchange_outbound_policy, senders=known, destination=destination, **self.policy
        )
        return made is not None

    def _channel(self) -> None:
        """As the playbook channels: everything is planned first, and only what has something to do is run."""
        plan = self._step("plan", email_channel_info, mailbox=self.mailbox, forwarding=self.forwarding)
        if plan is None:
            return
        self.outcome.verdict = plan["channel"]["verdict"]
        steps = [("smtp", "mailbox", o365_mailbox), ("forward", "forwarding", exchange_forwarding)]
        for name, planned, module in steps:
            wanted = plan["plan"][planned]["changes"]
            if wanted and self._step(name, module, **getattr(self, planned)) is None:
                return

    def _step(self, name: str, module: Any, **options: Any) -> dict[str, Any] | None:
        result = self.task.run(module.MODULE, **options)
        self.outcome.warnings += self.task.warnings
        if result.get("failed"):
            self.outcome.failed = (name, result)
            return None
        if result["changed"]:
            self.outcome.does.append(name)
        return result


def mail(lab: LabClient, address: str) -> dict[str, Any]:
    """What becomes of a customer's mail to the mailbox, in the words of the table; only what is so."""
    trail = lab.mail(CUSTOMER, address, "Where is my parcel?")
    boxes = lab.inboxes()
    found: dict[str, Any] = {}
    if any(boxes["aliases"].values()):
        found["alias"] = True
    if boxes["mailboxes"].get(SUPPORT):
        found["copy"] = True
    reports = [letter["report"] for letter in boxes["outside"] if letter["recipient"] == CUSTOMER]
    if reports:
        found["report"] = _status(reports)
    dropped = [event["status"] for event in trail if event["event"] == "dropped"]
    if dropped:
        found["dropped"] = _status(dropped)
    others = [letter["recipient"] for letter in boxes["outside"] if letter["recipient"] != CUSTOMER]
    others += [name for name, letters in boxes["mailboxes"].items() if letters and name != SUPPORT]
    if others:
        (found["elsewhere"],) = others
    return found


def _status(lines: list[str]) -> str:
    """Code and enhanced code of the one line there is."""
    (line,) = lines
    return " ".join(line.split()[:2])


def sign_in(lab: LabClient, user: str, scope: str) -> str:
    """What SMTP submission answers to a token of ``user`` for the mailbox, over STARTTLS."""
    token = lab.user_token(lab.state()["tenants"][0]["id"], user, scope)
    secret = base64.b64encode(f"user={SUPPORT}\x01auth=Bearer {token}\x01\x01".encode()).decode()
    with smtplib.SMTP("localhost", lab.smtp_port, timeout=20) as client:
        client.starttls(context=ssl.create_default_context(cafile=lab.ca_bundle))
        client.ehlo()
        code, answer = client.docmd("AUTH", f"XOAUTH2 {secret}")
    return f"{code} {answer.decode()}"
