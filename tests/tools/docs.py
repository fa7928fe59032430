# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make docs`: the site of all plugins and roles, from their own documentation, in .cache/site/build/html.

Every warning of Sphinx fails, but for references into Ansible's own documentation: they are looked up in the network,
which is switched off here. tests/tools/lint.py has antsibull-docs' own rules. What is made of data in
docs/ (exchange.md, assumptions.md, preflight.md) is renewed first, unless ``--site-only`` is given.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from env import CACHE, ROOT, Environment, ensure

NAME = "ccops.webex_email"
SITE = CACHE / "site"
PAGES = SITE / "build/html"
# Of another collection, of Ansible's guides, of a section that all collections' pages refer to, or Ansible's variables.
ELSEWHERE = re.compile(
    rf"undefined label: '(?!ansible_collections\.{re.escape(NAME)})"
    r"|'envvar' reference target not found: ANSIBLE_"
)
SETTINGS = """
# Ours: nothing is asked of the network.
intersphinx_mapping = {}
project = html_short_title = title = 'ccops.webex_email'
"""


def main(arguments: list[str]) -> int:
    """Build the site and say where it is; return the exit status."""
    environment = ensure("test")
    if "--site-only" not in arguments:
        for pages in ("states", "pages"):
            _step([environment.python, str(ROOT / f"tests/tools/{pages}.py")], environment)
    shutil.rmtree(SITE, ignore_errors=True)
    SITE.mkdir(parents=True)
    told = build(environment, SITE)
    missing = [name for name in expected() if not (PAGES / f"{name}.html").exists()]
    for problem in [*told, *(f"there is no page {name}.html" for name in missing)]:
        print(problem)
    print(f"{len(list(PAGES.glob('*.html')))} pages in {PAGES.relative_to(ROOT)}")
    return 1 if told or missing else 0


def build(environment: Environment, folder: Path) -> list[str]:
    """Build the site in an empty folder; returns the warnings. Raises SystemExit when a tool fails."""
    docs = environment.tool("antsibull-docs")
    common = ["--use-current", "--squash-hierarchy", "--fail-on-error", "--dest-dir"]
    _step([docs, "sphinx-init", *common, str(folder), NAME], environment)
    with (folder / "conf.py").open("a") as settings:
        settings.write(SETTINGS)
    source = folder / "rst"
    source.chmod(0o755)  # antsibull-docs refuses a folder that others may write to
    _step([docs, "collection", *common, str(source), NAME], environment)
    warnings = folder / "warnings.txt"
    sphinx = [environment.tool("sphinx-build"), "-q", "-b", "html", str(source), str(folder / "build/html")]
    _step([*sphinx, "-c", str(folder), "-w", str(warnings)], environment)
    return [line for line in warnings.read_text("utf-8").splitlines() if line and not ELSEWHERE.search(line)]


def expected() -> Iterator[str]:
    """Names of the pages that there have to be: one a module, plugin and role."""
    for kind, folder in (("module", "modules"), ("inventory", "inventory"), ("lookup", "lookup")):
        yield from (f"{path.stem}_{kind}" for path in (ROOT / "plugins" / folder).glob("*.py"))
    for path in (ROOT / "roles").glob("*/meta/argument_specs.yml"):
        yield f"{path.parts[-3]}_role"


def _step(command: list[str], environment: Environment) -> None:
    done = subprocess.run(
        command,
        env=environment.variables,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{Path(command[0]).name} failed:\n{done.stdout}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
