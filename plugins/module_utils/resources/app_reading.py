# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Find an app registration and read everything about it in one request, or two where its app id was not known."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..core.errors import Fault
from ..core.fields import loaded
from ..graph import reads
from .app_consent import Access, with_consent_url
from .app_properties import FIELDS
from .permissions import APPLICATION, declared, one_resource, reference


@dataclass(frozen=True)
class Reading:
    """What was read about one app.

    :param wire: the application, or None. :param adopted: False for an app that is to get its unique_name yet.
    :param named: wire service principals of the resources asked for, by ``permissions.reference``.
    :param by_app_id: all resources that were read, by app id.
    :param deleted: body of the first page of deleted applications, where they were read along.
    """

    wire: dict | None
    access: Access = Access()
    named: dict = field(default_factory=dict)
    by_app_id: dict = field(default_factory=dict)
    adopted: bool = True
    deleted: dict | None = None

    @property
    def declared(self):
        """The permissions that the app declares; [] where there is no app."""
        return declared(self.wire or {}, self.by_app_id)


def read_app(client, options, resource_names=(), likely=None, ahead=()):
    """Look an app up by ``unique_name`` and ``app_id``, with the resources of the names.

    :param likely: the app id that it probably has, by which the rest about it is asked for in the same request.
    :param ahead: other reads to send along, for whoever asks for them next. Of deleted applications the first page is
        in the Reading.
    :returns: Reading. :raises Fault: ``conflict`` where the two keys do not fit together.
    """
    references = list(dict.fromkeys(reference(name) for name in resource_names))
    keys = [{name: options[name]} for name in ("unique_name", "app_id") if options.get(name)]
    likely = likely or options.get("app_id")
    wanted = [reads.application(**key) for key in keys] + [reads.resource(item) for item in references]
    along = [*_about(likely), *ahead]
    answers = dict(zip([*wanted, *along], client.read(*wanted, *along), strict=True))
    found = {next(iter(key)): answers[read] for key, read in zip(keys, wanted, strict=False)}
    wire, adopted = match(options, found.get("unique_name"), found.get("app_id"))
    named = {item: answers[reads.resource(item)] for item in references}
    for name in resource_names:
        named[reference(name)] = one_resource(name, named[reference(name)])
    by_app_id = {resource["appId"]: resource for resource in named.values()}
    if wire is None:
        return Reading(
            None, Access(), named, by_app_id, deleted=answers.get(reads.deleted_applications(False))
        )
    guessed = likely and likely.lower() == wire["appId"].lower()
    known = [answers[read] for read in _about(likely)] if guessed else None
    access = _read_access(client, wire, by_app_id, known)
    return Reading(wire, access, named, by_app_id, adopted)


def _about(app_id):
    """The reads of what the directory holds about an app's rights, in the order of ``Access.of``."""
    return [reads.principal(app_id), reads.assignments(app_id), reads.grants(app_id)] if app_id else []


def match(options, by_name, by_id):
    """Which application is meant, and whether it has its unique_name already.

    :param by_name, by_id: what was found under either key, None where nothing was or it was not asked.
    """
    name, app_id = options.get("unique_name"), options.get("app_id")
    if not name:
        return by_id, True
    if by_name is not None:
        if app_id and by_name["appId"].lower() != app_id.lower():
            raise Fault(
                "conflict",
                f"unique_name {name!r} belongs to the app {by_name['appId']}, not to {app_id}.",
                hint="Leave one of the two out.",
            )
        return by_name, True
    if by_id is None:
        return None, True
    if by_id.get("uniqueName"):
        raise Fault(
            "conflict",
            f"The app {app_id} has the unique_name {by_id['uniqueName']!r}, which cannot be changed.",
            hint="Use that name.",
        )
    if not options.get("adopt"):
        raise Fault(
            "conflict",
            f"The app {app_id} was made by hand and has no unique_name yet.",
            hint="Set adopt to give it this one, or leave unique_name out.",
        )
    return by_id, False


def _read_access(client, wire, by_app_id, known):
    """The app's Access; adds the resources of its declared permissions to ``by_app_id``.

    :param known: the answers to ``_about`` the app, or None.
    """
    blocks = wire.get("requiredResourceAccess") or []
    others = [block["resourceAppId"] for block in blocks if block["resourceAppId"] not in by_app_id]
    about = [] if known else _about(wire["appId"])
    answers = client.read(*about, *map(reads.resource, others))
    by_app_id.update({item["appId"]: item for item in answers[len(about) :] if item})
    return Access.of(*(known or answers[: len(about)]))


def granted(client, access, permission):
    """Whether a permission has admin consent; None where that cannot be read."""
    listed = access.granted(permission)
    if access.principal is None:
        return listed
    named = permission.id if permission.type == APPLICATION else permission.value
    return client.has_granted(access.principal["id"], permission.resource_id, named, listed)


def shown(client, reading):
    """The app as every module returns it; None where there is none."""
    if reading.wire is None:
        return None
    entries = [entry(item, granted(client, reading.access, item)) for item in reading.declared]
    principal = reading.access.principal
    app = {
        **loaded(FIELDS, reading.wire),
        "tenant_id": client.tenant_id(),
        "service_principal_id": principal["id"] if principal else None,
        "permissions": entries,
        "consented": all(item["consented"] for item in entries),
    }
    return with_consent_url(client, app)


def entry(permission, consented):
    """One permission as it is returned. ``consented`` is None where that cannot be read."""
    return {
        "resource": permission.resource,
        "resource_app_id": permission.resource_app_id,
        "type": permission.type,
        "value": permission.value,
        "id": permission.id,
        "consented": consented,
    }
