from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience.faults import LayoutChanged
from scrapers.values import (
    Told,
    cents,
    cents_told,
    clean,
    date_of,
    day_told,
    decoded,
    implausible,
    loaded,
    moment_of,
    moment_told,
    soup_of,
)

CHICAGO = ZoneInfo("America/Chicago")
AMOUNTS = st.integers(min_value=0, max_value=10**12)
DAYS = st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2100, 12, 31))


@given(
    AMOUNTS,
    st.sampled_from(
        ["{:.2f}", "{:,.2f}", "${:,.2f}", "$ {:.2f}", "¤ {:,.2f}", "Â¤{:,.2f}", " \xa0{:.2f} "]
    ),
)
def test_amount_is_read_to_the_cent_however_it_is_printed(amount: int, form: str) -> None:
    whole, part = divmod(amount, 100)
    printed = form.replace(":,.2f", "").replace(":.2f", "")
    text = printed.format(f"{whole:,}.{part:02d}" if "," in form else f"{whole}.{part:02d}")
    assert cents(text) == amount


@given(AMOUNTS)
def test_amount_in_brackets_or_with_a_minus_is_negative(amount: int) -> None:
    text = f"{amount // 100:,}.{amount % 100:02d}"
    assert cents(f"(${text})") == -amount
    assert cents(f"-{text}") == -amount


@pytest.mark.parametrize(
    "text", ["C2600001", "26 12345-00000001", "5.000,00", "1.234", "N/A", "$", "12 34.00"]
)
def test_what_is_no_amount_is_never_read_as_one(text: str) -> None:
    with pytest.raises(ValueError):
        cents(text)


@given(st.text())
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    try:
        amount = cents(text)
    except ValueError:
        return
    assert amount is None or isinstance(amount, int)


@given(
    DAYS,
    st.sampled_from(
        [
            "%m/%d/%Y",
            "%m-%d-%Y",
            "%Y-%m-%d",
            " %m/%d/%Y \xa0",
            "%Y-%m-%d 17:20:00.0",
            "%m/%d/%Y 09:00",
        ]
    ),
)
def test_day_is_read_however_it_is_printed(day: dt.date, form: str) -> None:
    assert date_of(day.strftime(form)) == day


@pytest.mark.parametrize("text", [None, "", " \xa0 ", "XX/XX/1990", "xx/xx/1990", "**/**/1990"])
def test_blank_and_masked_dates_are_none(text: str | None) -> None:
    assert date_of(text) is None


@pytest.mark.parametrize("text", ["02/30/2026", "13/01/2026", "soon", "1990", "01/02/90"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        date_of(text)


@given(DAYS, st.times())
def test_moment_keeps_the_county_clock_and_its_offset(day: dt.date, time: dt.time) -> None:
    moment = moment_of(day, f"{time:%H:%M}", CHICAGO)
    assert moment is not None
    assert (moment.date(), moment.hour, moment.minute) == (day, time.hour, time.minute)
    assert (
        moment.utcoffset()
        == dt.datetime.combine(day, dt.time(time.hour, time.minute), CHICAGO).utcoffset()
    )


def test_offset_follows_daylight_saving() -> None:
    summer, winter = (moment_of(dt.date(2026, month, 1), "9:00 AM", CHICAGO) for month in (7, 12))
    assert summer is not None
    assert winter is not None
    assert (summer.isoformat(), winter.isoformat()) == (
        "2026-07-01T09:00:00-05:00",
        "2026-12-01T09:00:00-06:00",
    )


def test_moment_without_a_time_is_none_and_rubbish_is_refused() -> None:
    assert moment_of(dt.date(2026, 1, 5), " ", CHICAGO) is None
    with pytest.raises(ValueError):
        moment_of(dt.date(2026, 1, 5), "noon", CHICAGO)


@given(st.text(alphabet=" \t\r\n\xa0"))
def test_nothing_but_white_space_is_none(text: str) -> None:
    assert clean(text) is None


def test_a_page_long_beyond_reason_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(LayoutChanged, match="characters"):
        soup_of("<p>x</p>" * 700_000)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("SAM\x00PLE\x1b, JORDAN\x7f", "SAMPLE, JORDAN"),
        ("\ufeffArraignment", "Arraignment"),
        ("SAMPLE\ud800, LEE", "SAMPLE, LEE"),
        ("\u202eELPMAS\u202c", "ELPMAS"),
        ("a \u200b b", "a b"),
        ("\ufeff\x01", None),
        ("نمونه\u200cای", "نمونه\u200cای"),
        ("Ñúñez-O’Neil", "Ñúñez-O’Neil"),
    ],
)
def test_what_nobody_can_see_is_left_out_of_a_text(text: str, shown: str | None) -> None:
    assert clean(text) == shown


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_a_clean_text_can_always_be_stored(text: str) -> None:
    shown = clean(text) or ""
    assert shown.encode("utf-8").decode() == clean(shown) or shown == ""


