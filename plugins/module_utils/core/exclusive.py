# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""One process of this machine at a time."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile

from .errors import Fault

POLL_SECONDS = 0.05


@contextlib.contextmanager
def exclusive(path, deadline, busy):
    """Hold the lock that a file stands for; it is empty, and stays where it is.

    :param busy: the sentence for the one who waited in vain.
    :raises Fault: ``timeout`` where somebody else held it until the deadline.
    :raises OSError: where the file cannot be made.
    """
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        wait_for(lock, deadline, busy)
        yield
    finally:
        os.close(lock)


@contextlib.contextmanager
def one_on_this_machine(scope, deadline, busy):
    """The same for runs of one user on one machine, which share nothing but the folder for temporary files.

    Where that folder cannot be written to, nobody is kept out.

    :param scope: texts that tell what is changed from all else.
    """
    digest = hashlib.sha256("\0".join(scope).encode()).hexdigest()[:32]
    path = os.path.join(tempfile.gettempdir(), f"webex_email_{os.getuid()}_{digest}.lock")
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):
            held.enter_context(exclusive(path, deadline, busy))
        yield


def wait_for(lock, deadline, busy):
    """Return once this process holds the lock of an open file; see ``exclusive``."""
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if deadline.pause(POLL_SECONDS):
                continue
            raise Fault(
                "timeout",
                busy,
                hint="Its own failure says why; run again, or give a longer deadline.",
                retryable=True,
            ) from None
        return
