# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for every file of the project: length, headers, no loose ends, nothing of one machine."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

LONGEST = 400
# Contracts follow what the services publish, licences are what they are, and pages made of data are as long as those.
ANY_LENGTH = ("tests/lab/contracts/", "LICENSES/", "docs/assumptions.md", "docs/preflight.md")
COPYRIGHT = "# Copyright: (c) 2026, ccops.webex_email contributors"
LICENCE = "# SPDX-License-" + "Identifier: "
GPL_LINE = "# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)"
BSD_LINE = (
    "# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)"
)
HEADED = (".py", ".yml", ".yaml", ".toml", ".sh")
# Made by tools that write the whole file.
UNHEADED = ("changelogs/",)
# Written in parts, so that this file does not find itself.
LOOSE_ENDS = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
# Homes and work folders of people and build machines, and temporary folders of one session.
PLACES = re.compile(
    r"(?<![\w.~])/(?:home|Users|root|work|workspace|builds?|mnt)/[\w.-]+|/tm"
    + r"p/(?!\s|\W)|[A-Z]:\\\\?Users"
)


def listed(root: Path) -> list[Path]:
    """Every file that git tracks or would add, relative to the root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    output = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    return sorted(Path(name) for name in set(output.split("\0")) if name and (root / name).is_file())


def problems(root: Path, names: list[Path]) -> list[str]:
    """Every rule that one of the files breaks, in words."""
    return [f"{name}: {problem}" for name in names for problem in _of_file(name, root / name)]


def _of_file(name: Path, path: Path) -> Iterator[str]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        yield "is not text"
        return
    if not name.as_posix().startswith("LICENSES/"):
        yield from _of_lines(lines)
    if len(lines) >= LONGEST and not name.as_posix().startswith(ANY_LENGTH):
        yield f"has {len(lines)} lines"
    if name.suffix in HEADED and not name.as_posix().startswith(UNHEADED):
        yield from _header(name, lines)


def _of_lines(lines: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if LOOSE_ENDS.search(line):
            yield f"line {number} is a loose end"
        if place := PLACES.search(line):
            yield f"line {number} names a place of one machine: {place[0]}"


def _header(name: Path, lines: list[str]) -> Iterator[str]:
    head = lines[1:5] if lines and lines[0].startswith("#!") else lines[:4]
    licence = _licence(name)
    wanted = [COPYRIGHT, LICENCE + licence]
    if name.suffix == ".py" and name.parts[0] == "plugins":
        wanted.insert(1, GPL_LINE if licence == "GPL-3.0-or-later" else BSD_LINE)
    elif GPL_LINE in head:
        # Ansible's own checks ask for this line in what they take for a plugin.
        wanted.insert(1, GPL_LINE)
    if head[: len(wanted)] != wanted:
        yield f"does not begin with the header for {licence}"


def _licence(name: Path) -> str:
    return "BSD-2-Clause" if name.parts[:2] == ("plugins", "module_utils") else "GPL-3.0-or-later"
