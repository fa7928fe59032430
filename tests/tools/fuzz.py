# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make fuzz`: many more unusual requests and answers than `make test` has time for.

``fuzz.py [SEED]``: the first seed, 1 by default; the same seed draws the same again.
"""

from __future__ import annotations

import os
import subprocess
import sys

from env import ROOT, ensure

TESTS = ("tests/unit/lab/test_by_contract.py", "tests/unit/resources/test_unusual_answers.py")
EXAMPLES = 300  # requests for each operation
SEEDS = 50  # clouds that answer unusually, for each kind


def main(seed: str) -> int:
    """Run the campaign and return its exit status."""
    environment = ensure("test")
    variables = {
        "WEBEX_EMAIL_FUZZ_EXAMPLES": str(EXAMPLES),
        "WEBEX_EMAIL_FUZZ_SEED": seed,
        "WEBEX_EMAIL_FUZZ_SEEDS": str(SEEDS),
    }
    command = [environment.python, "-m", "pytest", "-q", "-n", str(os.cpu_count()), *TESTS]
    return subprocess.run(command, cwd=ROOT, env=environment.variables | variables, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or ["1"]))
