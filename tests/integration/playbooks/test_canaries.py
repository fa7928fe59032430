# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret leaves a run: not in output, log, events, facts, records, temporary files or the process list."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
import trustme

from integration import world as at
from integration.canaries import Watch, files, forms, hits
from integration.playbooks.many import asset, multiply, plant
from integration.world import CONTOSO, FABRIKAM
from lab.journal import HIDDEN

SECRET = 'CANARY-x~y+z/a="b c"\u00e9-0123456789'
WRONG = "CANARY-wrong-secret-6~m+n/o=p"
TRUNCATED = "CANARY-truncated-secret-2~q+r/s=t"
ECHOED = "CANARY-echoed-secret-8~u+v/w=x"
EXTRA = {WRONG, TRUNCATED, ECHOED}
ONE = ("--limit", "fabrikam,help")
VERBOSE = ("-vvv", "--diff")
PATIENCE = (
    20  # seconds that a task goes on trying: enough on a busy machine, and waited in full where nothing helps
)


@pytest.mark.parametrize("offset", range(3))
def test_the_scanner_finds_base64_at_each_alignment(offset):
    for encoding in ("utf-8", "utf-16-le"):
        text = b"x" * offset + SECRET.encode(encoding) + b" and so on"
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            assert hits(encode(text), {SECRET})


@pytest.mark.parametrize(
    "leak",
    [
        SECRET.encode(),
        SECRET[:-3].encode(),
        json.dumps({"msg": SECRET}).encode(),
        json.dumps({"msg": json.dumps({"secret": SECRET})}).encode(),
        quote(SECRET, safe="").encode(),
        quote(SECRET).encode(),
        SECRET.replace(" ", "+").replace("+", "%2B").encode() + quote(SECRET, safe="").encode(),
        SECRET.encode("utf-16-le"),
        SECRET.encode("utf-16-be"),
        b"Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJ0aWQiOiIxIn0.c2lnbmF0dXJl",
    ],
)
def test_the_scanner_finds_a_planted_secret(leak):
    assert hits(b"before " + leak + b" after", {SECRET})


def test_the_scanner_finds_every_form_it_knows_and_nothing_else(tmp_path):
    for form in forms(SECRET).values():
        assert hits(b"\0" + form + b"\0", {SECRET})
    assert hits(b"CANARY- VALUE_SPECIFIED_IN_NO_LOG_PARAMETER ********", {SECRET}) == []
    (tmp_path / "vault.yml").write_text(SECRET)
    (tmp_path / "events.jsonl").write_text(SECRET)
    assert [path.name for path, data in files(tmp_path) if hits(data, {SECRET})] == ["events.jsonl"]


@pytest.fixture
def scanned(play, cloud):
    """Runs a playbook as loudly as can be and looks for secrets everywhere; the Run."""
    environment = {
        "ANSIBLE_LOG_PATH": str(play.folder / "ansible.log"),
        "ANSIBLE_CACHE_PLUGIN": "jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(play.folder / "facts"),
        "ANSIBLE_DISPLAY_TRACEBACK": "always",
        "ANSIBLE_NO_LOG": "false",
        "ANSIBLE_RETRY_FILES_ENABLED": "true",
        "ANSIBLE_RETRY_FILES_SAVE_PATH": str(play.folder / "retry"),
        "ANSIBLE_CALLBACKS_ENABLED": "events,ansible.builtin.junit",
        "JUNIT_OUTPUT_DIR": str(play.folder / "junit"),
    }

    def run(playbook, *arguments, in_process=True, **more):
        cloud.settings(connect_secret_echo="echoed")
        watch = Watch(cloud, play.folder)
        try:
            finished = play.run(
                playbook,
                *VERBOSE,
                *arguments,
                environment=environment,
                watch=watch,
                webex_email_in_process=in_process,
                **more,
            )
        finally:
            watch.end()
        secrets = watch.secrets | EXTRA
        assert len(secrets) > 15
        assert hits(finished.output.encode(), secrets) == []
        assert_clean_files(play, finished, secrets)
        assert_clean_processes(play, watch, secrets, in_process)
        assert_clean_requests(cloud)
        return finished

    return run


def assert_clean_files(play, finished, secrets):
    """Log, callbacks' JSON lines and XML, fact cache, retry files, records, artefacts: nothing of a secret in any."""
    searched = dict(files(play.folder))
    assert len(searched[play.folder / "ansible.log"]) > 1_000 < len(searched[finished.events])
    assert list((play.folder / "junit").iterdir())
    for path, data in searched.items():
        assert hits(data, secrets) == [], path
        assert hits(str(path).encode(), secrets) == []


def assert_clean_processes(play, watch, secrets, in_process):
    """Command lines and environments of the run's processes, and its temporary files while it went on."""
    assert any(b"ansible-playbook" in command for command in watch.commands)
    assert hits(b"\n".join(watch.commands), secrets) == []
    assert any(b"PLAY_EVENTS" in variables for variables in watch.environments)
    assert hits(b"\n".join(watch.environments), secrets) == []
    # The run's own token cache is private and gone with the run; an ordinary module's arguments travel in a file.
    scratch = b"\n".join(watch.scratch) if in_process else b""
    assert [hit for hit in hits(scratch, secrets) if "access token" not in hit] == []
    assert not [path for path in (play.folder / "tmp").rglob("*") if path.is_file()]


