# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""HTTP, once: the only file of the product that knows requests."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .errors import Fault, Uncertain
from .retry import retry_after_seconds

try:
    import requests

    MISSING = None
except ImportError as error:
    requests = None
    MISSING = error

CONNECT_SECONDS = 15
# The managed identity endpoint of a virtual machine, which no proxy can reach (Azure instance metadata service).
METADATA_HOST = "169.254.169.254"
USER_AGENT = "ccops.webex_email"


@dataclass(frozen=True)
class Request:
    """One request.

    :param repeatable: sending it twice leaves the service as sending it once would.
    :param body: a JSON value, or None.
    :param form: fields of a form post, or None.
    """

    method: str
    url: str
    params: dict | None = None
    headers: dict = field(default_factory=dict)
    body: object = None
    form: dict | None = None
    repeatable: bool = True


@dataclass(frozen=True)
class Response:
    """One answer; ``headers`` ignores case."""

    status: int
    headers: object
    text: str

    def json(self):
        """The body as JSON; None where it is empty or not JSON, because gateways answer HTML too."""
        try:
            return json.loads(self.text) if self.text else None
        except ValueError:
            return None

    @property
    def request_id(self):
        """The service's id of the request, if it gave one."""
        return (
            self.headers.get("request-id")
            or self.headers.get("x-ms-request-id")
            or self.headers.get("trackingid")
        )

    @property
    def retry_after(self):
        """Seconds that the service asked to wait; None if it did not say."""
        return retry_after_seconds(self.headers.get("Retry-After"))


class Http:
    """A keep-alive session to one service.

    Certificates are given per request, because requests lets REQUESTS_CA_BUNDLE in the environment win over
    the session's own setting. Redirects are never followed by themselves: requests turns a redirected POST
    into a GET and may carry the token to another host. Proxies come from the environment.

    :param ca_bundle: path of certificate authorities to trust instead of the usual ones.
    :param timeout: seconds to wait for one answer; :param deadline: the task's Deadline, which no request outlasts.
    """

    def __init__(self, ca_bundle=None, timeout=60, deadline=None):
        if requests is None:
            raise Fault(
                "library_missing", "The Python package requests is not installed.", hint=f"({MISSING})"
            )
        self._verify = ca_bundle or True
        self._timeout = timeout
        self._deadline = deadline
        self._session = requests.Session()
        self._session.headers["User-Agent"] = USER_AGENT
        # With any auth of its own, requests leaves ~/.netrc alone, which would replace the Authorization header.
        self._session.auth = lambda prepared: prepared

    def send(self, request):
        """Send one request, once.

        :returns: Response, whatever its status.
        :raises Uncertain: the connection broke after a request that is not repeatable went out.
        :raises Fault: ``tls``, ``unreachable`` or ``timeout``; the last also where the deadline is over.
        """
        seconds = self._seconds()
        try:
            raw = self._session.request(
                request.method,
                request.url,
                params=request.params,
                headers={"client-request-id": str(uuid.uuid4()), **request.headers},
                json=request.body,
                data=request.form,
                timeout=(min(CONNECT_SECONDS, seconds), seconds),
                verify=self._verify,
                proxies=_direct(request.url),
                allow_redirects=False,
            )
        except (requests.exceptions.RequestException, OSError) as error:
            raise connection_fault(error, request) from None
        # Always UTF-8, with or without a byte order mark: requests guesses where a header does not say it.
        return Response(raw.status_code, raw.headers, raw.content.decode("utf-8-sig", "replace"))

    def _seconds(self):
        """How long the next answer may take."""
        if self._deadline is None:
            return self._timeout
        left = self._deadline.left()
        if not left:
            raise Fault(
                "timeout", "The task's time is over.", hint="Run again, or raise deadline.", retryable=True
            )
        return min(self._timeout, left)

    def close(self):
        """Close the connections."""
        self._session.close()


def _direct(url):
    """The proxy setting of a request: the environment's, but never one for the machine's own endpoint."""
    return {"no_proxy": METADATA_HOST} if urlsplit(url).hostname == METADATA_HOST else None


def connection_fault(error, request):
    """Say in our words why no answer came.

    :param error: the exception of requests or the socket; its text may quote the URL and is not passed on.
    """
    host = request.url.split("/")[2]
    errors = requests.exceptions
    if isinstance(error, errors.ProxyError):
        return Fault(
            "unreachable",
            f"The proxy on the way to {host} refused or could not be reached.",
            hint="Check HTTPS_PROXY and NO_PROXY in the environment of the run.",
            retryable=True,
        )
    if isinstance(error, errors.SSLError) and "EOF" not in repr(error):
        return Fault(
            "tls",
            f"No secure connection to {host}: the certificate was refused.",
            hint="If a proxy re-signs traffic or the service is private, point ca_bundle at its certificate authority.",
        )
    if isinstance(error, OSError) and not isinstance(error, errors.RequestException):
        return Fault("tls", f"The CA bundle for {host} cannot be read.", hint="Check the path in ca_bundle.")
    broken = (
        errors.ConnectionError,
        errors.Timeout,
        errors.ChunkedEncodingError,
        errors.ContentDecodingError,
    )
    if not isinstance(error, broken):
        return Fault(
            "unreachable", f"{host} cannot be asked: {type(error).__name__}.", hint="Check the URL options."
        )
    if not request.repeatable and not _never_sent(error):
        return Uncertain(f"The connection to {host} broke before the answer came.")
    if isinstance(error, errors.Timeout):
        return Fault("timeout", f"{host} did not answer in time.", retryable=True)
    return Fault(
        "unreachable",
        f"The connection to {host} failed.",
        hint="Check the name, the network and the firewall.",
        retryable=True,
    )


def _never_sent(error):
    """Whether no connection came about, so that nothing can have been applied."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    kinds = {kind.__name__ for kind in type(reason).__mro__}
    return isinstance(error, requests.exceptions.ConnectTimeout) or "NewConnectionError" in kinds
