# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the road through a Windows host that cannot work are refused before anything is sent."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault
from ansible_collections.ccops.webex_email.plugins.module_utils.exchange.options import winrm_settings

USER = {"winrm_username": "u", "winrm_password": "CANARY-p"}
GIVEN = {
    "winrm_url": "https://h.example:5986/wsman",
    "winrm_auth": "ntlm",
    "winrm_validate_certificate": True,
}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"winrm_url": None}, "needs winrm_url"),
        ({"winrm_url": "http://h.example:5985/wsman"}, "must be https"),
        ({"winrm_url": "HTTP://h.example:5985/wsman"}, "must be https"),
        ({"winrm_url": "h.example"}, "must start with https://"),
        ({"winrm_url": "https://u:p@h.example/wsman"}, "must start with https://"),
        ({"winrm_username": None}, "needs winrm_username"),
        ({"winrm_password": ""}, "needs winrm_password"),
        ({"winrm_auth": "basic", "winrm_username": None}, "basic needs winrm_username"),
        ({"winrm_auth": "certificate"}, "needs winrm_certificate_path and winrm_certificate_key_path"),
        ({"winrm_ca_bundle": "/nowhere/ca.pem"}, "winrm_ca_bundle is not there"),
        (
            {
                "winrm_auth": "certificate",
                "winrm_certificate_path": "/n/a",
                "winrm_certificate_key_path": "/n/b",
            },
            "winrm_certificate_path is not there",
        ),
    ],
)
def test_what_cannot_work(given, words):
    with pytest.raises(Fault) as caught:
        winrm_settings({**GIVEN, **USER, **given})
    assert caught.value.code == "invalid_input"
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://h.example:5986/wsman", "https://h.example:5986/wsman"),
        ("https://h.example:5986", "https://h.example:5986/wsman"),
        ("https://h.example:5986/", "https://h.example:5986/wsman"),
        ("https://h.example/proxied/wsman/", "https://h.example/proxied/wsman"),
    ],
)
def test_the_whole_address_is_asked(url, asked):
    assert winrm_settings({**GIVEN, **USER, "winrm_url": url}).url == asked


def test_kerberos_needs_neither_user_nor_password_and_the_common_authorities_are_the_fall_back():
    settings = winrm_settings({**GIVEN, "winrm_auth": "kerberos", "ca_bundle": "/x/ca.pem"})
    assert (settings.username, settings.password, settings.ca_bundle) == (None, None, "/x/ca.pem")
    assert "CANARY" not in repr(winrm_settings({**GIVEN, **USER}))
