# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Keep secrets out of everything that leaves a task.

``no_log`` does not hide a failing module's message from ansible-core 2.19 on (ansible/ansible issue 85612 and
our own trial), so nothing here relies on it.
"""

from __future__ import annotations

import base64
import functools
import json
import re
import threading
from urllib.parse import quote, quote_plus

from .errors import Fault

MASK = "********"
SHORTEST_SECRET = 3
# A line of a secret with several lines (a key file) that is long enough to be one itself.
LONG_LINE = 16


class Disclosed(str):
    """A secret that the caller asked for in so many words; the only text that is not redacted."""

    __slots__ = ()


class Redactor:
    """Knows every secret of a task in all the forms in which it could show up.

    May be used by several threads: a channel's services are read side by side.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._longest_first = ()

    def register(self, secret):
        """Remember a secret.

        :param secret: text, or None which is ignored.
        :raises Fault: ``invalid_input`` for a secret too short to be masked without masking everything.
        """
        if not secret:
            return
        if len(secret) < SHORTEST_SECRET:
            raise Fault(
                "invalid_input",
                f"A secret has fewer than {SHORTEST_SECRET} characters and cannot be protected.",
            )
        with self._lock:
            self._longest_first = tuple(
                sorted({*self._longest_first, *_forms(secret)}, key=len, reverse=True)
            )

    def text(self, value):
        """The text with every known form of every secret masked."""
        for form in self._longest_first:
            if form in value:
                value = value.replace(form, MASK)
        return value

    def structure(self, value):
        """The same for lists and dictionaries, keys included; other types are returned as they are."""
        if isinstance(value, Disclosed):
            return str(value)
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.structure(key): self.structure(item) for key, item in value.items()}
        if isinstance(value, (list, tuple, set)):
            return [self.structure(item) for item in value]
        return value


@functools.lru_cache(maxsize=32)
def _forms(secret):
    plain = {secret, *(line for line in secret.splitlines() if len(line) >= LONG_LINE)}
    if len(secret) > 2 * SHORTEST_SECRET + 2:
        # A message that was cut short must not give away all but the last characters.
        plain.add(secret[:-SHORTEST_SECRET])
    forms = set()
    for value in plain:
        forms.add(value)
        for quoted in (quote(value, safe=""), quote(value), quote_plus(value)):
            # .NET writes the hexadecimal digits in lower case.
            forms |= {quoted, re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), quoted)}
        forms |= {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], repr(value)[1:-1]}
    return frozenset(forms.union(*map(_base64_forms, plain)))


def _base64_forms(secret):
    """Base64 of the secret at each of the three alignments it can have inside a longer text."""
    forms = set()
    for encoding in ("utf-8", "utf-16-le"):
        raw = secret.encode(encoding)
        for shift in range(3):
            # Leading filler shifts the alignment; characters that mix filler or padding with the secret are cut.
            first = (0, 2, 3)[shift]
            usable = (shift + len(raw)) * 8 // 6
            standard = base64.b64encode(b"\0" * shift + raw).decode("ascii")[first:usable]
            forms |= {standard, standard.replace("+", "-").replace("/", "_")}
    return {form for form in forms if len(form) > SHORTEST_SECRET}
