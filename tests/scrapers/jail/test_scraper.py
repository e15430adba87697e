"""The scraper against the practice portal, without a browser; `test_browser` does the same with
one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from practice.people import generate
from practice.server import Options, Running, make_world, running
from practice.truth import jail_record
from practice.truth_told import told
from practice.world import People, World
from resilience import faults
from scrapers.jail import JailScraper
from scrapers.record import AsPrinted, Unread
from scrapers.roster import RosterPerson
from scrapers.sites import Site, SiteError, site_of
from tests.scrapers.jail.plain import PlainSession

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.timezone.utc)


def site_at(portals: Running, name: str = "practice") -> Site:
    return site_of(name).with_addresses(
        jail=portals.jail, court=portals.portal, as_of=portals.world.today
    )


def scraper_of(portals: Running, name: str = "practice") -> tuple[JailScraper, PlainSession]:
    session = PlainSession()
    return JailScraper(site_at(portals, name), session=session, now=lambda: NOW), session


def truth_of(world: World) -> dict[str, dict[str, object]]:
    says = told(world.dialect.words)
    return {person.key: jail_record(person, world.today, says) for person in world.people.detainees}


def read_all(jail: JailScraper) -> dict[str, object]:
    found = {}
    for entry in jail.roster().people:
        file = jail.person(entry)
        assert file.record is not None
        found[entry.key] = file.record.model_dump(mode="json")
    return found


@pytest.fixture(scope="module")
def portals() -> Iterator[Running]:
    with running(Options(people=40, seed=7)) as found:
        yield found


def test_everybody_reads_as_the_truth_says(portals: Running) -> None:
    jail, _ = scraper_of(portals)
    assert read_all(jail) == truth_of(portals.world)


@pytest.mark.parametrize(
    ("dialect", "name", "day"), [("bergen", "practice-4col", 0), ("shelby", "practice", 33)]
)
def test_another_dialect_and_another_day_read_as_the_truth_says(
    dialect: str, name: str, day: int
) -> None:
    options = Options(people=70, seed=11, day=day, dialect=dialect)
    with running(options) as found:
        jail, _ = scraper_of(found, name)
        assert read_all(jail) == truth_of(found.world)


def test_all_faults_together_change_nothing_in_the_records() -> None:
    world = make_world(
        Options(people=120, seed=7, faults="lost-session=0.2,busy=0.2,moved-roster=0.6")
    )
    with running(world=world) as found:
        jail, session = scraper_of(found)
        assert read_all(jail) == truth_of(world)
    assert session.statistics["SearchLost"] > 5
    assert session.statistics["Busy"] > 5
    assert session.statistics["RosterMoved"] > 0


def test_wrong_fact_in_a_page_is_noticed_by_the_comparison(portals: Running) -> None:
    person, *others = portals.world.people.detainees
    wrong = replace(
        person, bookings=tuple(replace(one, eye_color="PINK") for one in person.bookings)
    )
    world = replace(portals.world, people=People((wrong, *others), ()))
    with running(world=world) as found:
        jail, _ = scraper_of(found)
        assert read_all(jail) != truth_of(portals.world)


def test_file_says_where_and_how_it_was_read(portals: Running) -> None:
    jail, session = scraper_of(portals)
    entry = jail.roster().people[0]
    file = jail.person(entry)
    assert (file.format, file.key, file.outcome) == (
        "cj-report-card/jail-person",
        entry.key,
        "found",
    )
    said = file.provenance
    assert (said.site, said.fetched_at, said.attempts, said.retries) == ("practice", NOW, 1, {})
    assert [page.kind for page in said.pages] == ["detail"] * len(said.pages)
    assert all(len(page.sha256) == 64 for page in said.pages)
    assert session.asked[-1]["flow_action"] == "edit"


def test_lost_session_is_armed_again_and_told_in_the_provenance() -> None:
    world = make_world(Options(people=1, seed=7, faults="lost-session=1"))
    with running(world=world) as found:
        jail, session = scraper_of(found)
        (entry,) = jail.roster().people
        session.asked.clear()
        file = jail.person(entry)
    assert file.provenance.attempts == 2
    assert file.provenance.retries == {"SearchLost": 1}
    assert [values.get("flow_action", "form") for values in session.asked[:4]] == [
        "edit",
        "form",
        "searchbyid",
        "edit",
    ]


def test_busy_portal_is_waited_for_and_the_search_is_not_repeated() -> None:
    world = make_world(Options(people=1, seed=7, faults="busy@4"))
    with running(world=world) as found:
        jail, session = scraper_of(found)
        (entry,) = jail.roster().people
        jail.session.statistics.clear()
        world.faults.request()
        session.asked.clear()
        file = jail.person(entry)
    assert file.provenance.retries == {"Busy": 1}
    assert {values["flow_action"] for values in session.asked} == {"edit"}
    assert sum(session.naps) > 0


def test_new_browser_searches_before_it_asks_for_details(portals: Running) -> None:
    jail, session = scraper_of(portals)
    entry = jail.roster().people[0]
    session.restart()
    session.asked.clear()
    jail.person(entry)
    assert [values.get("flow_action", "form") for values in session.asked[:3]] == [
        "form",
        "searchbyid",
        "edit",
    ]


def late(world: World, *, released: bool = False) -> tuple[World, str]:
    """A world of one person with charges and bonds whose details fill in late."""
    person = next(
        one
        for one in generate(40, 7).detainees
        if one.bookings[-1].charges and one.bookings[-1].bonds
    )
    day = world.today if released else None
    bookings = tuple(
        replace(one, fills_in_late=True, listed_release_date=day) for one in person.bookings[-1:]
    )
    return replace(world, people=People((replace(person, bookings=bookings),), ())), person.key


def test_page_without_charges_and_bonds_is_read_once_more_and_the_newest_counts() -> None:
    world, _ = late(make_world(Options(people=1)))
    with running(world=world) as found:
        jail, _ = scraper_of(found)
        (entry,) = jail.roster().people
        file = jail.person(entry)
        assert file.record is not None
        assert file.record.bookings[0].charges
        assert len(file.provenance.pages) == 2
        assert file.record.model_dump(mode="json") == truth_of(world)[entry.key]


def test_details_that_fill_in_late_end_as_the_truth_whoever_they_befall() -> None:
    """All at once: by a fault on everybody, and on those whose details fill in late anyway."""
    with running(Options(people=80, seed=7, faults="late-detail=1")) as found:
        jail, _ = scraper_of(found)
        assert read_all(jail) == truth_of(found.world)


def test_released_booking_without_charges_is_not_read_twice() -> None:
    world, _ = late(make_world(Options(people=1)), released=True)
    with running(world=world) as found:
        jail, _ = scraper_of(found)
        (entry,) = jail.roster().people
        assert len(jail.person(entry).provenance.pages) == 1


def test_booking_that_left_the_portal_is_a_fault_and_no_empty_record(portals: Running) -> None:
    jail, session = scraper_of(portals)
    entry = jail.roster().people[0]
    gone = entry.rows[0].model_copy(update={"handle": "111"})
    with pytest.raises(faults.SearchLost):
        jail.person(entry.model_copy(update={"rows": (gone,)}))
    assert session.statistics["SearchLost"] == 5


def test_page_of_somebody_else_is_a_fault(portals: Running) -> None:
    jail, _ = scraper_of(portals)
    first, second = jail.roster().people[:2]
    mixed = first.rows[0].model_copy(update={"handle": second.rows[0].handle})
    with pytest.raises(faults.WrongRecord):
        jail.person(first.model_copy(update={"rows": (mixed,)}))


def test_other_host_is_not_followed_silently(portals: Running) -> None:
    jail, session = scraper_of(portals)
    session.instead = ("http://127.0.0.9/IML", "<html></html>")
    with pytest.raises(faults.Blocked, match=r"127\.0\.0\.9"):
        jail.roster()


def test_people_come_lazily_with_record_and_aliases(portals: Running) -> None:
    jail, session = scraper_of(portals)
    people = jail.people()
    assert not session.asked
    found = [next(people) for _ in range(3)]
    assert [one.key for one in found] == [one.key for one in jail.roster().people[:3]]
    everybody = {one.key: one for one in jail.people()}
    with_alias = next(one for one in portals.world.people.detainees if one.bookings[-1].aliases)
    alias = with_alias.bookings[-1].aliases[0]
    assert f"{alias.last}, {alias.first}" in everybody[with_alias.key].aliases
    for one in everybody.values():
        assert len(set(one.aliases)) == len(one.aliases)
        assert one.record == one.file.record


def test_in_custody_search_leaves_released_people_out(portals: Running) -> None:
    site = site_at(portals)
    assert site.jail is not None
    site = site.model_copy(update={"jail": site.jail.model_copy(update={"search": "in-custody"})})
    jail = JailScraper(site, session=PlainSession())
    listed = {row.booking_number for row in jail.roster().rows}
    everybody = [one for person in portals.world.people.detainees for one in person.bookings]
    held = {
        one.booking_number
        for one in everybody
        if one.listed_release_date is None or one.listed_release_date > portals.world.today
    }
    assert listed == held
    assert len(held) < len(everybody)


def test_portal_that_disagrees_with_itself_about_a_person_is_flagged_beside_the_record(
    portals: Running,
) -> None:
    jail, _ = scraper_of(portals)
    entry = next(one for one in jail.roster().people if one.date_of_birth and one.permanent_id)
    assert jail.person(entry).doubts == ()
    other = dt.date(1950, 1, 1)
    rows = (entry.rows[-1].model_copy(update={"date_of_birth": other, "permanent_id": "X1"}),)
    file = jail.person(entry.model_copy(update={"rows": rows}))
    assert [(one.field, one.kind, one.expected, one.found) for one in file.doubts] == [
        ("date_of_birth", "mismatch", other.isoformat(), str(entry.date_of_birth)),
        ("bookings.0.permanent_id", "mismatch", "X1", entry.permanent_id),
    ]


def with_two_bookings(portals: Running) -> tuple[JailScraper, RosterPerson]:
    jail, _ = scraper_of(portals)
    entry = next(one for one in jail.roster().people if len(one.rows) == 2)
    return jail, entry


def test_a_booking_that_cannot_be_read_loses_neither_its_neighbors_nor_the_person(
    portals: Running,
) -> None:
    jail, entry = with_two_bookings(portals)
    whole = jail.person(entry)
    rows = (entry.rows[0].model_copy(update={"handle": "111"}), entry.rows[1])
    file = jail.person(entry.model_copy(update={"rows": rows}))
    assert file.outcome == "found"
    (part,) = file.unread_parts
    assert (part.kind, part.number, part.fault) == (
        "booking",
        rows[0].booking_number,
        "SearchLost",
    )
    assert file.record is not None
    assert whole.record is not None
    kept = [one.booking_number for one in file.record.bookings]
    assert kept == [rows[1].booking_number]
    assert file.record.bookings[0] in whole.record.bookings
    assert jail.session.statistics["SearchLost"] == 5
    if rows[0].release_date is None:
        assert file.record.custody_status.rule == "unread"


def test_a_person_none_of_whose_bookings_can_be_read_is_a_fault(portals: Running) -> None:
    jail, entry = with_two_bookings(portals)
    rows = tuple(row.model_copy(update={"handle": "111"}) for row in entry.rows)
    with pytest.raises(faults.SearchLost):
        jail.person(entry.model_copy(update={"rows": rows}))


def test_two_rows_of_one_number_are_two_bookings_and_a_doubt(portals: Running) -> None:
    jail, entry = with_two_bookings(portals)
    row = entry.rows[0]
    twin = row.model_copy(update={"handle": f"{row.handle.split()[0]} 77"})
    file = jail.person(entry.model_copy(update={"rows": (row, twin)}))
    assert file.record is not None
    assert [one.booking_number for one in file.record.bookings] == [row.booking_number] * 2
    assert [(one.field, one.kind) for one in file.doubts] == [
        ("bookings.1.booking_number", "duplicate")
    ]


def test_a_listed_release_before_the_commitment_is_none_doubted_and_never_released(
    portals: Running,
) -> None:
    jail, _ = scraper_of(portals)
    entry = next(
        one
        for one in jail.roster().people
        if one.rows[-1].release_date is None and one.rows[-1].date_of_birth
    )
    early = entry.rows[-1].model_copy(update={"release_date": dt.date(1999, 1, 1)})
    file = jail.person(entry.model_copy(update={"rows": (early,)}))
    assert file.record is not None
    (booking,) = file.record.bookings
    assert (booking.listed_release_date, booking.released) == (None, False)
    assert AsPrinted(field="listed_release_date", text="01/01/1999") in booking.as_printed
    assert [(one.field, one.kind) for one in file.doubts] == [
        ("bookings.0.listed_release_date", "implausible")
    ]
    assert file.record.custody_status.answer != "not_held"


def test_what_the_row_could_not_give_stands_in_the_person_s_file(portals: Running) -> None:
    jail, _ = scraper_of(portals)
    entry = jail.roster().people[0]
    row = entry.rows[-1].model_copy(
        update={
            "release_date": None,
            "as_printed": (AsPrinted(field="release_date", text="SOON"),),
            "unread": (Unread(section="Roster", label="Facility", text="NORTH"),),
        }
    )
    file = jail.person(entry.model_copy(update={"rows": (row,)}))
    assert file.record is not None
    assert AsPrinted(field="listed_release_date", text="SOON") in file.record.bookings[0].as_printed
    assert file.extra.unread == row.unread
    site = jail.site.jail
    assert site is not None
    assert file.dialect == site.hash


def test_bookings_stand_in_the_order_of_their_commitment_not_of_their_numbers(
    portals: Running,
) -> None:
    found = 0
    jail, _ = scraper_of(portals)
    for entry in jail.roster().people:
        if len(entry.rows) > 1:
            record = jail.person(entry).record
            assert record is not None
            begun = [one.commitment_date for one in record.bookings]
            assert begun == sorted(begun, key=str)
            found += [one.booking_number for one in record.bookings] != sorted(
                one.booking_number for one in record.bookings
            )
    assert found


def test_no_photo_is_ever_asked_for(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    with running(Options(people=12, seed=7, access_log=log, dialect="shelby")) as found:
        jail, _ = scraper_of(found)
        for entry in jail.roster().people:
            jail.person(entry)
    assert "/imageservlet" not in log.read_text(encoding="utf-8")


def test_site_without_a_jail_half_is_wrong_use() -> None:
    with pytest.raises(SiteError, match="no portal"):
        JailScraper({"key": "mine", "name": "Mine", "time_zone": "UTC"})


def test_no_finished_page_is_asked_for_twice_without_faults(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    with running(Options(people=40, seed=7, access_log=log)) as found:
        jail, session = scraper_of(found)
        files = [jail.person(entry) for entry in jail.roster().people]
    details = [
        line for line in log.read_text(encoding="utf-8").splitlines() if '"page": "detail"' in line
    ]
    assert len(details) == sum(len(file.provenance.pages) for file in files)
    assert not session.statistics
