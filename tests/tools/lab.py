# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make lab`: the embedded cloud, left running, with an inventory to play with."""

from __future__ import annotations

from env import start

start("lab.playground", "lab")
