# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make demo`: the whole chain, twice, on the embedded cloud."""

from __future__ import annotations

from env import start

start("lab.demo", "demo")
