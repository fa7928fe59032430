# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans, as data."""

from __future__ import annotations

from ansible_collections.ccops.webex_email.plugins.module_utils.core.plan import Plan, Step

STEPS = (Step("first", lambda current: None), Step("second", lambda current: None))


def test_nothing_to_do():
    plan = Plan({"a": 1}, {"a": 1}, actual={"id": 7, "a": 1})
    assert not plan.changed
    assert plan.actions == []
    assert plan.diff == {"before": {"a": 1}, "after": {"a": 1}}
    assert plan.foreseen == plan.predicted() == {"id": 7, "a": 1}


def test_something_to_do():
    plan = Plan({"a": 1}, {"a": 2}, STEPS, actual={"id": 7, "a": 1}, outcome={"id": 7, "a": 2})
    assert plan.changed
    assert plan.actions == ["first", "second"]
    assert plan.diff == {"before": {"a": 1}, "after": {"a": 2}}
    assert plan.foreseen == {"id": 7, "a": 2}
    assert plan.predicted() == {"id": 7, "a": 2, "predicted": True}


def test_the_managed_properties_stand_for_the_object_where_nothing_else_is_foreseen():
    assert Plan({}, {"a": None}, STEPS).predicted() == {"a": None, "predicted": True}


def test_a_thing_that_goes_is_not_marked():
    assert Plan({"a": 1}, {}, STEPS).predicted() == {}


def test_a_diff_of_nothing_shows_no_change_whatever_was_planned():
    assert Plan({"a": 1}, {"a": 2}).diff == {"before": {"a": 1}, "after": {"a": 1}}
