"""Reading a crawl folder: which crawl it is, whom its roster names, and its people's files, each
validated in full."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from scrapers.crawl.folder import CrawlFolder
from scrapers.crawl.keys import key_of_file
from scrapers.crawl.persons import InvalidFileError, parse_person
from scrapers.crawl.place import Where
from scrapers.halves import COURT, JAIL, Half
from scrapers.jail.records import JailFile, JailRecord
from scrapers.odyssey.records import CourtFile, CourtRecord
from scrapers.record import Envelope

_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
"""A NUL as JSON writes it; PostgreSQL stores none."""
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)-")


class BadFolderError(ValueError):
    """It is no crawl folder; the message names it and says why."""


class InvalidFilesError(ValueError):
    """Files of the folder are not valid, so nothing of it was loaded; ``files`` says of each what
    is wrong."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = files
        few = "\n".join(f"  {name}: {why}" for name, why in list(files.items())[:20])
        more = f"\n  and {len(files) - 20} more" if len(files) > 20 else ""
        super().__init__(
            f"nothing was loaded: {len(files)} of the folder's files are not valid\n{few}{more}"
        )


@dataclass(frozen=True)
class Crawl:
    """Which crawl a folder is. ``day`` is the county's when it began; ``created_at`` and ``hash``
    are None without crawl.json, for which ``first_read`` is the time of its first file."""

    folder: CrawlFolder
    site: str
    day: dt.date
    created_at: dt.datetime | None = None
    hash: str | None = None
    first_read: dt.datetime | None = None

    def folder_json(self, name: str) -> dict[str, Any] | None:
        """A JSON object of the folder, None where there is none. Raises BadFolderError."""
        return _json(self.folder, name)

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.folder.name


@dataclass(frozen=True)
class Listed:
    """What the frozen roster says of somebody."""

    name: str
    date_of_birth: dt.date | None = None
    booking_numbers: tuple[str, ...] = ()
    permanent_id: str | None = None


F = TypeVar("F", bound=Envelope[Any])


@dataclass(frozen=True)
class Read(Generic[F]):
    """A person's file, and its path relative to the data folder."""

    source_file: str
    file: F


