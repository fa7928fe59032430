# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SMTP client against the lab, and against servers that behave badly."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time

import pytest
import trustme
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault, Uncertain
from ansible_collections.ccops.webex_email.plugins.module_utils.core.retry import Deadline
from ansible_collections.ccops.webex_email.plugins.module_utils.smtp.session import Reply, Session

SUPPORT = "support@contoso.example"


def opened(port, ca_bundle=None, seconds=30, timeout=30):
    return Session("localhost", port, ca_bundle, timeout, Deadline(seconds))


@contextlib.contextmanager
def server(serve):
    """A server of one connection, which ``serve(socket, stop)`` looks after; answers its port."""
    stop = threading.Event()
    with socket.create_server(("localhost", 0)) as listening:

        def accept():
            with contextlib.suppress(OSError):
                connection, _peer = listening.accept()
                with connection:
                    serve(connection, stop)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        stop.set()
    thread.join(10)


def fault_of(session):
    def enter():
        with session:
            pass

    with pytest.raises(Fault) as caught:
        enter()
    return caught.value


def test_a_reply_keeps_the_servers_words_out_of_sight():
    reply = Reply.of(535, b"5.7.139 Authentication unsuccessful, tenant CANARY")
    assert (reply.code, reply.status) == (535, "5.7.139")
    assert "CANARY" not in repr(reply)
    assert Reply.of(250, b"OK").status == ""


def test_a_sign_in_is_answered_by_code(cloud):
    with opened(cloud.smtp_port, cloud.ca_bundle) as session:
        reply = session.sign_in(SUPPORT, cloud.user_token("contoso.onmicrosoft.com", SUPPORT))
        assert (reply.code, reply.status) == (535, "5.7.139")


def test_a_message_without_a_sign_in_is_refused_at_its_first_step(cloud):
    with opened(cloud.smtp_port, cloud.ca_bundle) as session:
        assert session.send(SUPPORT, SUPPORT, b"Subject: x\r\n\r\ny").status == "5.7.57"


def test_a_certificate_of_somebody_else_is_refused(cloud, tmp_path):
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    fault = fault_of(opened(cloud.smtp_port, str(other)))
    assert (fault.code, "certificate was refused" in fault.message) == ("tls", True)


def test_a_bundle_that_is_not_there_is_named():
    with pytest.raises(Fault) as caught:
        opened(1, "/nowhere/ca.pem")
    assert "ca_bundle" in caught.value.hint


def test_a_closed_port_is_named_with_the_firewall():
    with socket.create_server(("localhost", 0)) as taken:
        port = taken.getsockname()[1]
    fault = fault_of(opened(port))
    assert (fault.code, "firewall" in fault.hint) == ("unreachable", True)


def silent(connection, stop):
    stop.wait(30)


def trickling(connection, stop):
    while not stop.wait(0.05):
        connection.sendall(b"2")


def busy(connection, stop):
    connection.sendall(b"554 5.3.2 no\r\n")
    stop.wait(30)


def cut(connection, stop):
    connection.sendall(b"220 ")


def without_tls(connection, stop):
    connection.sendall(b"220 here\r\n")
    connection.recv(1000)
    connection.sendall(b"250 SIZE\r\n")
    stop.wait(30)


@pytest.mark.parametrize(
    ("serve", "code"),
    [
        (silent, "timeout"),
        (trickling, "timeout"),
        (busy, "protocol"),
        (cut, "unreachable"),
        (without_tls, "tls"),
    ],
)
def test_a_server_that_behaves_badly_ends_in_a_clear_fault_by_the_deadline(serve, code):
    started = time.monotonic()
    seconds = 1 if code == "timeout" else 30
    with server(serve) as port:
        assert fault_of(opened(port, seconds=seconds)).code == code
    assert time.monotonic() - started < 25


def test_a_deadline_that_is_over_asks_nobody():
    assert fault_of(opened(1, seconds=0)).code == "timeout"


def test_a_message_that_may_have_been_taken_is_uncertain(tmp_path):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)

    def serve(connection, _stop):
        connection.sendall(b"220 here\r\n")
        connection.recv(1000)
        connection.sendall(b"250-here\r\n250 STARTTLS\r\n")
        connection.recv(1000)
        connection.sendall(b"220 go\r\n")
        with context.wrap_socket(connection, server_side=True) as safe:
            for answer in (b"250 SIZE\r\n", b"250 OK\r\n", b"250 OK\r\n", b"354 go\r\n"):
                safe.recv(1000)
                safe.sendall(answer)
            safe.recv(1000)

    with server(serve) as port, opened(port, str(tmp_path / "ca.pem")) as session, pytest.raises(Uncertain):
        session.send(SUPPORT, SUPPORT, b"Subject: x\r\n\r\ny")
