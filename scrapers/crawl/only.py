"""The file of ``--only``: whom to ask about. One key a line, or CSV with the columns
``key,name,date_of_birth``."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from dataclasses import dataclass
from pathlib import Path

from scrapers.crawl.errors import BadListError
from scrapers.crawl.keys import BadKeyError, name_of

COLUMNS = ("key", "name", "date_of_birth")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")


@dataclass(frozen=True)
class Listed:
    """One person of the list. ``name`` (``LAST, FIRST MIDDLE``) is None in a list of bare keys.
    ``line`` counts from 1."""

    key: str
    line: int
    name: str | None = None
    date_of_birth: dt.date | None = None


@dataclass(frozen=True)
class Only:
    """A list of people to ask about, in the file's order."""

    file: str
    people: tuple[Listed, ...]

    @property
    def named(self) -> bool:
        """Whether the list gives names, so that no jail roster is needed."""
        return self.people[0].name is not None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys, in the file's order."""
        return tuple(person.key for person in self.people)


def read_only(path: str | Path) -> Only:
    """The list in that file. Blank lines do not count, nor do lines that begin with ``#``. Raises
    BadListError."""
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadListError(f"--only {path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadListError(f"--only {path}, line {line}: not a text in UTF-8") from error
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line and not line.startswith("#")]
    if not lines:
        raise BadListError(f"--only {path}: nobody stands in it")
    people = (
        _table(path, lines)
        if "," in lines[0][1]
        else [_bare(path, number, line) for number, line in lines]
    )
    seen: dict[str, int] = {}
    for person in people:
        if person.key in seen:
            raise BadListError(
                f"--only {path}, "
                f"line {person.line}: key {person.key!r} stands in line {seen[person.key]} already"
            )
        seen[person.key] = person.line
    return Only(str(path), tuple(people))


def _bare(path: str | Path, number: int, line: str) -> Listed:
    if not _KEY.fullmatch(line) or len(line) > 80:
        raise BadListError(
            f"--only {path}, "
            f"line {number}: {line[:40]!r} is no key (one key a line, or CSV {','.join(COLUMNS)})"
        )
    return Listed(line, number)


def _table(path: str | Path, lines: list[tuple[int, str]]) -> list[Listed]:
    number, head = lines[0]
    if tuple(cell.strip().lower() for cell in _cells(head)) != COLUMNS:
        raise BadListError(f"--only {path}, line {number}: the columns must be {','.join(COLUMNS)}")
    if len(lines) == 1:
        raise BadListError(f"--only {path}: nobody stands in it")
    return [_row(path, number, line) for number, line in lines[1:]]


def _row(path: str | Path, number: int, line: str) -> Listed:
    where = f"--only {path}, line {number}"
    cells = [cell.strip() for cell in _cells(line)]
    if len(cells) != len(COLUMNS):
        raise BadListError(
            f"{where}: {len(cells)} "
            f"cells instead of {len(COLUMNS)} (a name with a comma stands in double quotes)"
        )
    key, name, born = cells
    try:
        name_of(key)
    except BadKeyError as error:
        raise BadListError(f"{where}: {error}") from error
    if (
        not key.isprintable()
        or not name.isprintable()
        or not any(letter.isalpha() for letter in name)
    ):
        raise BadListError(f"{where}: {name[:40]!r} is no name")
    try:
        return Listed(key, number, name, dt.date.fromisoformat(born) if born else None)
    except ValueError as error:
        raise BadListError(
            f"{where}: date of birth {born[:40]!r} is not written YYYY-MM-DD"
        ) from error


def _cells(line: str) -> list[str]:
    return next(csv.reader(io.StringIO(line)), [])
