# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""One token per identity and audience per run, shared by the run's worker processes.

msal's own serialisable cache, in the run's private folder, which Ansible removes with the run.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time

from ..core.exclusive import exclusive
from .library import msal
from .outcome import Token

# msal too counts a token as expired that has less left (msal 1.39, application.py).
LEAST_LIFE_SECONDS = 300


class RunCache:
    """The tokens of one identity for one audience.

    :param scratch: the run's private folder; None for a cache that holds nothing.
    :param identity: texts or bytes that tell this identity from any other, the credential among them: a wrong
        secret must never be served the token of the right one.
    """

    def __init__(self, scratch, *identity):
        self._path = os.path.join(scratch, f"webex_email_token_{_digest(identity)}") if scratch else None

    def read(self):
        """A msal.SerializableTokenCache with what is stored; empty where that cannot be read."""
        cache = msal.SerializableTokenCache()
        if self._path:
            with contextlib.suppress(OSError, ValueError), open(self._path, encoding="utf-8") as stream:
                cache.deserialize(stream.read())
        return cache

    def write(self, cache):
        """Store the cache if it was changed; readers see the old content or the new, never a part.

        A full disk costs the sharing, not the task.
        """
        if not self._path or not cache.has_state_changed:
            return
        with contextlib.suppress(OSError):
            # mkstemp opens with O_EXCL and mode 0600.
            handle, part = tempfile.mkstemp(prefix="webex_email_", dir=os.path.dirname(self._path))
            with open(handle, "w", encoding="utf-8") as stream:
                stream.write(cache.serialize())
            os.replace(part, self._path)

    @contextlib.contextmanager
    def exclusive(self, deadline):
        """Let one process at a time sign in with this identity.

        :raises Fault: ``timeout`` where another one was not done by the deadline.
        """
        if not self._path:
            yield
            return
        busy = "Another task of this run is still signing in with the same identity."
        with exclusive(f"{self._path}.lock", deadline, busy):
            yield


def live_token(cache):
    """A Token of the cache that is good for some minutes more, or None."""
    soon = time.time() + LEAST_LIFE_SECONDS
    for entry in cache.search(msal.TokenCache.CredentialType.ACCESS_TOKEN):
        expires = int(entry["expires_on"])
        if expires >= soon:
            return Token(entry["secret"], expires)
    return None


def forget(cache, text):
    """Remove the token with this text, if it is there."""
    for entry in list(cache.search(msal.TokenCache.CredentialType.ACCESS_TOKEN)):
        if entry["secret"] == text:
            cache.remove_at(entry)


def _digest(identity):
    digest = hashlib.sha256()
    for part in identity:
        data = part.encode() if isinstance(part, str) else part or b""
        # With its length in front, no two lists of parts run together to the same bytes.
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()
