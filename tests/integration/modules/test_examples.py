# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples in the modules' documentation do what they say, on the embedded cloud."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from integration.modules.scenario import connection
from meta.members import constant, modules

FILES = modules(Path(__file__).resolve().parents[3])
TABLE = yaml.safe_load(Path(__file__).with_name("examples.yml").read_text("utf-8"))


def examples(name):
    """The examples of a module as they stand in its documentation."""
    return yaml.safe_load(constant(FILES[name], "EXAMPLES"))


def _runs(name):
    """The module's examples in lists that go together: all in one, unless one would be in another's way."""
    found = examples(name)
    if name not in TABLE["apart"]:
        return [found]
    return [[example] for example in found]


RUNS = [(name, number) for name in FILES for number, _examples in enumerate(_runs(name))]


@pytest.mark.parametrize(("name", "number"), RUNS)
def test_examples_succeed(play, name, number):
    play.lab.edit(TABLE["world"])
    tasks = TABLE["given"].get(name, []) + _runs(name)[number]
    # The example inventory's host for the mailbox, with nothing of the inventory but its place.
    book = {"hosts": "support", "gather_facts": False, "module_defaults": connection(play), "tasks": tasks}
    done = play.run([{"name": name, **book}])
    assert [task.name for task in done.tasks] == [task["name"] for task in tasks]


def test_the_table_is_for_examples_that_exist():
    assert set(TABLE["given"]) | set(TABLE["apart"]) <= set(FILES)