def crawl_of(where: Where) -> Crawl:
    """The crawl in that folder, on this machine or in a store, by its ``crawl.json``, else by its
    name and its first file.

    Raises BadFolderError, InvalidFilesError.
    """
    folder = CrawlFolder(where)
    info = _json(folder, "crawl.json")
    if info is None and not {JAIL, COURT} & folder.place.folders():
        raise BadFolderError(
            f"{folder} is no crawl folder: it has no crawl.json, no jail/ and no odyssey/"
        )
    if info is not None:
        try:
            return Crawl(
                folder,
                str(info["identity"]["site"]),
                dt.date.fromisoformat(info["as_of"]),
                dt.datetime.fromisoformat(info["created_at"].replace("Z", "+00:00")),
                str(info["hash"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadFolderError(
                f"{folder.place.path('crawl.json')} is not readable: {error!r}"
            ) from error
    first = next((read for half in (JAIL, COURT) for read in _files(folder, half)), None)
    if first is None:
        raise BadFolderError(f"{folder} has neither crawl.json nor a person's file")
    if isinstance(first, BaseException):
        raise first
    provenance = first.file.provenance
    named = _DAY.match(folder.name)
    day = dt.date.fromisoformat(named.group(1)) if named else provenance.fetched_at.date()
    return Crawl(folder, provenance.site, day, first_read=provenance.fetched_at)


def jail_files(
    crawl: Crawl, invalid: dict[str, str], replaced: dict[str, str] | None = None
) -> Iterator[Read[JailFile]]:
    """The people of the jail half, by key; what is not valid is put into ``invalid`` and left out.
    ``replaced`` names files with signs that no database stores, and what stands there instead."""
    yield from _valid(crawl, JAIL, invalid, replaced)


def court_files(
    crawl: Crawl, invalid: dict[str, str], replaced: dict[str, str] | None = None
) -> Iterator[Read[CourtFile]]:
    """The people of the court half, as `jail_files`."""
    yield from _valid(crawl, COURT, invalid, replaced)


def roster_of(crawl: Crawl) -> dict[str, Listed]:
    """The frozen roster by key: the jail's, or the user's own list; empty where there is none.

    It only helps to name people who have no jail file, so that it may be missing. Raises
    BadFolderError."""
    listed: dict[str, Listed] = {}
    for name in ("roster.json", "people.json"):
        found = _json(crawl.folder, name)
        try:
            listed = {
                person["key"]: _listed(person) for person in (found or {}).get("people", [])
            } | listed
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadFolderError(
                f"{crawl.folder.place.path(name)} is not readable: {error!r}"
            ) from error
    return listed


def _listed(person: dict[str, Any]) -> Listed:
    rows, born = person.get("rows", []), person.get("date_of_birth")
    return Listed(
        person["name"],
        dt.date.fromisoformat(born) if born else None,
        tuple(row["booking_number"] for row in rows),
        next((row["permanent_id"] for row in rows if row.get("permanent_id")), None),
    )


def _valid(
    crawl: Crawl, half: Half, invalid: dict[str, str], replaced: dict[str, str] | None
) -> Iterator[Read[Any]]:
    for read in _files(crawl.folder, half, replaced):
        if isinstance(read, InvalidFilesError):
            invalid.update(read.files)
        elif read.file.provenance.site != crawl.site:
            invalid[read.source_file] = (
                f"it is of site {read.file.provenance.site!r}, not {crawl.site!r}"
            )
        else:
            yield read


def _files(
    folder: CrawlFolder, half: Half, replaced: dict[str, str] | None = None
) -> Iterator[Read[Any] | InvalidFilesError]:
    # Hidden: a temporary, or a file set aside.
    names = sorted(
        name for name in folder.place.files(half) if name.endswith(".json") and name[0] != "."
    )
    for name, text in folder.place.read_many([f"{half}/{name}" for name in names]):
        source_file = f"{folder.name}/{name}"
        try:
            if text is None:
                continue
            text, count = _without_nul(text)
            if count and replaced is not None:
                replaced[source_file] = f"{count} NUL signs, stored as U+FFFD"
            yield Read(source_file, _parse(text, half, name.rpartition("/")[2]))
        except InvalidFileError as error:
            yield InvalidFilesError({source_file: str(error)})


def _without_nul(text: bytes) -> tuple[bytes, int]:
    """The text with U+FFFD in the place of each NUL, and how many there were."""
    return _NUL.subn(rb"\1\\ufffd", text) if b"\\u0000" in text else (text, 0)


def _parse(text: bytes, half: Half, name: str) -> Envelope[Any]:
    """What every reader demands of a file, and that its times can be compared with others."""
    key = key_of_file(name)
    if key is None:
        raise InvalidFileError("nobody's key gives that file name")
    file = parse_person(text, half, key)
    if file.provenance.fetched_at.utcoffset() is None:
        raise InvalidFileError("provenance.fetched_at has no offset")
    if any(time is not None and time.utcoffset() is None for time in _times(file)):
        raise InvalidFileError("a hearing's starts_at has no offset")
    return file


def _times(file: Envelope[Any]) -> Iterator[dt.datetime | None]:
    if isinstance(file.record, JailRecord):
        yield from (
            hearing.starts_at for booking in file.record.bookings for hearing in booking.hearings
        )
    elif isinstance(file.record, CourtRecord):
        yield from (hearing.starts_at for case in file.record.cases for hearing in case.hearings)


def _json(folder: CrawlFolder, name: str) -> dict[str, Any] | None:
    try:
        value = json.loads(_without_nul(folder.place.read(name))[0])
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValueError as error:
        raise BadFolderError(f"{folder.place.path(name)} is no JSON: {error}") from error
    return value if isinstance(value, dict) else None
