# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Charts as SVG, without anything that a viewer would have to run or fetch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

WIDTH, LABEL, ROW, MARGIN = 760, 250, 26, 12
COLOURS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#9467bd")


def bars(title: str, unit: str, values: Sequence[tuple[str, float]]) -> str:
    """Horizontal bars, one for each (name, value)."""
    most = max((value for _name, value in values), default=1) or 1
    space = WIDTH - LABEL - 110
    parts = [_text(MARGIN, 22, title, weight="bold")]
    for number, (name, value) in enumerate(values):
        y = 36 + number * ROW
        colour = COLOURS[1] if name.startswith("ours") else COLOURS[0]
        parts.append(_text(LABEL - 8, y + 15, name, anchor="end"))
        parts.append(
            f'<rect x="{LABEL}" y="{y}" width="{max(value / most * space, 1):.1f}" height="18" fill="{colour}"/>'
        )
        parts.append(_text(LABEL + value / most * space + 6, y + 15, f"{value:,.2f} {unit}"))
    return _svg(36 + len(values) * ROW + MARGIN, parts)


def lines(title: str, unit: str, series: dict[str, Sequence[tuple[float, float]]]) -> str:
    """Lines over two logarithmic axes: name -> (channels, value) pairs."""
    points = [point for line in series.values() for point in line if point[1] > 0]
    left, top, width, height = 70, 40, WIDTH - 240, 300
    decades = [_decades([point[axis] for point in points]) for axis in (0, 1)]

    def place(point: tuple[float, float]) -> tuple[float, float]:
        shares = [
            (math.log10(value) - low) / (high - low)
            for value, (low, high) in zip(point, decades, strict=True)
        ]
        return left + shares[0] * width, top + (1 - shares[1]) * height

    parts = [_text(MARGIN, 22, title, weight="bold")]
    for power in range(decades[0][0], decades[0][1] + 1):
        x = place((10**power, 10 ** decades[1][0]))[0]
        parts.append(_rule(x, top, x, top + height))
        parts.append(_text(x, top + height + 18, f"{10**power:,}", anchor="middle"))
    for power in range(decades[1][0], decades[1][1] + 1):
        y = place((10 ** decades[0][0], 10**power))[1]
        parts.append(_rule(left, y, left + width, y))
        parts.append(_text(left - 6, y + 5, f"{10**power:g}", anchor="end"))
    parts.append(_text(left + width / 2, top + height + 38, "channels", anchor="middle"))
    parts.append(_text(left + width + 14, top + 10, unit))
    for number, (name, line) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        shown = [place(point) for point in line if point[1] > 0]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in shown)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in shown]
        parts.append(_text(left + width + 14, top + 40 + number * 20, name, colour=colour))
    return _svg(top + height + 50, parts)


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """Powers of ten around the values, at least one apart."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _text(
    x: float, y: float, text: str, anchor: str = "start", weight: str = "normal", colour: str = "#333"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" '
        f'fill="{colour}">{escape(text)}</text>'
    )


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#ddd"/>'


def _svg(height: float, parts: Sequence[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" font-family="sans-serif" '
        f'font-size="13">\n<rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>\n'
    )
