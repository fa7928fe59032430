# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that tasks of one run hand on, and what makes them void."""

from __future__ import annotations

import os
import stat
import time

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.reuse import (
    NOTHING,
    SETTLING_SECONDS,
    Reuse,
)

SUBJECT, QUESTION = "apps", "/applications"


@pytest.fixture
def task(tmp_path):
    """Makes the answers of one task after the other: (Reuse, Answers)."""

    def make(seconds=300, later=0, scope=("graph", "me"), scratch=tmp_path):
        reuse = Reuse(str(scratch) if scratch else None, seconds, clock=lambda: time.time() + later)
        return reuse, reuse.of(*scope)

    return make


def keep(answers, value, certain=False):
    answers.keep(SUBJECT, QUESTION, value, answers.writes(SUBJECT), certain)


@pytest.mark.parametrize("value", [{"id": "1"}, [], None])
def test_another_task_uses_what_one_has_read(task, value):
    keep(task()[1], value)
    reuse, answers = task()
    assert answers.find(SUBJECT, QUESTION) == value
    assert reuse.used


@pytest.mark.parametrize(
    "asking",
    [
        {"later": 301},
        {"later": -60},
        {"seconds": 0},
        {"scope": ("graph", "somebody else")},
        {"scope": ("grap", "hme")},
        {"scratch": None},
    ],
    ids=["too old", "from the future", "none wanted", "other identity", "run together", "no folder"],
)
def test_who_must_ask_finds_nothing(task, asking):
    keep(task()[1], 1)
    reuse, answers = task(**asking)
    assert answers.find(SUBJECT, QUESTION) is NOTHING
    assert not reuse.used


def test_another_subject_or_question_has_its_own_answer(task):
    keep(task()[1], 1)
    assert task()[1].find("others", QUESTION) is NOTHING
    assert task()[1].find(SUBJECT, "other") is NOTHING


def test_a_write_makes_void_what_was_read_before(task):
    keep(task()[1], 1)
    with task()[1].writing(SUBJECT):
        assert task()[1].find(SUBJECT, QUESTION) is NOTHING
    assert task()[1].find(SUBJECT, QUESTION) is NOTHING


def test_a_task_that_asks_for_itself_does_so_too(task):
    keep(task()[1], 1)
    with task(seconds=0)[1].writing(SUBJECT):
        pass
    assert task()[1].find(SUBJECT, QUESTION) is NOTHING


def test_a_write_that_failed_does_so_too(task):
    keep(task()[1], 1)
    with pytest.raises(OSError), task()[1].writing(SUBJECT):
        raise OSError
    assert task()[1].find(SUBJECT, QUESTION) is NOTHING


def test_a_write_leaves_other_subjects_alone(task):
    keep(task()[1], 1)
    with task()[1].writing("others"):
        pass
    assert task()[1].find(SUBJECT, QUESTION) == 1


def test_what_was_asked_before_a_write_ended_is_not_kept(task):
    reader = task(later=SETTLING_SECONDS + 1)[1]
    before = reader.writes(SUBJECT)
    with task()[1].writing(SUBJECT):
        during = reader.writes(SUBJECT)
    for writes in (before, during):
        reader.keep(SUBJECT, QUESTION, 1, writes)
        assert reader.find(SUBJECT, QUESTION) is NOTHING


def test_what_is_read_soon_after_a_write_is_not_for_others(task):
    """It may lag behind the write."""
    with task()[1].writing(SUBJECT):
        pass
    keep(task()[1], "stale")
    assert task()[1].find(SUBJECT, QUESTION) is NOTHING
    keep(task(later=SETTLING_SECONDS + 1)[1], "settled")
    assert task(later=SETTLING_SECONDS + 1)[1].find(SUBJECT, QUESTION) == "settled"


def test_the_answer_to_a_write_is_used_and_counts_as_own_knowledge(task):
    with task()[1].writing(SUBJECT):
        pass
    keep(task()[1], "written", certain=True)
    reuse, answers = task()
    assert answers.find(SUBJECT, QUESTION) == "written"
    assert not reuse.used


def test_who_asks_anew_finds_nothing(task):
    keep(task()[1], 1)
    reuse, answers = task()
    reuse.ask_anew()
    assert answers.find(SUBJECT, QUESTION) is NOTHING


def test_a_task_that_only_reads_remembers_its_own_answers(task):
    reuse, answers = task(scratch=None)
    keep(answers, 1)
    assert answers.find(SUBJECT, QUESTION) is NOTHING
    reuse.remember()
    keep(answers, 1)
    assert answers.find(SUBJECT, QUESTION) == 1
    assert not reuse.used
    reuse.ask_anew()
    assert answers.find(SUBJECT, QUESTION) is NOTHING


def test_a_damaged_file_is_no_answer(task, tmp_path):
    keep(task()[1], 1)
    (kept,) = tmp_path.glob("webex_email_read_*")
    kept.write_text("{", "utf-8")
    assert task()[1].find(SUBJECT, QUESTION) is NOTHING


def test_a_full_disk_costs_the_sharing_only(task, tmp_path, monkeypatch):
    def full(*_arguments, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    keep(task()[1], 1)
    assert task()[1].find(SUBJECT, QUESTION) is NOTHING


def test_nobody_else_can_read_the_files(task, tmp_path):
    keep(task()[1], 1)
    with task()[1].writing(SUBJECT):
        pass
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("webex_email_*")}
    assert modes == {0o600}
