# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sign-in service tells without a sign-in."""

from __future__ import annotations

import json
import time
from email.utils import formatdate
from types import SimpleNamespace

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.auth.discovery import tenant_and_clock
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault
from ansible_collections.ccops.webex_email.plugins.module_utils.core.retry import Deadline
from ansible_collections.ccops.webex_email.plugins.module_utils.core.web import Response

TENANT = "0f47778c-61c2-4b0a-8e94-3f05e737a1dd"


def ask(*answers, tenant="contoso.example"):
    """(what is found, the URLs asked for) with these answers of the service."""
    left, asked = list(answers), []

    def send(request):
        asked.append(request.url)
        return left.pop(0)

    deadline = Deadline(60, time.monotonic, lambda seconds: None)
    runtime = SimpleNamespace(http=lambda: SimpleNamespace(send=send), deadline=deadline)
    options = {"auth_tenant": tenant, "cloud": "public", "authority_url": None}
    return tenant_and_clock(options, runtime), asked


BODY = json.dumps({"issuer": f"https://x/{TENANT.upper()}/v2.0"})


def answer(status=200, offset=0, body=BODY, **headers):
    date = formatdate(time.time() + offset, usegmt=True)
    return Response(status, {"Date": date, **headers}, body)


def test_the_directory_id_of_a_domain_and_a_clock_that_is_right():
    found, asked = ask(answer())
    assert found == {"tenant_id": TENANT, "ahead": 0}
    assert asked == [
        "https://login.microsoftonline.com/contoso.example/v2.0/.well-known/openid-configuration"
    ]


@pytest.mark.parametrize("offset", [-660, 660])
def test_a_clock_that_is_off(offset):
    found, _asked = ask(answer(offset=offset))
    assert abs(found["ahead"] + offset) <= 2


def test_an_answer_without_date_or_issuer():
    assert ask(answer(Date=None, body="[]"))[0] == {"tenant_id": None, "ahead": None}
    assert ask(answer(body="<html>"))[0]["tenant_id"] is None


def test_a_service_that_is_busy_is_asked_again():
    found, asked = ask(answer(status=503), answer())
    assert found["tenant_id"] == TENANT and len(asked) == 2


@pytest.mark.parametrize(
    ("answers", "tenant", "code"),
    [
        ([answer(status=400)], TENANT, "not_found"),
        ([answer(status=302)], TENANT, "protocol"),
        ([], "common", "invalid_input"),
        ([], None, "invalid_input"),
    ],
)
def test_a_tenant_that_is_none(answers, tenant, code):
    with pytest.raises(Fault) as refused:
        ask(*answers, tenant=tenant)
    assert refused.value.code == code
