# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX asks of an object beyond its fields, and what it does of itself when one is made or changed.

Which rules were read in AWX's source and which are inferred is told by docs/decisions/0016 (assumption: awx-objects). A
rule gets the store, the object as it is (None when it is made) and the body, which it may change; it raises Refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from . import injectors, surveys
from .fields import Refused, invalid
from .jobs import PROMPTS, Jobs
from .store import Item, Store

ENCRYPTED = injectors.ENCRYPTED
AUTO_SOURCE = "Auto-created source for: "
# CONSTRUCTED_INVENTORY_SOURCE_EDITABLE_FIELDS
EDITABLE = {"source_vars", "update_cache_timeout", "limit", "verbosity"}
# What a notification needs, and which of it is secret.
NOTIFICATIONS = {
    "email": (
        {"host", "port", "username", "password", "use_tls", "use_ssl", "sender", "recipients"},
        {"password"},
    ),
    "slack": ({"token", "channels"}, {"token"}),
    "webhook": ({"url", "headers"}, {"password"}),
}
# Of those of RFC 5545 AWX does not take SECONDLY.
FREQUENCIES = ("MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")
Rule = Callable[[Jobs, "Item | None", Item], None]


def before(jobs: Jobs, kind: str, item: Item | None, body: Item) -> None:
    """Everything that has to be right before an object is made or changed."""
    if kind in RULES:
        RULES[kind](jobs, item, body)


def after(jobs: Jobs, kind: str, item: Item, made: bool) -> None:
    """What AWX does of itself once an object is there."""
    if kind == "projects" and item["scm_type"]:
        jobs.updates.project(item)
    if kind == "inventories" and item["kind"] == "constructed" and made:
        # Updated before each job (docs/inventory/constructed_inventory.md); that it overwrites is inferred.
        flags = dict.fromkeys(("update_on_launch", "overwrite", "overwrite_vars"), True)
        source = {"name": AUTO_SOURCE + item["name"], "inventory": item["id"], "source": "constructed"}
        jobs.store.create("inventory_sources", {**source, **flags})
    if kind == "job_templates":
        item["organization"] = jobs.store.get("projects", item["project"])["organization"]


def _credential_type(jobs: Jobs, item: Item | None, body: Item) -> None:
    if item and item["managed"]:
        raise Refused(403, {"detail": "Modifications not allowed for managed credential types"})
    used = item and next(jobs.store.find("credentials", credential_type=item["id"]), None)
    if used and body.get("inputs", item["inputs"]) != item["inputs"]:
        raise Refused(
            403, {"detail": "Modifications to inputs are not allowed for credential types that are in use"}
        )
    known = item or {"inputs": {}, "injectors": {}}
    injectors.check_type(body.get("inputs", known["inputs"]), body.get("injectors", known["injectors"]))


def _credential(jobs: Jobs, item: Item | None, body: Item) -> None:
    known = item or {}
    kept = known.get("inputs", {})
    if "inputs" in body:
        body["inputs"] = {
            name: kept.get(name) if value == ENCRYPTED else value for name, value in body["inputs"].items()
        }
    number = body.get("credential_type", known.get("credential_type"))
    if number is not None:
        injectors.check_credential(jobs.store.get("credential_types", number), body.get("inputs", kept))


def _project(jobs: Jobs, item: Item | None, body: Item) -> None:
    number = body.get("credential")
    if number and _kind(jobs.store, number) != "scm":
        raise invalid("credential", "Credential kind must be 'scm'.")


def _kind(store: Store, credential: int) -> str:
    return store.get("credential_types", store.get("credentials", credential)["credential_type"])["kind"]


