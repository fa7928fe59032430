# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of fields: from options and answers to comparison and payload."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.fields import (
    Field,
    differing,
    loaded,
    options_of,
    payload,
    same_text,
    wanted,
)

FIELDS = (
    Field(
        "address", "Address", {"type": "str"}, lambda v: v and v[5:], lambda v: v and "smtp:" + v, same_text
    ),
    Field("copy", "KeepCopy", {"type": "bool"}, load=bool),
    Field("secret", "Secret", {"type": "str", "no_log": True}, secret=True),
    Field("id", "Id", None),
)


def test_options_are_those_that_can_be_given():
    assert options_of(FIELDS) == {
        "address": {"type": "str"},
        "copy": {"type": "bool"},
        "secret": {"type": "str", "no_log": True},
    }


def test_loaded_leaves_secrets_out():
    assert loaded(FIELDS, {"Address": "smtp:A@b", "Secret": "x"}) == {
        "address": "A@b",
        "copy": False,
        "id": None,
    }


def test_wanted_is_what_was_given():
    assert wanted(FIELDS, {"address": None, "copy": False, "id": "1", "other": 2}) == {
        "copy": False,
        "id": "1",
    }


def test_differing_follows_the_table_and_its_comparison():
    actual = {"address": "a@B", "copy": False, "id": "1"}
    assert differing(FIELDS, {"address": "A@b", "copy": True, "secret": "x", "id": "2"}, actual) == [
        "copy",
        "id",
    ]
    assert differing(FIELDS, {}, actual) == []
    assert differing(FIELDS, {"address": None}, actual) == ["address"]


def test_payload():
    values = {"address": "a@b", "copy": False}
    assert payload(FIELDS, values) == {"Address": "smtp:a@b", "KeepCopy": False}
    assert payload(FIELDS, {"address": None}) == {"Address": None}
    assert payload(FIELDS, values, ["copy", "id"]) == {"KeepCopy": False}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("A", "a", True), (None, "", True), ("Straße", "STRASSE", True), ("a", "b", False)],
)
def test_same_text(one, other, same):
    assert same_text(one, other) is same
