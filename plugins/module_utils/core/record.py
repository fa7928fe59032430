# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The collection's own memory of a channel: a small file that the inventory reads again.

Webex Connect offers no list of assets, and no service tells which client secret an asset holds. So the ids, never
a secret, are written down the moment they are known.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile

from .errors import Fault
from .exclusive import wait_for
from .lasting import demand_lasting

VARIABLE = "webex_email_record"


class Record:
    """One channel's record: a dictionary under ``webex_email_record`` in a JSON file, which is YAML too.

    :param path: the file, usually ``host_vars/<channel>/webex_email_record.json``; None keeps everything in this
        object alone.
    """

    def __init__(self, path):
        self._path = path
        self._unwritten = {}
        self._lock = None

    def read(self):
        """What is written down; {} if nothing is.

        :raises Fault: ``invalid_input`` for a file that is not ours, is damaged, or could not be written later.
        """
        if not self._path:
            return dict(self._unwritten)
        self._demand_writable()
        if not os.path.exists(self._path):
            return {}
        try:
            with open(self._path, encoding="utf-8") as stream:
                found = json.load(stream)[VARIABLE]
            return dict(found)
        except (OSError, ValueError, KeyError, TypeError):
            raise Fault(
                "invalid_input",
                f"The record {self._path} cannot be read as a JSON object with {VARIABLE}.",
                hint="Restore it from version control; it holds ids only.",
            ) from None

    def _demand_writable(self):
        """What cannot be written down for good must not be made."""
        demand_lasting(self._path)
        folder = os.path.dirname(os.path.abspath(self._path))
        while not os.path.exists(folder):
            folder = os.path.dirname(folder)
        if not os.path.isdir(folder) or not os.access(folder, os.W_OK):
            raise Fault(
                "invalid_input",
                f"The record {self._path} cannot be written.",
                hint="Give a path in a folder of yours as record_path.",
            )

    def forget(self):
        """Remove the record; one that is gone already is fine."""
        if self._path:
            with contextlib.suppress(FileNotFoundError):
                os.remove(self._path)

    def update(self, **values):
        """Write values down before going on; None takes one out.

        :returns: the record as it is now.
        :raises Fault: ``invalid_input`` where the file cannot be written.
        """
        merged = {name: value for name, value in {**self.read(), **values}.items() if value is not None}
        if self._path:
            try:
                self._replace(json.dumps({VARIABLE: merged}, indent=2, sort_keys=True) + "\n")
            except OSError as error:
                raise Fault(
                    "invalid_input", f"The record {self._path} cannot be written: {error.strerror}."
                ) from None
        else:
            self._unwritten = merged
        return merged

    def _replace(self, text):
        folder = os.path.dirname(self._path) or "."
        os.makedirs(folder, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".webex_email_record")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, self._path)
        except BaseException:
            os.unlink(temporary)
            raise

    def lock(self, deadline):
        """Keep other runs from changing the same channel until ``close``; a lock that is held already is kept.

        It holds on this machine, and on others where the file system passes locks on (NFS 4 does).

        :param deadline: core.retry.Deadline for the wait.
        :raises Fault: ``timeout`` where another run still holds it at the deadline; ``invalid_input`` where no
            file can be made there.
        """
        if not self._path or self._lock:
            return
        folder, name = os.path.split(os.path.abspath(self._path))
        try:
            os.makedirs(folder, exist_ok=True)
            self._lock = _FileLock(os.path.join(folder, f".{name}.lock"), deadline)
        except OSError as error:
            raise Fault(
                "invalid_input", f"No lock can be made beside the record {self._path}: {error.strerror}."
            ) from None

    @property
    def is_locked(self):
        """Whether ``lock`` is in force."""
        return self._lock is not None

    def close(self):
        """Let other runs go on."""
        if self._lock:
            self._lock.release()
            self._lock = None

    @contextlib.contextmanager
    def locked(self, deadline):
        """``lock`` for a while; one that is held already stays."""
        held = self.is_locked
        self.lock(deadline)
        try:
            yield
        finally:
            if not held:
                self.close()


class _FileLock:
    """An exclusive lock on a file that exists only as long as somebody holds or awaits it.

    The kernel lets go of it when the process dies, however it dies.
    """

    def __init__(self, path, deadline):
        self._path = path
        while True:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            try:
                wait_for(self._handle, deadline, "Another run is at work on this channel.")
            except Fault:
                os.close(self._handle)
                raise
            if self._is_current():
                return
            # The one before has removed the file while we waited for it.
            os.close(self._handle)

    def _is_current(self):
        try:
            return os.fstat(self._handle).st_ino == os.stat(self._path).st_ino
        except FileNotFoundError:
            return False

    def release(self):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path)
        os.close(self._handle)
