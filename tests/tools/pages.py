# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write docs/assumptions.md and the tables of docs/preflight.md anew, from what the doctor and its probes use."""

from __future__ import annotations

import sys

from env import CACHE, ROOT

if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "tests"), str(CACHE / "collections")]
    from meta import assumptions_page, doctor_page

    assumptions_page.rewrite(ROOT)
    doctor_page.rewrite(ROOT)
