# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every step of every module, beside what its row says."""

from __future__ import annotations

import json
from typing import Any

from integration.modules.scenario import MASK, Names, Outcome

READERS = "_info"
ERROR_KEYS = {"code", "status", "request_id", "retryable", "hint"}


def check(outcomes: list[Outcome]) -> list[str]:
    """Everything that is otherwise than expected, in words."""
    problems = [f"{item.step.name}: {problem}" for item in outcomes for problem in _problems(item)]
    for before, after in zip(outcomes, outcomes[1:], strict=False):
        if _foretold(before, after):
            problems += [
                f"{after.step.name}: not what check mode foretold: {text}"
                for text in _surprises(before, after)
            ]
    return problems


def _problems(outcome: Outcome) -> list[str]:
    step, result = outcome.step, outcome.result
    found = []
    if outcome.failed != bool(step.code):
        return [f"failed is {outcome.failed}: {result.get('msg')}"]
    if result.get("changed", False) != step.changed:
        found.append(f"changed is {result.get('changed')}: {result.get('actions')}")
    found += _failure(outcome) if step.code else _success(outcome)
    if not step.changed or step.check:
        found += [f"wrote {name}" for name in outcome.writes]
    elif not step.code and not outcome.writes and step.options.get("connect_mode") != "manual":
        found.append("wrote nothing")
    if step.actions is not None and result.get("actions") != step.actions:
        found.append(f"actions are {result.get('actions')}")
    found += list(differences(step.result, result))
    return found + _secrets(outcome)


def _failure(outcome: Outcome) -> list[str]:
    step, result = outcome.step, outcome.result
    error = result.get("error") or {}
    found = [] if set(error) == ERROR_KEYS else [f"error is {error}"]
    if error.get("code") != step.code:
        found.append(f"code is {error.get('code')}: {result.get('msg')}")
    if step.msg and step.msg not in result["msg"]:
        found.append(f"msg is {result['msg']}")
    text = json.dumps(result)
    found += [
        f"{word} in the result"
        for word in ("Traceback", 'File \\"', "error_description", "innerError")
        if word in text
    ]
    return found


def _success(outcome: Outcome) -> list[str]:
    step, result = outcome.step, outcome.result
    if step.module.endswith(READERS):
        return [] if "diff" not in result and "actions" not in result else ["a reader returns a diff"]
    found = [] if isinstance(result.get("actions"), list) else ["no actions"]
    diff = result.get("diff") or {}
    if set(diff) != {"before", "after"}:
        return [*found, f"diff is {diff}"]
    if (diff["before"] != diff["after"]) != step.changed and not step.options.get("rotate"):
        found.append(f"diff does not tell whether something changes: {diff}")
    if bool(result.get("actions")) != step.changed:
        found.append(f"actions do not tell whether something changes: {result.get('actions')}")
    return found


def _secrets(outcome: Outcome) -> list[str]:
    """Secrets of the example world all begin with CANARY; Ansible returns each option as it was given."""
    text = json.dumps(outcome.result)
    found = ["a secret is in the result"] if "CANARY" in text else []
    arguments = (outcome.result.get("invocation") or {}).get("module_args") or {}
    masked = (
        "auth_client_secret",
        "connect_token",
        "oauth_client_secret",
        "auth_access_token",
        "smtp_access_token",
        "winrm_password",
    )
    return found + [f"{name} is not masked" for name in masked if arguments.get(name) not in (None, MASK)]


def differences(wanted: Any, found: Any, path: str = "result") -> list[str]:
    """Where ``found`` does not hold what is wanted of it; a dict may hold more."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        pairs = [(f"{path}.{key}", value, found.get(key)) for key, value in wanted.items()]
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        pairs = [(f"{path}.{index}", *pair) for index, pair in enumerate(zip(wanted, found, strict=True))]
    else:
        return [] if wanted == found else [f"{path} is {found!r:.300}, not {wanted!r:.300}"]
    return [text for name, value, other in pairs for text in differences(value, other, name)]


def _foretold(before: Outcome, after: Outcome) -> bool:
    same = before.step.options == after.step.options and before.step.module == after.step.module
    real = not after.step.check and not after.step.lab and not after.step.code
    return same and before.step.check and real


def _surprises(before: Outcome, after: Outcome) -> list[str]:
    found = []
    for name in ("changed", "actions", "diff.before"):
        value, foretold = (_at(item, name) for item in (after, before))
        if value != foretold:
            found.append(f"{name} is {value}, not {foretold}")
    return found


def _at(outcome: Outcome, path: str) -> Any:
    value: Any = outcome.result
    for name in path.split("."):
        value = (value or {}).get(name)
    # A second later an instant is another one; ids are the same, because nothing was made in between.
    return Names.INSTANT.sub("<instant>", json.dumps(value))
