# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How tests and tools install packages: from where pip's settings say, by pip where uv cannot, and with a clear end."""

from __future__ import annotations

import sys

import pytest

from tools import installer

SETTINGS = r"""
:env:.extra-index-url='https://one.example/simple https://two.example/simple'
global.constraint='constraints.txt'
global.index-url='https://of-a-file.example/simple'
global.timeout='60'
install.find-links='\n/wheels\n/more'
:env:.index-url='https://user:CANARY@index.example/simple'
download.index-url='https://not-for-installing.example'
"""


@pytest.fixture
def commands(monkeypatch):
    """The commands that would have been run, with the variables of each; pip has settings."""
    ran = []

    def run(command, **variables):
        if command[1:] == ["-m", "pip", "config", "list"]:
            return SETTINGS
        ran.append((list(command), variables))
        return ""

    monkeypatch.setattr(installer, "run", run)
    installer._pip_settings.cache_clear()
    yield ran
    installer._pip_settings.cache_clear()


@pytest.fixture
def uv(tmp_path):
    return installer.Uv(tmp_path / "main", tmp_path / "cache")


def test_uv_looks_where_pip_would_and_no_password_is_on_its_command_line(uv, commands, tmp_path, monkeypatch):
    monkeypatch.setenv("UV_CACHE_DIR", "/of/the/user")
    (uv.environment / "bin").mkdir(parents=True)
    (uv.environment / "bin/uv").touch()
    installer.make(uv, tmp_path / "made", sys.executable, "one>=1")
    (_venv, _variables), (install, variables) = commands
    assert install[install.index("--constraints") :] == [
        *("--constraints", "constraints.txt", "--find-links", "/wheels", "--find-links", "/more", "one>=1")
    ]
    assert variables["UV_DEFAULT_INDEX"] == "https://user:CANARY@index.example/simple"
    assert variables["UV_INDEX"] == "https://one.example/simple https://two.example/simple"
    assert variables["UV_CACHE_DIR"] == "/of/the/user"
    assert "CANARY" not in str(install)


def test_uv_is_installed_by_the_pip_beside_it_where_it_is_missing(uv, commands, tmp_path):
    installer.install(uv, tmp_path / "other/bin/python", "one>=1")
    (first, _variables), (second, _variables) = commands
    assert (first[0], first[-1]) == (str(uv.environment / "bin/python"), installer.UV)
    assert (second[0], second[-1]) == (str(uv.environment / "bin/uv"), "one>=1")


def test_pip_does_what_uv_cannot(uv, commands, tmp_path, monkeypatch):
    def fail(*_given):
        raise installer.NotInstalled("no such program")

    monkeypatch.setattr(installer.Uv, "run", fail)
    installer.make(uv, tmp_path / "made", sys.executable, "one>=1")
    (environment, _variables), (install, _variables) = commands
    assert environment == [sys.executable, "-m", "venv", "--clear", str(tmp_path / "made")]
    assert (install[0], install[-1]) == (str(tmp_path / "made/bin/python"), "one>=1")


@pytest.mark.parametrize(
    "command, said",
    [
        (["no-such-program-anywhere"], "FileNotFoundError"),
        ([sys.executable, "-c", "raise SystemExit(1)"], "nothing was said"),
        ([sys.executable, "-c", "raise SystemExit('first\\nlast')"], "last"),
    ],
)
def test_a_failure_is_told_in_the_installers_last_words(command, said):
    with pytest.raises(installer.NotInstalled, match=said):
        installer.run(command)
