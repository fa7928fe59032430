# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An HTTPS proxy on loopback that leads the names of Microsoft's services to the embedded cloud.

It only forwards bytes: the client checks the cloud's certificate itself, for the name that it asked for. So a
client whose addresses cannot be set talks to the cloud as it would to Microsoft. Any other name is refused.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

from lab.serving import PLAYED_HOSTS

_BLOCK = 65536
_SECONDS = 60


class Proxy:
    """A running proxy; ``url`` is what HTTPS_PROXY takes, ``refused`` the names that clients asked for in vain."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = ("127.0.0.1", parts.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.refused: list[str] = []

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _connect(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            client.settimeout(_SECONDS)
            method, name = _request(client)
            host = name.rpartition(":")[0]
            if method != "CONNECT" or host not in PLAYED_HOSTS:
                self.refused.append(host)
                client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            with socket.create_connection(self._target, timeout=_SECONDS) as server:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_pump, args=(server, client), daemon=True)
                back.start()
                _pump(client, server)
                back.join()


def _request(client: socket.socket) -> tuple[str, str]:
    """Method and target of the request line; the header is read to its end."""
    head = b""
    while b"\r\n\r\n" not in head:
        block = client.recv(_BLOCK)
        if not block:
            raise ConnectionError("no request")
        head += block
    method, target = head.split(b"\r\n")[0].decode("latin-1").split(" ")[:2]
    return method, target


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while block := source.recv(_BLOCK):
            sink.sendall(block)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def running(target: str) -> Iterator[Proxy]:
    """A proxy before the cloud at the URL ``target``."""
    proxy = Proxy(target)
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join()
