# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookups, asked by a playbook as the roles ask them."""

from __future__ import annotations

import pytest

from integration import world as at

NAME = "webex_email_record.json"
CALLER = "6f1d3c52-5a0b-4f0e-9a61-1f6f5f0c1a01"  # of the example's group
TASK = {"name": "Be there", "ansible.builtin.debug": {"msg": "here"}}
SUPPORT, SALES = (at.ADDRESSES[channel][1] for channel in ("support", "sales"))


def ask(play, expression, host="support", **more):
    """What a template gives on a host."""
    task = {"name": "Ask", "ansible.builtin.debug": {"msg": f"{{{{ {expression} }}}}"}}
    run = play.run([{"name": "Ask", "hosts": host, "gather_facts": False, "tasks": [task]}], **more)
    return run.of(host)[-1].result["msg"]


def test_values_of_variables_under_the_names_of_options(play):
    play.variables(
        "host:support",
        webex_email_port="{{ 'sub' ~ 'mission' }}",
        webex_email_flag=False,
        webex_email_empty="",
        webex_email_nothing="{{ '' }}",
        webex_email_numbers="{{ [580 + 7] }}",
        webex_email_list=["{{ webex_email_port }}", "b"],
        other_name={"key": "{{ webex_email_list }}"},
        broken="{{ there_is_no_such_variable }}",
    )
    terms = (
        "['port', 'flag', 'empty', 'nothing', 'unset', 'list', 'numbers'], "
        "{'named': 'other_name', 'flag': 'other_name'}"
    )
    found = ask(play, f"lookup('ccops.webex_email.variables', {terms})")
    named = {"key": ["submission", "b"]}
    texts = {"port": "submission", "flag": named, "list": ["submission", "b"], "named": named}
    assert found == {**texts, "numbers": [587]}
    assert ask(play, "lookup('ccops.webex_email.variables', ['name'], prefix='other_')") == {"name": named}
    assert ask(play, "lookup('ccops.webex_email.variables', [], {})") == {}
    nested = "{'asset': {'port': 'webex_email_port', 'name': 'unset'}, 'app': {}, 'flag': 'webex_email_flag'}"
    assert ask(play, f"lookup('ccops.webex_email.variables', {nested})") == {
        "asset": {"port": "submission"},
        "app": {},
        "flag": False,
    }


@pytest.mark.parametrize(
    ("terms", "words"),
    [("{'option': 'broken'}", "there_is_no_such_variable"), ("'port'", "neither a dict of options")],
)
def test_what_cannot_be_understood_is_told(play, terms, words):
    play.variables("host:support", broken="{{ there_is_no_such_variable }}")
    assert words in ask(play, f"lookup('ccops.webex_email.variables', {terms})", fails=True)


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ([], "support/" + NAME),
        (["support.yml"], f"support.{NAME}"),
        (["support.json"], f"support.{NAME}"),
        # A record that is there already stays where it is.
        (["support.yml", f"support/{NAME}"], f"support/{NAME}"),
        ([f"support.{NAME}"], f"support.{NAME}"),
    ],
)
def test_the_record_is_kept_where_the_inventory_reads_it(play, files, place):
    folder = play.inventory / "host_vars"
    for path in (folder / "support").glob("*"):
        path.unlink()
    for name in files:
        (folder / name).write_text("{}")
    assert ask(play, "lookup('ccops.webex_email.record_path')") == str(folder / place)


def test_records_may_have_a_folder_of_their_own(play):
    found = ask(play, "lookup('ccops.webex_email.record_path', folder='/srv/records')")
    assert found == "/srv/records/support.json"


def test_the_channels_of_a_tenant_are_summed_up(play):
    question = "lookup('ccops.webex_email.tenant_channels', 'webex_email_channels', 'no_such_group')"
    before = ask(play, question, host="contoso")
    assert before["addresses"] == [SUPPORT, SALES] and before["client_ids"] == [CALLER]
    assert before["destinations"] == before["secret_descriptions"] == before["asset_ids"] == []
    same = {"webex_email_secret_description": "same", "webex_email_connect_mode": "manual"}
    play.variables(
        "host:support",
        webex_email_address="{{ inventory_hostname }}@contoso.example",
        webex_email_forward_to="one@imi.example",
        webex_email_record={"asset_id": "a1"},
        **same,
    )
    play.variables(
        "host:sales",
        webex_email_forwarding_address="two@imi.example",
        webex_email_record={"key_id": "k1"},
        webex_email_auth_client_id="own",
        **same,
    )
    assert ask(play, question, host="contoso") == {
        "addresses": ["support@contoso.example", SALES],
        "destinations": ["one@imi.example", "two@imi.example"],
        "client_ids": [CALLER, "own"],
        "connect_modes": ["manual"],
        "secret_descriptions": ["same", "same"],
        "asset_ids": ["a1"],
    }


def test_settled_channels_are_left_out_of_a_play(play):
    """By the result of their look, unless a fact says otherwise; one that nobody looked at stays in."""
    found, by_look = {"result": {"a": 1}}, "{{ webex_email_plan.result }}"
    play.variables("host:support", webex_email_plan=found, webex_email_result=by_look)
    play.variables("host:sales", webex_email_plan=found, webex_email_result={"a": 1})
    play.variables("host:help", webex_email_result=by_look)
    pattern = "webex_email_channels"
    question = f"lookup('ccops.webex_email.unsettled_hosts', '{pattern}')"
    assert ask(play, question) == [pattern, "!support", "!sales"]
    narrower = f"{pattern}:&tenant_fabrikam"
    assert ask(play, question.replace(pattern, narrower)) == [narrower]
    # Whoever failed all alone would end the run, so another one stays.
    for plan, result in (({"changes": True}, by_look), (found, {"a": 2})):
        play.variables("host:help", webex_email_plan=plan, webex_email_result=result)
        assert ask(play, question) == [pattern, "!sales"]

    later = {"name": "Go on", "hosts": f"{{{{ {question} }}}}", "gather_facts": False, "tasks": [TASK]}
    for plays, hosts in (
        # Before the first play of a run nobody knows what is settled.
        ([later], {"support", "sales", "help"}),
        ([{**later, "hosts": "sales"}, later], {"sales", "support", "help"}),
    ):
        tasks = play.run(plays).tasks
        assert {task.host for task in tasks} == hosts and len(tasks) == 3
