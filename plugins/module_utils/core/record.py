# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The collection's own memory of a channel: a small file that the inventory reads again.

Webex Connect offers no list of assets, and no service tells which client secret an asset holds. So the ids, never
a secret, are written down the moment they are known.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import tempfile

from .errors import Fault

VARIABLE = "webex_email_record"


class Record:
    """One channel's record: a dictionary under ``webex_email_record`` in a JSON file, which is YAML too.

    :param path: the file, usually ``host_vars/<channel>/webex_email_record.json``; None keeps nothing.
    """

    def __init__(self, path):
        self._path = path

    def read(self):
        """What is written down; {} if nothing is.

        :raises Fault: ``invalid_input`` for a file that is not ours, is damaged, or could not be written later.
        """
        if not self._path:
            return {}
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
        """What cannot be written down must not be made."""
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

    @contextlib.contextmanager
    def locked(self):
        """Keep another run on this machine from handing over a secret of the same channel at the same time."""
        if not self._path:
            yield
            return
        folder = os.path.dirname(self._path) or "."
        os.makedirs(folder, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
