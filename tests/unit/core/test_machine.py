# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doctor reads of the machine."""

from __future__ import annotations

import platform

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core import machine

GRAPH = "https://graph.microsoft.com"
PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")


@pytest.fixture
def environment(monkeypatch):
    """Called with variables, after all that this is about was taken out."""
    for name in (*PROXIES, *machine.BUNDLE_VARIABLES):
        monkeypatch.delenv(name, raising=False)

    def put(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return put


def test_versions():
    assert machine.installed("Python") == platform.python_version()
    assert machine.installed("requests")
    assert machine.installed("no-such-package-of-anybody") is None


@pytest.mark.parametrize(
    ("have", "least", "older"),
    [
        ("1.34.9", "1.35", True),
        ("1.35", "1.35", False),
        ("1.35.0rc1", "1.35", False),
        ("2.9.27", "2.16", True),
        ("2.21.0.dev0", "2.16", False),
        ("3.9.18", "3.10", True),
    ],
)
def test_older(have, least, older):
    assert machine.older(have, least) is older


@pytest.mark.parametrize(
    ("variables", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://proxy.example:3128"}, "proxy.example:3128"),
        ({"https_proxy": "proxy.example:3128/"}, "proxy.example:3128"),
        ({"ALL_PROXY": "http://proxy.example:3128"}, "proxy.example:3128"),
        ({"HTTPS_PROXY": "http://proxy.example:3128", "NO_PROXY": ".microsoft.com"}, None),
        ({"HTTPS_PROXY": "http://user:CANARY-p@ss@proxy.example:3128"}, "proxy.example:3128"),
    ],
)
def test_proxies_without_their_sign_in(environment, variables, proxy):
    environment(**variables)
    assert machine.proxy_of(GRAPH) == proxy


def test_what_is_trusted(environment):
    environment()
    assert machine.trusted(None) == (None, "")
    environment(CURL_CA_BUNDLE="/c.pem")
    assert machine.trusted(None) == ("/c.pem", "CURL_CA_BUNDLE")
    environment(REQUESTS_CA_BUNDLE="/r.pem")
    assert machine.trusted(None) == ("/r.pem", "REQUESTS_CA_BUNDLE")
    assert machine.trusted("/own.pem") == ("/own.pem", "ca_bundle")
