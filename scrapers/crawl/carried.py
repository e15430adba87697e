"""Who is not asked again because an earlier crawl's answer is fresh: named in ``carried.json``,
with path and day.

The file says what was last asked, as ``crawl.json`` does: every run that asks the court writes it
anew. Who counts as fresh is decided above (`reportcard.carry`); that the earlier file stands and is
valid is checked here."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, ValidationError

from scrapers.crawl.errors import CrawlUsageError
from scrapers.crawl.folder import CrawlFolder
from scrapers.crawl.info import Scope
from scrapers.crawl.keys import key_of_file
from scrapers.crawl.persons import InvalidFileError, parse_person
from scrapers.crawl.plan import asked_keys
from scrapers.crawl.roster import FrozenRoster
from scrapers.halves import Half
from scrapers.roster import Person

FORMAT = "cj-report-card/carried"
_NAME = "carried.json"


class CarriedFile(BaseModel):
    """The earlier answer: which crawl gave it, its file relative to the data folder, and that
    crawl's day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    crawl: str
    path: str
    day: dt.date


Fresh = Callable[[Sequence[Person]], Mapping[str, CarriedFile]]
"""Says, by key, who of these people has a fresh answer of an earlier crawl."""


class _Carried(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str = FORMAT
    people: dict[str, CarriedFile]


def carried_in(folder: CrawlFolder) -> dict[str, CarriedFile]:
    """Who is carried, by key, of those whose earlier file still stands. Raises CrawlUsageError for
    a file that is not readable."""
    try:
        people = _Carried.model_validate_json(folder.place.read(_NAME)).people
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except ValidationError as error:
        raise CrawlUsageError(
            f"{folder.place.path(_NAME)} is not readable: "
            f"{error.errors(include_url=False)[0]['msg']}"
        ) from None
    data = folder.place.parent() if people else folder.place
    standing: dict[str, set[str]] = {}
    for earlier in people.values():
        if (where := _folder(earlier)) not in standing:
            standing[where] = data.files(where)
    return {
        key: earlier
        for key, earlier in people.items()
        if _name(earlier) in standing[_folder(earlier)]
    }


def carry_fresh(
    folder: CrawlFolder, half: Half, frozen: FrozenRoster, asked: Scope, fresh: Fresh | None
) -> dict[str, CarriedFile]:
    """Write down who is carried of those asked about who have no file in that half of this crawl;
    without ``fresh`` nobody is.

    Those whose earlier file is not there, not valid, or this crawl's own, are left out and asked
    about."""
    keys = set(asked_keys(frozen, asked)) - folder.keys(half)
    people = fresh([person for person in frozen.people if person.key in keys]) if fresh else {}
    good = _standing(folder, half, people)
    if good or folder.place.exists(_NAME):
        folder.write_text(
            _NAME, _Carried(people=good).model_dump_json(indent=1) + "\n", replace=True
        )
    return good


def _standing(
    folder: CrawlFolder, half: Half, people: Mapping[str, CarriedFile]
) -> dict[str, CarriedFile]:
    """Those whose earlier file is there, valid, and not this crawl's own."""
    keys = {key: _key(folder, earlier) for key, earlier in people.items()}
    paths = [people[key].path for key, theirs in keys.items() if theirs is not None]
    texts = dict(folder.place.parent().read_many(paths)) if paths else {}
    return {
        key: earlier
        for key, earlier in people.items()
        if (theirs := keys[key]) is not None and _is_answer(texts[earlier.path], half, theirs)
    }


def _key(folder: CrawlFolder, earlier: CarriedFile) -> str | None:
    """Whom the path is about, None for one that leads elsewhere."""
    path = PurePosixPath(earlier.path)
    if ".." in path.parts or path.is_absolute() or path.parts[0] == folder.name:
        return None
    return key_of_file(path.name)


def _is_answer(text: bytes | None, half: Half, key: str) -> bool:
    with contextlib.suppress(InvalidFileError):
        return text is not None and bool(parse_person(text, half, key))
    return False


def _folder(earlier: CarriedFile) -> str:
    return earlier.path.rpartition("/")[0]


def _name(earlier: CarriedFile) -> str:
    return earlier.path.rpartition("/")[2]