def test_a_page_goes_to_its_parser_without_controls_and_lone_surrogates() -> None:
    assert decoded("<p>a\x00\x08b\ud800\n\tü</p>") == "<p>ab\n\tü</p>".encode()


def test_numbers_that_are_none_are_null() -> None:
    body = '{"a": NaN, "b": [Infinity, -Infinity, 1e999], "c": 54.5, "d": 7}'
    assert loaded(body) == {"a": None, "b": [None, None, None], "c": 54.5, "d": 7}
    with pytest.raises(ValueError):
        loaded("{'a': 1}")


BY = dt.date(2026, 9, 2)


@pytest.mark.parametrize(
    "day",
    [dt.date(1900, 1, 1), dt.date(1, 1, 1), dt.date(1899, 12, 30), dt.date(9999, 12, 31)],
)
def test_a_database_s_word_for_no_date_is_no_date(day: dt.date) -> None:
    assert implausible(day)
    told = day_told(day.strftime("%m/%d/") + f"{day.year:04d}")
    assert (told.value, told.implausible) == (None, implausible(day))
    assert told.printed


@pytest.mark.parametrize(
    ("day", "believed"),
    [
        (dt.date(1900, 1, 2), False),
        (dt.date(1906, 1, 1), True),
        (dt.date(2026, 9, 2), True),
        (dt.date(2026, 9, 3), False),
        (dt.date(2050, 1, 1), False),
    ],
)
def test_nobody_is_born_in_the_future_or_too_long_ago(day: dt.date, believed: bool) -> None:
    assert (implausible(day, birth=True, by=BY) is None) == believed


def test_a_date_to_come_is_believed_of_everything_but_a_birth() -> None:
    assert implausible(dt.date(2050, 1, 1), by=BY) is None
    assert implausible(dt.date(2050, 1, 1), birth=True) is None


@pytest.mark.parametrize("text", ["LIFE", "13/45/2026", "XX/XX/1990", "##/##/1990", "TBD"])
def test_a_text_that_is_no_full_date_is_kept_as_printed(text: str) -> None:
    assert day_told(f" {text}\xa0") == Told(printed=text)


def test_a_county_s_own_form_of_dates_is_read() -> None:
    assert day_told("Sep 2, 2026", ["%b %d, %Y"]) == Told(dt.date(2026, 9, 2))
    assert day_told("2026-09-02T00:00:00") == Told(dt.date(2026, 9, 2))
    assert day_told(" ") == Told()


def test_an_amount_or_a_time_that_cannot_be_read_is_kept_as_printed() -> None:
    assert cents_told("NO BOND") == Told(printed="NO BOND")
    assert cents_told("$1.50") == Told(150)
    assert moment_told(BY, "10:00 AM - 11:00 AM", CHICAGO) == Told(printed="10:00 AM - 11:00 AM")
    assert moment_told(None, "10:00 AM", CHICAGO) == Told(printed="10:00 AM")
    assert moment_told(BY, "10:00 AM", None) == Told(printed="10:00 AM")
    assert moment_told(BY, None, CHICAGO) == Told()


@pytest.mark.parametrize(
    ("text", "hour"), [("12:30 AM", 0), ("12:30 p.m.", 12), ("1:30PM", 13), ("23:30:15", 23)]
)
def test_a_clock_is_read_however_it_is_printed(text: str, hour: int) -> None:
    moment = moment_of(BY, text, CHICAGO)
    assert moment is not None
    assert (moment.hour, moment.minute) == (hour, 30)


@pytest.mark.parametrize("text", ["13:00 PM", "0:30 AM", "25:00", "9:75 AM", "9 - 10 AM", "noon"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        moment_of(BY, text, CHICAGO)
