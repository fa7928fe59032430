# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates, proxies, and a sign-in service that misbehaves."""

from __future__ import annotations

import logging
import time
from email.utils import formatdate

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.auth.transport import Transport
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault
from ansible_collections.ccops.webex_email.plugins.module_utils.core.web import Response

GRAPH = "https://graph.microsoft.com"
TOKEN = r"/oauth2/v2\.0/token$"
DISCOVERY = r"openid-configuration$"


def failed(source):
    with pytest.raises(Fault) as caught:
        source.get()
    return caught.value


def fired(cloud):
    return sum(entry["fault"] is not None for entry in cloud.journal())


def test_an_authority_without_scheme(cloud, signed_in):
    host = cloud.url.removeprefix("https://")
    assert signed_in(authority_url=f"{host}/")[0].source(GRAPH).get()


def test_ca_bundle_wins_over_the_environment(signed_in, tmp_path, monkeypatch):
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("nonsense")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(nonsense))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(nonsense))
    assert signed_in()[0].source(GRAPH).get()


def test_a_certificate_of_nobody_known(signed_in):
    session, runtime = signed_in(ca_bundle=None)
    fault = failed(session.source(GRAPH))
    assert fault.code == "tls"
    assert "ca_bundle" in fault.hint
    assert runtime.deadline.left() > 5


def test_a_proxy_that_is_not_there(signed_in, impatient, monkeypatch):
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    fault = failed(signed_in(deadline=impatient(1))[0].source(GRAPH))
    assert fault.code == "unreachable"
    assert "HTTPS_PROXY" in fault.hint


def test_a_region_in_the_environment_is_ignored(cloud, signed_in, monkeypatch):
    monkeypatch.setenv("MSAL_FORCE_REGION", "westus2")
    monkeypatch.setenv("REGION_NAME", "westus2")
    assert signed_in()[0].source(GRAPH).get()
    assert len(cloud.journal()) == 2


def test_nobody_listens(signed_in, impatient):
    session, _unused = signed_in(authority_url="https://localhost:1", deadline=impatient(1))
    fault = failed(session.source(GRAPH))
    assert fault.code == "unreachable"
    assert fault.retryable


@pytest.mark.parametrize("path", [TOKEN, DISCOVERY])
@pytest.mark.parametrize("status", [429, 500, 503])
def test_later_is_tried_again_in_spite_of_msals_memory(cloud, signed_in, path, status):
    answer = {"do": "status", "status": status, "headers": {"Retry-After": "0"}, "json": {"error": "busy"}}
    cloud.faults([{"match": {"path": path, "times": 2}, **answer}])
    assert signed_in()[0].source(GRAPH).get()
    assert fired(cloud) == 2


def test_throttled_until_the_deadline(cloud, signed_in):
    answer = {"do": "status", "status": 429, "headers": {"Retry-After": "30"}}
    cloud.faults([{"match": {"path": TOKEN}, **answer}])
    session, runtime = signed_in()
    fault = failed(session.source(GRAPH))
    assert fault.code == "throttled"
    assert fault.retry_after == 30
    assert runtime.deadline.left() > 5


def test_a_cut_connection_is_tried_again(cloud, signed_in):
    cloud.faults([{"match": {"path": TOKEN, "times": 1}, "do": "reset"}])
    assert signed_in()[0].source(GRAPH).get()
    assert fired(cloud) == 1


@pytest.mark.parametrize("path", [TOKEN, DISCOVERY])
@pytest.mark.parametrize("status", [200, 302, 403])
def test_a_page_in_place_of_an_answer(cloud, signed_in, caplog, path, status):
    page = {"do": "body", "status": status, "text": "<html>CANARY</html>", "content_type": "text/html"}
    cloud.faults([{"match": {"path": path}, **page}])
    with caplog.at_level(logging.DEBUG):
        fault = failed(signed_in()[0].source(GRAPH))
    assert fault.code == "protocol"
    assert str(status) in fault.message
    assert "CANARY" not in fault.sentence
    assert "CANARY" not in caplog.text


@pytest.mark.parametrize("answer", [[], "CANARY", {}, {"access_token": 7}, {"token_endpoint": "http://x/y"}])
@pytest.mark.parametrize("path", [TOKEN, DISCOVERY])
def test_json_that_is_no_answer(cloud, signed_in, path, answer):
    cloud.faults([{"match": {"path": path}, "do": "body", "status": 200, "json": answer}])
    assert failed(signed_in()[0].source(GRAPH)).code == "protocol"


@pytest.mark.parametrize(
    ("offset", "words"), [(-720, "12 minutes ahead of"), (900, "15 minutes behind"), (60, "")]
)
def test_a_clock_that_is_wrong(offset, words):
    class Http:
        def send(self, request):
            return Response(200, {"Date": formatdate(time.time() + offset, usegmt=True)}, "{}")

    warnings = []
    Transport(Http(), warnings.append).get("https://localhost/token")
    assert [words in text for text in warnings] == ([True] if words else [])
