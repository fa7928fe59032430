# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/performance.md from the figures: what is measured stands between two marks, the rest is written by hand."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from . import chart
from .verdicts import START, rows

PAGE, CHARTS = "docs/performance.md", "docs/performance"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
RUNS = (START, "first run", "no-change run")


def text(figures: dict[str, Any]) -> str:
    """Everything that was measured, as Markdown."""
    return "\n\n".join(part for part in _parts(figures) if part)


def write(root: Path, figures: dict[str, Any]) -> None:
    """Put the figures into the page, and draw the charts beside it."""
    path = root / PAGE
    before, _mark, rest = path.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    path.write_text(f"{before}{BEGIN}\n\n{text(figures)}\n\n{END}{after}", "utf-8")
    (root / CHARTS).mkdir(exist_ok=True)
    for name, drawn in _charts(figures):
        (root / CHARTS / f"{name}.svg").write_text(drawn, "utf-8")


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    shown = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in shown)


def _parts(figures: dict[str, Any]) -> Iterator[str]:
    machine = figures.get("machine")
    if machine:
        yield (
            f"Taken on {machine['date']}, {machine['cores']} cores, Python {machine['python']}. Seconds are of that "
            f"machine, ratios carry over.{_drift(figures)}"
        )
    yield "## Targets"
    yield table(("work", "measured", "target", "verdict"), rows(figures))
    for latency, found in figures.get("graph", {}).items():
        yield f"## The Graph part, {latency} ms a request"
        yield _programs(found)
        if latency == "80":
            yield "![CPU of the Graph part](performance/graph_cpu.svg)"
    if "site" in figures:
        yield "## The whole of site"
        for latency, sizes in figures["site"].items():
            yield f"{latency} ms a request:"
            yield _sizes(sizes)
        yield "![Seconds over channels](performance/site.svg)"
        yield from _slopes(figures["site"])
    if "ways" in figures:
        yield "## In process and as an ordinary module"
        lines = [
            (name, f"{found['cpu_a_task']:.3f}")
            for name, found in figures["ways"].items()
            if "cpu_a_task" in found
        ]
        yield table(("way", "CPU s a task"), lines)


def _drift(figures: dict[str, Any]) -> str:
    """How much the machine's own speed changed, told by what was run again and again."""
    tables = [*figures.get("graph", {}).values()]
    tables += [found for sizes in figures.get("site", {}).values() for found in sizes.values()]
    controls = [table[START] for table in tables if START in table]
    if not controls:
        return ""
    fastest = min(item["fastest"] for item in controls)
    slowest = max(item["slowest"] for item in controls)
    return (
        f" A playbook without a task took {fastest:.2f} to {slowest:.2f} s while this was measured: so much did the "
        "machine's speed change, and only figures of one table can be compared with each other."
    )


def _programs(found: dict[str, Any]) -> str:
    lines = [
        (
            name,
            f"{item['wall']:.2f} ({item['fastest']:.2f}-{item['slowest']:.2f})",
            f"{item['cpu']:.2f}",
            f"{item['memory']:.0f}",
            f"{item['requests']:.0f}",
            f"{item['sign_ins']:.0f}",
            f"{item['connections']:.0f}",
            str(item["runs"]),
        )
        for name, item in found.items()
    ]
    head = ("program", "wall s (range)", "CPU s", "peak MiB", "HTTP", "sign-ins", "TLS", "runs")
    return table(head, lines)


def _sizes(sizes: dict[str, Any]) -> str:
    lines = []
    for size, found in sizes.items():
        for name in RUNS:
            item = found[name]
            services = ", ".join(f"{service} {count}" for service, count in item["by_service"].items())
            lines.append(
                (
                    f"{int(size):,}",
                    name,
                    f"{item['wall']:.1f} ({item['fastest']:.1f}-{item['slowest']:.1f})",
                    f"{item['cpu']:.1f}",
                    f"{item['memory']:.0f}",
                    f"{item['requests']:.0f}{f' ({services})' if services else ''}",
                    f"{item['connections']:.0f}",
                    f"{item['throttled']:.0f}",
                    f"{item['floor']:.2f}" if "floor" in item else "",
                    str(item["runs"]),
                )
            )
    head = (
        "channels",
        "run",
        "wall s (range)",
        "CPU s",
        "peak MiB",
        "HTTP",
        "TLS",
        "429",
        "latency floor s",
        "runs",
    )
    return table(head, lines)


def _slopes(by_latency: dict[str, Any]) -> Iterator[str]:
    """What one channel more costs, between each size and the next: it must not grow."""
    lines = []
    for latency, sizes in by_latency.items():
        numbers = sorted(int(size) for size in sizes)
        for run in RUNS[1:]:
            for what in ("wall", "cpu"):
                steps = [
                    (sizes[str(more)][run][what] - sizes[str(less)][run][what]) / (more - less)
                    for less, more in zip(numbers, numbers[1:], strict=False)
                ]
                if steps:
                    shown = ", ".join(f"{step:.3f}" for step in steps)
                    lines.append((run, f"{latency} ms", what, shown, f"{statistics.mean(steps):.3f}"))
    if lines:
        yield "One channel more costs, in seconds between one size and the next:"
        yield table(("run", "latency", "of", "between sizes", "mean"), lines)


def _charts(figures: dict[str, Any]) -> Iterator[tuple[str, str]]:
    graph = figures.get("graph", {}).get("80")
    if graph:
        yield (
            "graph_cpu",
            chart.bars(
                "Graph part, processor time", "s", [(name, item["cpu"]) for name, item in graph.items()]
            ),
        )
    site = figures.get("site", {}).get("80")
    if site:
        series = {run: [(float(size), found[run]["wall"]) for size, found in site.items()] for run in RUNS}
        yield "site", chart.lines("site, 80 ms a request", "seconds", series)
