# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many HTTP requests the chain of the playbooks may send, sign-in left out; a batch is one request.

``matrix/test_same_as_playbooks.py`` holds this chain against journals of real playbook runs.
"""

from __future__ import annotations

from collections import Counter

import pytest

from integration.matrix import chain as chains

# The targets of docs/performance.md. Of a channel alone: what one more channel costs.
TENANT_CREATE, TENANT_QUIET = 7, 2
CHANNEL_CREATE, CHANNEL_QUIET = 14, 3
GRAPH_CREATE, GRAPH_QUIET = 6, 2
CALLBACK = "https://yourwebexconnectname.us.webexconnect.io/callback"
CHANNEL = ("_channels", "_verify")


@pytest.fixture
def run(cloud, tmp_path):
    """Starts another run of the playbooks on the same cloud and record."""
    options = chains.connection(cloud.url, cloud.ca_bundle, cloud.state())
    return lambda: chains.Run(options, tmp_path)


@pytest.fixture
def counted(cloud):
    """Does something and tells how many requests it took: (all, by service)."""

    def count(*deeds):
        cloud.clear_journal()
        for deed in deeds:
            deed()
        alone = [e for e in cloud.journal() if e["batch"] is None and e["service"] != "signin"]
        return len(alone), dict(Counter(entry["service"] for entry in alone))

    return count


def parts(run, *names):
    return [getattr(run, name) for name in names]


def test_a_channel_from_nothing_to_verified_and_again(run, counted):
    first = run()
    assert counted(*parts(first, "_tenants"))[0] <= TENANT_CREATE
    assert counted(*parts(first, *CHANNEL))[0] <= CHANNEL_CREATE
    first._copies()
    quiet = run()
    assert counted(*parts(quiet, "_tenants"))[0] <= TENANT_QUIET
    total, by_service = counted(*parts(quiet, *CHANNEL, "_copies"))
    assert total <= CHANNEL_QUIET
    assert by_service == {"graph": 1, "exchange": 1, "connect": 1}
    assert quiet.changed == []


def test_another_quiet_channel_of_the_tenant_asks_the_directory_nothing(run, counted):
    run().create()
    quiet = run()
    quiet._tenants()
    quiet._channels()
    assert counted(quiet._channels)[1].get("graph", 0) == 0


def test_the_graph_part(run, counted):
    def converge(run):
        run.perform("azure_app_registration", **run._app([CALLBACK]))
        run.perform("azure_app_secret", unique_name=chains.UNIQUE_NAME, display_name="wxconnect")

    first, second = run(), run()
    assert counted(lambda: converge(first))[0] <= GRAPH_CREATE
    assert first.changed
    assert counted(lambda: converge(second))[0] <= GRAPH_QUIET
    assert second.changed == []
