# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pure parts of an app registration: options, redirect URIs, permissions, consent."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.module_utils.core.errors import Fault
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.app_consent import (
    Access,
    other_labels,
)
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.app_properties import (
    changes,
    check_options,
    merged_uris,
    properties,
)
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.app_reading import match
from ansible_collections.ccops.webex_email.plugins.module_utils.resources.permissions import (
    EXCHANGE_ONLINE,
    MICROSOFT_GRAPH,
    Permission,
    declared,
    merged,
    one_resource,
    reference,
    required_resource_access,
    resolve,
)

EXCHANGE = {
    "id": "sp-exchange",
    "appId": EXCHANGE_ONLINE,
    "displayName": "Office 365 Exchange Online",
    "appRoles": [
        {"id": "role-send", "value": "Mail.Send", "isEnabled": True, "allowedMemberTypes": ["Application"]},
        {"id": "role-off", "value": "Mail.Off", "isEnabled": False, "allowedMemberTypes": ["Application"]},
        {"id": "role-user", "value": "Mail.User", "isEnabled": True, "allowedMemberTypes": ["User"]},
    ],
    "oauth2PermissionScopes": [
        {"id": "scope-send", "value": "Mail.Send", "isEnabled": True},
        {"id": "scope-smtp", "value": "SMTP.Send", "isEnabled": True},
    ],
}
RESOURCES = {EXCHANGE_ONLINE: EXCHANGE}
SEND = Permission(
    "Office 365 Exchange Online", EXCHANGE_ONLINE, "sp-exchange", "application", "Mail.Send", "role-send"
)
SMTP = Permission(
    "Office 365 Exchange Online", EXCHANGE_ONLINE, "sp-exchange", "delegated", "SMTP.Send", "scope-smtp"
)


def asked(value, kind="application", resource="Office 365 Exchange Online"):
    return {"resource": resource, "type": kind, "value": value}


@pytest.mark.parametrize(
    "uri",
    [
        "https://yourwebexconnectname.us.webexconnect.io/callback",
        "https://[::1]:8443/x",
        "http://localhost/callback",
        "http://localhost:8080/callback",
        "https://a.example/?q=1",
    ],
)
def test_a_redirect_uri_that_entra_takes(uri):
    check_options({"redirect_uris": [uri]})


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("http://a.example/callback", "https"),
        ("ftp://a.example", "https"),
        ("callback", "https"),
        ("http://localhost.a.example/", "https"),
        ("https:///callback", "no host"),
        ("https://a.example/#x", "fragment"),
        ("https://a.example/#", "fragment"),
        ("https://*.a.example/", "one of"),
        ("https://a.example/(x)", "one of"),
        ("https://a.example/a b", "space"),
        ("https://a.example/" + "x" * 256, "longer"),
        ("https://[::1/", "not a URL"),
    ],
)
def test_a_redirect_uri_that_entra_refuses(uri, why):
    with pytest.raises(Fault, match=why) as caught:
        check_options({"redirect_uris": ["https://a.example", uri]})
    assert caught.value.code == "invalid_input"


@pytest.mark.parametrize(
    "options",
    [
        {"app_id": "WebexConnect"},
        {"unique_name": " "},
        {"unique_name": ""},
        {"unique_name": "a/b"},
        {"display_name": "x" * 121},
    ],
)
def test_other_options_that_cannot_be_right(options):
    with pytest.raises(Fault) as caught:
        check_options(options)
    assert caught.value.code == "invalid_input"


def test_redirect_uris_of_others_are_kept_unless_purged():
    assert merged_uris(["a", "b"], ["c", "b"], False) == ["a", "b", "c"]
    assert merged_uris(["a", "b"], ["c", "b"], True) == ["c", "b"]


def test_web_goes_out_whole_and_without_its_mirror():
    web = {
        "homePageUrl": "https://home.example",
        "redirectUris": ["https://a.example"],
        "redirectUriSettings": [{"uri": "https://a.example", "index": None}],
        "implicitGrantSettings": {"enableAccessTokenIssuance": False, "enableIdTokenIssuance": True},
    }
    body = properties({"access_token_issuance": True, "display_name": "n"}, ["access_token_issuance"], web)
    assert body == {
        "web": {
            "homePageUrl": "https://home.example",
            "redirectUris": ["https://a.example"],
            "implicitGrantSettings": {"enableAccessTokenIssuance": True, "enableIdTokenIssuance": True},
        }
    }
    assert "web" not in properties({"display_name": "n"}, ["display_name"], web)


def test_changes_are_told_in_words():
    actual = {"redirect_uris": ["a", "b"], "display_name": "old"}
    desired = {"redirect_uris": ["b", "c"], "display_name": "new"}
    assert changes(desired, ["display_name", "redirect_uris"], actual) == [
        "set display_name to new",
        "add redirect URI c",
        "remove redirect URI a",
    ]


def test_a_resource_has_a_well_known_name_an_app_id_or_a_display_name():
    assert reference("office 365 exchange online ") == EXCHANGE_ONLINE
    assert reference("Microsoft Graph") == MICROSOFT_GRAPH
    assert reference(EXCHANGE_ONLINE.upper()) == EXCHANGE_ONLINE
    assert reference("Contoso API") == "Contoso API"


def test_a_resource_must_be_the_only_one_of_its_name():
    assert one_resource("x", [EXCHANGE]) is EXCHANGE
    for none in (None, []):
        with pytest.raises(Fault) as caught:
            one_resource("x", none)
        assert caught.value.code == "invalid_input"
    with pytest.raises(Fault) as caught:
        one_resource("x", [EXCHANGE, {"appId": "other"}])
    assert caught.value.code == "ambiguous"


