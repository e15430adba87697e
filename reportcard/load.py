"""Load a crawl folder into the database: all of it in one transaction, or nothing.

    receipt = load("data/2026-11-22-shelby-tn", "sqlite:///data/cj.sqlite")

Loading again changes nothing, loading a later crawl updates, and the order in which crawls are
loaded does not matter: a row is only ever replaced by a file read at the same time or later. What
belongs to a booking or a case is replaced as a set."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import itertools
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Table, exists, func, select
from sqlalchemy import delete as delete_from

from reportcard import tables as t
from reportcard.database import DEFAULT_URL, alone, engine_of, insert_new, prepare, shown, upsert
from reportcard.load_batch import Batch
from reportcard.load_custody import derive_custody
from reportcard.load_files import (
    Crawl,
    InvalidFilesError,
    Listed,
    Read,
    court_files,
    crawl_of,
    jail_files,
    roster_of,
)
from reportcard.load_marks import (
    ListedRow,
    RosterFile,
    Seen,
    incomplete,
    is_ahead,
    marks_of,
    roster_file,
)
from reportcard.load_people import Claim, Clock, People
from reportcard.load_rows import (
    Row,
    Source,
    booking_family,
    case_family,
    court_names,
    court_sighting,
    jail_sighting,
    number_of,
    person_row,
)
from reportcard.load_state import CachedTable
from scrapers.crawl import COURT, JAIL
from scrapers.crawl.place import Where
from scrapers.jail.records import JailFile
from scrapers.odyssey.records import CourtFile

_log = logging.getLogger(__name__)
_AT_ONCE = 300
"""Files read before what the database knows of their people is asked for."""

T = TypeVar("T")


class OtherCrawlError(ValueError):
    """The database holds another crawl under the folder's name."""


class LoadReceipt(BaseModel):
    """What a load did. ``rows`` counts, by table, the rows that name this crawl as their source
    afterwards (a row that a later crawl has updated names that one); ``cases_gone`` the cases taken
    out because nobody's newest history has them.

    ``incomplete`` says in sentences what the crawl lacks; ``older`` counts people of whom something
    newer stood, which stayed; ``replaced`` names the files with signs that no database stores
    (NUL), and says what stands there instead."""

    model_config = ConfigDict(frozen=True)

    crawl_id: str
    site: str
    day: dt.date
    database: str
    files: dict[str, int]
    rows: dict[str, int]
    conflicts: int
    cases_gone: int
    seconds: float
    incomplete: tuple[str, ...] = ()
    older: int = 0
    replaced: dict[str, str] = {}


