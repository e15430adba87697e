"""The nights of a simulated county (``cj practice history``) into the database, by the loader's own
rows, without portals and without a file a person.

A night is an object with ``crawl``, ``rows``, ``pages``, ``cases`` and ``court``, or the lines of
JSON that say the same; what they hold is described in ``practice/history/lines.py``. Only for
trying and measuring: nothing real is loaded this way."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from reportcard.database import alone, engine_of, prepare, shown
from reportcard.load import Load, LoadReceipt, rare_collections
from reportcard.load_files import Crawl, Listed, Read
from reportcard.load_marks import ListedRow, RosterFile, Seen
from reportcard.load_rows import Row
from reportcard.panel.check import rows_hash
from reportcard.panel.records import day
from scrapers.crawl import COURT, JAIL, CrawlFolder
from scrapers.jail.records import JAIL_FORMAT, Booking, JailFile, JailRecord
from scrapers.jail.rules.custody import custody_of
from scrapers.odyssey.records import COURT_FORMAT, Case, CourtFile, CourtRecord
from scrapers.record import Name, Provenance
from scrapers.sites import CustodyWords, site_of

Json = Mapping[str, Any]


@lru_cache(maxsize=1)
def _words() -> CustodyWords:
    """The practice county's custody words: the history is its."""
    jail = site_of("practice").jail
    assert jail is not None
    return jail.custody


class Night(Protocol):
    """What one crawl brings."""

    @property
    def crawl(self) -> Json: ...
    @property
    def rows(self) -> Sequence[tuple[Json, str | None]]: ...
    @property
    def pages(self) -> Mapping[str, Json]: ...
    @property
    def cases(self) -> Mapping[str, Json]: ...
    @property
    def court(self) -> Sequence[Json]: ...


@dataclass
class _Read:
    """A night of JSON lines."""

    crawl: Json
    rows: list[tuple[Json, str | None]] = field(default_factory=list)
    pages: dict[str, Json] = field(default_factory=dict)
    cases: dict[str, Json] = field(default_factory=dict)
    court: list[Json] = field(default_factory=list)


def nights_of(lines: Iterable[str]) -> Iterator[Night]:
    """The nights of JSON lines."""
    night: _Read | None = None
    for line in lines:
        if not line.strip():
            continue
        told = json.loads(line)
        kind = told.pop("row")
        if kind == "crawl":
            if night is not None:
                yield night
            night = _Read(told)
        elif night is None:
            raise ValueError("the lines begin with no crawl")
        elif kind == "page":
            night.pages[told["id"]] = told["booking"]
        elif kind == "case":
            night.cases[told["id"]] = told["case"]
        elif kind == "listed":
            night.rows.append((told, told.pop("page")))
        elif kind == "court":
            night.court.append(told)
    if night is not None:
        yield night


def load_nights(
    nights: Iterable[Night],
    database_url: str,
    *,
    site: str,
    told: Callable[[LoadReceipt], None] = lambda receipt: None,
    clock: Callable[[], float] = time.perf_counter,
) -> int:
    """Load them, one transaction a night; how many. ``told`` gets each receipt."""
    prepare(database_url)
    engine = engine_of(database_url)
    known = _Known(site)
    count = 0
    try:
        for night in nights:
            with (
                rare_collections(),
                engine.connect().execution_options(writes=True) as connection,
                connection.begin(),
            ):
                alone(connection)
                began = clock()
                receipt = Load(connection, known.content(night), False).run(shown(database_url))
            told(receipt.model_copy(update={"seconds": round(clock() - began, 3)}))
            count += 1
    finally:
        engine.dispose()
    return count


