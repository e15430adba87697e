"""What `cj check` finds on a county's pages, and what it proposes for the entry."""

from __future__ import annotations

import datetime as dt

import pytest

from practice.server import Options, running
from scrapers.jail import JailScraper
from scrapers.jail.checking import CheckReport, PageKind, _proposals, check
from scrapers.jail.parse.labels import vocabulary
from scrapers.record import Unread
from scrapers.sites import Site, site_of
from tests.scrapers.jail.plain import PlainSession

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.timezone.utc)


def entry(url: str, **jail: object) -> Site:
    return site_of(
        {"key": "new", "name": "New", "time_zone": "America/Chicago", "jail": {"url": url, **jail}}
    )


def checked(site: Site) -> CheckReport:
    return check(JailScraper(site, session=PlainSession(), now=lambda: NOW), 8)


@pytest.mark.parametrize(
    ("dialect", "lacks", "columns"),
    [
        ("shelby", (), ()),
        (
            "bergen",
            ("bonds.type", "booking_number", "hearings", "permanent_id"),
            ("name", "booking_number", "permanent_id", "release_date"),
        ),
        (
            "salt-lake",
            ("bonds.type", "date_of_birth", "hearings"),
            ("name", "booking_number", "permanent_id"),
        ),
    ],
)
def test_what_is_proposed_for_an_empty_entry_ends_the_doubts(
    dialect: str, lacks: tuple[str, ...], columns: tuple[str, ...]
) -> None:
    with running(Options(people=40, seed=7, dialect=dialect)) as portals:
        report = checked(entry(portals.jail))
        assert (report.lacks, report.columns, report.proposals) == (lacks, columns, ())
        said = {"lacks": lacks} | ({"columns": columns} if columns else {})
        again = checked(entry(portals.jail, **said))
    assert {one.kind for kind in again.kinds for one in kind.doubts} <= {"implausible"}
    assert [(kind.read, sum(kind.unread.values())) for kind in again.kinds] == [(1, 0), (8, 0)]


def proposed(*unread: Unread, missing: tuple[str, ...] = ()) -> dict[str, tuple[str | None, str]]:
    jail = site_of("shelby-tn").jail
    assert jail is not None
    page = PageKind("booking")
    page.unread.update(unread)
    found = _proposals(PageKind("list"), page, vocabulary(jail), list(missing))
    return {one.label: (one.near, one.means or "") for one in found}


def test_a_strange_label_is_proposed_as_the_nearest_known_one() -> None:
    assert proposed(
        Unread(section="Incarceration Information", label="Comitment Date", text="x"),
        Unread(section="Bond Information", label="Bond Status", text="x"),
        Unread(section="Roster", label="Permanent No", text="x"),
        Unread(section="Physical", text="Hair Colour:"),
    ) == {
        "Comitment Date": ("commitment date", "commitment_date"),
        "Bond Status": ("status", "bonds.status"),
        "Permanent No": ("permanent id", "permanent_id"),
        "Hair Colour": ("hair color", "physical.hair_color"),
    }


def test_a_label_near_no_known_one_means_what_alone_is_missing_or_has_no_field() -> None:
    strange = Unread(section="Bond Information", label="Wording", text="x")
    assert proposed(strange, missing=("bonds.status",)) == {"Wording": (None, "bonds.status")}
    assert proposed(strange) == {"Wording": (None, "details")}
    assert proposed(strange, missing=("bonds.status", "bonds.type")) == {
        "Wording": (None, "details")
    }
