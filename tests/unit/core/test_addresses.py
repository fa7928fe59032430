# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""URLs and mail addresses that people type."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.addresses import (
    base_url,
    mail_address,
    origin,
)
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://graph.microsoft.com", "https://graph.microsoft.com"),
        ("https://localhost:8443/", "https://localhost:8443"),
        ("HTTPS://Host", "https://Host"),
        ("https://[::1]:8443", "https://[::1]:8443"),
    ],
)
def test_origin(value, expected):
    assert origin(value, "graph_url") == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        "graph.microsoft.com",
        "http://graph.microsoft.com",
        "https://",
        "https://:443",
        "https://host:0",
        "https://host:port",
        "https://user@host",
        "https://user:pin@host",
        "https://host/v1.0",
        "https://host?x=1",
        "https://host#x",
        "https://[::1",
        "ftp://host",
    ],
)
def test_what_is_no_origin(value):
    with pytest.raises(Fault) as caught:
        origin(value, "graph_url")
    assert caught.value.code == "invalid_input"
    assert caught.value.message.startswith("graph_url ")


def test_base_url_keeps_its_path():
    assert base_url("https://host/connectapi/", "connect_url") == "https://host/connectapi"
    assert base_url("https://host", "connect_url") == "https://host"


@pytest.mark.parametrize("value", ["https://host/a?b=c", "https://host/a#b", "http://host/a"])
def test_what_is_no_base_url(value):
    with pytest.raises(Fault):
        base_url(value, "connect_url")


@given(st.text(max_size=30))
def test_no_url_is_too_odd(value):
    for check in (origin, base_url):
        try:
            assert check(value, "x").startswith("https://")
        except Fault as fault:
            assert fault.code == "invalid_input"


@pytest.mark.parametrize(
    "value",
    [
        "support@contoso.example",
        "a41a0ba3566ed2091155f13e48e6d4f8@mail-us.imiconnect.io",
        "first.last+tag@sub.contoso.example",
        "o'brien@contoso.example",
        "müller@contoso.example",
        "x@a.b-c.io",
    ],
)
def test_mail_address(value):
    assert mail_address(value, "forward_to") == value


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "support",
        "@contoso.example",
        "support@",
        "support@contoso",
        "a b@contoso.example",
        "a@b@contoso.example",
        "support@contoso..example",
        "support@-contoso.example",
        "support@contoso.example.",
        "support@contoso.example\n",
        "Support <support@contoso.example>",
        "smtp:support@contoso.example",
        "a@c.example;b@c.example",
        "x" * 65 + "@contoso.example",
    ],
)
def test_what_is_no_mail_address(value):
    with pytest.raises(Fault) as caught:
        mail_address(value, "forward_to")
    assert caught.value.code == "invalid_input"
    assert "forward_to" in caught.value.message