class _Known:
    """Pages and cases that earlier nights told."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._pages: dict[str, Booking] = {}
        self._cases: dict[str, Case] = {}

    def content(self, night: Night) -> NightContent:
        self._pages.update(
            (name, Booking.model_validate(told)) for name, told in night.pages.items()
        )
        self._cases.update((name, Case.model_validate(told)) for name, told in night.cases.items())
        return NightContent(self._site, night, self._pages, self._cases)


class NightContent:
    """A night as the loader reads a crawl folder."""

    def __init__(
        self,
        site: str,
        night: Night,
        pages: Mapping[str, Booking],
        cases: Mapping[str, Case],
    ) -> None:
        self._night, self._pages, self._cases = night, pages, cases
        crawl = night.crawl
        self._at = dt.datetime.fromisoformat(crawl["read_at"])
        self.crawl = Crawl(
            CrawlFolder(f"simulated/{crawl['crawl_id']}"),
            site,
            dt.date.fromisoformat(crawl["day"]),
            self._at,
            "simulated",
        )

    def roster(self) -> RosterFile:
        rows = tuple(
            ListedRow(
                row["booking_number"],
                row["handle"],
                row["permanent_id"],
                row["name"],
                day(row["date_of_birth"]),
                day(row["release_date"]),
            )
            for row, _ in self._night.rows
        )
        crawl = self._night.crawl
        people = len({row["key"] for row, _ in self._night.rows})
        reasons = () if crawl["exact"] else ("the list moved",)
        return RosterFile(rows, people, crawl["exact"], reasons, self._at, crawl["search"])

    def listed(self) -> dict[str, Listed]:
        found: dict[str, list[Json]] = {}
        for row, _ in self._night.rows:
            found.setdefault(row["key"], []).append(row)
        return {
            key: Listed(
                rows[-1]["name"],
                day(rows[-1]["date_of_birth"]),
                tuple(row["booking_number"] for row in rows),
                rows[-1]["permanent_id"],
            )
            for key, rows in found.items()
        }

    def jail_files(
        self, invalid: dict[str, str], replaced: dict[str, str]
    ) -> Iterator[Read[JailFile]]:
        found: dict[str, list[tuple[Json, Booking]]] = {}
        for row, page in self._night.rows:
            if page is not None:
                found.setdefault(row["key"], []).append((row, self._pages[page]))
        for key, rows in sorted(found.items()):
            yield Read(f"{self.crawl.id}/jail/{key}.json", self._jail(key, rows))

    def _jail(self, key: str, rows: Sequence[tuple[Json, Booking]]) -> JailFile:
        bookings = []
        for row, booking in rows:
            release = day(row["release_date"])
            released = release is not None and release <= self.crawl.day
            changes = {"listed_release_date": release, "released": released}
            bookings.append(booking.model_copy(update=changes))
        row = rows[-1][0]
        last, _, given = row["name"].partition(", ")
        record = JailRecord.model_construct(
            key=key,
            permanent_id=row["permanent_id"],
            name=Name.model_construct(
                full=row["name"], last=last, first=given or None, middle=None, suffix=None
            ),
            date_of_birth=day(row["date_of_birth"]),
            bookings=tuple(bookings),
            custody_status=custody_of(bookings, self.crawl.day, _words()),
        )
        return JailFile(
            format=JAIL_FORMAT,
            key=key,
            outcome="found",
            record=record,
            provenance=self._provenance(),
        )

    def court_files(
        self, invalid: dict[str, str], replaced: dict[str, str]
    ) -> Iterator[Read[CourtFile]]:
        for answer in sorted(self._night.court, key=lambda one: str(one["key"])):
            key, record = answer["key"], None
            if answer["outcome"] == "found":
                cases = {name: self._cases[name] for name in answer["cases"]}
                unique = {case.case_number: case for case in cases.values()}
                record = CourtRecord.model_construct(
                    key=key, names=(), cases=tuple(unique.values())
                )
            file = CourtFile(
                format=COURT_FORMAT,
                key=key,
                outcome=answer["outcome"],
                record=record,
                provenance=self._provenance(),
            )
            yield Read(f"{self.crawl.id}/odyssey/{key}.json", file)

    def _provenance(self) -> Provenance:
        return Provenance(site=self.crawl.site, fetched_at=self._at, version="simulated")

    def marks(
        self, rows: Iterable[ListedRow], seen: Seen, keys: Iterable[str], from_future: bool
    ) -> Row:
        """The crawl's row of ``crawls``."""
        crawl, listed = self._night.crawl, list(rows)
        people = len(list(keys))
        return {
            "crawl_id": self.crawl.id,
            "site": self.crawl.site,
            "day": self.crawl.day,
            "created_at": self._at,
            "identity_hash": "simulated",
            "kind": "roster",
            "search": crawl["search"],
            "state": crawl["state"],
            "exact": crawl["exact"],
            "reasons": None if crawl["exact"] else "the list moved",
            "read_at": self._at,
            "roster_people": people,
            "roster_rows": len(listed),
            "rows_hash": rows_hash(
                (row.booking_number, row.handle, row.release_date) for row in listed
            ),
            "asked_limit": None,
            "asked_only": None,
            "jail_asked": people,
            "jail_known": len(seen.outcomes[JAIL]),
            "jail_failed": 0,
            "court_asked": people,
            "court_known": len(seen.outcomes[COURT]),
            "court_failed": 0,
            "jail_partly_read": 0,
            "court_partly_read": 0,
            "cases_read": seen.cases_read,
            "cases_unread": 0,
            "from_future": from_future,
        }