def assert_clean_requests(cloud):
    """What a server writes into its access log, and what support asks for: path, query, ids, agent."""
    bodies = ("request_body", "response_body")
    for entry in cloud.journal():
        shown = {name: value for name, value in entry.items() if name not in bodies}
        assert HIDDEN not in json.dumps(shown), (entry["method"], entry["operation"])


def test_success_and_check_mode(scanned):
    """From an empty tenant to a converged one and back, with everything that Ansible can print."""
    scanned("preflight")
    assert set(scanned("site", "--check").changed.values()) == {1, 5, 6}
    assert scanned("site").changed["help"] == 5
    assert scanned("rotate_secret", webex_email_secret_rotate=True).changed["help"] == 1
    scanned("report")
    scanned("verify")
    scanned("retire", webex_email_retire_app=True)


def test_as_ordinary_modules(scanned):
    assert scanned("site", *ONE, in_process=False).changed == {"fabrikam": 1, "help": 5}


def test_wrong_credentials_of_every_kind(scanned, play):
    """A wrong secret in one tenant, a wrong token of Webex Connect in the other."""
    play.variables("tenant_contoso", webex_email_auth_client_secret=WRONG)
    play.variables("tenant_fabrikam", webex_email_connect_token=WRONG)
    run = scanned("site", fails=True)
    assert "AADSTS7000215" in " ".join(run.failure("contoso")["msg"])
    assert {"contoso", "help"} <= set(run.failed_hosts)


def test_tls_failure(scanned, play):
    other = play.folder / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    play.variables("tenant_fabrikam", webex_email_ca_bundle=str(other))
    run = scanned("site", *ONE, fails=True)
    assert "certificate" in " ".join(run.failure("fabrikam")["msg"])


def fault(operation, do="echo", body=None, path=None, **rule):
    """A fault on every request of an operation, or of one channel's, known by its body or its asset."""
    place = {name: value for name, value in (("body", body), ("path", path)) if value}
    times = {"nth": rule.pop("nth"), "times": 99} if "nth" in rule else {}
    return {"match": {"operation": operation, **place, **times}, "do": do, **rule}


# One channel each: everything that can be said about a secret, by a gateway that quotes all that it hears.
WAYS = (
    {"status": 400},
    {"status": 403},
    {"status": 500, "phase": "after"},
    {"status": 503},
    {"status": 429},
    {"do": "truncate", "phase": "after"},
    {"do": "body", "phase": "after", "text": f'{{"secretText": "{TRUNCATED}'},
    {"do": "reset", "phase": "after"},
)


def at_each_channel(operations, names, mark):
    """Rules under which every channel meets its own fault; ``mark`` tells the rule's place for a channel."""
    rules, channels = [], iter(names)
    for operation in operations:
        for number, way in enumerate(WAYS):
            more = {"name": f"{operation} {number}", "headers": {"x-quote": ECHOED}}
            rules.append(fault(operation, **mark(next(channels)), **way, **more))
    return rules


def assert_all_met(cloud, run, names):
    """Each fault was met, and ended its channel or was got over by it."""
    told = {name: run.failure(name)["msg"] for name in run.failed_hosts}
    assert {name: fired for name, fired in cloud.fired().items() if not fired} == {}, told
    assert 1.5 * len(WAYS) <= len(told) and set(told) <= set(names), told


def test_every_failure_of_a_rotation_at_once(scanned, converged, cloud):
    record = converged.record_path("support").read_text("utf-8")
    count = 2 * len(WAYS) + 1
    world, names = multiply(converged, cloud.state(), record, count, days=365)
    cloud.reset(world)
    at_add = at_each_channel(["application_addPassword"], names, lambda name: {"body": f"wxconnect {name}@"})
    rest = names[len(WAYS) :]
    at_put = at_each_channel(["updateEmailAsset"], rest, lambda name: {"path": asset(world, name)["appId"]})
    # Whoever comes first to prove its new secret is answered with it, and tries again.
    app_id = at.app(world, CONTOSO)["appId"]
    proving = fault("signin_token", body=f"client_id={app_id}", nth=1, status=500, name="proving")
    cloud.faults([*at_add, *at_put, {**proving, "match": {**proving["match"], "times": 1}}])
    order = ("--limit", "tenant_contoso", "--forks", "17")
    wish = {"webex_email_secret_rotate": True, "webex_email_deadline": PATIENCE}
    run = scanned("rotate_secret", *order, fails=True, **wish)
    assert_all_met(cloud, run, names[:-1])
    assert cloud.lapses() == []


def test_every_failure_of_making_channels_at_once(scanned, play, cloud):
    count = 2 * len(WAYS) + 1
    world, names = plant(play, cloud.state(), count)
    cloud.reset(world)
    at_create = at_each_channel(["createEmailAsset"], names, lambda name: {"body": f'"{name}@'})
    rest = names[len(WAYS) :]
    at_add = at_each_channel(["application_addPassword"], rest, lambda name: {"body": f"wxconnect {name}@"})
    cloud.faults([*at_create, *at_add])
    run = scanned(
        "site", "--limit", "tenant_contoso", "--forks", "17", fails=True, webex_email_deadline=PATIENCE
    )
    assert_all_met(cloud, run, names[:-1])
    assert cloud.state()["connect"][FABRIKAM]["tokens"]
