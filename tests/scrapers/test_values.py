from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience.faults import LayoutChanged
from scrapers.values import cents, clean, date_of, moment_of, soup_of

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
