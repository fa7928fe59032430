# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""SMTP submission of the lab over a real connection, with the standard library's client."""

from __future__ import annotations

import base64
import smtplib
import ssl
from email.message import EmailMessage

import pytest
import requests

SUPPORT, SALES = "support@contoso.example", "sales@contoso.example"
TENANT = "contoso.onmicrosoft.com"
OFFICE = "https://outlook.office365.com"


def trusting(cloud):
    return ssl.create_default_context(cafile=cloud.ca_bundle)


@pytest.fixture
def mail(cloud):
    """A client that has greeted and gone over to TLS; support may use SMTP."""
    cloud.edit(
        [{"op": "replace", "path": "/tenants/0/mailboxes/0/SmtpClientAuthenticationDisabled", "value": False}]
    )
    with smtplib.SMTP("localhost", cloud.smtp_port, timeout=10) as client:
        client.starttls(context=trusting(cloud))
        client.ehlo()
        yield client


def sign_in(client, user, token):
    """(code, text) of AUTH XOAUTH2."""
    code, text = client.docmd("AUTH", f"XOAUTH2 {sasl(user, token)}")
    return code, text.decode()


def sasl(user, token):
    return base64.b64encode(f"user={user}\x01auth=Bearer {token}\x01\x01".encode()).decode()


def app_token(cloud, scope=OFFICE):
    tenant = cloud.state()["tenants"][0]
    caller = tenant["callers"][0]
    form = {
        "grant_type": "client_credentials",
        "client_id": caller["client_id"],
        "client_secret": caller["secrets"][0]["value"],
        "scope": f"{scope}/.default",
    }
    url = f"{cloud.url}/{tenant['id']}/oauth2/v2.0/token"
    return requests.post(url, form, verify=cloud.ca_bundle, timeout=10).json()["access_token"]


def let_the_app_in(cloud, *without):
    """The three things that app-only SMTP needs, but for those named."""
    tenant = cloud.state()["tenants"][0]
    client_id = tenant["callers"][0]["client_id"]
    principal = next(item for item in tenant["service_principals"] if item["appId"] == client_id)
    steps = {
        "role": {
            "op": "add",
            "path": "/tenants/0/callers/0/exchange_app_roles/-",
            "value": "SMTP.SendAsApp",
        },
        "principal": {
            "op": "add",
            "path": "/tenants/0/exchange_service_principals",
            "value": [{"AppId": client_id, "ObjectId": principal["id"]}],
        },
        "access": {
            "op": "add",
            "path": "/tenants/0/mailboxes/0/lab_full_access",
            "value": [principal["id"]],
        },
    }
    cloud.edit([step for name, step in steps.items() if name not in without])


def letter(sender, to, subject="Hello"):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message.set_content("Text")
    return message


def test_submission_offers_oauth_only_behind_tls(cloud):
    with smtplib.SMTP("localhost", cloud.smtp_port, timeout=10) as client:
        client.ehlo()
        assert not client.has_extn("auth")
        assert client.docmd("AUTH", f"XOAUTH2 {sasl(SUPPORT, 'x')}")[0] == 530
        assert client.docmd("MAIL", f"FROM:<{SUPPORT}>")[1].startswith(b"5.7.57 Client not authenticated")
        client.starttls(context=trusting(cloud))
        client.ehlo()
        assert client.esmtp_features["auth"].split() == ["LOGIN", "XOAUTH2"]
        assert client.docmd("MAIL", f"FROM:<{SUPPORT}>")[0] == 530


def test_a_user_signs_in_with_a_token_of_his_and_sends(cloud, mail):
    token = cloud.user_token(TENANT, SUPPORT)
    assert sign_in(mail, SUPPORT, token)[0] == 235
    assert mail.send_message(letter(SUPPORT, SALES)) == {}
    [received] = cloud.inboxes()["mailboxes"][SALES]
    assert (received["sender"], received["subject"], received["text"]) == (SUPPORT, "Hello", "Text\n")
    entries = [entry for entry in cloud.journal() if entry["service"] == "smtp"]
    assert [(entry["operation"], entry["write"], entry["status"]) for entry in entries] == [
        ("AUTH", False, 235),
        ("DATA", True, 250),
    ]
    assert token not in str(entries)


def test_the_token_may_also_follow_a_challenge(cloud, mail):
    assert mail.docmd("AUTH", "XOAUTH2")[0] == 334
    assert mail.docmd(sasl(SUPPORT, cloud.user_token(TENANT, SUPPORT)))[0] == 235


def test_an_app_signs_in_with_its_right_its_principal_and_full_access(cloud, mail):
    let_the_app_in(cloud)
    assert sign_in(mail, SUPPORT, app_token(cloud))[0] == 235


@pytest.mark.parametrize("missing", ["role", "principal", "access"])
def test_an_app_without_one_of_the_three_is_refused_alike(cloud, mail, missing):
    let_the_app_in(cloud, missing)
    code, text = sign_in(mail, SUPPORT, app_token(cloud))
    assert (code, text.split(" [")[0]) == (535, "5.7.3 Authentication unsuccessful")


def test_the_object_id_of_the_registration_is_not_the_one_of_the_enterprise_application(cloud, mail):
    let_the_app_in(cloud, "principal")
    tenant = cloud.state()["tenants"][0]
    app = next(item for item in tenant["applications"] if item["appId"] == tenant["callers"][0]["client_id"])
    wrong = [{"AppId": app["appId"], "ObjectId": app["id"]}]
    cloud.edit([{"op": "add", "path": "/tenants/0/exchange_service_principals", "value": wrong}])
    assert sign_in(mail, SUPPORT, app_token(cloud))[0] == 535


