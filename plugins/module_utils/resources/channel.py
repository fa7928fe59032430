# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""All objects of one channel, read side by side and planned with the very resources of the step modules.

A quiet run costs a channel this one task: every step that has nothing to do is skipped by its plan.
"""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ..core.errors import Fault
from ..core.record import Record
from ..core.spec import Spec
from ..exchange.client import open_exchange
from ..graph import reads
from ..stores.options import OPTION
from . import app_registration, credential, email_asset, forwarding, mailbox
from .channel_checks import checks, result, summary
from .outbound_reading import names_of, read_tenant
from .outbound_verdict import verdict

STEPS = {
    "mailbox": mailbox,
    "asset": email_asset,
    "app": app_registration,
    "credential": credential,
    "forwarding": forwarding,
}
PARTS = {name: getattr(step, "PART", step.SPEC) for name, step in STEPS.items()}
RETURNS = ("plan", "changes", "channel", "summary", "checks", "result")
PENDING = Spec({"pending": {"type": "bool", "default": False}})
SPEC = Spec({name: part.as_suboptions() for name, part in PARTS.items()}) + OPTION + PENDING


def build(options, runtime):
    """The reader for a task."""
    return Channel(options, runtime)


class Channel:
    """Plans the steps whose inputs are given, in the order in which a channel goes through them."""

    def __init__(self, options, runtime):
        self._options = options
        self._runtime = runtime
        self._memory = {}

    def read(self):
        """``plan``: step -> {changes, actions, and diff if anything differs}.

        ``channel``: step -> the object as it is or is predicted; with a forwarding step also ``verdict``, what the
        outbound policies say about the mailbox. ``changes``: whether any step has something to do. ``summary``,
        ``checks``: see ``channel_checks``. ``result``: the channel's result where nothing is left, neither here nor by
        ``pending``.
        """
        faults = []
        self._runtime.reuse.remember()
        self._memory = self._recorded()
        found, verdicts = self._read_all(faults)
        plans = _plans(found, faults)
        if faults:
            raise _all_in_one(faults)
        shown = {name: _shown(plan, _later(name, plans)) for name, plan in plans.items()}
        channel = {**{name: plan.predicted() for name, plan in plans.items()}, **verdicts}
        changes = any(step["changes"] for step in shown.values())
        rows = checks(shown, channel)
        settled = not (changes or self._options["pending"] or any(row["ok"] is False for row in rows))
        told = summary(channel)
        return {
            "plan": shown,
            "changes": changes,
            "channel": channel,
            "summary": told,
            "checks": rows,
            **({"result": result(told, rows)} if settled else {}),
        }

    def _read_all(self, faults):
        """(step -> Found, {"verdict": ...} or {}). The services are asked at the same time.

        The credential comes last: it asks about the same app and asset, which are known then.

        :param faults: what went wrong is added to it.
        """
        readers = [self._read_exchange] + [
            lambda name=name: self._read_step(name) for name in ("asset", "app") if self._options.get(name)
        ]
        with ThreadPoolExecutor(len(readers)) as pool:
            answers = [pool.submit(reader) for reader in readers]
        if self._options.get("credential"):
            with ThreadPoolExecutor(1) as pool:
                answers.append(pool.submit(self._read_step, "credential"))
        faults += [answer.exception() for answer in answers if answer.exception()]
        good = [answer.result() for answer in answers if not answer.exception()]
        merged = {name: value for result in good for name, value in result.items()}
        verdicts = {"verdict": merged.pop("verdict")} if "verdict" in merged else {}
        return merged, verdicts

    def _given(self, name):
        """The options of a step, and below them those of the connection."""
        return {**self._options, **self._options[name]}

    def _read_step(self, name):
        options = self._given(name)
        resource = STEPS[name].build(options, self._runtime)
        if name == "app":
            # For a new app the credential's step asks next what the tenant allows.
            policy = () if self._memory.get("app_id") else (reads.policy("defaultAppManagementPolicy"),)
            resource.expect(self._memory.get("app_id"), *policy)
        return {name: Found(resource, resource.read(), options)}

    def _recorded(self):
        """The channel's record. What is wrong with it is told by the steps that depend on it."""
        path = next(
            (
                self._options[name].get("record_path")
                for name in ("credential", "asset")
                if self._options.get(name)
            ),
            None,
        )
        with contextlib.suppress(Fault):
            return Record(path).read()
        return {}

    def _read_exchange(self):
        """Mailbox and forwarding share one client, and all that they ask for goes together."""
        found = {}
        wanted = [name for name in ("mailbox", "forwarding") if self._options.get(name)]
        client = open_exchange(self._options, self._runtime) if wanted else None
        if client:
            client.ask_once()
        if wanted == ["mailbox", "forwarding"]:
            # The mailbox of a new channel will have to be changed, and that step looks closer.
            new = not self._memory.get("asset_id")
            client.gather_channel(self._options["mailbox"]["identity"], user=new)
        for name in wanted:
            options = self._given(name)
            resource = STEPS[name].on_client(client, options)
            found[name] = Found(resource, resource.read(), options)
        if "forwarding" in found:
            found["verdict"] = _verdict(client, found["forwarding"].options, found["forwarding"].actual)
        return found


