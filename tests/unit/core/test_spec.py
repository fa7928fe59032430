# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument specs, without Ansible and with its validation."""

from __future__ import annotations

import pytest
from ansible.module_utils.basic import env_fallback
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.ccops.webex_email.plugins.module_utils.core.spec import COMMON, Spec

ONE = Spec(
    {
        "name": {"type": "str", "required": True},
        "pin": {"type": "str", "no_log": True, "env": ["PIN", "OLD_PIN"]},
    }
)
TWO = Spec(
    {"n": {"type": "int", "default": 3}},
    required_if=(("n", 4, ("pin",)),),
    mutually_exclusive=(("name", "n"),),
)
DEEP = Spec(
    {
        "one": ONE.as_suboptions(),
        "many": ONE.as_suboptions(type="list", elements="dict"),
        "token": {"type": "str", "no_log": True},
    }
)


def validated(spec, **given):
    return ArgumentSpecValidator(**spec.arguments(env_fallback)).validate(given)


def test_specs_add_up():
    both = ONE + TWO
    assert set(both.options) == {"name", "pin", "n"}
    assert both.required_if == TWO.required_if
    assert both.mutually_exclusive == TWO.mutually_exclusive
    assert set(ONE.options) == {"name", "pin"}, "a sum leaves its parts alone"


def test_the_environment_fills_what_the_task_leaves_out(monkeypatch):
    monkeypatch.setenv("OLD_PIN", "old")
    assert validated(ONE, name="a").validated_parameters["pin"] == "old"
    monkeypatch.setenv("PIN", "new")
    assert validated(ONE, name="a").validated_parameters["pin"] == "new"
    assert validated(ONE, name="a", pin="given").validated_parameters["pin"] == "given"
    assert validated(DEEP, one={"name": "a"}).validated_parameters["one"]["pin"] == "new"


def test_constraints_hold_also_below():
    assert validated(ONE + TWO, name="a", n=4, pin="p").error_messages
    below = Spec({"below": TWO.as_suboptions()})
    assert not validated(below, below={"n": 3}).error_messages
    assert "pin" in " ".join(validated(below, below={"n": 4}).error_messages)


def test_arguments_do_not_change_the_spec():
    ONE.arguments(env_fallback)
    assert ONE.options["pin"]["env"] == ["PIN", "OLD_PIN"]


def test_secrets_at_any_depth():
    given = {
        "one": {"name": "a", "pin": "p1"},
        "many": [{"name": "b", "pin": "p2"}, {"name": "c"}],
        "token": 4711,
    }
    assert sorted(DEEP.secrets(given)) == ["4711", "p1", "p2"]
    assert DEEP.secrets({}) == []


def test_masked_at_any_depth_without_names_that_do_not_exist():
    given = {
        "one": {"name": "a", "pin": "p1"},
        "many": [{"name": "b", "pin": "p2"}, "odd"],
        "token": "t",
        "more": 1,
    }
    assert DEEP.masked(given, "#") == {
        "one": {"name": "a", "pin": "#"},
        "many": [{"name": "b", "pin": "#"}, "odd"],
        "token": "#",
    }
    assert given["one"]["pin"] == "p1"


@pytest.mark.parametrize("name", COMMON.options)
def test_common_options_can_all_be_set_by_environment(name):
    assert COMMON.options[name]["env"] == [f"WEBEX_EMAIL_{name.upper()}"]
