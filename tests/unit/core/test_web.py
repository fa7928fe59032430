# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP session: what it sends, and how it says that no answer came."""

from __future__ import annotations

import socket
import ssl

import pytest
import requests
from ansible_collections.ccops.webex_email.plugins.module_utils.core import web
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault, Uncertain
from ansible_collections.ccops.webex_email.plugins.module_utils.core.retry import Deadline
from ansible_collections.ccops.webex_email.plugins.module_utils.core.web import (
    Http,
    Request,
    connection_fault,
)
from requests.structures import CaseInsensitiveDict

URL = "https://host.example/path?secret=CANARY-in-the-url"


@pytest.fixture
def session(cloud):
    made = Http(cloud.ca_bundle, 5)
    yield made
    made.close()


def asked(cloud):
    return cloud.journal()[-1]


def body(cloud, **fault):
    cloud.faults([{"match": {}, "do": "body", "status": 200, **fault}])


# -- what is sent and read -----------------------------------------------------------------------------------------


def test_json_and_form_bodies(cloud, session):
    url = f"{cloud.url}/v1.0/x"
    session.send(Request("POST", url, params={"$top": 5}, headers={"X-Own": "1"}, body={"a": None}))
    assert asked(cloud)["request_body"] == {"a": None}
    assert asked(cloud)["query"] == "$top=5"
    headers = asked(cloud)["request_headers"]
    assert headers["x-own"] == "1"
    assert headers["user-agent"] == "ccops.webex_email"
    assert len(headers["client-request-id"]) == 36
    session.send(Request("POST", url, form={"a": "b c"}))
    assert asked(cloud)["request_body"] == {"a": "b c"}


def test_a_login_file_never_replaces_the_token(cloud, session, tmp_path, monkeypatch):
    """requests would: a default entry of ~/.netrc holds for every host."""
    seen = []
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password CANARY")
    monkeypatch.setenv("NETRC", str(netrc))
    send = requests.adapters.HTTPAdapter.send

    def watch(adapter, request, **more):
        seen.append(request.headers["Authorization"])
        return send(adapter, request, **more)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", watch)
    session.send(Request("GET", f"{cloud.url}/v1.0/x", headers={"Authorization": "Bearer token"}))
    assert seen == ["Bearer token"]


