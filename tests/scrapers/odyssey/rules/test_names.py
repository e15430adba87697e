"""Names as the search wants them."""

from __future__ import annotations

import pytest

from scrapers.names import search_name
from scrapers.odyssey.rules.names import same_name, search_text, spellings


@pytest.mark.parametrize(
    ("printed", "last", "first"),
    [
        ("SAMPLE, JORDAN LEE", "SAMPLE", "JORDAN"),
        ("SAMPLE, JORDAN LEE JR", "SAMPLE", "JORDAN"),
        ("SAMPLE JR, JORDAN", "SAMPLE", "JORDAN"),
        ("SAMPLE JR., JORDAN", "SAMPLE", "JORDAN"),
        ("DE LA SAMPLE, JORDAN", "DE LA SAMPLE", "JORDAN"),
        ("SAMPLE", "SAMPLE", None),
        ("V, ANNA", "V", "ANNA"),
        ("O'SAMPLE,JO", "O'SAMPLE", "JO"),
    ],
)
def test_middle_names_and_suffixes_are_left_out(printed: str, last: str, first: str | None) -> None:
    assert search_name(printed) == (last, first)


def test_the_text_is_last_comma_first_or_the_one_word() -> None:
    assert search_text("SAMPLE", "JORDAN") == "SAMPLE, JORDAN"
    assert search_text("SAMPLE", None) == "SAMPLE"


def test_spellings_come_in_their_order_without_the_name_itself() -> None:
    assert list(spellings("O'SÁMPLE-MÜLLER")) == [
        "O'SAMPLE-MULLER",
        "OSÁMPLE-MÜLLER",
        "O'SÁMPLE MÜLLER",
        "O'SÁMPLE",
        "MÜLLER",
    ]
    assert list(spellings("SAMPLE")) == []


def test_a_longer_printed_name_is_the_same_and_another_first_name_is_not() -> None:
    assert same_name("Sample, Jordan", "SAMPLE, JORDAN LEE")
    assert same_name("SAMPLE, JO", "SAMPLE, JORDAN")
    assert not same_name("SAMPLE, JORDAN", "SAMPLE, ALEX")
    assert not same_name("SAMPLE, JORDAN", "EXAMPLE, JORDAN")
