# Copyright: (c) 2026, ccops.webex_email contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A table of mailboxes as a service desk exports it: bytes in, rows out, every problem with its line and remedy.

Exports differ in what nobody chose: a byte order mark, the encoding and the separator of the exporting machine's
language, line ends, blanks around a cell, empty and repeated rows. All that is understood. What could mean two things
is a problem, and all problems of a file are told at once.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass

from ..module_utils.core.addresses import MAIL_ADDRESS

DELIMITERS = (";", ",", "\t")
# Without a byte order mark: what is not UTF-8 was saved by a Western European Windows.
FALLBACK_ENCODING = "cp1252"
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# First line with which Excel is told the separator.
SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)
# Host names end up in patterns and in the names of folders.
HOST = re.compile(r"[^\W_][\w.@+-]*")


class TableError(Exception):
    """The table cannot be used; ``problems`` are sentences, each with its line and remedy."""

    def __init__(self, problems):
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Row:
    """One mailbox: ``line`` of the file where it begins, ``host``, and ``cells`` by heading, none of them empty."""

    line: int
    host: str
    cells: dict[str, str]


def read(data, address, host=None, encoding="auto", delimiter="auto"):
    """The rows of a table, in its order; a row that repeats another word for word counts once.

    :param data: bytes of the file; :param address: heading of the column with the mail address.
    :param host: heading of the column with the host's name, None for the address in lower case.
    :param encoding: name of an encoding, or auto; :param delimiter: one character, or auto.
    :raises TableError: with every problem that was found.
    """
    text = _decoded(data, encoding)
    text, named = _without_separator_line(text)
    first = 2 if named else 1
    wanted = [heading for heading in (address, host) if heading]
    records = list(_records(text, _delimiter(text, named or delimiter, wanted), first))
    if not records:
        raise TableError(["The file is empty. Its first line has to hold the headings of the columns."])
    line, headings = records[0]
    headings = _headings(line, headings, wanted)
    problems, rows = [], []
    for line, values in records[1:]:
        try:
            rows.append(_row(line, values, headings, address, host))
        except TableError as error:
            problems += error.problems
    rows = _unique(rows, address, problems)
    if not rows and not problems:
        problems.append("The file has headings and no mailbox below them.")
    if problems:
        raise TableError(problems)
    return rows


def column(heading):
    """A heading in the form in which headings are compared."""
    return " ".join(str(heading).split()).lower()


def _decoded(data, encoding):
    if encoding == "auto":
        marked = [name for mark, name in MARKS if data.startswith(mark)]
        candidates = [*marked, "utf-8", FALLBACK_ENCODING]
    else:
        candidates = [encoding]
    for name in candidates:
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
        except LookupError:
            raise TableError([f"There is no encoding {name!r}. Name one like utf-8 or cp1252."]) from None
    raise TableError([f"The file is not {candidates[-1]}. Save it as CSV UTF-8, or set the option encoding."])


def _without_separator_line(text):
    """The text without Excel's line about the separator, and that separator or None."""
    first, _end, rest = text.partition("\n")
    match = SEPARATOR_LINE.fullmatch(first)
    return (rest, match[1]) if match else (text, None)


def _delimiter(text, given, wanted):
    """The separator: the given one, else the one with which the first line has the wanted headings.

    Of several the one that finds most columns; a heading may hold a comma.
    """
    if given != "auto":
        return given
    text = text.lstrip("\r\n")

    def fit(delimiter):
        first = next(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True), []
        )
        headings = [column(cell) for cell in first]
        return sum(column(heading) in headings for heading in wanted), len(headings)

    return max(DELIMITERS, key=fit)


def _records(text, delimiter, first):
    """(line where it begins, cells without blanks around them) of every row that is not empty."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    begins = first
    while True:
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            raise TableError(
                [
                    f"Line {begins}: a quotation mark is not closed or stands inside a cell."
                    ' Put such a cell in quotation marks, and double those inside it ("").'
                ]
            ) from None
        if any(cells):
            yield begins, cells
        begins = first + reader.line_num


def _headings(line, headings, wanted):
    """The headings, each there once and the wanted ones among them."""
    while headings and not headings[-1]:
        headings = headings[:-1]
    known = [column(heading) for heading in headings]
    shown = ", ".join(repr(heading) for heading in headings)
    problems = [
        f"Line {line}: there is no column {heading!r}. The columns are {shown}. Correct the heading or the option."
        for heading in wanted
        if column(heading) not in known
    ]
    problems += [
        f"Line {line}: the heading {heading!r} is there twice. Rename or remove one of the columns."
        for number, heading in enumerate(headings)
        if heading and column(heading) in known[:number]
    ]
    if problems:
        raise TableError(problems)
    return known


def _row(line, values, headings, address, host):
    if any(values[len(headings) :]):
        raise TableError(
            [
                f"Line {line} has {len(values)} cells and the headings are {len(headings)}."
                " A text that holds the separator has to be in quotation marks."
            ]
        )
    cells = {heading: value for heading, value in zip(headings, values, strict=False) if heading and value}
    mail = cells.get(column(address), "")
    if not MAIL_ADDRESS.fullmatch(mail):
        raise TableError(
            [
                f"Line {line}: {mail!r} in the column {address!r} is not a mail address."
                " Give one like name@domain.example, or remove the row."
            ]
        )
    name = cells.get(column(host), "") if host else mail.lower()
    if not HOST.fullmatch(name):
        where = f"in the column {host!r} " if host else ""
        raise TableError(
            [
                f"Line {line}: {name!r} {where}cannot be the name of a host."
                " Use letters, digits and . _ - + @ only, in a column of its own that the option host names."
            ]
        )
    return Row(line, name, cells)


def _unique(rows, address, problems):
    """The rows without repetitions; two that differ and share an address or a host are a problem."""
    kept, by_address, by_host = [], {}, {}
    for row in rows:
        mail = row.cells[column(address)].lower()
        other = by_address.get(mail) or by_host.get(row.host)
        if other is None:
            kept.append(row)
            by_address[mail] = by_host[row.host] = row
        elif other.cells != row.cells:
            what = f"the mailbox {mail}" if mail in by_address else f"the host {row.host}"
            problems.append(
                f"Lines {other.line} and {row.line} are both about {what} and differ. Keep the right one."
            )
    return kept
