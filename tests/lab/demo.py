# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole chain, twice, on the embedded cloud: ``python -m lab.demo FOLDER``."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import yaml

from . import document
from .client import LabClient, running_lab
from .inventory import write

RECAP = re.compile(r"^(\S+)\s+: ok=\d+\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)
LEFT = re.compile(r"^ok: \[(\S+)\] => (\{.*?^\})", re.MULTILINE | re.DOTALL)
LEFT_TASK = "Show what is left for a person"


def main(folder: Path) -> int:
    """Run site twice and show what it did; 1 if a run failed or the second one changed something."""
    with running_lab(folder) as lab:
        inventory = write(folder, lab.url, lab.ca_bundle, lab.state(), lab.smtp_port)
        channels = _channels(inventory)
        before = _documents(lab, channels)
        first, _output = _site(inventory, "first run")
        after_first = _documents(lab, channels)
        second, output = _site(inventory, "second run")
        after_second = _documents(lab, channels)
    left = _left_for_a_person(output)
    for name, address in channels.items():
        _show(name, address, (before[name], after_first[name], after_second[name]), second[name])
        for sentence in left[name]:
            print(f"  Left for a person: {sentence}")
    changed = sum(second.values())
    print(f"\nFirst run: changed={sum(first.values())} on {len(first)} hosts. Second run: changed={changed}.")
    return 1 if changed else 0


def _channels(inventory: Path) -> dict[str, str]:
    """Channel -> mailbox address."""
    files = sorted(inventory.glob("host_vars/*/main.yml"))
    return {
        file.parent.name: yaml.safe_load(file.read_text("utf-8"))["webex_email_address"] for file in files
    }


def _documents(lab: LabClient, channels: dict[str, str]) -> dict[str, dict[str, str]]:
    world = lab.state()
    return {name: document.read(world, address) for name, address in channels.items()}


def _site(inventory: Path, title: str) -> tuple[dict[str, int], str]:
    """Run the playbook, show its progress; returns host -> number of changes, and what was printed."""
    print(f"\n=== ansible-playbook ccops.webex_email.site, {title}\n", flush=True)
    started = time.monotonic()
    command = [Path(sys.executable).with_name("ansible-playbook"), "-i", inventory, "ccops.webex_email.site"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        lines = []
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    print(f"{title}: {time.monotonic() - started:.1f} s")
    output = "".join(lines)
    recap = RECAP.findall(output)
    if process.returncode or not recap:
        sys.exit(f"{title} failed")
    return {host: int(changed) for host, changed, _unreachable, _failed in recap}, output


def _left_for_a_person(output: str) -> dict[str, list[str]]:
    """Channel -> sentences, as the play printed them."""
    section = output.partition(LEFT_TASK)[2].partition("\nTASK ")[0].partition("\nPLAY ")[0]
    return {host: json.loads(block)["msg"] for host, block in LEFT.findall(section)}


def _show(name: str, address: str, states: tuple[dict[str, str], ...], changed: int) -> None:
    headings = ("document step", "before", "after the first run", f"after the second (changed={changed})")
    rows = [(step, *(state[step] for state in states)) for step in document.STEPS]
    rows = [
        (step, before, first, "the same" if second == first else second)
        for step, before, first, second in rows
    ]
    widths = [max(len(row[column]) for row in [headings, *rows]) for column in range(4)]
    print(f"\nChannel {name}, mailbox {address}")
    for row in [headings, tuple("-" * width for width in widths), *rows]:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
