# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fact cache that lasts, as ansible-runner sets it up for a job: nothing of ours goes in, nothing old comes out."""

from __future__ import annotations

import shutil
from pathlib import Path

import ansible_runner
import pytest
import yaml

from integration import world as at
from integration.play import CHANNELS, Play

# What a platform team may well do to hand something on between jobs.
KEPT = {"team": "voice", "webex_email_result": {"asset_id": "of yesterday"}}
REMEMBER = [
    {
        "name": "Keep facts",
        "hosts": "webex_email_channels",
        "gather_facts": False,
        "tasks": [{"name": "Keep", "ansible.builtin.set_fact": {**KEPT, "cacheable": True}}],
    }
]
CONNECT = [
    {"name": "Connect", "ansible.builtin.import_playbook": "ccops.webex_email.site"},
    {
        "name": "Use facts",
        "hosts": "webex_email_channels",
        "gather_facts": False,
        "tasks": [
            {
                "name": "Tell",
                "ansible.builtin.debug": {"msg": "{{ team }} {{ webex_email_result.asset_id }}"},
            }
        ],
    },
]
# From ansible-core 2.21 on each set_fact, of whatever, leaves this for its host where nothing else is kept.
EMPTY = '{"__payload__": "{}"}'


class Cached:
    """Jobs one after the other, each of which begins with the fact cache that the one before has left."""

    def __init__(self, folder: Path, play: Play) -> None:
        self.folder = folder
        self.play = play
        self.caches: list[Path] = []

    def run(self, plays: list) -> ansible_runner.Runner:
        (self.folder / "plays.yml").write_text(yaml.safe_dump(plays), "utf-8")
        ident = f"job{len(self.caches)}"
        cache = self.folder / "artifacts" / ident / "fact_cache"
        if self.caches:
            shutil.copytree(self.caches[-1], cache)
        self.caches.append(cache)
        done = ansible_runner.run(
            private_data_dir=str(self.folder),
            ident=ident,
            inventory=str(self.play.inventory),
            playbook=str(self.folder / "plays.yml"),
            envvars=self.play.environment(self.folder / "events"),
            quiet=True,
            suppress_env_files=True,
        )
        assert done.status == "successful", done.stdout.read()[-4000:]
        return done

    @property
    def kept(self) -> dict[str, str]:
        """Name of a file in the last cache -> what is in it, without those that hold no fact."""
        texts = {path.name: path.read_text("utf-8") for path in self.caches[-1].iterdir()}
        return {name: text for name, text in texts.items() if text != EMPTY}


def told(done):
    """What the last play said of each channel."""
    return {
        event["event_data"]["host"]: event["event_data"]["res"]["msg"]
        for event in done.events
        if event["event"] == "runner_on_ok" and event["event_data"]["task"] == "Tell"
    }


@pytest.fixture(scope="module")
def jobs(lab, tmp_path_factory):
    """The cache as a job of others has left it; what each of two runs of ours told and changed, and the cache then."""
    lab.reset()
    cached = Cached(tmp_path_factory.mktemp("runner"), Play(tmp_path_factory.mktemp("play"), lab))
    cached.run(REMEMBER)
    before = cached.kept
    runs = []
    for _run in range(2):
        done = cached.run(CONNECT)
        runs.append((told(done), sum(done.stats["changed"].values()), cached.kept))
    return before, runs


def test_the_result_is_that_of_the_run_and_facts_of_others_are_there(jobs, lab):
    _before, runs = jobs
    state = lab.state()
    wanted = {name: f"voice {at.asset(state, name)['appId']}" for name in CHANNELS}
    assert [said for said, _changed, _kept in runs] == [wanted, wanted]


def test_the_second_run_changes_nothing(jobs):
    _before, ((_said, first, _kept), (_again, second, _still)) = jobs
    assert first > 0 and second == 0


def test_nothing_is_put_into_the_cache(jobs):
    before, runs = jobs
    assert len(before) == len(CHANNELS)
    assert all("of yesterday" in text for text in before.values())
    assert [kept for _said, _changed, kept in runs] == [before, before]
