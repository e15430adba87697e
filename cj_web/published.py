"""A published folder: its index and its files, read afresh whenever the index changes.

Pure but for reading files: nothing here knows Django's requests. The layout is that of
``cj publish`` (docs/publishing.md)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from django.conf import settings

FORMAT = "cj-report-card/api"
INDEX = "api/v1/index.json"

Json = dict[str, object]


class FolderError(Exception):
    """The folder is missing, or is not a published one; one line says what to do."""


@dataclass(frozen=True)
class Served:
    """A file's bytes, its fingerprint for ``ETag``, and when it was published (aware)."""

    body: bytes
    etag: str
    path: str


@dataclass(frozen=True)
class County:
    """A county of the current release: its card and its measures, by name, with their paths."""

    key: str
    name: str
    as_of: str
    card: str
    measures: tuple[tuple[str, str, str], ...]


class Published:
    """One published folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def index(self) -> Json:
        """The index of the current release. Raises FolderError."""
        try:
            told = json.loads((self.folder / INDEX).read_bytes())
        except FileNotFoundError:
            raise FolderError(
                f"{self.folder} has no {INDEX}: "
                "set CJ_WEB_FOLDER to a folder that `cj publish` wrote"
            ) from None
        except (OSError, ValueError) as wrong:
            raise FolderError(f"{self.folder}/{INDEX} cannot be read: {wrong}") from None
        if not isinstance(told, dict) or told.get("format") != FORMAT:
            raise FolderError(f"{self.folder}/{INDEX} is not an index of `cj publish`")
        return told

    def counties(self) -> tuple[County, ...]:
        """Every county of the current release, in the index's order."""
        found = []
        listed = self.index().get("counties")
        for one in listed if isinstance(listed, list) else ():
            measures = tuple(
                (str(m["name"]), str(m["title"]), str(m["path"])) for m in one.get("measures", ())
            )
            found.append(
                County(
                    str(one["key"]), str(one["name"]), str(one.get("as_of", "")),
                    str(one.get("card", "")), measures,
                )
            )  # fmt: skip
        return tuple(found)

    def county(self, key: str) -> County | None:
        """One of them; None where the release has none of that key."""
        return next((county for county in self.counties() if county.key == key), None)

    def read(self, path: str) -> Served | None:
        """A file of the folder; None where there is none. A path never leaves the folder, and
        hidden files are not served."""
        parts = PurePosixPath(path).parts
        if not parts or any(part in ("..", "/") or part.startswith(".") for part in parts):
            return None
        file = self.folder.joinpath(*parts)
        if not file.is_file() or not file.resolve().is_relative_to(self.folder.resolve()):
            return None
        body = file.read_bytes()
        return Served(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"', path)

    def age(self, now: dt.datetime) -> dt.timedelta:
        """How old the release's data are: since the newest day that every county has."""
        days = [county.as_of for county in self.counties() if county.as_of]
        if not days:
            raise FolderError(f"{self.folder}: the index names no county")
        oldest = min(dt.date.fromisoformat(day[:10]) for day in days)
        end = dt.datetime.combine(oldest + dt.timedelta(days=1), dt.time(), dt.timezone.utc)
        return max(now - end, dt.timedelta())


@lru_cache(maxsize=8)
def _published(folder: str) -> Published:
    return Published(Path(folder))


def folder_of() -> Published:
    """The folder that the settings name. Raises FolderError where they name none."""
    folder = getattr(settings, "CJ_WEB_FOLDER", None)
    if not folder:
        raise FolderError("set CJ_WEB_FOLDER to the folder that `cj publish` wrote")
    return _published(str(folder))