def load(
    crawl_folder: Where,
    database_url: str = DEFAULT_URL,
    *,
    clock: Callable[[], float] = time.perf_counter,
    now: Callable[[], dt.datetime] | None = None,
) -> LoadReceipt:
    """Load every person's file of the folder, on this machine or in a store; the receipt says what
    stands in the database now. ``now`` is an aware clock, which tells crawls of the future.

    Raises InvalidFilesError, naming each file that does not validate, BadFolderError,
    DatabaseError, OtherCrawlError, or SQLAlchemy's errors; after any of them the database is as it
    was."""
    began = clock()
    crawl = crawl_of(crawl_folder)
    ahead = is_ahead(crawl, (now or _utc_now)())
    prepare(database_url)
    engine = engine_of(database_url)
    try:
        with (
            rare_collections(),
            engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            alone(connection)
            receipt = Load(connection, FolderContent(crawl), ahead).run(shown(database_url))
    finally:
        engine.dispose()
    receipt = receipt.model_copy(update={"seconds": round(clock() - began, 3)})
    _log.info(
        "Loaded crawl %s into %s: %s files in %s s",
        crawl.id,
        receipt.database,
        sum(receipt.files.values()),
        receipt.seconds,
    )
    return receipt


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


class Content(Protocol):
    """What is loaded: a crawl folder, or a night of a simulated county."""

    @property
    def crawl(self) -> Crawl:
        """Which crawl it is."""

    def roster(self) -> RosterFile | None:
        """The county's list; None where the crawl has none."""

    def listed(self) -> dict[str, Listed]:
        """What the list says of people, by key."""

    def jail_files(
        self, invalid: dict[str, str], replaced: dict[str, str]
    ) -> Iterator[Read[JailFile]]:
        """The people of the jail half."""

    def court_files(
        self, invalid: dict[str, str], replaced: dict[str, str]
    ) -> Iterator[Read[CourtFile]]:
        """The people of the court half."""

    def marks(
        self, rows: Iterable[ListedRow], seen: Seen, keys: Iterable[str], from_future: bool
    ) -> Row:
        """The crawl's row of ``crawls``, after all files were read."""


class FolderContent:
    """A crawl folder."""

    def __init__(self, crawl: Crawl) -> None:
        self.crawl = crawl
        self._roster = roster_file(crawl)

    def roster(self) -> RosterFile | None:
        return self._roster

    def listed(self) -> dict[str, Listed]:
        return roster_of(self.crawl)

    def jail_files(
        self, invalid: dict[str, str], replaced: dict[str, str]
    ) -> Iterator[Read[JailFile]]:
        return jail_files(self.crawl, invalid, replaced)

    def court_files(
        self, invalid: dict[str, str], replaced: dict[str, str]
    ) -> Iterator[Read[CourtFile]]:
        return court_files(self.crawl, invalid, replaced)

    def marks(
        self, rows: Iterable[ListedRow], seen: Seen, keys: Iterable[str], from_future: bool
    ) -> Row:
        return marks_of(self.crawl, self._roster, rows, seen, keys, from_future)


class Load:
    """One crawl going into the database, within the caller's transaction."""

    def __init__(self, connection: Connection, content: Content, ahead: bool) -> None:
        self._connection, self._content, self._ahead = connection, content, ahead
        self._crawl = crawl = content.crawl
        self._dialect = connection.dialect.name
        self._put_crawl()
        clock = Clock(self._crawls_ahead())
        self._people = People(connection, crawl.site, crawl.id, clock, self._settle)
        self._batch = Batch(connection, self._people, clock)
        self._roster, self._list = content.listed(), content.roster()
        self._seen = Seen()
        self._touched: set[str] = set()
        self._older: set[str] = set()
        self._rows: dict[str, ListedRow] = {}
        self._versions: dict[str, int] = {}

    def run(self, database: str) -> LoadReceipt:
        """Load it. Raises InvalidFilesError after all files were looked at."""
        invalid: dict[str, str] = {}
        files = {"jail": 0, "odyssey": 0}
        replaced: dict[str, str] = {}
        for people in _some(self._content.jail_files(invalid, replaced)):
            files["jail"] += len(people)
            if not invalid:
                self._prepare(people)
                for person in people:
                    self._put_jail(person.file, self._source(person.source_file))
        self._batch.flush()
        for histories in _some(self._content.court_files(invalid, replaced)):
            files["odyssey"] += len(histories)
            if not invalid:
                for history in histories:
                    self._put_court(history.file, self._source(history.source_file))
        if invalid:
            raise InvalidFilesError(invalid)
        self._batch.flush()
        rows = self._list.rows if self._list is not None else tuple(self._rows.values())
        self._put_listings(rows)
        gone = self._drop_forgotten_cases()
        derive_custody(self._connection, self._touched)
        marks = self._put_marks(rows)
        counts = {
            table.name: self._count(table)
            for table in t.metadata.sorted_tables
            if "crawl_id" in table.c
        }
        return LoadReceipt(
            crawl_id=self._crawl.id,
            site=self._crawl.site,
            day=self._crawl.day,
            database=database,
            files=files,
            rows=counts,
            conflicts=counts[t.conflicts.name],
            cases_gone=gone,
            seconds=0.0,
            incomplete=tuple(incomplete(marks)),
            older=len(self._older),
            replaced=replaced,
        )

    def _settle(self) -> None:
        self._batch.flush()

    def _source(self, file: str) -> Source:
        return Source(self._crawl.site, self._crawl.id, file)

    def _put_crawl(self) -> None:
        """The crawl's row, its marks not yet known."""
        crawl, c = self._crawl, t.crawls.c
        before = self._connection.execute(
            select(t.crawls).where(c.crawl_id == crawl.id)
        ).one_or_none()
        if before is not None and (before.site, before.created_at) != (
            crawl.site,
            crawl.created_at,
        ):
            raise OtherCrawlError(
                f"the database holds another crawl named {crawl.id} ({before.site}, begun "
                f"{before.created_at}): give this folder another name"
            )
        blank: Row = dict.fromkeys(column.name for column in t.crawls.columns)
        row = {
            **blank,
            "crawl_id": crawl.id,
            "site": crawl.site,
            "day": crawl.day,
            "created_at": crawl.created_at,
            "kind": "roster",
            "search": "all",
            "state": "unfinished",
            "exact": False,
            "from_future": self._ahead,
        }
        self._connection.execute(upsert(t.crawls, self._dialect), row)

    def _crawls_ahead(self) -> list[str]:
        c = t.crawls.c
        wanted = select(c.crawl_id).where(c.site == self._crawl.site, c.from_future)
        return list(self._connection.execute(wanted).scalars())

    def _put_marks(self, rows: Iterable[ListedRow]) -> Row:
        keys = dict.fromkeys(self._roster)
        for outcomes in self._seen.outcomes.values():
            keys.update(dict.fromkeys(outcomes))
        marks = self._content.marks(rows, self._seen, keys, self._ahead)
        self._connection.execute(upsert(t.crawls, self._dialect), marks)
        return marks

    # --- people ---------------------------------------------------------------------------------

    def _prepare(self, people: list[Read[JailFile]]) -> None:
        records = [read.file.record for read in people if read.file.record is not None]
        self._people.prepare(
            [booking.booking_number for record in records for booking in record.bookings],
            [record.permanent_id for record in records if record.permanent_id],
        )

    def _put_jail(self, file: JailFile, source: Source) -> None:
        record, fetched_at = file.record, file.provenance.fetched_at
        self._seen.add(JAIL, file.key, file.outcome, len(file.unread_parts))
        if record is None:
            person_id = self._people.of(self._claim(file.key, None, fetched_at), source)
            self._people.put_sighting({**jail_sighting(file, source), "person_id": person_id})
            return
        numbers = tuple(booking.booking_number for booking in record.bookings)
        claim = Claim(
            record.key,
            record.name.full,
            numbers,
            record.permanent_id,
            record.date_of_birth,
            fetched_at,
        )
        person_id = self._people.of(claim, source)
        self._touched.add(person_id)
        self._people.put_sighting({**jail_sighting(file, source), "person_id": person_id})
        if self._people.is_newer(person_id, "jail", source, fetched_at):
            row = {**person_row(record), "jail_fetched_at": fetched_at, **source.columns}
            self._people.change(person_id, **row)
        else:
            self._older.add(person_id)
        unread = {part.number for part in file.unread_parts}
        for booking in record.bookings:
            number = booking.booking_number
            self._rows[number] = ListedRow(
                number,
                None,
                record.permanent_id,
                record.name.full,
                record.date_of_birth,
                booking.listed_release_date,
            )
            if number in unread and number in self._people.bookings:
                continue
            family = booking_family(booking, file, person_id, source)
            if number not in unread:
                self._versions[number] = family.version["version_id"]
            self._batch.add_booking(family, source)

    def _put_court(self, file: CourtFile, source: Source) -> None:
        fetched_at, record = file.provenance.fetched_at, file.record
        cases = record.cases if record else ()
        self._seen.add(COURT, file.key, file.outcome, len(file.unread_parts), len(cases))
        names = record.names if record else ()
        # The jail's file, loaded before, knows better who it is than the roster does.
        person_id = self._people.sighted(file.key) or self._people.of(
            self._claim(file.key, next(iter(names), None), fetched_at), source
        )
        self._touched.add(person_id)
        self._people.put_sighting({**court_sighting(file, source), "person_id": person_id})
        families = [case_family(case, file, source) for case in cases]
        if not self._people.is_newer(person_id, "court", source, fetched_at):
            self._older.add(person_id)
            self._batch.add_old_history(families)
            return
        self._people.change(
            person_id,
            court_outcome=file.outcome,
            court_fetched_at=fetched_at,
            court_crawl_id=source.crawl_id,
            court_source_file=source.file,
            court_unread_parts=len(file.unread_parts),
        )
        if record is not None:
            self._batch.add_history(
                person_id, court_names(record.names, person_id, source), families, source
            )

    def _claim(self, key: str, name: str | None, fetched_at: dt.datetime) -> Claim:
        """Who a file without jail record is about: by the roster, else by what the key itself
        says."""
        listed = self._roster.get(key)
        if listed is not None:
            return Claim(
                key,
                listed.name,
                listed.booking_numbers,
                listed.permanent_id,
                listed.date_of_birth,
                fetched_at,
            )
        prefix, _, number = key.partition("-")
        if prefix == "booking" and number:
            return Claim(key, name or key, (number,), None, None, fetched_at)
        return Claim(key, name or key, (), key, None, fetched_at)

    # --- the list -------------------------------------------------------------------------------

    def _put_listings(self, rows: Iterable[ListedRow]) -> None:
        """What the list showed, and which version of each page was read."""
        site, crawl = self._crawl.site, self._crawl.id
        listings: dict[int, Row] = {}
        seen: dict[int, Row] = {}
        for row in rows:
            facts = {
                "handle": row.handle,
                "permanent_id": row.permanent_id,
                "name": row.name,
                "date_of_birth": row.date_of_birth,
                "listed_release_date": row.release_date,
            }
            number = number_of("listing", site, row.booking_number, *facts.values())
            listings[number] = {
                "listing_id": number,
                "site": site,
                "booking_number": row.booking_number,
                **facts,
            }
            seen[number] = {
                "crawl_id": crawl,
                "listing_id": number,
                "version_id": self._versions.get(row.booking_number),
            }
        run = self._connection.execute
        run(delete_from(t.crawl_listings).where(t.crawl_listings.c.crawl_id == crawl))
        if listings:
            run(insert_new(t.listings, self._dialect), list(listings.values()))
            run(t.crawl_listings.insert(), list(seen.values()))
            self._put_spans(list(listings.values()))

    def _put_spans(self, listings: list[Row]) -> None:
        """First and last sight of each booking on the list."""
        crawl = self._crawl
        read_at = (self._list.read_at if self._list else None) or crawl.created_at
        read_at = read_at or crawl.first_read
        assert read_at is not None
        spans = CachedTable(self._connection, t.listed_bookings)
        numbers = [row["booking_number"] for row in listings]
        spans.fetch("booking_number", dict.fromkeys(numbers), site=crawl.site)
        for row in listings:
            before = spans.get(crawl.site, row["booking_number"])
            now = {
                "site": crawl.site,
                "booking_number": row["booking_number"],
                "first_listed_on": crawl.day,
                "last_listed_on": crawl.day,
                "last_read_at": read_at,
                "last_crawl_id": crawl.id,
                "listed_release_date": row["listed_release_date"],
            }
            if before is not None:
                older = (before["last_read_at"], before["last_crawl_id"]) > (read_at, crawl.id)
                if self._ahead or older:
                    now = {**before, "first_listed_on": crawl.day}
                now["first_listed_on"] = min(before["first_listed_on"], crawl.day)
            spans.put(now)
        spans.flush()

    # --- the end --------------------------------------------------------------------------------

    def _drop_forgotten_cases(self) -> int:
        """A case that nobody's newest history holds is no longer shown by the portal (sealed,
        expunged): it goes."""
        linked = exists().where(
            t.person_cases.c.site == t.cases.c.site,
            t.person_cases.c.case_number == t.cases.c.case_number,
        )
        gone: Any = self._connection.execute(
            delete_from(t.cases).where(t.cases.c.site == self._crawl.site, ~linked)
        )
        return int(gone.rowcount)

    def _count(self, table: Table) -> int:
        counted = select(func.count()).select_from(table).where(table.c.crawl_id == self._crawl.id)
        return int(self._connection.execute(counted).scalar_one())


@contextlib.contextmanager
def rare_collections() -> Iterator[None]:
    """Rows have no cycles, so that looking for some after every few hundred of them is a third of
    a load's time for nothing."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _some(items: Iterator[T]) -> Iterator[list[T]]:
    """The items, some hundreds at a time."""
    while some := list(itertools.islice(items, _AT_ONCE)):
        yield some
