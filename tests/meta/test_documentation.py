# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of every option is true, and the check can fail."""

from __future__ import annotations

import copy
import sys
from pathlib import Path

import pytest

from meta.documentation import documented, problems, specified, unprotected
from meta.members import modules

ROOT = Path(__file__).resolve().parents[2]
NAMES = list(modules(ROOT))


@pytest.fixture(scope="module")
def docs():
    """Module -> documentation, of all modules."""
    collections = next(
        item for item in sys.path if (Path(item) / "ansible_collections/ccops/webex_email").is_dir()
    )
    return documented(NAMES, Path(collections))


@pytest.mark.parametrize("name", NAMES)
def test_options_are_as_documented(docs, name):
    assert list(problems(specified(name), docs[name]["options"])) == []


@pytest.mark.parametrize("name", NAMES)
def test_secrets_are_marked(name):
    assert list(unprotected(specified(name))) == []


@pytest.mark.parametrize(
    ("option", "key", "value", "complaint"),
    [
        ("valid_days", "default", 1, "default is 730 and documented as 1"),
        ("valid_days", "type", "str", "type is 'int' and documented as 'str'"),
        ("display_name", "required", False, "required is True"),
        ("state", "choices", ["present"], "choices is"),
        ("auth_client_id", "description", ["none"], "the variable AZURE_CLIENT_ID is not documented"),
        (
            "auth_client_id",
            "description",
            ["E(AZURE_CLIENT_ID) E(OTHER)"],
            "OTHER is documented and not read",
        ),
    ],
)
def test_a_wrong_documentation_is_found(docs, option, key, value, complaint):
    doc = copy.deepcopy(docs["azure_app_secret"]["options"])
    doc[option][key] = value
    assert [problem for problem in problems(specified("azure_app_secret"), doc) if complaint in problem]


def test_a_missing_documentation_is_found(docs):
    doc = copy.deepcopy(docs["azure_app_registration"]["options"])
    del doc["permissions"]["suboptions"]["value"]
    doc["other"] = {}
    found = list(problems(specified("azure_app_registration"), doc))
    assert found == ["other is documented and does not exist", "permissions.value is not documented"]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"connect_token": {}}, "connect_token: no_log is None"),
        ({"name": {"no_log": True}}, "name: no_log is True"),
        ({"a": {"options": {"key_id": {}}}}, "a.key_id: no_log is left to Ansible's guess"),
    ],
)
def test_a_wrong_mark_is_found(options, complaint):
    assert list(unprotected(options)) == [complaint]
