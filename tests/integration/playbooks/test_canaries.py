# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret leaves a run: not in output, log, events, facts, records, temporary files or the process list."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
import trustme

from integration.canaries import Watch, files, forms, hits
from integration.world import FABRIKAM

SECRET = 'CANARY-x~y+z/a="b c"\u00e9-0123456789'
WRONG = "CANARY-wrong-secret-6~m+n/o=p"
TRUNCATED = "CANARY-truncated-secret-2~q+r/s=t"
ECHOED = "CANARY-echoed-secret-8~u+v/w=x"
EXTRA = {WRONG, TRUNCATED, ECHOED}
ONE = ("--limit", "fabrikam,help")
VERBOSE = ("-vvv", "--diff")


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
    cloud.settings(connect_secret_echo="echoed")
    environment = {
        "ANSIBLE_LOG_PATH": str(play.folder / "ansible.log"),
        "ANSIBLE_CACHE_PLUGIN": "jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(play.folder / "facts"),
        "ANSIBLE_DISPLAY_TRACEBACK": "always",
    }

    def run(playbook, *arguments, in_process=True, **more):
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
        searched = dict(files(play.folder))
        assert len(searched[play.folder / "ansible.log"]) > 1_000 < len(searched[finished.events])
        for path, data in searched.items():
            assert hits(data, secrets) == [], path
        assert any(b"ansible-playbook" in command for command in watch.commands)
        assert hits(b"\n".join(watch.commands), secrets) == []
        # The run's own token cache is private and gone with the run; an ordinary module's arguments travel in a file.
        scratch = b"\n".join(watch.scratch) if in_process else b""
        assert [hit for hit in hits(scratch, secrets) if "access token" not in hit] == []
        assert not [path for path in (play.folder / "tmp").rglob("*") if path.is_file()]
        return finished

    return run


def test_success_and_check_mode(scanned):
    """From an empty tenant to a converged one and back, with everything that Ansible can print."""
    scanned("preflight")
    assert scanned("site").changed["help"] == 5
    assert set(scanned("site", "--check").changed.values()) == {0}
    scanned("verify")
    scanned("retire", webex_email_retire_app=True)


def test_as_ordinary_modules(scanned):
    assert scanned("site", *ONE, in_process=False).changed == {"fabrikam": 1, "help": 5}


def test_wrong_secret(scanned, play):
    play.variables("tenant_fabrikam", webex_email_auth_client_secret=WRONG)
    run = scanned("site", *ONE, fails=True)
    assert "AADSTS7000215" in " ".join(run.failure("fabrikam")["msg"])
    play.variables("fabrikam", webex_email_senders=[])
    assert "AADSTS7000215" in scanned("verify", *ONE, fails=True).failure("help")["msg"]


def test_wrong_connect_token(scanned, play):
    play.variables("tenant_fabrikam", webex_email_connect_token=WRONG)
    assert scanned("site", *ONE, fails=True).failed_hosts == ["help"]


def test_tls_failure(scanned, play):
    other = play.folder / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    play.variables("tenant_fabrikam", webex_email_ca_bundle=str(other))
    run = scanned("site", *ONE, fails=True)
    assert "certificate" in " ".join(run.failure("fabrikam")["msg"])


def fault(operation, do="status", **rule):
    """A fault on every request of an operation."""
    match = {"operation": operation, **({"nth": rule.pop("nth"), "times": 99} if "nth" in rule else {})}
    return {"match": match, "do": do, **rule}


BROKEN = {
    "403 that quotes the request": fault(
        "application_addPassword",
        status=403,
        json={"error": {"code": ECHOED, "message": f"you sent {ECHOED}"}},
    ),
    "500 while proving": fault("signin_token", nth=3, status=500, text=f"<html>{ECHOED}</html>"),
    "500 after the asset was written": fault(
        "updateEmailAsset", phase="after", status=500, json={"x": ECHOED}
    ),
    "400 about the asset": fault(
        "updateEmailAsset", status=400, json={"code": "7004", "description": f"invalid {ECHOED}"}
    ),
    "truncated secret": fault(
        "application_addPassword", "body", status=200, text=f'{{"secretText": "{TRUNCATED}'
    ),
    "truncated asset": fault("createEmailAsset", "body", text=f'{{"asset": {{"clientSecret": "{TRUNCATED}"'),
    "truncated token": fault("signin_token", "body", status=200, text=f'{{"access_token": "{TRUNCATED}'),
}


@pytest.mark.parametrize("name", BROKEN)
def test_failing_services(scanned, cloud, name):
    cloud.faults([BROKEN[name]])
    run = scanned("site", *ONE, fails=True, webex_email_deadline=3)
    assert run.failed_hosts
    assert [entry for entry in cloud.journal() if entry["fault"]]
    assert cloud.state()["connect"][FABRIKAM]["tokens"]