def bad_tokens(cloud):
    yield "garbage", "not-a-token"
    yield "another service's", app_token(cloud, "https://graph.microsoft.com")
    yield "another scope", cloud.user_token(TENANT, SUPPORT, "IMAP.AccessAsUser.All")
    yield "another user's", cloud.user_token(TENANT, SALES)
    yield "another tenant's", cloud.user_token("fabrikam.onmicrosoft.com", SUPPORT)
    cloud.settings(token_lifetime_seconds=-1)
    yield "expired", cloud.user_token(TENANT, SUPPORT)


def test_every_bad_token_gets_the_one_answer_that_does_not_say_why(cloud, mail):
    for name, token in bad_tokens(cloud):
        code, text = sign_in(mail, SUPPORT, token)
        assert (code, text.split(" [")[0]) == (535, "5.7.3 Authentication unsuccessful"), name


@pytest.mark.parametrize(
    ("path", "value", "phrase"),
    [
        ("/tenants/0/mailboxes/0/SmtpClientAuthenticationDisabled", None, "disabled for the Tenant"),
        ("/tenants/0/mailboxes/0/SmtpClientAuthenticationDisabled", True, "disabled for the Mailbox"),
        ("/tenants/0/security_defaults", True, "locked by your organization's security defaults policy"),
        ("/tenants/0/conditional_access_blocks", [SUPPORT], "did not meet the criteria"),
    ],
)
def test_a_good_token_is_stopped_by_what_the_tenant_says(cloud, mail, path, value, phrase):
    cloud.edit([{"op": "add", "path": path, "value": value}])
    code, text = sign_in(mail, SUPPORT, cloud.user_token(TENANT, SUPPORT))
    assert code == 535
    assert text.startswith("5.7.139 Authentication unsuccessful, ")
    assert phrase in text


def test_the_tenant_may_leave_it_to_inheriting_mailboxes_and_security_defaults_to_passwords(cloud, mail):
    cloud.edit(
        [
            {
                "op": "replace",
                "path": "/tenants/0/transport/SmtpClientAuthenticationDisabled",
                "value": False,
            },
            {
                "op": "replace",
                "path": "/tenants/0/mailboxes/0/SmtpClientAuthenticationDisabled",
                "value": None,
            },
            {"op": "replace", "path": "/tenants/0/security_defaults", "value": True},
        ]
    )
    cloud.settings(smtp_security_defaults_block_oauth=False)
    assert sign_in(mail, SUPPORT, cloud.user_token(TENANT, SUPPORT))[0] == 235


@pytest.mark.parametrize(
    ("stage", "answer"), [("retired", "550 5.7.30 Basic"), ("blocked", "535 5.7.139 Authentication")]
)
def test_a_password_is_refused_in_either_stage_of_its_retirement(cloud, mail, stage, answer):
    cloud.settings(smtp_basic=stage)
    with pytest.raises(smtplib.SMTPAuthenticationError) as refusal:
        mail.login(SUPPORT, "a password")
    assert f"{refusal.value.smtp_code} {refusal.value.smtp_error.decode()}".startswith(answer)


def send_error(client, message):
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        client.send_message(message)
    return f"{refusal.value.smtp_code} {refusal.value.smtp_error.decode()}"


def test_mail_is_from_the_mailbox_or_from_one_that_gave_the_right(cloud, mail):
    sign_in(mail, SUPPORT, cloud.user_token(TENANT, SUPPORT))
    assert send_error(mail, letter(SALES, SUPPORT)).startswith("550 5.7.60")
    cloud.edit([{"op": "add", "path": "/tenants/0/mailboxes/1/lab_send_as", "value": [SUPPORT]}])
    assert mail.send_message(letter(SALES, SUPPORT)) == {}


def test_a_restricted_mailbox_sends_inside_only(cloud, mail):
    cloud.edit([{"op": "add", "path": "/tenants/0/restricted_senders", "value": [SUPPORT]}])
    sign_in(mail, SUPPORT, cloud.user_token(TENANT, SUPPORT))
    assert send_error(mail, letter(SUPPORT, "x@outside.example")).startswith("550 5.1.8 Access denied")
    assert mail.send_message(letter(SUPPORT, SALES)) == {}


def test_an_app_without_full_access_may_also_be_let_in_and_then_fail(cloud, mail):
    let_the_app_in(cloud, "access")
    cloud.settings(smtp_missing_full_access="data")
    assert sign_in(mail, SUPPORT, app_token(cloud))[0] == 235
    assert send_error(mail, letter(SUPPORT, SALES)).startswith("430 4.2.0 STOREDRV; mailbox logon failure")


def test_the_trace_shows_a_message_after_as_many_looks_as_it_lags(cloud):
    cloud.settings(mail_trace_lag=2)
    assert cloud.mail("customer@outside.example", SUPPORT)[0]["event"] == "delivered"
    tenant = cloud.state()["tenants"][0]
    headers = {"Authorization": f"Bearer {app_token(cloud)}"}

    def run(name, **parameters):
        answer = requests.post(
            f"{cloud.url}/adminapi/beta/{tenant['id']}/InvokeCommand",
            json={"CmdletInput": {"CmdletName": name, "Parameters": parameters}},
            headers=headers,
            verify=cloud.ca_bundle,
            timeout=10,
        )
        return answer.json()["value"]

    looks = [run("Get-MessageTraceV2", Subject="ell", SubjectFilterType="Contains") for _look in range(3)]
    assert [len(rows) for rows in looks] == [0, 0, 1]
    [row] = looks[-1]
    assert not [key for key in row if key.startswith("lab_")]
    details = run("Get-MessageTraceDetailV2", MessageTraceId=row["MessageTraceId"], RecipientAddress=SUPPORT)
    assert [item["Event"] for item in details] == ["Deliver"]
    assert run("Get-MessageTraceV2", Subject="ell") == []
