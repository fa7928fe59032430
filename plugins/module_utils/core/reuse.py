# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What one task of a run has read, for those that ask for the same soon after.

Answers lie in the run's private folder, which its worker processes share and which goes with the run. Each belongs to
a subject (the apps of a tenant, one mailbox). A write to a subject makes everything void that was read about it before,
in all processes: a subject has a file that every write makes one byte longer, and an answer counts only as long as
that file is as long as it was when the question was asked. No answer that holds a secret may be handed in.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time

# Reads lag behind writes by seconds to minutes. What is read so soon after a write of ours may miss it: it is good for
# the task that has read it, which knows what it wrote, and not for others.
SETTLING_SECONDS = 60
NOTHING = object()


class Reuse:
    """Which answers a task may use again: its own if it only reads, and those of other tasks of the run.

    :param scratch: the run's private folder; None shares nothing with other tasks.
    :param seconds: how old an answer of another task may be; 0 shares nothing.

    ``used`` tells whether something was used that another task has read. What it wrote itself does not count.
    """

    def __init__(self, scratch=None, seconds=0, clock=time.time):
        self.folder = scratch
        self.shared = bool(scratch) and seconds > 0
        self.seconds = seconds
        self.clock = clock
        self.own = None
        self.anew = False
        self.used = False

    def remember(self):
        """Let this task, which writes nothing, ask for nothing twice."""
        self.own = {}

    def ask_anew(self):
        """Use no answer of before from here on."""
        self.anew = True
        if self.own:
            self.own.clear()

    def of(self, *scope):
        """The answers of one service to one identity, whom these texts tell from all others."""
        return Answers(self, _digest(*scope))


class Answers:
    """The answers of one service to one identity."""

    def __init__(self, reuse, scope):
        self._reuse = reuse
        self._scope = scope

    @property
    def shared(self):
        """Whether other tasks may use what this one reads."""
        return self._reuse.shared

    def find(self, subject, question):
        """The answer to a question, a JSON value, or NOTHING."""
        own = self._reuse.own
        if own is not None and (self._scope, subject, question) in own:
            return own[self._scope, subject, question]
        if not self._reuse.shared or self._reuse.anew:
            return NOTHING
        try:
            with open(self._path("read", subject, question), encoding="utf-8") as stream:
                entry = json.load(stream)
        except (OSError, ValueError):
            return NOTHING
        age = self._reuse.clock() - entry["at"]
        if not 0 <= age <= self._reuse.seconds or entry["writes"] != self.writes(subject):
            return NOTHING
        self._reuse.used = self._reuse.used or not entry["certain"]
        return entry["value"]

    def writes(self, subject):
        """How many writes to the subject this run has begun or ended; to be asked for before a question is sent."""
        if not self._reuse.shared:
            return 0
        try:
            return os.stat(self._path("writes", subject)).st_size
        except FileNotFoundError:
            return 0

    def keep(self, subject, question, value, writes, certain=False):
        """Hand an answer in.

        :param writes: what ``writes`` said before the question was sent.
        :param certain: whether it is the answer to a write, which shows what was written; reads lag.
        """
        if self._reuse.own is not None:
            self._reuse.own[self._scope, subject, question] = value
        if not self._reuse.shared or writes != self.writes(subject):
            return
        if not certain and self._is_settling(subject):
            return
        entry = {"at": self._reuse.clock(), "writes": writes, "certain": certain, "value": value}
        # A full disk costs the sharing, not the task.
        with contextlib.suppress(OSError):
            handle, part = tempfile.mkstemp(prefix="webex_email_", dir=self._reuse.folder)
            with open(handle, "w", encoding="utf-8") as stream:
                stream.write(json.dumps(entry))  # json.dump is several times slower
            os.replace(part, self._path("read", subject, question))

    @contextlib.contextmanager
    def writing(self, *subjects):
        """Around a write: what any task has read before its end does not count after it."""
        self._void(subjects)
        try:
            yield
        finally:
            self._void(subjects)

    def _void(self, subjects):
        if not self._reuse.folder:
            return
        for subject in subjects:
            with open(self._path("writes", subject), "ab", opener=_private) as stream:
                stream.write(b".")

    def _is_settling(self, subject):
        try:
            written = os.stat(self._path("writes", subject)).st_mtime
        except FileNotFoundError:
            return False
        return self._reuse.clock() - written < SETTLING_SECONDS

    def _path(self, kind, *names):
        return os.path.join(self._reuse.folder, f"webex_email_{kind}_{_digest(self._scope, *names)}")


def _digest(*texts):
    """One name for a list of texts; with its length in front of each, no two lists run together to the same."""
    return hashlib.sha256("".join(f"{len(text)}:{text}" for text in texts).encode()).hexdigest()


def _private(path, flags):
    return os.open(path, flags, 0o600)
