# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The diagram and the tables of docs/secrets.md, made of the state machine itself."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.ccops.webex_email.plugins.module_utils.resources import handover_states as states

PAGE = "docs/secrets.md"
END = "<!-- end -->"
EDGES = {
    states.HAND_OVER: "hand over",
    states.REMOVE: "remove",
    states.WAIT: "time",
    states.NOTHING: "age or wish",
}


def blocks() -> dict[str, str]:
    """Name of a generated block -> its text."""
    return {"diagram": _diagram(), "states": _states(), "facts": _facts(), "moves": _moves()}


def written(root: Path) -> dict[str, str]:
    """The same as it stands on the page, between its marks."""
    text = (root / PAGE).read_text("utf-8")
    return {name: text.partition(_mark(name))[2].partition(END)[0] for name in blocks()}


def rewrite(root: Path) -> None:
    """Bring the page up to date."""
    path = root / PAGE
    text = path.read_text("utf-8")
    for name, block in blocks().items():
        before, mark, rest = text.partition(_mark(name))
        text = before + mark + block + END + rest.partition(END)[2]
    path.write_text(text, "utf-8")


def _mark(name: str) -> str:
    return f"<!-- {name}, made of the code -->\n"


def _diagram() -> str:
    """States that a new secret leads out of share one box, because what follows them is the same."""
    due = [state.name for state in states.STATES if state.leads is states.HAND_OVER]
    lines = ["```mermaid", "stateDiagram-v2", f'  state "{", ".join(due)}" as due', "  [*] --> due"]
    lines += [f"  due --> {name}: hand over" for name in states.AFTERWARDS if name not in due]
    lines.append("  due --> due: died while writing to the asset")
    for state in states.STATES:
        if state.leads is not states.HAND_OVER:
            targets = dict.fromkeys("due" if name in due else name for name in state.to)
            lines += [f"  {state.name} --> {target}: {EDGES[state.leads]}" for target in targets]
    return "\n".join([*lines, "```", ""])


def _states() -> str:
    rows = ["| state | what it means | seen by | what the next run does |", "| --- | --- | --- | --- |"]
    for state in states.STATES:
        marks = "; ".join(
            f"{name} {' or '.join(_ordered(name, values))}" for name, values in state.marks.items()
        )
        rows.append(f"| `{state.name}` | {state.meaning} | {marks or 'none of the above'} | {_does(state)} |")
    return "\n".join([*rows, ""])


def _does(state: states.State) -> str:
    if state.leads is states.HAND_OVER:
        return "hands a new secret over"
    return {states.REMOVE: "removes it", states.WAIT: "nothing yet", states.NOTHING: "nothing"}[state.leads]


def _ordered(fact: str, values: set[str]) -> list[str]:
    return [value for value in states.FACTS[fact][0] if value in values]


def _facts() -> str:
    rows = ["| fact | values | seen in | says |", "| --- | --- | --- | --- |"]
    rows += [
        f"| {name} | {', '.join(values)} | {where} | {says} |"
        for name, (values, where, says) in states.FACTS.items()
    ]
    return "\n".join([*rows, ""])


def _moves() -> str:
    rows = ["| move | what it does | killed after it, the next run finds |", "| --- | --- | --- |"]
    rows += [f"| {move} | {does} | {finds} |" for move, does, finds in states.MOVES_EXPLAINED]
    return "\n".join([*rows, ""])
