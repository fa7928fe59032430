# Copyright: (c) 2026, ccops.webex_email contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""One table a thing: spec, comparison, diff and payload come from the same rows."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field


def as_is(value):
    """The converter of a field whose value is the same on both sides."""
    return value


def same_text(one, other):
    """Whether two texts are equal but for case, as Microsoft's services compare names and addresses; None is ''."""
    return (one or "").casefold() == (other or "").casefold()


@dataclass(frozen=True)
class Field:
    """One property of a thing we converge.

    :param name: the option's and the returned key's name.
    :param wire: the service's name of the property.
    :param option: the argument spec entry; None for a property that is only read.
    :param load: wire value to ours; :param dump: ours to the wire value.
    :param same: whether two values of ours mean the same.
    :param secret: never shown, never compared.
    """

    name: str
    wire: str
    option: dict | None = field(default_factory=dict)
    load: Callable = as_is
    dump: Callable = as_is
    same: Callable = operator.eq
    secret: bool = False


def options_of(fields):
    """The argument spec entries of a table."""
    return {item.name: item.option for item in fields if item.option is not None}


def loaded(fields, wire):
    """What the service says, in our names and values; secrets left out."""
    return {item.name: item.load(wire.get(item.wire)) for item in fields if not item.secret}


def wanted(fields, options):
    """What the caller asked for: the options given, without those left open (None)."""
    return {item.name: options[item.name] for item in fields if options.get(item.name) is not None}


def differing(fields, desired, actual):
    """Names of the desired properties that the service holds otherwise, in table order."""
    return [
        item.name
        for item in fields
        if item.name in desired
        and not item.secret
        and not item.same(desired[item.name], actual.get(item.name))
    ]


def payload(fields, values, names=None):
    """Wire names and values of the given properties (of all, where ``names`` is None)."""
    return {
        item.wire: item.dump(values[item.name])
        for item in fields
        if item.name in values and (names is None or item.name in names)
    }
