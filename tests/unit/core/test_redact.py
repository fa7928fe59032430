# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No form of a secret survives redaction."""

from __future__ import annotations

import base64
import json
import re
import threading
from urllib.parse import quote, quote_plus, urlencode

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault
from ansible_collections.ccops.webex_email.plugins.module_utils.core.redact import MASK, Disclosed, Redactor
from hypothesis import assume, given
from hypothesis import strategies as st

CANARY = "CANARY-client-secret-contoso-Q8~a+b/c=d"
# No lone surrogates, which no service can be sent; no star, which is what the mask is made of.
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="*")
SECRETS = st.text(CHARACTERS, min_size=8, max_size=40)
# Nothing of the surroundings can be mistaken for a part of the secret, or make one up together with it.
AROUND = st.text("\u2400", max_size=5)


def redactor(*secrets):
    made = Redactor()
    for secret in secrets:
        made.register(secret)
    return made


FORMS = {
    "plain": str,
    "quoted": quote,
    "fully quoted": lambda secret: quote(secret, safe=""),
    "form": quote_plus,
    "form of .NET": lambda secret: re.sub("%..", lambda match: match[0].lower(), quote_plus(secret)),
    "field": lambda secret: urlencode({"client_secret": secret}).partition("=")[2],
    "json": lambda secret: json.dumps(secret)[1:-1],
    "json as it is": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "repr": lambda secret: repr(secret)[1:-1],
    "cut": lambda secret: secret[:-3],
}


@pytest.mark.parametrize("form", FORMS)
@given(secret=SECRETS, before=AROUND, after=AROUND)
def test_no_written_form_survives(form, secret, before, after):
    assume(form != "cut" or len(secret) > 8)
    written = FORMS[form](secret)
    shown = redactor(secret).text(f"{before}{written}{after}")
    assert written not in shown
    assert shown == before + MASK + after


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
@given(secret=SECRETS, before=st.binary(max_size=7), after=st.binary(max_size=7))
def test_no_alignment_of_base64_survives(encode, encoding, secret, before, after):
    """What is left decodes to less than two characters' worth of the secret at either end."""
    raw = secret.encode(encoding)
    text = encode(before + raw + after).decode()
    shown = redactor(secret).text(text)
    assert MASK in shown
    left = len(shown.replace(MASK, "", 1))
    # Of the secret's own bits at most six are left at each end, where they share a character with a neighbour.
    assert left * 6 <= (len(before) + len(after)) * 8 + 12 + 6 * text.count("=")


def test_basic_and_bearer_headers():
    basic = base64.b64encode(f"6f1d3c52:{CANARY}".encode()).decode()
    assert CANARY not in redactor(CANARY).text(f"Authorization: Bearer {CANARY}")
    shown = redactor(CANARY).text(f"Authorization: Basic {basic}")
    assert "Q8~" not in base64.b64decode(shown.split()[-1].partition(MASK)[0] + "==").decode(
        "utf-8", "replace"
    )


def test_lines_of_a_key_file_are_secrets_too():
    lines = [
        "-----BEGIN PRIVATE KEY-----",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
        "x" * 40,
        "-----END PRIVATE KEY-----",
    ]
    made = redactor("\n".join(lines))
    for line in lines:
        assert made.text(f"    {line}") == f"    {MASK}"
        encoded = base64.b64encode(line.encode()).decode()
        assert encoded[:-4] not in made.text(encoded)
    assert made.text("END") == "END"


@given(SECRETS, st.lists(SECRETS, max_size=3))
def test_a_secret_inside_another_or_beside_it(secret, others):
    made = redactor(*others, secret, secret + "-longer", "longer-" + secret)
    shown = made.text(f"{secret}-longer|longer-{secret}|{secret}")
    assert secret not in shown


@given(st.recursive(st.just("x") | st.integers() | st.none() | st.booleans(), st.lists, max_leaves=5))
def test_what_holds_no_secret_is_left_as_it_is(value):
    assert redactor(CANARY).structure(value) == value


def test_structures_at_any_depth_and_keys():
    shown = redactor(CANARY).structure(
        {"a": [{"b": (f"<{CANARY}>", 1, None)}], f"key {CANARY}": {CANARY}, "ok": True, "n": 1.5}
    )
    assert shown == {"a": [{"b": [f"<{MASK}>", 1, None]}], f"key {MASK}": [MASK], "ok": True, "n": 1.5}


def test_only_what_is_disclosed_is_shown():
    shown = redactor(CANARY).structure({"value": Disclosed(CANARY), "msg": CANARY})
    assert shown == {"value": CANARY, "msg": MASK}
    assert shown["value"].__class__ is str


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_secret_is_no_secret(nothing):
    assert redactor(nothing).text("text") == "text"


@pytest.mark.parametrize("short", ["a", "ab"])
def test_a_secret_that_would_mask_everything_is_refused(short):
    with pytest.raises(Fault) as caught:
        redactor(short)
    assert caught.value.code == "invalid_input"
    assert short not in caught.value.message.split()


def test_registering_from_several_threads_loses_none():
    made = Redactor()
    secrets = [f"CANARY-{number:04}-{'x' * 20}" for number in range(200)]
    threads = [
        threading.Thread(
            target=lambda part: [made.register(secret) for secret in part], args=(secrets[start::8],)
        )
        for start in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "CANARY" not in made.text(" ".join(secrets))