@dataclass(frozen=True)
class Found:
    """A step's resource, what it read, and its options, which the resource shares."""

    resource: object
    actual: object
    options: dict


def _plans(found, faults):
    """The plans in order; what one step makes is an input of the next. Refusals are added to ``faults``."""
    plans = {}
    for name in STEPS:
        if name in found:
            step = found[name]
            _wire_up(name, step.options, plans)
            try:
                plans[name] = step.resource.plan(step.actual)
            except Fault as fault:
                faults.append(fault)
    return plans


def _shown(plan, later):
    """A plan as data, with a diff where there is one; ``later`` are actions that only the step can plan, in words."""
    shown = {"changes": plan.changed or bool(later), "actions": plan.actions + later}
    return {**shown, "diff": plan.diff} if plan.changed else shown


def _later(name, plans):
    """What the app's step will find to do once the asset, which makes the call back URL, is there."""
    asset = plans.get("asset")
    if name != "app" or asset is None or not asset.changed or asset.predicted().get("callback_url"):
        return []
    return [
        "add the call back URL of the new asset to the redirect URIs of the app, unless it is one of them"
    ]


def _wire_up(name, options, plans):
    asset = (plans["asset"].predicted() if "asset" in plans else None) or {}
    if name == "forwarding" and not options.get("forward_to"):
        options["forward_to"] = asset.get("forwarding_address")
    if name == "app" and asset.get("callback_url"):
        given = options.get("redirect_uris") or []
        options["redirect_uris"] = given + [uri for uri in [asset["callback_url"]] if uri not in given]


def _verdict(client, options, mailbox):
    """The outbound verdict; a channel's app need not be allowed to read the tenant's policies.

    :param mailbox: the forwarding step's actual object.
    """
    address, names = mailbox["primary_address"].lower(), names_of(client.mailbox(options["identity"]))
    try:
        tenant = read_tenant(client)
    except Fault as fault:
        if fault.code != "denied":
            raise
    else:
        destination = options.get("forward_to") or mailbox["forward_to"]
        return verdict(address, **tenant, names=names, destination=destination)
    return {
        "sender": address,
        "verdict": "indeterminate",
        "decided_by": "policies that this app may not read",
        "object": {"type": "nothing", "name": "", "rule": None},
        "remedy": "Give the app a role with 'View-Only Configuration', or ask the playbook tenants.",
        "notes": [],
    }


def _all_in_one(errors):
    """One Fault for all; an exception that is none of ours goes first, because it is a defect."""
    for error in errors:
        if not isinstance(error, Fault):
            return error
    first = errors[0]
    sentences = list(dict.fromkeys(fault.sentence for fault in errors))
    if len(sentences) == 1:
        return first
    return Fault(
        first.code,
        " ".join(sentences),
        status=first.status,
        request_id=first.request_id,
        retryable=all(fault.retryable for fault in errors),
    )
