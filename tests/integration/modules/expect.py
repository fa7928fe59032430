# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every step of every module, beside what its row says."""

from __future__ import annotations

import json
from typing import Any

from integration.modules.scenario import MASK, Outcome

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
    if result.get("failed", False) != bool(step.code):
        return [f"failed is {result.get('failed')}: {result.get('msg')}"]
    if result.get("changed", False) != step.changed:
        found.append(f"changed is {result.get('changed')}: {result.get('actions')}")
    found += _failure(outcome) if step.code else _success(outcome)
    if not step.changed or step.check:
        found += [f"wrote {name}" for name in outcome.writes]
    elif not step.code and not outcome.writes and not step.options.get("connect_mode") == "manual":
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
    masked = ("auth_client_secret", "connect_token", "oauth_client_secret", "auth_access_token")
    return found + [f"{name} is not masked" for name in masked if arguments.get(name) not in (None, MASK)]


def differences(wanted: Any, found: Any, path: str = "result") -> list[str]:
    """Where ``found`` does not hold what is wanted of it; a dict may hold more."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return [
            text
            for key, value in wanted.items()
            for text in differences(value, found.get(key), f"{path}.{key}")
        ]
    return [] if wanted == found else [f"{path} is {found!r}, not {wanted!r}"]


def _foretold(before: Outcome, after: Outcome) -> bool:
    same = before.step.options == after.step.options and before.step.module == after.step.module
    return same and before.step.check and not after.step.check and not after.step.lab


def _surprises(before: Outcome, after: Outcome) -> list[str]:
    names = ("changed", "actions")
    found = [
        f"{name} was {before.result.get(name)}"
        for name in names
        if before.result.get(name) != after.result.get(name)
    ]
    diffs = [(item.result.get("diff") or {}).get("before") for item in (before, after)]
    return found + ([] if diffs[0] == diffs[1] else [f"diff.before was {diffs[0]}"])
