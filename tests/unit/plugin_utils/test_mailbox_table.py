# Copyright: (c) 2026, ccops.webex_email contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of mailboxes as service desks export them: what is understood, and what is refused with line and remedy."""

from __future__ import annotations

import pytest
from ansible_collections.ccops.webex_email.plugins.plugin_utils.mailbox_table import TableError, read

MAIL = "E-Mail"
PLAIN = "Ticket;E-Mail;Name\n1;a@x.example;Anna\n2;b@x.example;Björn\n"


def table(text, encoding="utf-8", **options):
    return read(text.encode(encoding), MAIL, **options)


def problems(text, **options):
    with pytest.raises(TableError) as caught:
        table(text, **options)
    return caught.value.problems


def hosts(text, encoding="utf-8", **options):
    return [(row.line, row.host, row.cells.get("name")) for row in table(text, encoding, **options)]


EXPECTED = [(2, "a@x.example", "Anna"), (3, "b@x.example", "Björn")]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (PLAIN, "utf-8"),
        (PLAIN, "utf-8-sig"),
        (PLAIN, "cp1252"),
        (PLAIN, "utf-16"),
        (PLAIN.replace("\n", "\r\n"), "utf-8-sig"),
        (PLAIN.replace("\n", "\r"), "utf-8"),
        (PLAIN.replace(";", ","), "utf-8"),
        (PLAIN.replace(";", "\t"), "utf-16"),
        (PLAIN.replace(";", " ; "), "utf-8"),
        (PLAIN.replace(";", "\u00a0;\u00a0"), "utf-8"),
        (PLAIN.replace("E-Mail", '"E-Mail"').replace("Anna", '"Anna"'), "utf-8"),
        (PLAIN.replace("E-Mail", "  e-mail "), "utf-8"),
        (PLAIN.replace("Name\n", "Name;;\n").replace("Anna", "Anna;;"), "utf-8"),
        (PLAIN.rstrip("\n"), "utf-8"),
        (PLAIN + ";;\n\n  ;\n", "utf-8"),
        (PLAIN + "2;b@x.example;Björn\n", "utf-8"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_what_exports_differ_in_is_understood(text, encoding):
    assert hosts(text, encoding) == EXPECTED


def test_the_line_that_tells_excel_the_separator_is_understood():
    assert hosts("sep=|\r\nE-Mail|Name\r\na@x.example|A, B; C\r\n", "utf-8-sig") == [
        (3, "a@x.example", "A, B; C")
    ]


def test_quoted_cells_hold_separators_quotes_and_line_ends():
    text = 'E-Mail,Name\na@x.example,"Anna ""A"", Köln\nSüd"\nb@x.example,B\n'
    assert hosts(text) == [(2, "a@x.example", 'Anna "A", Köln\nSüd'), (4, "b@x.example", "B")]


def test_the_separator_is_the_one_that_finds_the_columns():
    assert hosts("E-Mail;Name, Vorname;Name\na@x.example;x;y\n")[0][2] == "y"


def test_an_empty_cell_is_no_cell_and_a_short_row_has_empty_cells():
    (first, second) = table("E-Mail;Name;Team\na@x.example;;T\nb@x.example\n")
    assert (first.cells, second.cells) == ({"e-mail": "a@x.example", "team": "T"}, {"e-mail": "b@x.example"})


def test_a_host_is_called_like_its_mailbox_in_lower_case_or_as_a_column_says():
    text = "E-Mail;Host\nSales@X.example;sales\n"
    assert table(text)[0].host == "sales@x.example"
    assert table(text, host="host")[0].host == "sales"
    assert table(text)[0].cells["e-mail"] == "Sales@X.example"


@pytest.mark.parametrize("name", ["../x", "a/b", "a b", "a,b", "-x", "", "[a]", "a:b", "."])
def test_a_name_that_is_none_for_a_host_is_refused(name):
    (problem,) = problems(f'E-Mail;Host\na@x.example;"{name}"\n', host="Host")
    assert problem.startswith("Line 2: ") and "letters, digits" in problem


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "first line has to hold the headings"),
        (";;\n\n", "first line has to hold the headings"),
        ("E-Mail;Name\n", "no mailbox below"),
        (
            "Mail;Name\na@x.example;A\n",
            "Line 1: there is no column 'E-Mail'. The columns are 'Mail', 'Name'.",
        ),
        ("E-Mail;e-mail\na@x.example;b@x.example\n", "Line 1: the heading 'e-mail' is there twice"),
        ("E-Mail;Name\nnobody;A\n", "Line 2: 'nobody' in the column 'E-Mail' is not a mail address."),
        ("E-Mail;Name\n;A\n", "Line 2: '' in the column 'E-Mail' is not a mail address."),
        ("E-Mail;Name\nA <a@x.example>;A\n", "is not a mail address"),
        ("E-Mail;Name\na@x.example;A;Köln\n", "Line 2 has 3 cells and the headings are 2."),
        ('E-Mail;Name\na@x.example;"A\nb@x.example;B\n', "Line 2: a quotation mark is not closed"),
        ('E-Mail;Name\na@x.example;"A" B\n', "Line 2: a quotation mark"),
        (
            "E-Mail;Name\na@x.example;A\nA@X.example;B\n",
            "Lines 2 and 3 are both about the mailbox a@x.example",
        ),
    ],
)
def test_what_could_mean_two_things_is_refused(text, words):
    (problem,) = problems(text)
    assert words in problem


def test_two_mailboxes_on_one_host_are_refused():
    (problem,) = problems("E-Mail;Host\na@x.example;desk\nb@x.example;desk\n", host="Host")
    assert "Lines 2 and 3 are both about the host desk" in problem


def test_all_problems_are_told_at_once():
    found = problems("E-Mail;Name\nnobody;A\na@x.example;A\nb@x.example;B;C\na@x.example;Z\n")
    assert [text.split(":")[0][:9] for text in found] == ["Line 2", "Line 4 ha", "Lines 3 a"]


def test_an_encoding_that_is_named_is_held_to():
    with pytest.raises(TableError, match="is not utf-8"):
        read("E-Mail;Name\na@x.example;Ä\n".encode("cp1252"), MAIL, encoding="utf-8")
    with pytest.raises(TableError, match="no encoding 'utf-9'"):
        read(b"E-Mail\n", MAIL, encoding="utf-9")
