# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A token that somebody else obtained."""

from __future__ import annotations

import time

import jwt
import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.auth.claims import claims_of
from ansible_collections.ccops.webex_email.plugins.module_utils.auth.sign_in import SignIn
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault

GRAPH = "https://graph.microsoft.com"
EXCHANGE = "https://outlook.office365.com"


def token(**claims):
    claims = {"aud": GRAPH, "exp": int(time.time()) + 600, **claims}
    return jwt.encode(claims, "a key nobody checks, long enough for it", algorithm="HS256")


@pytest.fixture
def source_of(options_with, runtime_for):
    def make(text, audience=GRAPH):
        options = options_with(auth_access_token=text)
        return SignIn(options, runtime_for(options)).source(audience)

    return make


@pytest.mark.parametrize(
    ("audience", "named"),
    [
        (GRAPH, GRAPH),
        (GRAPH, GRAPH + "/"),
        (GRAPH, "00000003-0000-0000-c000-000000000000"),
        (EXCHANGE, "00000002-0000-0ff1-ce00-000000000000"),
    ],
)
def test_it_is_used_as_it_is(source_of, audience, named):
    text = token(aud=named, roles=["One"])
    source = source_of(text, audience)
    assert source.get() == text
    assert source.renew() is None
    assert source.claims()["roles"] == ["One"]


@pytest.mark.parametrize("text", ["opaque-token", "a.b.c", "a.YWJj.c", "a.W10.c"])
def test_what_cannot_be_read_is_for_the_service_to_judge(source_of, text):
    assert source_of(text).get() == text
    assert claims_of(text) == {}


@pytest.mark.parametrize(
    ("claims", "code", "word"),
    [
        ({"aud": EXCHANGE}, "invalid_input", "another service"),
        ({"exp": int(time.time()) - 1}, "sign_in_failed", "expired"),
    ],
)
def test_it_is_refused_before_it_is_sent(source_of, claims, code, word):
    text = token(**claims)
    with pytest.raises(Fault) as caught:
        source_of(text).get()
    assert caught.value.code == code
    assert word in caught.value.message
    assert text not in caught.value.sentence