def _job_template(jobs: Jobs, item: Item | None, body: Item) -> None:
    body.pop("organization", None)  # it is that of the project
    known = item or {}
    project, playbook = (body.get(name, known.get(name)) for name in ("project", "playbook"))
    if not project:
        raise invalid("project", "This field is required.")
    if not playbook:
        raise invalid("playbook", "Must select playbook for project.")
    if not jobs.store.get("projects", project)["allow_override"] and playbook not in jobs.updates.playbooks(
        project
    ):
        raise invalid("playbook", "Playbook not found for project.")
    if body.get("job_slice_count", 1) < 1:
        raise invalid("job_slice_count", "Ensure this value is greater than or equal to 1.")


def _inventory(jobs: Jobs, item: Item | None, body: Item) -> None:
    kind = body.get("kind")
    if item and kind is not None and kind != item["kind"]:
        raise Refused(405, {"detail": "Changing an inventory kind is not allowed."})


def _inventory_source(jobs: Jobs, item: Item | None, body: Item) -> None:
    if item and item["source"] == "constructed":
        changed = [name for name, value in body.items() if value != item.get(name)]
        wrong = sorted(set(changed) - EDITABLE)
        if wrong:
            raise Refused(
                400, {"error": f"Cannot change field '{wrong[0]}' on a constructed inventory source."}
            )
        return
    known = item or {}
    inventory = body.get("inventory", known.get("inventory"))
    if inventory and jobs.store.get("inventories", inventory)["kind"]:
        raise invalid("inventory", "Cannot create Inventory Source for Smart or Constructed Inventories")
    if body.get("source", known.get("source")) != "scm":
        raise invalid("source", "Only sources from projects and constructed ones are played here.")
    if not body.get("source_project", known.get("source_project")):
        raise invalid("source_project", "Project required for scm type sources.")


def _group(jobs: Jobs, item: Item | None, body: Item) -> None:
    number = body.get("inventory")
    if number and jobs.store.exists("inventories", number) and jobs.store.get("inventories", number)["kind"]:
        raise invalid("inventory", "Cannot create Group or Host for Smart or Constructed Inventories")


def _prompts(jobs: Jobs, item: Item | None, body: Item) -> None:
    """What a schedule or a node says to its template has to be what the template lets a person say."""
    number = body.get("unified_job_template", (item or {}).get("unified_job_template"))
    if not number or not jobs.store.exists("unified_job_templates", number):
        return
    template = jobs.store.get("unified_job_templates", number)
    said = {name: body[name] for name in PROMPTS if body.get(name) not in (None, "", {}, [])}
    wrong = [name for name in said if not template.get(PROMPTS[name])]
    if wrong:
        raise invalid(wrong[0], "Field is not configured to prompt on launch.")
    if "rrule" not in body and "rrule" not in (item or {}):
        return
    extra = body.get("extra_data", {})
    if template.get("survey_enabled"):
        surveys.answers(template["survey"], extra)
    elif extra and not template.get("ask_variables_on_launch"):
        raise invalid("extra_data", "Variables are not allowed on launch.")


def _schedule(jobs: Jobs, item: Item | None, body: Item) -> None:
    """The limits of docs/feature/schedules.md in AWX's source; rules of exclusion are not played."""
    rule = body.get("rrule", (item or {}).get("rrule", ""))
    if not re.match(r"DTSTART(;TZID=[\w/+-]+:\d{8}T\d{6}|:\d{8}T\d{6}Z)\s", rule):
        raise invalid(
            "rrule", "Valid DTSTART required in rrule. Value should start with: DTSTART:YYYYMMDDTHHMMSSZ"
        )
    parts = rule.split()[1:]
    if len(parts) != 1 or not parts[0].startswith("RRULE:"):
        raise invalid("rrule", "One RRULE required in rrule.")
    limits = dict(part.split("=", 1) for part in parts[0].removeprefix("RRULE:").split(";"))
    wrong = {
        "FREQ required in rrule.": limits.get("FREQ", "") not in FREQUENCIES,
        "INTERVAL required in rrule.": not limits.get("INTERVAL", "").isdigit(),
        "BYDAY with numeric prefix not supported.": any(map(str.isdigit, limits.get("BYDAY", ""))),
        "RRULE may not contain both COUNT and UNTIL.": {"COUNT", "UNTIL"} <= set(limits),
        "COUNT > 999 is unsupported.": int(limits.get("COUNT", 0)) > 999,
    }
    for sentence, is_so in wrong.items():
        if is_so:
            raise invalid("rrule", sentence)
    _prompts(jobs, item, body)


