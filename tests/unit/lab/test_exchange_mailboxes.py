# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mailbox cmdlets of the lab's Exchange, as pure functions."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from lab.exchange_cmdlets import CMDLETS
from lab.exchange_errors import (
    OBJECT_AMBIGUOUS,
    OBJECT_NOT_FOUND,
    PARAMETER_SET,
    PARAMETER_VALUE,
    WRITE_SCOPE,
    CmdletError,
    envelope,
    status_of,
)
from lab.exchange_state import SETTINGS, Context

GUID = "4b2a5d0e-7f0c-4c11-9d0e-0c6b1a1f0a01"


@pytest.fixture
def context():
    mailbox = {
        "Guid": GUID,
        "ExternalDirectoryObjectId": "9a6a1c1e-2b55-4c63-8d3e-5e0f1b6f0b01",
        "UserPrincipalName": "support@contoso.example",
        "PrimarySmtpAddress": "support@contoso.example",
        "Alias": "support",
        "DisplayName": "Desk",
        "EmailAddresses": [
            "SMTP:support@contoso.example",
            "smtp:help@contoso.example",
            "SIP:x@contoso.example",
        ],
    }
    other = {
        **mailbox,
        "Guid": "4b2a5d0e-7f0c-4c11-9d0e-0c6b1a1f0a02",
        "ExternalDirectoryObjectId": "9a6a1c1e-2b55-4c63-8d3e-5e0f1b6f0b02",
        "UserPrincipalName": "sales@contoso.example",
        "PrimarySmtpAddress": "sales@contoso.example",
        "Alias": "sales",
        "EmailAddresses": ["SMTP:sales@contoso.example"],
    }
    mail_user = {
        "Guid": "4b2a5d0e-7f0c-4c11-9d0e-0c6b1a1f0a03",
        "UserPrincipalName": "onprem@contoso.example",
        "PrimarySmtpAddress": "onprem@contoso.example",
        "Alias": "onprem",
        "RecipientTypeDetails": "MailUser",
        "IsDirSynced": True,
    }
    tenant = {
        "id": "t",
        "domain": "contoso.onmicrosoft.com",
        "mailboxes": [mailbox, other],
        "recipients": [mail_user],
    }
    return Context(tenant, dict(SETTINGS), datetime(2026, 11, 21, tzinfo=timezone.utc))


def run(context, name, **parameters):
    return CMDLETS[name.lower()](context, parameters)


def refused(context, name, **parameters):
    with pytest.raises(CmdletError) as caught:
        run(context, name, **parameters)
    return caught.value


@pytest.mark.parametrize(
    "identity",
    [
        GUID,
        GUID.upper(),
        "support",
        "SUPPORT@contoso.example",
        "help@contoso.example",
        "smtp:help@contoso.example",
    ],
)
def test_a_mailbox_is_found_by_any_of_its_identities(context, identity):
    assert [record["Guid"] for record in run(context, "Get-Mailbox", Identity=identity).records] == [GUID]


@pytest.mark.parametrize("parameters", [{}, {"Identity": None}, {"Identity": ""}])
def test_no_identity_means_every_mailbox(context, parameters):
    assert len(run(context, "Get-Mailbox", **parameters).records) == 2


def test_an_ambiguous_identity_reads_several_and_refuses_a_write(context):
    assert len(run(context, "Get-Mailbox", Identity="Desk").records) == 2
    error = refused(context, "Set-Mailbox", Identity="Desk", DeliverToMailboxAndForward=True)
    assert error.kind == OBJECT_AMBIGUOUS


def test_an_unknown_mailbox_is_not_found_with_either_status(context):
    error = refused(context, "Get-Mailbox", Identity="nobody@contoso.example")
    assert error.kind == OBJECT_NOT_FOUND
    assert (status_of(error), status_of(error, 400)) == (404, 400)
    detail = envelope(error, 404)["error"]["details"][0]["message"]
    assert detail.split("|", 2)[:2] == ["Ex6F9304", OBJECT_NOT_FOUND]


def test_a_mail_user_is_a_recipient_and_no_mailbox(context):
    assert refused(context, "Get-Mailbox", Identity="onprem").kind == OBJECT_NOT_FOUND
    assert refused(context, "Get-CASMailbox", Identity="onprem").kind == OBJECT_NOT_FOUND
    (record,) = run(context, "Get-Recipient", Identity="onprem").records
    assert (record["RecipientType"], record["RecipientTypeDetails"]) == ("MailUser", "MailUser")


@pytest.mark.parametrize("sent", ["a@b.example", "smtp:a@b.example", "SMTP:a@b.example"])
def test_a_forwarding_address_reads_back_with_its_prefix(context, sent):
    assert run(context, "Set-Mailbox", Identity=GUID, ForwardingSmtpAddress=sent).changed
    assert context.tenant["mailboxes"][0]["ForwardingSmtpAddress"] == "smtp:a@b.example"


