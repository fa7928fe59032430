# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of the bench that need no time: its page, verdicts, charts and the model of a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench import capacity, chart, page, verdicts
from bench.capacity import Budget, Setting, simulate

ROOT = Path(__file__).resolve().parents[3]


def program(**values):
    usual = {"wall": 2.0, "cpu": 1.0, "memory": 64.0, "requests": 2, "connections": 2, "sign_ins": 1}
    more = {"throttled": 0, "runs": 5, "fastest": 1.9, "slowest": 2.2, "by_service": {"graph": 2}}
    return {**usual, **more, **values}


FIGURES = {
    "machine": {"date": "2026-11-25", "cores": 2, "python": "3.11.7"},
    "graph": {
        "80": {
            verdicts.START: program(wall=1.0, cpu=0.8, requests=0),
            "plain http.client as a module: create": program(wall=1.6),
            "plain http.client as a module: again": program(wall=1.3),
            "ours: create": program(wall=2.0, requests=6),
            "ours: again": program(wall=1.8, cpu=0.9),
        }
    },
    "site": {
        "80": {
            size: {
                verdicts.START: program(wall=1.0, requests=0),
                "first run": program(wall=10.0 * int(size), requests=14 * int(size) + 7),
                "no-change run": program(wall=1.0 + 0.1 * int(size), requests=2 + 3 * int(size), floor=0.2),
            }
            for size in ("1", "10", "100", "1000")
        }
    },
    "ways": {"in process": {**program(), "cpu_a_task": 0.05}, "ordinary": {**program(), "cpu_a_task": 0.4}},
}


def test_every_target_has_a_row_with_a_verdict():
    rows = {row[0]: row for row in verdicts.rows(FIGURES)}
    assert len(rows) == len(verdicts.TARGETS)
    assert rows["Graph part, create, HTTP requests"][1:] == ("6", "at most 6", "met")
    missed = rows["Graph part, no-change, the same"]
    assert missed[1:3] == ("1.38 times", "at most 1.3 times")
    assert missed[3].startswith("**missed.** ") and "Needed:" in missed[3]
    assert rows["the same, seconds grow from 100 on with channels to the power of"][1:] == (
        "1",
        "at most 1.1",
        "met",
    )
    assert rows["in process against ordinary, CPU a task, times less"][1:] == (
        "8 times",
        "at least 6 times",
        "met",
    )


def test_what_was_not_measured_says_so():
    assert {row[3] for row in verdicts.rows({})} == {"open"}
    assert page.text({}).startswith("## Targets")


def test_the_page_says_how_far_the_machine_s_speed_changed():
    assert "A playbook without a task took 1.90 to 2.20 s" in page.text(FIGURES)
    assert "without a task took" not in page.text({"machine": FIGURES["machine"], "ways": FIGURES["ways"]})


def test_a_missed_target_says_why():
    assert {item.why for item in verdicts.TARGETS} - {""} <= set(verdicts.WHY)


def test_the_page_has_what_was_measured_and_keeps_the_rest(tmp_path):
    (tmp_path / "docs").mkdir()
    path = tmp_path / page.PAGE
    path.write_text(f"# Before\n\n{page.BEGIN}\nold\n{page.END}\n\nafter\n", "utf-8")
    page.write(tmp_path, FIGURES)
    text = path.read_text("utf-8")
    assert text.startswith("# Before") and text.endswith("after\n") and "old" not in text
    assert "| 1,000 | no-change run | 101.0 (1.9-2.2) |" in text
    for name in ("graph_cpu", "site"):
        assert f"performance/{name}.svg" in text
        ElementTree.parse(tmp_path / page.CHARTS / f"{name}.svg")


def test_the_page_of_the_repository_has_its_marks():
    text = (ROOT / page.PAGE).read_text("utf-8")
    assert text.count(page.BEGIN) == text.count(page.END) == 1


def test_charts_are_well_formed_whatever_the_names():
    drawn = chart.bars("A & B", "s", [("<x>", 1.0), ("ours", 0.0)])
    assert ElementTree.fromstring(drawn).tag.endswith("svg")
    assert ElementTree.fromstring(chart.lines("t", "s", {"a": [(1, 2.0), (1000, 200.0)]})) is not None


def test_the_model_s_page_shows_what_the_model_says():
    assert capacity.table() in (ROOT / "docs/capacity.md").read_text("utf-8")


def test_one_channel_takes_its_steps_one_after_the_other():
    alone = Setting("no-change", 1, start=0)
    steps = capacity.CHAINS["no-change"]
    expected = sum(step.cpu + step.trips * alone.latency for step in steps)
    assert simulate(alone) == pytest.approx(expected + 1.5 * alone.dispatch * len(steps))


def test_more_of_what_binds_helps_and_more_of_the_rest_does_not():
    usual = Setting("no-change", 200)
    assert simulate(replace(usual, cores=4, dispatch=usual.dispatch / 2)) < 0.6 * simulate(usual)
    assert simulate(replace(usual, latency=0.04)) > 0.95 * simulate(usual)


def test_slices_share_the_work_but_not_the_budget():
    assert simulate(Setting("no-change", 2000, slices=2)) == pytest.approx(
        simulate(Setting("no-change", 1000))
    )
    many = Setting("first", 20000, slices=20)
    assert capacity.binding(many) == "Graph's budget"


def test_a_budget_gives_no_more_than_it_has_in_any_window():
    budget = Budget(10, 5.0)
    moments = [budget.earliest(0.0, 1) for _number in range(35)]
    for start in moments:
        assert sum(start <= moment < start + 5.0 for moment in moments) <= 10
    assert moments[-1] == pytest.approx(15.0)