def test_the_bundle_of_the_task_wins_over_the_environment(cloud, session, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", requests.certs.where())
    assert session.send(Request("GET", f"{cloud.url}/v1.0/x")).status in (401, 404, 400)


def test_redirects_are_not_followed(cloud, session):
    body(cloud, status=302, headers={"Location": "https://elsewhere.example/"})
    assert session.send(Request("GET", f"{cloud.url}/v1.0/x")).status == 302
    assert len(cloud.journal()) == 1


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "text/html; charset=iso-8859-1"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_text_is_utf_8_whatever_the_header_says(cloud, session, kind, mark):
    body(cloud, text=mark + '{"name": "Café €"}', content_type=kind)
    assert session.send(Request("GET", f"{cloud.url}/v1.0/x")).json() == {"name": "Café €"}


@pytest.mark.parametrize("text", ["", "<html>", '{"a": ', "\0" * 30])
def test_what_is_no_json_is_none(cloud, session, text):
    body(cloud, text=text)
    assert session.send(Request("GET", f"{cloud.url}/v1.0/x")).json() is None


@pytest.mark.parametrize("name", ["request-id", "x-ms-request-id", "TrackingId"])
def test_ids_and_waits_are_read_from_headers(cloud, session, name):
    body(cloud, headers={name: "4711", "Retry-After": "1.5"})
    response = session.send(Request("GET", f"{cloud.url}/v1.0/x"))
    assert response.request_id == "4711"
    assert response.retry_after == 1.5


# -- no answer -----------------------------------------------------------------------------------------------------


def test_without_requests_it_says_so(monkeypatch):
    monkeypatch.setattr(web, "requests", None)
    monkeypatch.setattr(web, "MISSING", ImportError("No module named 'requests'"))
    with pytest.raises(Fault) as caught:
        Http()
    assert caught.value.code == "library_missing"


def test_a_certificate_that_is_not_trusted(cloud):
    with pytest.raises(Fault) as caught:
        Http(None, 5).send(Request("POST", f"{cloud.url}/v1.0/x", repeatable=False))
    assert caught.value.code == "tls"
    assert not caught.value.retryable


@pytest.mark.parametrize("content", [None, "not a certificate"])
def test_a_bundle_that_cannot_be_used(cloud, tmp_path, content):
    bundle = tmp_path / "ca.pem"
    if content:
        bundle.write_text(content)
    with pytest.raises(Fault) as caught:
        Http(str(bundle), 5).send(Request("GET", f"{cloud.url}/v1.0/x"))
    assert caught.value.code == "tls"
    assert "ca_bundle" in caught.value.hint


@pytest.mark.parametrize("repeatable", [True, False])
def test_a_cut_connection(cloud, session, repeatable):
    cloud.faults([{"match": {}, "do": "reset"}])
    with pytest.raises(Fault) as caught:
        session.send(Request("POST", f"{cloud.url}/v1.0/x", repeatable=repeatable))
    assert caught.value.code == ("unreachable" if repeatable else "uncertain")
    assert caught.value.retryable
    assert isinstance(caught.value, Uncertain) is not repeatable


@pytest.mark.parametrize(("repeatable", "code"), [(True, "timeout"), (False, "uncertain")])
def test_an_answer_that_does_not_come(cloud, repeatable, code):
    cloud.faults([{"match": {}, "do": "delay", "seconds": 3}])
    with pytest.raises(Fault) as caught:
        Http(cloud.ca_bundle, 0.3).send(Request("POST", f"{cloud.url}/v1.0/x", repeatable=repeatable))
    assert caught.value.code == code


@pytest.mark.parametrize("url", ["https://localhost:1/x", "https://nobody.invalid/x"])
@pytest.mark.parametrize("repeatable", [True, False])
def test_a_host_that_is_not_there_was_sent_nothing(session, url, repeatable):
    """Also a name that cannot be resolved: nothing can have been applied, so nothing is uncertain."""
    with pytest.raises(Fault) as caught:
        session.send(Request("POST", url, repeatable=repeatable))
    assert caught.value.code == "unreachable"
    assert caught.value.retryable


def test_a_proxy_that_is_not_there(session, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://localhost:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(Fault) as caught:
        session.send(Request("POST", "https://host.example/x", repeatable=False))
    assert caught.value.code == "unreachable"
    assert "HTTPS_PROXY" in caught.value.hint


def test_a_host_that_speaks_no_tls(session):
    with socket.create_server(("localhost", 0)) as server:
        server.settimeout(5)
        port = server.getsockname()[1]
        import threading

        def answer():
            peer, _address = server.accept()
            with peer:
                peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                peer.recv(4096)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(Fault) as caught:
            session.send(Request("GET", f"https://localhost:{port}/x"))
        thread.join()
    assert caught.value.code == "tls"


@pytest.mark.parametrize(
    ("error", "code", "code_of_a_create"),
    [
        (
            requests.exceptions.SSLError(ssl.SSLEOFError(8, "EOF occurred in violation of protocol")),
            "unreachable",
            "uncertain",
        ),
        (requests.exceptions.SSLError("CERTIFICATE_VERIFY_FAILED"), "tls", "tls"),
        (requests.exceptions.ConnectTimeout(), "timeout", "timeout"),
        (requests.exceptions.ReadTimeout(), "timeout", "uncertain"),
        (requests.exceptions.ConnectionError("Connection aborted."), "unreachable", "uncertain"),
        (requests.exceptions.ChunkedEncodingError(), "unreachable", "uncertain"),
        (requests.exceptions.ContentDecodingError(), "unreachable", "uncertain"),
        (requests.exceptions.ProxyError(), "unreachable", "unreachable"),
        (requests.exceptions.InvalidURL(), "unreachable", "unreachable"),
        (OSError("no bundle"), "tls", "tls"),
    ],
)
def test_every_way_in_which_an_answer_can_fail_to_come(error, code, code_of_a_create):
    for repeatable, expected in ((True, code), (False, code_of_a_create)):
        fault = connection_fault(error, Request("POST", URL, repeatable=repeatable))
        assert fault.code == expected
        assert "CANARY" not in fault.sentence


def test_no_request_outlasts_the_deadline(cloud):
    now = [0.0]
    deadline = Deadline(2, clock=lambda: now[0])
    limited = Http(cloud.ca_bundle, 60, deadline)
    assert limited.send(Request("GET", f"{cloud.url}/v1.0/x")).status
    cloud.clear_journal()
    now[0] = 2.0
    with pytest.raises(Fault) as caught:
        limited.send(Request("POST", f"{cloud.url}/v1.0/x", repeatable=False))
    assert caught.value.code == "timeout"
    assert cloud.journal() == []
    now[0] = 1.7
    cloud.faults([{"match": {}, "do": "delay", "seconds": 3}])
    with pytest.raises(Fault) as caught:
        limited.send(Request("GET", f"{cloud.url}/v1.0/x"))
    assert caught.value.code == "timeout"


def test_headers_ignore_case():
    response = web.Response(200, CaseInsensitiveDict({"RETRY-AFTER": "3"}), "")
    assert response.retry_after == 3


def test_the_metadata_endpoint_is_never_asked_through_a_proxy(session, monkeypatch):
    asked = {}
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")

    def send(_session, prepared, **settings):
        asked.update(settings)
        raise requests.exceptions.ConnectTimeout

    monkeypatch.setattr(requests.Session, "send", send)
    with pytest.raises(Fault):
        session.send(Request("GET", f"http://{web.METADATA_HOST}/metadata/identity/oauth2/token"))
    assert not asked["proxies"].get("http")
    with pytest.raises(Fault):
        session.send(Request("GET", "http://host.example/"))
    assert asked["proxies"]["http"] == "http://127.0.0.1:9"