def test_null_clears_the_forwarding_address_and_an_empty_string_is_refused(context):
    run(context, "Set-Mailbox", Identity=GUID, ForwardingSmtpAddress="a@b.example")
    assert refused(context, "Set-Mailbox", Identity=GUID, ForwardingSmtpAddress="").kind == PARAMETER_VALUE
    assert run(context, "Set-Mailbox", Identity=GUID, ForwardingSmtpAddress=None).changed
    assert run(context, "Get-Mailbox", Identity=GUID).records[0]["ForwardingSmtpAddress"] is None


def test_a_set_that_changes_nothing_warns(context):
    run(context, "Set-Mailbox", Identity=GUID, ForwardingSmtpAddress="a@b.example")
    again = run(context, "Set-Mailbox", Identity=GUID, ForwardingSMTPAddress="A@b.example")
    assert not again.changed
    assert again.warnings == [
        "The command completed successfully but no settings of 'support' have been modified."
    ]


def test_forwarding_to_a_recipient_needs_one_and_is_closed_on_synchronized_mailboxes(context):
    assert (
        refused(context, "Set-Mailbox", Identity=GUID, ForwardingAddress="a@b.example").kind
        == OBJECT_NOT_FOUND
    )
    assert run(context, "Set-Mailbox", Identity=GUID, ForwardingAddress="sales@contoso.example").changed
    assert run(context, "Get-Mailbox", Identity=GUID).records[0]["ForwardingAddress"] == "sales"
    context.tenant["mailboxes"][0]["IsDirSynced"] = True
    error = refused(
        context, "Set-Mailbox", Identity=GUID, ForwardingAddress=None, ForwardingSmtpAddress="a@b.example"
    )
    assert error.kind == WRITE_SCOPE
    assert "out of the current user's write scope" in error.text
    assert "ForwardingSmtpAddress" not in context.tenant["mailboxes"][0], "a refused call changes nothing"
    assert run(context, "Set-Mailbox", Identity=GUID, ForwardingSmtpAddress="a@b.example").changed


def test_the_smtp_switch_has_three_states_and_its_own_cmdlet(context):
    assert "SmtpClientAuthenticationDisabled" not in run(context, "Get-Mailbox", Identity=GUID).records[0]
    for state in (False, True, None):
        assert run(context, "Set-CASMailbox", Identity=GUID, SmtpClientAuthenticationDisabled=state).changed
        (record,) = run(context, "Get-CASMailbox", Identity=GUID).records
        assert record["SmtpClientAuthenticationDisabled"] is state
    assert not run(context, "Set-CASMailbox", Identity=GUID, SmtpClientAuthenticationDisabled=None).changed


@pytest.mark.parametrize(
    ("parameters", "kind"),
    [
        ({"Bogus": 1}, PARAMETER_SET),
        ({"Identity": GUID, "DeliverToMailboxAndForward": "maybe"}, PARAMETER_VALUE),
        ({"Identity": GUID, "DeliverToMailboxAndForward": None}, PARAMETER_VALUE),
        ({"Identity": GUID, "ForwardingSmtpAddress": "not an address"}, PARAMETER_VALUE),
        ({"Identity": GUID, "ForwardingSmtpAddress": 7}, PARAMETER_VALUE),
        ({"Identity": None}, PARAMETER_VALUE),
        ({"ForwardingSmtpAddress": "a@b.example"}, PARAMETER_SET),
        ({"Identity": GUID, "identity": GUID}, PARAMETER_SET),
    ],
)
def test_wrong_parameters_do_not_bind(context, parameters, kind):
    error = refused(context, "Set-Mailbox", **parameters)
    assert (error.kind, status_of(error)) == (kind, 400)
    internal = envelope(error, 400)["error"]["innererror"]["internalexception"]
    assert internal["type"] == kind, "binding errors carry their type, task errors carry it in the text"


def test_result_size_limits_with_a_warning(context):
    outcome = run(context, "Get-Mailbox", ResultSize=1)
    assert (len(outcome.records), len(outcome.warnings)) == (1, 1)
    assert len(run(context, "Get-Mailbox", ResultSize="unlimited").records) == 2


def test_a_user_shows_its_authentication_policy(context):
    context.tenant["mailboxes"][0]["AuthenticationPolicy"] = "Block Basic"
    assert run(context, "Get-User", Identity=GUID).records[0]["AuthenticationPolicy"] == "Block Basic"
    assert "AuthenticationPolicy" not in run(context, "Get-Mailbox", Identity=GUID).records[0]
