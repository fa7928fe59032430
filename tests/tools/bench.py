# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make bench`: measure the collection against the embedded cloud and other tools, and write docs/performance.md.

`make bench ARGUMENTS="--sizes 1,10"` measures a part; `--help` tells what there is.
"""

from __future__ import annotations

import os
import sys

from env import ROOT, ensure

environment = ensure("test")
paths = os.pathsep.join([str(ROOT / "tests"), str(environment.collections)])
os.chdir(ROOT / "tests")
command = [environment.python, "-m", "bench", *sys.argv[1:]]
os.execve(environment.python, command, {**environment.variables, "PYTHONPATH": paths})
