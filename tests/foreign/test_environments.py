# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A foreign client that cannot be installed is left out with a clear word; one that can is installed once."""

from __future__ import annotations

import pytest

from foreign import environments
from tools import installer


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch, tmp_path):
    monkeypatch.setattr(environments, "HOME", tmp_path)


def test_without_a_registry_a_client_is_left_out_and_the_reason_told():
    def install(_folder):
        raise installer.NotInstalled("no route to host")

    with pytest.raises(pytest.skip.Exception) as skipped:
        environments._made("client", "client>=1", install)
    assert skipped.value.msg == "client is left out, as it could not be installed: no route to host"


def test_without_npm_its_client_is_left_out(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.skip.Exception, match="there is no npm"):
        environments.cli_for_m365()


def test_a_client_is_installed_once_and_again_when_something_else_is_wanted():
    installed = []

    def install(folder):
        folder.mkdir()
        installed.append(folder)

    for wanted in ("client>=1", "client>=1", "client>=2"):
        environments._made("client", wanted, install)
    assert len(installed) == 2