def test_a_value_is_looked_up_in_the_list_of_its_type():
    assert resolve([asked("Mail.Send"), asked("SMTP.Send", "delegated"), asked("Mail.Send")], RESOURCES) == [
        SEND,
        SMTP,
    ]
    assert resolve([asked("Mail.Send", "delegated")], RESOURCES)[0].id == "scope-send"


@pytest.mark.parametrize(
    ("entry", "hint"),
    [
        (asked("Mail.Sent"), "near: Mail.Send."),
        (asked("mail.send"), "near: Mail.Send."),
        (asked("SMTP.Send"), "SMTP.Send as type delegated"),
        (asked("Mail.Off"), "'Mail.Off'"),
        (asked("Mail.User"), "'Mail.User'"),
        (asked("Nothing", "delegated"), "'Nothing'."),
    ],
)
def test_an_unknown_value_is_refused_with_what_may_be_meant(entry, hint):
    with pytest.raises(Fault) as caught:
        resolve([entry], RESOURCES)
    assert caught.value.code == "invalid_input"
    assert hint in caught.value.message


def test_all_unknown_values_are_named_at_once():
    with pytest.raises(Fault, match="'A'.*'B'"):
        resolve([asked("A"), asked("Mail.Send"), asked("B")], RESOURCES)


def test_declared_permissions_get_their_names_where_the_resource_was_read():
    wire = {
        "requiredResourceAccess": [
            {
                "resourceAppId": EXCHANGE_ONLINE,
                "resourceAccess": [{"id": "role-send", "type": "Role"}, {"id": "gone", "type": "Scope"}],
            },
            {"resourceAppId": "unread", "resourceAccess": [{"id": "x", "type": "Role"}]},
        ]
    }
    found = declared(wire, RESOURCES)
    assert found[0] == SEND
    assert [item.label for item in found[1:]] == [
        "Office 365 Exchange Online / delegated / gone",
        "unread / application / x",
    ]
    assert required_resource_access(found) == wire["requiredResourceAccess"]


def test_permissions_are_merged_or_purged():
    other = Permission("Other", "other", None, "application", None, "x")
    assert merged([other, SEND], [SMTP, SEND], False) == [other, SEND, SMTP]
    assert merged([other, SEND], [SMTP], True) == [SMTP]


def grant(scope, consent="AllPrincipals", resource="sp-exchange"):
    return {"id": "g", "clientId": "sp-app", "consentType": consent, "resourceId": resource, "scope": scope}


def test_consent_is_an_assignment_or_a_scope_for_all():
    assignment = {"id": "a", "resourceId": "sp-exchange", "appRoleId": "role-send"}
    access = Access.of(
        {"id": "sp-app"}, [assignment], [grant("SMTP.Send", "Principal"), grant(" User.Read SMTP.Send ")]
    )
    assert access.granted(SEND) is True
    assert access.granted(SMTP) is True
    assert Access.of({"id": "sp-app"}, [], [grant("SMTP.Send", "Principal")]).granted(SMTP) is False
    assert Access.of({"id": "sp-app"}, [], [grant("SMTP.Send", resource="sp-graph")]).granted(SMTP) is False
    assert Access.of({"id": "sp-app"}, [], None).granted(SMTP) is None
    assert Access.of(None, None, None).granted(SMTP) is False


def test_other_consent_is_named_as_well_as_possible():
    assignments = [
        {"id": "a", "resourceId": "sp-exchange", "appRoleId": "role-send"},
        {"id": "b", "resourceId": "sp-graph", "resourceDisplayName": "Microsoft Graph", "appRoleId": "r"},
    ]
    access = Access.of(
        {"id": "sp-app"}, assignments, [grant("SMTP.Send Mail.Send"), grant("x y", resource="sp-z")]
    )
    assert other_labels(access, [SMTP], [SEND, SMTP]) == [
        "Office 365 Exchange Online / application / Mail.Send",
        "Microsoft Graph / application / r",
        "Office 365 Exchange Online / delegated / Mail.Send",
        "sp-z / delegated / x y",
    ]


BY_NAME = {"id": "o", "appId": "AAAA", "uniqueName": "ours"}
BY_HAND = {"id": "o", "appId": "aaaa", "uniqueName": None}


@pytest.mark.parametrize(
    ("options", "by_name", "by_id", "expected"),
    [
        ({"unique_name": "ours"}, BY_NAME, None, (BY_NAME, True)),
        ({"unique_name": "ours"}, None, None, (None, True)),
        ({"app_id": "aaaa"}, None, BY_HAND, (BY_HAND, True)),
        ({"app_id": "aaaa"}, None, None, (None, True)),
        ({"unique_name": "ours", "app_id": "aaaa"}, BY_NAME, BY_NAME, (BY_NAME, True)),
        ({"unique_name": "ours", "app_id": "aaaa"}, None, None, (None, True)),
        ({"unique_name": "ours", "app_id": "aaaa", "adopt": True}, None, BY_HAND, (BY_HAND, False)),
    ],
)
def test_which_app_is_meant(options, by_name, by_id, expected):
    assert match(options, by_name, by_id) == expected


@pytest.mark.parametrize(
    ("options", "by_name", "by_id", "why"),
    [
        ({"unique_name": "ours", "app_id": "bbbb", "adopt": True}, BY_NAME, BY_HAND, "belongs to the app"),
        ({"unique_name": "other", "app_id": "aaaa", "adopt": True}, None, BY_NAME, "cannot be changed"),
        ({"unique_name": "ours", "app_id": "aaaa"}, None, BY_HAND, "made by hand"),
    ],
)
def test_keys_that_do_not_fit_together(options, by_name, by_id, why):
    with pytest.raises(Fault, match=why) as caught:
        match(options, by_name, by_id)
    assert caught.value.code == "conflict"
