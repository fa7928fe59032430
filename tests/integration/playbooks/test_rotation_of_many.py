# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fifty channels get new secrets while another run converges them: no asset ever holds one that does not work."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from integration import play as playing
from integration import world as at
from integration.playbooks.many import asset, credentials, multiply
from integration.world import CONTOSO
from lab.client import LabClient

CHANNELS = 50
FORKS = "12"


class Prober:
    """Signs in at Microsoft with what each asset holds, one asset after the other, until it is told to stop.

    ``dead`` lists the assets whose credential was refused although the asset held it before and after the attempt.
    """

    def __init__(self, lab, names):
        self.dead = []
        self.attempts = 0
        self._lab = LabClient(lab.url, lab.ca_bundle)
        self._names = names
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._probe, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_failure):
        self._over.set()
        self._thread.join(60)

    def _probe(self):
        while not self._over.is_set():
            world = self._lab.state()
            for name in self._names:
                if not self._signs_in(world, name) and self._held(self._lab.state(), name) == self._held(
                    world, name
                ):
                    self.dead.append(name)

    def _signs_in(self, world, name):
        self.attempts += 1
        client_id, secret = self._held(world, name)
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        form["scope"] = "https://outlook.office365.com/.default"
        url = f"{self._lab.url}/{world['tenants'][CONTOSO]['id']}/oauth2/v2.0/token"
        return self._lab.session.post(url, data=form, timeout=30).ok

    @staticmethod
    def _held(world, name):
        found = asset(world, name)
        return found["clientId"], found["lab_secrets"]["clientSecret"]


@pytest.fixture
def many(converged, cloud, monkeypatch):
    """A ``Play`` on fifty channels whose secrets have a year left, and their names."""
    monkeypatch.setattr(playing, "SECONDS", 600)
    record = converged.record_path("support").read_text("utf-8")
    world, names = multiply(converged, cloud.state(), record, CHANNELS, days=365)
    cloud.reset(world)
    # The contract is kept in every other test; here its checks would take most of the time.
    cloud.settings(contract_checks=False)
    return converged, names


def test_fifty_are_rotated_while_another_run_converges_them(many, cloud):
    play, names = many
    before = {name: credentials(cloud.state(), name) for name in names}
    limit = ("--limit", "contoso:tenant_contoso", "--forks", FORKS)
    rotate = {"webex_email_secret_rotate": True, "webex_email_secret_overlap_days": 0}
    with ThreadPoolExecutor(1) as pool, Prober(cloud, names) as prober:
        # The second run begins once the first is under way, and goes on beside it.
        other = []

        def converge(_process):
            other.append(pool.submit(play.run, "site", *limit, webex_email_secret_overlap_days=0))

        rotated = play.run("rotate_secret", *limit, watch=converge, **rotate)
        converged = other[0].result()
    assert set(rotated.recap) >= set(names) <= set(converged.recap)
    assert cloud.lapses() == [] and prober.dead == []
    assert prober.attempts > CHANNELS
    world = cloud.state()
    app = at.app(world, CONTOSO)
    for name in names:
        (key_id,) = credentials(world, name)
        assert [key_id] != before[name], f"{name} was not rotated"
        assert app["lab_secrets"][key_id] == asset(world, name)["lab_secrets"]["clientSecret"]
        assert play.record(name)["key_id"] == key_id
    assert len(at.apps(world, CONTOSO)) == 1
    assert len(world["tenants"][CONTOSO]["app_role_assignments"]) == 1
