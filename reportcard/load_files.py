"""Reading a crawl folder: which crawl it is, whom its roster names, and its people's files, each validated in full."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import unquote

from pydantic import ValidationError

from scrapers.jail.records import JAIL_FORMAT, JailFile, JailRecord
from scrapers.odyssey.records import COURT_FORMAT, CourtFile, CourtRecord
from scrapers.record import SCHEMA, Envelope

JAIL, COURT = "jail", "odyssey"
_MODELS: dict[str, tuple[type[Envelope[Any]], str]] = {
    JAIL: (JailFile, JAIL_FORMAT),
    COURT: (CourtFile, COURT_FORMAT),
}
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)-")


class BadFolder(ValueError):
    """It is no crawl folder; the message names it and says why."""


class InvalidFiles(ValueError):
    """Files of the folder are not valid, so nothing of it was loaded; ``files`` says of each what is wrong."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = files
        few = "\n".join(f"  {name}: {why}" for name, why in list(files.items())[:20])
        more = f"\n  and {len(files) - 20} more" if len(files) > 20 else ""
        super().__init__(f"nothing was loaded: {len(files)} of the folder's files are not valid\n{few}{more}")


@dataclass(frozen=True)
class Crawl:
    """Which crawl a folder is. ``day`` is the county's when it began; ``created_at`` and ``hash`` are None without crawl.json."""

    folder: Path
    site: str
    day: dt.date
    created_at: dt.datetime | None = None
    hash: str | None = None

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


def crawl_of(folder: Path) -> Crawl:
    """The crawl in that folder, by its ``crawl.json``, else by its name and its first file. Raises BadFolder, InvalidFiles."""
    folder = folder.resolve()
    if not any((folder / name).exists() for name in ("crawl.json", JAIL, COURT)):
        raise BadFolder(f"{folder} is no crawl folder: it has no crawl.json, no jail/ and no odyssey/")
    info = _json(folder / "crawl.json")
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
            raise BadFolder(f"{folder / 'crawl.json'} is not readable: {error!r}") from error
    first = next((read for half in (JAIL, COURT) for read in _files(folder, half)), None)
    if first is None:
        raise BadFolder(f"{folder} has neither crawl.json nor a person's file")
    if isinstance(first, BaseException):
        raise first
    provenance = first.file.provenance
    named = _DAY.match(folder.name)
    day = dt.date.fromisoformat(named.group(1)) if named else provenance.fetched_at.date()
    return Crawl(folder, provenance.site, day)


def jail_files(crawl: Crawl, invalid: dict[str, str]) -> Iterator[Read[JailFile]]:
    """The people of the jail half, by key; what is not valid is put into ``invalid`` and left out."""
    yield from _valid(crawl, JAIL, invalid)


def court_files(crawl: Crawl, invalid: dict[str, str]) -> Iterator[Read[CourtFile]]:
    """The people of the court half, by key; what is not valid is put into ``invalid`` and left out."""
    yield from _valid(crawl, COURT, invalid)


def roster_of(crawl: Crawl) -> dict[str, Listed]:
    """The frozen roster by key: the jail's, or the user's own list; empty where there is none.

    It only helps to name people who have no jail file, so that it may be missing. Raises BadFolder.
    """
    listed: dict[str, Listed] = {}
    for name in ("roster.json", "people.json"):
        found = _json(crawl.folder / name)
        try:
            listed = {person["key"]: _listed(person) for person in (found or {}).get("people", [])} | listed
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadFolder(f"{crawl.folder / name} is not readable: {error!r}") from error
    return listed


def _listed(person: dict[str, Any]) -> Listed:
    rows, born = person.get("rows", []), person.get("date_of_birth")
    return Listed(
        person["name"],
        dt.date.fromisoformat(born) if born else None,
        tuple(row["booking_number"] for row in rows),
        next((row["permanent_id"] for row in rows if row.get("permanent_id")), None),
    )


def _valid(crawl: Crawl, half: str, invalid: dict[str, str]) -> Iterator[Read[Any]]:
    for read in _files(crawl.folder, half):
        if isinstance(read, InvalidFiles):
            invalid.update(read.files)
        elif read.file.provenance.site != crawl.site:
            invalid[read.source_file] = f"it is of site {read.file.provenance.site!r}, not {crawl.site!r}"
        else:
            yield read


def _files(folder: Path, half: str) -> Iterator[Read[Any] | InvalidFiles]:
    for path in sorted((folder / half).glob("*.json")):
        if path.name.startswith("."):
            continue  # a temporary, or a file set aside
        source_file = f"{folder.name}/{half}/{path.name}"
        try:
            yield Read(source_file, _parse(path, half))
        except ValueError as error:
            yield InvalidFiles({source_file: str(error)})


def _parse(path: Path, half: str) -> Envelope[Any]:
    model, format_ = _MODELS[half]
    try:
        file = model.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{where or 'the file'}: {first['msg']}") from None
    if file.format != format_:
        raise ValueError(f"format is {file.format!r}, not {format_!r}")
    if not 1 <= file.schema_version <= SCHEMA:
        raise ValueError(f"schema {file.schema_version} is newer than this program's {SCHEMA}")
    if (file.record is not None) != (file.outcome == "found"):
        raise ValueError("there is a record if and only if the outcome is found")
    key = unquote(path.name[: -len(".json")], encoding="utf-8", errors="surrogatepass")
    if file.key != key or (file.record is not None and file.record.key != key):
        raise ValueError(f"it is about {file.key!r}, not {key!r}")
    if file.provenance.fetched_at.utcoffset() is None:
        raise ValueError("provenance.fetched_at has no offset")
    if any(time is not None and time.utcoffset() is None for time in _times(file)):
        raise ValueError("a hearing's starts_at has no offset")
    return file


def _times(file: Envelope[Any]) -> Iterator[dt.datetime | None]:
    if isinstance(file.record, JailRecord):
        yield from (hearing.starts_at for booking in file.record.bookings for hearing in booking.hearings)
    elif isinstance(file.record, CourtRecord):
        yield from (hearing.starts_at for case in file.record.cases for hearing in case.hearings)


def _json(path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise BadFolder(f"{path} is no JSON: {error}") from error
    return value if isinstance(value, dict) else None
