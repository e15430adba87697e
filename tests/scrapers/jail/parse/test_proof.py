"""Which pages are proved to be the booking that was asked for, and which are refused."""

from __future__ import annotations

import datetime as dt

import pytest

from resilience.faults import Fault, SearchLost, WrongRecord
from scrapers.jail.parse import Asked
from tests.scrapers.jail.parse.pages import detail, handed, html_of

BORN = dt.date(1990, 1, 2)
NEWER = handed("a1-newer-real-chrome")
NUMBERLESS = handed("d1-no-booking-number-on-page")
AVERY = Asked("26100001", "SAMPLE, AVERY", BORN)


@pytest.mark.parametrize(
    ("listed", "printed"),
    [
        ("SAMPLE, JORDAN LEE", "JORDAN LEE SAMPLE"),
        ("SAMPLE   , JORDAN", "JORDAN SAMPLE"),
        ("0, SAMPLE, JORDAN", "JORDAN SAMPLE"),
        ("O'SAMPLE-TEST, RILEY", "RILEY O'SAMPLE-TEST"),
        ("SAMPLE JR, JORDAN", "JORDAN SAMPLE JR"),
        ("SAMPLE, JORDAN LEE JR.", "JORDAN LEE SAMPLE"),
        ("DE LA SAMPLE, MARÍA", "MARÍA DE LA SAMPLE"),
        ("SAMPLITA", "SAMPLITA"),
        ("sample, jordan", "JORDAN SAMPLE"),
    ],
)
def test_the_list_s_name_and_the_page_s_are_one(listed: str, printed: str) -> None:
    assert Asked("1", listed).is_called(printed)


@pytest.mark.parametrize(
    ("listed", "printed"),
    [
        ("SAMPLE, JORDAN", "JORDAN LEE SAMPLE"),
        ("LEE, JORDAN SAMPLE", "JORDAN LEE SAMPLE"),
        ("SAMPLE, JORDAN", "JORDAN SAMPLER"),
        ("SAMPLE, JORDAN", ""),
    ],
)
def test_another_name_is_another_name(listed: str, printed: str) -> None:
    assert not Asked("1", listed).is_called(printed)


def test_the_number_proves_a_page_and_another_name_is_only_doubted() -> None:
    assert detail(NEWER, asked=AVERY).doubts == ()
    (doubt,) = detail(NEWER, asked=Asked("26100001", "OTHER, NAME")).doubts
    assert (doubt.field, doubt.kind, doubt.found) == ("name", "mismatch", "AVERY SAMPLE")


def test_another_number_is_another_record() -> None:
    with pytest.raises(WrongRecord, match="26100002"):
        detail(NEWER, asked=Asked("26100002", "SAMPLE, AVERY", BORN))


def test_without_a_number_name_and_birth_date_prove_a_page() -> None:
    page = detail(NUMBERLESS, "bergen-nj", AVERY)
    assert page.booking.booking_number == "26100001"
    assert page.doubts == ()


@pytest.mark.parametrize(
    "asked",
    [
        Asked("26100001", "OTHER, AVERY", BORN),
        Asked("26100001", "SAMPLE, AVERY", dt.date(1990, 1, 3)),
        Asked("26100001"),
    ],
)
def test_without_a_number_another_name_or_birth_date_is_refused(asked: Asked) -> None:
    with pytest.raises(WrongRecord):
        detail(NUMBERLESS, "bergen-nj", asked)


def test_a_list_without_birth_dates_leaves_the_name() -> None:
    assert detail(NUMBERLESS, "bergen-nj", Asked("1", "SAMPLE, AVERY")).name == "AVERY SAMPLE"


def test_a_renamed_number_is_proved_by_name_and_birth_date_and_told() -> None:
    html = NEWER.replace(">Booking #:<", ">Reference:<")
    page = detail(html, asked=AVERY)
    assert page.booking.booking_number == "26100001"
    assert [(one.label, one.text) for one in page.unread] == [("Reference", "26100001")]
    assert [one.field for one in page.doubts] == ["booking_number"]
    with pytest.raises(WrongRecord):
        detail(html, asked=Asked("26100002", "SAMPLE, JORDAN", BORN))


@pytest.mark.parametrize(
    ("page", "county"),
    [
        ("shelby-tn/empty-template", "shelby-tn"),
        ("bergen-nj/detail-empty-template", "bergen-nj"),
    ],
)
def test_a_template_with_every_value_blank_means_the_search_is_lost(page: str, county: str) -> None:
    with pytest.raises(SearchLost):
        detail(html_of(page), county)
    with pytest.raises(Fault):
        detail(html_of(page), county, AVERY)
