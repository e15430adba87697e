"""Load a crawl folder into the database: all of it in one transaction, or nothing.

    receipt = load("data/2026-11-22-shelby-tn", "sqlite:///data/cj.sqlite")

Loading again changes nothing, loading a later crawl updates, and the order in which crawls are
loaded does not matter: a row is only ever replaced by a file read at the same time or later. What
belongs to a booking or a case is replaced as a set."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Table, exists, func, select, update
from sqlalchemy import delete as delete_from

from reportcard import tables as t
from reportcard.database import DEFAULT_URL, alone, engine_of, prepare, shown, upsert
from reportcard.load_batch import Batch
from reportcard.load_files import (
    Crawl,
    InvalidFilesError,
    Listed,
    court_files,
    crawl_of,
    jail_files,
    roster_of,
)
from reportcard.load_people import Claim, People
from reportcard.load_rows import (
    Row,
    Source,
    booking_family,
    case_family,
    court_names,
    court_sighting,
    jail_sighting,
    person_row,
)
from scrapers.crawl.place import Where
from scrapers.jail.records import JailFile
from scrapers.odyssey.records import CourtFile

_log = logging.getLogger(__name__)


class OtherCrawlError(ValueError):
    """The database holds another crawl under the folder's name."""


class LoadReceipt(BaseModel):
    """What a load did. ``rows`` counts, by table, the rows that name this crawl as their source
    afterwards (a row that a later crawl has updated names that one); ``cases_gone`` the cases taken
    out because nobody's newest history has them."""

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


def load(
    crawl_folder: Where,
    database_url: str = DEFAULT_URL,
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> LoadReceipt:
    """Load every person's file of the folder, on this machine or in a store; the receipt says what
    stands in the database now.

    Raises InvalidFilesError, naming each file that does not validate, BadFolderError,
    DatabaseError, OtherCrawlError, or SQLAlchemy's errors; after any of them the database is as it
    was."""
    began = clock()
    crawl = crawl_of(crawl_folder)
    prepare(database_url)
    engine = engine_of(database_url)
    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            alone(connection)
            receipt = _Load(connection, crawl).run(shown(database_url))
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


class _Load:
    def __init__(self, connection: Connection, crawl: Crawl) -> None:
        self._connection = connection
        self._crawl = crawl
        self._batch = Batch(connection)
        self._people = People(connection, self._batch.flush)
        self._roster: dict[str, Listed] = roster_of(crawl)

    def run(self, database: str) -> LoadReceipt:
        self._put_crawl()
        invalid: dict[str, str] = {}
        files = {"jail": 0, "odyssey": 0}
        for person in jail_files(self._crawl, invalid):
            files["jail"] += 1
            if not invalid:
                self._put_jail(person.file, self._source(person.source_file))
        self._batch.flush()
        for history in court_files(self._crawl, invalid):
            files["odyssey"] += 1
            if not invalid:
                self._put_court(history.file, self._source(history.source_file))
        if invalid:
            raise InvalidFilesError(invalid)
        self._batch.flush()
        gone = self._drop_forgotten_cases()
        rows = {
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
            rows=rows,
            conflicts=rows[t.conflicts.name],
            cases_gone=gone,
            seconds=0.0,
        )

    def _source(self, file: str) -> Source:
        return Source(self._crawl.site, self._crawl.id, file)

    def _put_crawl(self) -> None:
        crawl, c = self._crawl, t.crawls.c
        before = self._connection.execute(
            select(t.crawls).where(c.crawl_id == crawl.id)
        ).one_or_none()
        if before is not None and (before.site, before.created_at) != (
            crawl.site,
            crawl.created_at,
        ):
            raise OtherCrawlError(
                f"the database holds another crawl named {crawl.id} ({before.site}, begun {before.created_at}): "
                "give this folder another name"
            )
        row = {
            "crawl_id": crawl.id,
            "site": crawl.site,
            "day": crawl.day,
            "created_at": crawl.created_at,
            "identity_hash": crawl.hash,
        }
        self._put(t.crawls, row)

    def _put_jail(self, file: JailFile, source: Source) -> None:
        record, fetched_at = file.record, file.provenance.fetched_at
        if record is None:
            person_id = self._people.of(self._claim(file.key, None, fetched_at), source)
            self._put_sighting({**jail_sighting(file, source), "person_id": person_id})
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
        self._put_sighting({**jail_sighting(file, source), "person_id": person_id})
        c = t.people.c
        before = self._connection.execute(
            select(c.jail_fetched_at).where(c.person_id == person_id)
        ).scalar_one()
        if before is None or before <= fetched_at:
            row = {**person_row(record), "jail_fetched_at": fetched_at, **source.columns}
            self._connection.execute(update(t.people).where(c.person_id == person_id).values(row))
        for booking in record.bookings:
            self._batch.add_booking(booking_family(booking, file, person_id, source))

    def _put_court(self, file: CourtFile, source: Source) -> None:
        fetched_at = file.provenance.fetched_at
        names = file.record.names if file.record else ()
        # The jail's file, loaded before, knows better who it is than the roster does.
        person_id = self._people.sighted(file.key, source) or self._people.of(
            self._claim(file.key, next(iter(names), None), fetched_at), source
        )
        self._put_sighting({**court_sighting(file, source), "person_id": person_id})
        c = t.people.c
        before = self._connection.execute(
            select(c.court_fetched_at).where(c.person_id == person_id)
        ).scalar_one()
        if before is not None and before > fetched_at:
            return
        row = {
            "court_outcome": file.outcome,
            "court_fetched_at": fetched_at,
            "court_crawl_id": source.crawl_id,
            "court_source_file": source.file,
        }
        self._connection.execute(update(t.people).where(c.person_id == person_id).values(row))
        if file.record is not None:
            families = [case_family(case, file, source) for case in file.record.cases]
            self._batch.add_history(
                person_id, court_names(names, person_id, source), families, source
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

    def _put_sighting(self, row: Row) -> None:
        """Each half writes its own columns and leaves the other's as they are."""
        c = t.sightings.c
        same = (c.crawl_id == row["crawl_id"], c.key == row["key"])
        if self._connection.execute(update(t.sightings).where(*same).values(row)).rowcount == 0:
            blank: Row = dict.fromkeys(c.keys())
            self._put(t.sightings, {**blank, **row})

    def _put(self, table: Table, row: Row) -> None:
        self._connection.execute(upsert(table, self._connection.dialect.name), row)

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
