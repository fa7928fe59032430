# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Surveys: what a specification must look like, and which answers to it are good enough to launch.

From the source of AWX 24.6 (assumption: awx-objects).
"""

from __future__ import annotations

from typing import Any

from .fields import Refused

TYPES = {
    "text": str,
    "textarea": str,
    "password": str,
    "multiplechoice": str,
    "multiselect": list,
    "integer": int,
    "float": float,
}
QUESTION = {
    "question_name",
    "question_description",
    "required",
    "type",
    "variable",
    "min",
    "max",
    "default",
    "choices",
    "new_question",
}


def check(spec: dict[str, Any]) -> None:
    """Raises Refused with 400 for a specification that AWX does not take."""
    for name, kind in (("name", str), ("description", str), ("spec", list)):
        if name not in spec:
            raise Refused(400, {"error": f"Field '{name}' is missing from survey spec."})
        if not isinstance(spec[name], kind):
            raise Refused(400, {"error": f"Expected {kind.__name__} for field '{name}'."})
    if not spec["spec"]:
        raise Refused(400, {"error": "'spec' doesn't contain any items."})
    seen: set[str] = set()
    for number, question in enumerate(spec["spec"]):
        _check_question(number, question)
        if question["variable"] in seen:
            raise Refused(
                400, {"error": f"'variable' '{question['variable']}' duplicated in survey question {number}."}
            )
        seen.add(question["variable"])


def _check_question(number: int, question: dict[str, Any]) -> None:
    for name in ("type", "question_name", "variable", "required"):
        if name not in question:
            raise Refused(400, {"error": f"'{name}' missing from survey question {number}"})
    unknown = sorted(set(question) - QUESTION)
    if unknown:
        raise Refused(400, {"error": f"Unknown in survey question {number}: {', '.join(unknown)}"})
    if question["type"] not in TYPES:
        raise Refused(400, {"error": f"'{question['type']}' in survey question {number} is not a type."})
    if question["type"].startswith("multi") and not question.get("choices"):
        raise Refused(400, {"error": f"Survey question {number} must have choices."})
    default = question.get("default", "")
    if default != "":
        problem = _problem(question, default)
        if problem:
            raise Refused(400, {"error": f"The default of survey question {number}: {problem}"})


def answers(spec: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The answers with the defaults of the questions left out.

    :raises Refused: 400 with ``variables_needed_to_start``, as a launch answers.
    """
    problems, complete = [], {}
    for question in spec.get("spec", []):
        variable, default = question["variable"], question.get("default")
        if variable in given:
            problem = _problem(question, given[variable])
            problems += [problem] if problem else []
            complete[variable] = given[variable]
        elif default not in (None, ""):
            complete[variable] = default
        elif question["required"]:
            problems.append(f"'{variable}' value missing")
    if problems:
        raise Refused(400, {"variables_needed_to_start": problems})
    return complete


def _problem(question: dict[str, Any], value: Any) -> str | None:
    variable, kind = question["variable"], TYPES[question["type"]]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        return f"Value {value} for '{variable}' expected to be a {kind.__name__}."
    if question["type"] in ("multiplechoice", "multiselect"):
        choices = question["choices"]
        choices = choices.splitlines() if isinstance(choices, str) else choices
        wrong = [item for item in (value if kind is list else [value]) if item not in choices]
        # An empty answer to a question that need not be answered is no choice.
        if wrong and not (wrong == [""] and not question["required"]):
            return f"Value {wrong[0]} for '{variable}' expected to be one of {choices}."
        return None
    size = len(value) if isinstance(value, str) else value
    if question.get("min") not in (None, "") and size < int(question["min"]):
        return f"'{variable}' value {value} is too small."
    if question.get("max") not in (None, "") and size > int(question["max"]):
        return f"'{variable}' value {value} is too large."
    return None
