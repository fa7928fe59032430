# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a job of AWX may keep a record, and environment variables that AWX sets to nothing."""

from __future__ import annotations

import pytest
from ansible.module_utils.basic import env_fallback
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault
from ansible_collections.ccops.webex_email.plugins.module_utils.core.record import Record
from ansible_collections.ccops.webex_email.plugins.module_utils.core.spec import Spec


@pytest.fixture
def job(tmp_path, monkeypatch):
    """The private folder of a job of AWX."""
    folder = tmp_path / "awx_42"
    folder.mkdir()
    monkeypatch.setenv("AWX_PRIVATE_DATA_DIR", str(folder))
    return folder


def refusal(path):
    with pytest.raises(Fault) as caught:
        Record(str(path)).read()
    return str(caught.value)


@pytest.mark.parametrize("name", ["inventory/host_vars/support/record.json", "record.json"])
def test_a_record_that_goes_with_the_job_is_refused(job, name):
    assert "would be gone with this job" in refusal(job / name)


def test_a_record_in_the_container_s_own_folder_is_refused(job):
    assert "would be gone with this job" in refusal("/runner/inventory/record.json")


def test_a_folder_that_is_not_mounted_is_refused(job, tmp_path):
    assert "is not there" in refusal(tmp_path / "missing/support.json")
    assert not (tmp_path / "missing").exists()


def test_a_mounted_folder_keeps_the_record(job, tmp_path):
    record = Record(str(tmp_path / "support.json"))
    record.update(asset_id="a_1")
    assert Record(str(tmp_path / "support.json")).read() == {"asset_id": "a_1"}


def test_outside_of_awx_a_folder_is_made(tmp_path, monkeypatch):
    monkeypatch.delenv("AWX_PRIVATE_DATA_DIR", raising=False)
    Record(str(tmp_path / "host_vars/support/record.json")).update(asset_id="a_1")
    assert (tmp_path / "host_vars/support/record.json").exists()


@pytest.mark.parametrize(
    ("first", "second", "value"), [("", "", None), ("", "b", "b"), ("a", "b", "a"), ("a", "", "a")]
)
def test_a_variable_that_is_set_to_nothing_is_not_set(monkeypatch, first, second, value):
    monkeypatch.setenv("FIRST", first)
    monkeypatch.setenv("SECOND", second)
    spec = Spec({"tenant": {"type": "str", "env": ["FIRST", "SECOND"]}})
    validated = ArgumentSpecValidator(**spec.arguments(env_fallback)).validate({})
    assert validated.validated_parameters["tenant"] == value
