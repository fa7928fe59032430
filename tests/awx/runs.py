# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How everything that runs begins and ends: jobs, workflow jobs, updates of projects and of inventory sources."""

from __future__ import annotations

import threading
from typing import Any

from .store import Item, Store, now


def start(store: Store, kind: str, type_: str, name: str, **values: Any) -> Item:
    """A running object of a kind, kept in the store."""
    return store.add(
        kind,
        type=type_,
        name=name,
        status="running",
        failed=False,
        started=now(),
        finished=None,
        event_processing_finished=False,
        _ended=threading.Event(),
        _cancelled=threading.Event(),
        **values,
    )


def finish(run: Item, status: str, **values: Any) -> Item:
    """Note how it ended, and tell those who wait for it."""
    run.update(values, status=status, failed=status != "successful", finished=now())
    run["event_processing_finished"] = True
    run["_ended"].set()
    return run
