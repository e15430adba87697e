"""Invented words, numbers and dates: same form, same value for the same, and nothing that leads
back."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from replay.anonymize import BadKeyError, Key, key_of
from replay.anonymize.dates import PrintedDate, date_shift_of, shifted_birth_date, shifted_year
from replay.anonymize.digits import replacement_digits
from replay.anonymize.invented import invented_word, is_invented, letters
from replay.anonymize.personal import PersonalValues
from replay.anonymize.pseudonyms import Pseudonyms

KEY, OTHER = Key(b"k" * 32), Key(b"o" * 32)
WORDS = st.text(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'-éÉñü", min_size=1, max_size=24
).filter(lambda word: "-" not in word and letters(word) != "")
DAYS = st.dates(dt.date(1915, 1, 1), dt.date(2030, 12, 31))


SETTINGS = settings(deadline=None, max_examples=60)


@SETTINGS
@given(WORDS)
def test_an_invented_word_has_the_form_of_the_real_one_and_is_of_the_closed_list(word: str) -> None:
    new = invented_word(word, KEY)
    assert len(new) == len(word)
    assert is_invented(new)
    assert [sign.islower() for sign in new if sign != "'"] == [
        sign.islower() for sign in word if sign != "'"
    ]
    assert [place for place, sign in enumerate(new) if sign == "'"] == [
        p for p, s in enumerate(word) if s == "'"
    ]


@pytest.mark.parametrize(
    "same", [("O'MALLEY", "OMALLEY", "omalley"), ("GARCÍA", "Garcia"), ("D’Arc", "DARC")]
)
def test_all_spellings_of_a_word_give_one(same: tuple[str, ...]) -> None:
    assert len({letters(invented_word(word, KEY)) for word in same}) == 1


def test_an_accent_stays_an_accent() -> None:
    new = invented_word("GARCÍA", KEY)
    assert sum(not sign.isascii() for sign in new) == 1


REAL = """SMITH JOHNSON WILLIAMS MARIA JOSE LEE KIM NGUYEN XAVIER QUINN
MAX ALEX ENRIQUE O'BRIEN GARCÍA DIXON FELIX
ALEXIS ROXANA TARIQ QASIM QUITO"""


@pytest.mark.parametrize("name", REAL.split())
def test_real_names_are_not_of_the_closed_list(name: str) -> None:
    assert not is_invented(name), name


def test_a_word_is_another_one_with_another_key() -> None:
    assert invented_word("SAMPLE", KEY) != invented_word("SAMPLE", OTHER)


@SETTINGS
@given(st.text("0123456789", min_size=1, max_size=20))
def test_digits_keep_their_length_and_leading_zeros(run: str) -> None:
    new = replacement_digits(run, KEY)
    assert len(new) == len(run)
    if len(run) < 6 or len(run.lstrip("0")) > 5:
        assert len(new) - len(new.lstrip("0")) == len(run) - len(run.lstrip("0"))
    else:
        assert new.startswith("0" * (len(run) - 5))


@pytest.mark.parametrize(("low", "high"), [(1, 10), (10, 100), (1000, 10000), (10000, 13000)])
def test_no_two_numbers_become_one(low: int, high: int) -> None:
    assert len({replacement_digits(str(number), KEY) for number in range(low, high)}) == high - low


def test_small_numbers_in_long_runs_do_not_become_each_other() -> None:
    runs = [f"{number:07d}" for number in range(100)]
    made = [replacement_digits(run, KEY) for run in runs]
    assert len(set(made)) == len(runs)
    assert len(set(made) & set(runs)) < 3


def test_a_shift_of_the_digits_depends_on_the_key() -> None:
    assert (
        replacement_digits("26100001", KEY) != replacement_digits("26100001", OTHER) != "26100001"
    )


FORMS = ["%m/%d/%Y", "%m-%d-%Y", "%Y-%m-%d", "%d-%b-%Y", "%m/%d/%y"]


@SETTINGS
@example(dt.date(2000, 5, 1), dt.date(2000, 1, 1), "%d-%b-%Y")
@given(DAYS.filter(lambda day: 1935 < day.year < 2025), DAYS, st.sampled_from(FORMS))
def test_a_date_is_printed_in_the_form_it_had(day: dt.date, other: dt.date, form: str) -> None:
    printed = PrintedDate(day.strftime(form))
    if "%y" not in form:
        assert printed.day == day
    assert printed.like(other) == other.strftime(form)


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("9/2/2026", "1/31/2027"),
        ("January 5, 2026", "January 31, 2027"),
        ("JAN. 15 2026", "JAN. 31 2027"),
        ("May 5, 2026", "January 31, 2027"),
        ("12/9/2026", "1/31/2027"),
        ("9-2-2026", "1-31-2027"),
    ],
)
def test_a_date_without_zeros_gets_none(text: str, new: str) -> None:
    assert PrintedDate(text).like(dt.date(2027, 1, 31)) == new
    assert PrintedDate("9/2/2026").like(dt.date(2027, 1, 3)) == "1/3/2027"


@pytest.mark.parametrize("text", ["13/45/2020", "02/30/2020", "2020-13-01"])
def test_what_is_no_day_is_none(text: str) -> None:
    with pytest.raises(ValueError):
        PrintedDate(text)


@SETTINGS
@given(DAYS)
def test_an_age_stays_within_a_year_and_the_day_never_stays(day: dt.date) -> None:
    new = shifted_birth_date(day, KEY)
    assert 0 < abs((new - day).days) <= 183
    assert abs(int(shifted_year(str(day.year), KEY)) - day.year) <= 1


@SETTINGS
@given(DAYS, DAYS, st.text(max_size=12))
def test_the_order_of_a_persons_dates_stays(one: dt.date, other: dt.date, person: str) -> None:
    move = date_shift_of(person, KEY)
    assert (one + move < other + move) == (one < other)
    assert 30 <= abs(move.days) <= 180


def test_two_words_never_become_one_in_a_visit() -> None:
    made = Pseudonyms(KEY, PersonalValues())
    words = [f"{a}{b}{c}E" for a in "BCDFGHJKLM" for b in "AEIO" for c in "NPRST"]
    assert len({made.word(word) for word in words}) == len(words)


def test_no_invented_value_is_somebody_elses_own() -> None:
    personal = PersonalValues()
    personal.learn(
        {"rows": [{"booking_number": str(number)} for number in range(100_000, 190_000)]}
    )
    personal.births = {dt.date(1990, 1, 1) + dt.timedelta(days) for days in range(0, 200, 2)}
    made = Pseudonyms(KEY, personal)
    taken = {str(number) for number in range(100_000, 190_000)}
    assert not {made.digits(str(number)) for number in range(100_000, 100_300)} & taken
    born = [
        PrintedDate(made.birth(PrintedDate(day.strftime("%m/%d/%Y")))).day
        for day in sorted(personal.births)
    ]
    assert not set(born) & personal.births


@pytest.mark.parametrize(
    ("kind", "text", "shape"),
    [
        ("phone", "(901) 222-3456", r"\(555\) 555-01\d\d"),
        ("phone", "901.222.3456", r"555.555.01\d\d"),
        ("phone", "222-3456", r"555-01\d\d"),
        ("ssn", "123-45-6789", r"000-\d\d-0000"),
        ("email", "j.smith@county.gov", r"[a-z]+@example\.invalid"),
        ("masked", "XX/XX/1990", r"XX/XX/(1989|1990|1991)"),
        ("token", "AbC123_-Q2", r"[A-Z][a-z][A-Z]\d{3}_-[A-Z]\d"),
    ],
)
def test_what_has_a_form_of_its_own_keeps_it(kind: str, text: str, shape: str) -> None:
    import re

    made = Pseudonyms(KEY, PersonalValues())
    assert re.fullmatch(shape, getattr(made, kind)(text))


def test_the_key_is_made_at_first_use_for_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    key = key_of()
    place = tmp_path / "cj-report-card" / "recording.key"
    assert place.stat().st_mode & 0o777 == 0o600
    assert invented_word("SAMPLE", key) == invented_word("SAMPLE", key_of())
    assert place.read_text().strip() not in repr(key)


def test_a_key_that_must_not_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    with pytest.raises(BadKeyError, match="in the repository"):
        key_of(tmp_path / "repo" / "deep" / "my.key")
    assert not (tmp_path / "repo" / "deep").exists()
    open_to_all = tmp_path / "open.key"
    open_to_all.write_text("x" * 64)
    os.chmod(open_to_all, 0o644)
    with pytest.raises(BadKeyError, match="chmod 600"):
        key_of(open_to_all)
    short = tmp_path / "short.key"
    short.write_text("abc")
    os.chmod(short, 0o600)
    with pytest.raises(BadKeyError, match="too short"):
        key_of(short)
