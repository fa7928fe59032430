# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reference pages of every module and role, made from their own documentation into .cache/docs.

The table of mailbox and tenant states in docs/exchange.md is made from the data of its tests.
"""

from __future__ import annotations

import subprocess
import sys

from env import CACHE, ROOT, ensure

PAGES = CACHE / "docs"


def main() -> int:
    """Write the pages and say where they are; return the exit status."""
    environment = ensure("test")
    PAGES.mkdir(parents=True, exist_ok=True)
    command = [environment.tool("antsibull-docs"), "collection", "--use-current", "--squash-hierarchy"]
    command += ["--output-format", "simplified-rst", "--fail-on-error", "--dest-dir", str(PAGES)]
    states = [environment.python, str(ROOT / "tests/tools/states.py")]
    subprocess.run(states, env=environment.variables, check=True)
    status = subprocess.run(
        [*command, "ccops.webex_email"], env=environment.variables, check=False
    ).returncode
    if status == 0:
        print(f"{len(list(PAGES.glob('*.rst')))} pages in {PAGES.relative_to(ROOT)}")
    return status


if __name__ == "__main__":
    sys.exit(main())
