"""What changes is kept: every version of a page and of a case with the crawls that saw it, and
every row of every list."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from reportcard.database import DatabaseError, engine_of
from reportcard.load import load
from reportcard.panel.check import PanelError
from reportcard.panel.read import panel_of_site, sites_in
from scrapers.jail.records import Bond, Housing
from scrapers.odyssey.records import CasePretrial
from tests.reportcard import folders
from tests.reportcard.test_load import MONDAY, TUESDAY, rows
from tests.reportcard.test_marks import crawl

WEDNESDAY = MONDAY + dt.timedelta(2)


def page(folder: Path, day: dt.date, cents: int, **facts: object) -> None:
    record = folders.person("1", "b1", bonds=(Bond(total_cents=cents),), **facts)
    folders.put_jail(folder, record, folders.moment(day))


def test_every_version_of_a_page_is_kept_with_the_crawl_that_saw_it(data: Path, url: str) -> None:
    for day, cents in ((MONDAY, 5), (TUESDAY, 7), (WEDNESDAY, 5)):
        folder = crawl(data, day, "1")
        page(folder, day, cents, housing=Housing(location="JMS"), commitment_date=MONDAY)
        load(folder, url)
    assert rows(
        url,
        "SELECT x.crawl_id, v.bond_total_cents, v.housing_location FROM crawl_listings x "
        "JOIN booking_versions v ON v.version_id = x.version_id ORDER BY x.crawl_id",
    ) == [
        (f"{day}-practice", cents, "JMS")
        for day, cents in zip((MONDAY, TUESDAY, WEDNESDAY), (5, 7, 5), strict=True)
    ]
    assert rows(url, "SELECT count(*) FROM booking_versions") == [(2,)]
    assert rows(url, "SELECT total_cents FROM bonds") == [(5,)]
    panel = panel_of_site(url, "practice")
    assert [(place, page.bonds[0].total_cents) for place, page in panel.bookings["b1"].pages] == [
        (0, 5),
        (1, 7),
        (2, 5),
    ]


def test_a_release_is_no_other_version_of_the_page(data: Path, url: str) -> None:
    for day, release in ((MONDAY, None), (TUESDAY, TUESDAY)):
        folder = crawl(data, day, "1", release=release and release.isoformat())
        record = folders.person("1", "b1", listed_release_date=release, released=bool(release))
        folders.put_jail(folder, record, folders.moment(day))
        load(folder, url)
    assert rows(url, "SELECT count(*) FROM booking_versions") == [(1,)]
    assert rows(url, "SELECT count(*) FROM listings") == [(2,)]


def test_every_version_of_a_case_is_kept_until_the_court_shows_the_case_no_longer(
    data: Path, url: str
) -> None:
    answers = {MONDAY: "pretrial", TUESDAY: "not_pretrial"}
    for day, answer in answers.items():
        folder = crawl(data, day, "1")
        case = folders.case("C1", pretrial=CasePretrial(answer=answer))
        folders.put_court(folder, "1", folders.history("1", case), folders.moment(day))
        load(folder, url)
    wanted = (
        "SELECT r.crawl_id, v.pretrial_answer FROM case_readings r "
        "JOIN case_versions v ON v.version_id = r.version_id ORDER BY r.crawl_id"
    )
    assert rows(url, wanted) == [(f"{day}-practice", answers[day]) for day in answers]
    folder = crawl(data, WEDNESDAY, "1")
    folders.put_court(folder, "1", folders.history("1"), folders.moment(WEDNESDAY))
    load(folder, url)
    assert rows(url, wanted) == []
    assert rows(url, "SELECT count(*) FROM case_versions") == [(0,)]


def test_crawls_loaded_in_any_order_give_one_panel(data: Path, tmp_path: Path) -> None:
    made = []
    for day, cents, keys in ((MONDAY, 5, "12"), (TUESDAY, 7, "1"), (WEDNESDAY, 7, "13")):
        folder = crawl(data, day, *keys)
        page(folder, day, cents, commitment_date=MONDAY)
        made.append(folder)
    panels = []
    for name, order in (("a", made), ("b", [made[2], made[0], made[1], made[0]])):
        url = f"sqlite:///{tmp_path / name}.sqlite"
        for folder in order:
            load(folder, url)
        panel = panel_of_site(url, "practice")
        panels.append((panel.bookings, [(s.start, s.release, s.vanished) for s in panel.stays]))
        for table in ("listings", "crawl_listings", "booking_versions", "listed_bookings"):
            assert rows(url, f"SELECT * FROM {table} ORDER BY 1, 2") == rows(
                f"sqlite:///{tmp_path / 'a'}.sqlite", f"SELECT * FROM {table} ORDER BY 1, 2"
            )
    assert panels[0] == panels[1]


def test_what_was_loaded_of_a_list_is_checked_against_its_fingerprint(data: Path, url: str) -> None:
    load(crawl(data, MONDAY, "1", "2"), url)
    assert len(panel_of_site(url, "practice").bookings) == 2

    engine = engine_of(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "DELETE FROM crawl_listings WHERE listing_id = "
            "(SELECT listing_id FROM listings WHERE booking_number = 'b2')"
        )
    engine.dispose()
    with pytest.raises(PanelError, match="the list had 2 rows, the panel gives 1"):
        panel_of_site(url, "practice")


def test_a_roster_with_two_numbers_instead_of_a_handle_is_read(data: Path, url: str) -> None:
    folder = crawl(data, MONDAY, "1")
    told = json.loads((folder / "roster.json").read_text(encoding="utf-8"))
    for row in told["rows"]:
        del row["handle"]
        row |= {"sys_id": "329", "img_sys_id": "0"}
    (folder / "roster.json").write_text(json.dumps(told), encoding="utf-8")
    load(folder, url)
    assert rows(url, "SELECT handle FROM listings") == [("329 0",)]
    assert sites_in(url) == ["practice"]


def test_a_panel_until_a_day_knows_nothing_of_later_crawls(data: Path, url: str) -> None:
    for day, keys in ((MONDAY, "12"), (TUESDAY, "1")):
        load(crawl(data, day, *keys), url)
    whole, before = panel_of_site(url, "practice"), panel_of_site(url, "practice", MONDAY)
    assert [len(panel.crawls) for panel in (whole, before)] == [2, 1]
    assert {stay.vanished for stay in before.stays} == {None}
    with pytest.raises(DatabaseError, match="no crawl of practice of 2026-01-04 or before"):
        panel_of_site(url, "practice", MONDAY - dt.timedelta(1))
