"""The search for what is left: every spelling of a value is found, in every file and in file
names."""

from __future__ import annotations

import base64
import datetime as dt
from html import escape
from urllib.parse import quote

import pytest

from replay.anonymize.leaks import leaks
from replay.anonymize.personal import PersonalValues

PERSON = {
    "rows": [
        {
            "name": "O'SAMPLÉ-FOSK, JORDAN LEE",
            "booking_number": "26100001",
            "date_of_birth": "1990-01-02",
        },
        {"name": "GRAND, CHARGE", "booking_number": "D12345"},
    ]
}


def known() -> PersonalValues:
    personal = PersonalValues()
    personal.learn(PERSON)
    return personal


def found(text: str, name: str = "01-list.html") -> list[str]:
    return leaks({name: f"<p>fine</p>\n{text}".encode()}, known())


@pytest.mark.parametrize(
    "text",
    [
        "JORDAN",
        "jordan lee",
        "Lee Jordan O'SAMPLÉ",
        "O'Samplé-Fosk",
        "OSAMPLEFOSK",
        "osample",
        escape("O'SAMPLÉ-FOSK"),
        "O&#39;SAMPL&Eacute;",
        quote("JORDAN O'SAMPLÉ"),
        quote(quote("SAMPLÉ-FOSK, JORDAN")),
        '{"n": "O\'SAMPL\\u00c9"}',
        base64.b64encode(b"id=7;name=JORDAN LEE").decode(),
        base64.urlsafe_b64encode(b"user JORDAN >> LEE").decode(),
        b"id=7;name=JORDAN LEE".hex(),
        "Charge Grand",
        "GRAND,CHARGE",
        "name=grand%2C+charge",
    ],
)
def test_a_name_is_found_however_it_is_spelled(text: str) -> None:
    assert found(text) == ["01-list.html, line 2: a name"]


@pytest.mark.parametrize(
    "text", ["26100001", "x26100001y", "0026100001", "?id=26100001", "d12345", "D12345"]
)
def test_a_number_is_found(text: str) -> None:
    assert found(text) == ["01-list.html, line 2: a number"]


@pytest.mark.parametrize(
    "text",
    [
        "01/02/1990",
        "1/2/1990",
        "1990-01-02",
        "01-02-1990",
        "19900102",
        "January 2, 1990",
        "01%2F02%2F1990",
        "01&#47;02&#47;1990",
    ],
)
def test_a_birth_date_is_found(text: str) -> None:
    assert found(text) == ["01-list.html, line 2: a birth date"]


@pytest.mark.parametrize(
    "text",
    [
        "Grand Total: 5.00",
        "a charge",
        "lead",
        "orda",
        "12345",
        "11/02/1990",
        "2610",
        "<p class='case'>",
    ],
)
def test_what_is_nobodys_is_not_taken_for_a_value(text: str) -> None:
    assert found(text) == []


def test_file_names_are_looked_at_too_and_no_value_is_shown() -> None:
    assert found("x", name="02-jordan.html") == ["the file name 1: a name"]


def test_letters_are_read_in_the_coding_of_the_portals() -> None:
    assert leaks({"a.html": "O'SAMPLÉ".encode("latin-1")}, known()) == ["a.html, line 1: a name"]
    assert leaks({"a.html": "O'SAMPLÉ".encode()}, known()) == ["a.html, line 1: a name"]


def test_what_the_fixture_says_of_itself_is_no_leak() -> None:
    personal = PersonalValues()
    personal.learn({"rows": [{"name": "SHELBY, RECORDED"}]})
    text = b'{"site": "shelby-tn", "made": "recorded"}'
    assert leaks({"exchange.json": text}, personal, ["shelby", "tn"]) == []
    assert leaks({"exchange.json": b"Recorded Shelby"}, personal, ["shelby", "tn"]) != []


def test_birth_dates_are_read_in_the_forms_of_the_portals() -> None:
    personal = PersonalValues()
    for text in ("1990-01-02", "01/02/1990", "01-02-1990", "XX/XX/1990", "Unknown"):
        personal.learn({"printed_birth_date": text})
    assert personal.births == {dt.date(1990, 1, 2)}
