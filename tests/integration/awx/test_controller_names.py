# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/examples/awx/runtime.yml: where only Red Hat's ansible.controller is, what we call awx.awx is found there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from integration.awx.tower import ROOT
from integration.play import Play

FILE = ROOT / "docs/examples/awx/runtime.yml"
ROUTING = yaml.safe_load(FILE.read_text("utf-8"))["plugin_routing"]
NAME = re.compile(r"\bawx\.awx\.(\w+)")
LOOKUP = re.compile(r"(?:query|lookup)\('awx\.awx\.(\w+)'")
MODULE = '''#!/usr/bin/python
# WANT_JSON: it takes any parameters.
import json
DOCUMENTATION = """
module: {name}
short_description: One of Red Hat's
description: [It stands in its collection for the real one.]
author: [nobody (@nobody)]
"""
print(json.dumps({{"changed": True, "by": "ansible.controller.{name}"}}))
'''
LOOKUP_PLUGIN = '''
from ansible.plugins.lookup import LookupBase
DOCUMENTATION = """
name: {name}
short_description: One of Red Hat's
description: [It stands in its collection for the real one.]
author: [nobody (@nobody)]
"""
class LookupModule(LookupBase):
    def run(self, terms, variables=None, **kwargs):
        return ["ansible.controller.{name}"]
'''


def used():
    """(Modules, lookups) of awx.awx that the role, the playbooks and the page name."""
    files = [*ROOT.glob("roles/awx/**/*.yml"), *ROOT.glob("playbooks/*.yml"), ROOT / "docs/awx.md"]
    text = "\n".join(path.read_text("utf-8") for path in files)
    lookups = set(LOOKUP.findall(text))
    return set(NAME.findall(text)) - lookups, lookups


def test_every_name_that_is_used_is_sent_on():
    modules, lookups = used()
    assert len(modules) > 10 and lookups
    wanted = {"modules": modules, "lookup": lookups}
    assert {
        kind: {name: {"redirect": f"ansible.controller.{name}"} for name in names}
        for kind, names in wanted.items()
    } == ROUTING


@pytest.fixture(scope="module")
def platform(lab, tmp_path_factory):
    """A ``Play`` with our collection, ansible.controller and, of awx.awx, that file alone."""
    folder = tmp_path_factory.mktemp("platform")
    collections = folder / "collections/ansible_collections"
    for path, text, names in (
        ("modules", MODULE, ROUTING["modules"]),
        ("lookup", LOOKUP_PLUGIN, ROUTING["lookup"]),
    ):
        place = collections / "ansible/controller/plugins" / path
        place.mkdir(parents=True)
        for name in names:
            (place / f"{name}.py").write_text(text.format(name=name), "utf-8")
    (collections / "ccops").mkdir()
    (collections / "ccops/webex_email").symlink_to(ROOT)
    place = collections / "awx/awx/meta/runtime.yml"
    place.parent.mkdir(parents=True)
    place.write_text(FILE.read_text("utf-8"), "utf-8")
    (folder / "play").mkdir()
    return Play(folder / "play", lab, collections=collections.parent)


@pytest.mark.parametrize("kind", ["modules", "lookup"])
def test_ansible_finds_each_of_them_there(platform, kind):
    """By ansible-doc, which says whose documentation it has found."""
    names = [f"awx.awx.{name}" for name in ROUTING[kind]]
    done = subprocess.run(
        [str(Path(sys.executable).with_name("ansible-doc")), "--json", "-t", kind.removesuffix("s"), *names],
        env=platform.environment(platform.folder / "events"),
        check=True,
        capture_output=True,
        text=True,
    )
    found = json.loads(done.stdout)
    assert {item["doc"]["collection"] for item in found.values()} == {"ansible.controller"}
    assert len(found) == len(names)


def test_the_role_runs_with_the_modules_that_are_there(platform):
    """The playbook by its full name, with parts for which few modules are called."""
    parts = ["execution_environment", "constructed_inventory"]
    variables = {"webex_email_awx_parts": parts, "webex_email_awx_image": "registry.example/ee:1"}
    run = platform.run("awx", **variables)
    done = [task.result.get("by") for task in run.of("localhost") if task.action.startswith("awx.awx.")]
    assert done == [
        f"ansible.controller.{name}" for name in ("execution_environment", "inventory", "inventory_source")
    ]


def test_a_lookup_is_answered_from_there(platform):
    tasks = [
        {"name": "x", "ansible.builtin.debug": {"msg": "{{ query('awx.awx.controller_api', 'hosts') }}"}}
    ]
    run = platform.run([{"name": "x", "hosts": "localhost", "gather_facts": False, "tasks": tasks}])
    assert "ansible.controller.controller_api" in run.output