def _notification(jobs: Jobs, item: Item | None, body: Item) -> None:
    kind = body.get("notification_type", (item or {}).get("notification_type"))
    needed, secret = NOTIFICATIONS.get(kind, (set(), set()))
    kept = (item or {}).get("notification_configuration", {})
    given = body.get("notification_configuration", kept)
    missing = sorted(needed - set(given))
    if missing:
        raise Refused(
            400, {"error": f"Missing required fields for Notification Configuration: {', '.join(missing)}."}
        )
    body["notification_configuration"] = {
        name: kept.get(name) if name in secret and value == ENCRYPTED else value
        for name, value in given.items()
    }


RULES: dict[str, Rule] = {
    "credential_types": _credential_type,
    "credentials": _credential,
    "projects": _project,
    "job_templates": _job_template,
    "inventories": _inventory,
    "inventory_sources": _inventory_source,
    "groups": _group,
    "hosts": _group,
    "workflow_job_template_nodes": _prompts,
    "schedules": _schedule,
    "notification_templates": _notification,
}


def associate(store: Store, kind: str, item: Item, association: str, other: int) -> None:
    """Raises Refused with 400 where AWX does not let the two be associated."""
    if association == "credentials":
        of_type = [
            store.get("credentials", number)["credential_type"]
            for number in (other, *store.linked(kind, item["id"], association))
        ]
        if len(set(of_type)) < len(of_type):
            name = store.get("credential_types", of_type[0])["name"]
            raise Refused(400, {"error": f"Cannot assign multiple {name} credentials."})
        if (kind_of_other := _kind(store, other)) not in ("ssh", "vault", "cloud", "net"):
            raise Refused(400, {"error": f"Cannot assign a Credential of kind `{kind_of_other}`."})
    if association == "input_inventories" and item["kind"] != "constructed":
        raise Refused(400, {"detail": "Only constructed inventories have input inventories."})
    if kind == "workflow_job_template_nodes" and association.endswith("_nodes"):
        _demand_no_cycle(store, item["id"], other)
    if (
        association in ("hosts", "children")
        and store.get(store.kind_of(other), other)["inventory"] != item["inventory"]
    ):
        raise Refused(400, {"detail": "Both must belong to one inventory."})


def _demand_no_cycle(store: Store, parent: int, child: int) -> None:
    todo = [child]
    while todo:
        number = todo.pop()
        if number == parent:
            raise Refused(400, {"Error": "Cycle detected."})
        for when in ("success_nodes", "failure_nodes", "always_nodes"):
            todo += store.linked("workflow_job_template_nodes", number, when)


def shown(store: Store, kind: str, item: Item) -> dict[str, Any]:
    """An object without what is only the stand-in's, and with its secrets hidden."""
    visible = {
        name: value
        for name, value in item.items()
        if not name.startswith("_") and name not in ("survey", "nodes")
    }
    if kind == "credentials":
        secret = injectors.secret_inputs(store.get("credential_types", item["credential_type"]))
        visible["inputs"] = _hidden(item["inputs"], secret)
    if kind == "notification_templates":
        secret = NOTIFICATIONS.get(item["notification_type"], (set(), set()))[1]
        visible["notification_configuration"] = _hidden(item["notification_configuration"], secret)
    return visible


def _hidden(values: Item, secret: set[str]) -> Item:
    return {name: ENCRYPTED if name in secret and value else value for name, value in values.items()}
