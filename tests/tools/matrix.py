# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make matrix`: break every request of the chains in every way, and show in figures what came of it.

`make matrix ARGUMENTS="--chains retire --part 1/4"` tries a part; `--help` tells what there is.
"""

from __future__ import annotations

import os
import sys

from env import ROOT, ensure

environment = ensure("test")
paths = os.pathsep.join([str(ROOT / "tests"), str(environment.collections)])
os.chdir(ROOT / "tests")
command = [environment.python, "-m", "integration.matrix", *sys.argv[1:]]
os.execve(environment.python, command, {**environment.variables, "PYTHONPATH": paths})
