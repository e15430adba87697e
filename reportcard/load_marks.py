"""What a crawl says of itself: whose list it read, how far it came, how much of it can be trusted.

The marks stand in ``crawls`` and go with every number, so that half a crawl is never taken for an
empty jail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reportcard.load_files import BadFolderError, Crawl
from reportcard.panel.check import rows_hash
from scrapers.crawl import COURT, JAIL, CrawlFolder, CrawlUsageError
from scrapers.crawl.carried import carried_in
from scrapers.crawl.info import Scope
from scrapers.crawl.outcomes import Counts, Outcome
from scrapers.halves import Half
from scrapers.sites import SiteError, site_of

_AHEAD = dt.timedelta(days=1)
"""A clock may be wrong by so much, or a county west of us still have another day."""


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A row of the county's list. ``handle`` is the portal's inner id, as one text."""

    booking_number: str
    handle: str | None
    permanent_id: str | None
    name: str | None
    date_of_birth: dt.date | None
    release_date: dt.date | None


@dataclass(frozen=True)
class RosterFile:
    """``roster.json``: its rows, and what proves that they are all."""

    rows: tuple[ListedRow, ...]
    people: int
    exact: bool
    reasons: tuple[str, ...]
    read_at: dt.datetime | None
    search: str | None


@dataclass
class Seen:
    """What a crawl's valid files say together: outcomes by half and key, people of whom a part
    could not be read, court cases."""

    outcomes: dict[Half, dict[str, str]] = field(default_factory=lambda: {JAIL: {}, COURT: {}})
    partly_read: dict[Half, int] = field(default_factory=lambda: {JAIL: 0, COURT: 0})
    cases_read: int = 0
    cases_unread: int = 0

    def add(self, half: Half, key: str, outcome: str, unread: int, cases: int = 0) -> None:
        """A person's file."""
        self.outcomes[half][key] = outcome
        self.partly_read[half] += unread > 0
        if half == COURT:
            self.cases_read += cases
            self.cases_unread += unread


def roster_file(crawl: Crawl) -> RosterFile | None:
    """The county's list as the crawl read it; None where the crawl has none. Raises
    BadFolderError."""
    told = crawl.folder_json("roster.json")
    if told is None:
        return None
    try:
        people = told.get("people", [])
        rows = told.get("rows")
        if rows is None:
            rows = [row for person in people for row in person.get("rows", [])]
        proof = told.get("proof", {})
        read_at = proof.get("read_at")
        return RosterFile(
            tuple(_row(row) for row in rows),
            len(people),
            bool(proof.get("exact", False)),
            tuple(proof.get("reasons", ())),
            dt.datetime.fromisoformat(read_at.replace("Z", "+00:00")) if read_at else None,
            told.get("search"),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadFolderError(
            f"{crawl.folder.place.path('roster.json')} is not readable: {error!r}"
        ) from error


def _row(row: Mapping[str, Any]) -> ListedRow:
    handle = row.get("handle")
    if handle is None and row.get("sys_id") is not None:
        # Rosters of before one handle: the inmate lookup's two numbers.
        handle = f"{row['sys_id']} {row.get('img_sys_id', '')}".strip()
    return ListedRow(
        str(row["booking_number"]),
        handle,
        row.get("permanent_id"),
        row.get("name"),
        _date(row.get("date_of_birth")),
        _date(row.get("release_date")),
    )


def _date(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None


def is_ahead(crawl: Crawl, now: dt.datetime) -> bool:
    """Whether the crawl was made by a clock that is ahead of ours by more than a day."""
    times = [crawl.created_at] if crawl.created_at is not None else []
    return any(time > now + _AHEAD for time in times)


def marks_of(
    crawl: Crawl,
    roster: RosterFile | None,
    rows: Iterable[ListedRow],
    seen: Seen,
    keys: Iterable[str],
    from_future: bool,
) -> dict[str, Any]:
    """The crawl's row of ``crawls``. ``seen`` is what its valid files say, ``keys`` everybody on
    the roster or in a file. Raises BadFolderError."""
    listed = list(rows)
    everybody = list(keys)
    counts = {
        half: _counts(crawl.folder, half, everybody, seen.outcomes[half]) for half in (JAIL, COURT)
    }
    jail, court = counts[JAIL], counts[COURT]
    scope = _scope(crawl.folder)
    by_user = roster is None and crawl.folder_json("people.json") is not None
    exact = roster is not None and roster.exact
    return {
        "crawl_id": crawl.id,
        "site": crawl.site,
        "day": crawl.day,
        "created_at": crawl.created_at,
        "identity_hash": crawl.hash,
        "kind": "list" if by_user else "roster",
        "search": _search(crawl.site, roster),
        "state": _state(jail, court, everybody),
        "exact": exact,
        "reasons": _reasons(roster, exact, by_user),
        "read_at": (roster.read_at if roster else None) or crawl.created_at or crawl.first_read,
        "roster_people": len(everybody),
        "roster_rows": len(listed),
        "rows_hash": rows_hash(
            (row.booking_number, row.handle, row.release_date) for row in listed
        ),
        "asked_limit": scope[0],
        "asked_only": scope[1],
        "jail_asked": jail.asked,
        "jail_known": jail.known,
        "jail_failed": jail.failed,
        "court_asked": court.asked,
        "court_known": court.known,
        "court_failed": court.failed,
        "jail_partly_read": seen.partly_read[JAIL],
        "court_partly_read": seen.partly_read[COURT],
        "cases_read": seen.cases_read,
        "cases_unread": seen.cases_unread,
        "from_future": from_future,
    }


def _search(site: str, roster: RosterFile | None) -> str:
    if roster is not None and roster.search:
        return roster.search
    try:
        jail = site_of(site).jail
    except SiteError:
        return "all"
    return jail.search if jail is not None else "all"


def _reasons(roster: RosterFile | None, exact: bool, by_user: bool) -> str | None:
    if exact or by_user:
        return None
    if roster is None:
        return "the folder has no roster.json"
    return "; ".join(roster.reasons) or "the list was not proved complete"


def _state(jail: Counts, court: Counts, everybody: list[str]) -> str:
    if not everybody:
        return "no_roster"
    if jail.pending or court.pending:
        return "unfinished"
    return "complete_with_failures" if jail.failed or court.failed else "complete"


def _scope(folder: CrawlFolder) -> tuple[int | None, int | None]:
    """Whom the newest of the halves was asked about: the limit, and how many keys were named."""
    info = folder.info()
    scopes = list(info.asked.values()) if info is not None else []
    limits = [scope.limit for scope in scopes if scope.limit is not None]
    only = [len(scope.only) for scope in scopes if scope.only is not None]
    return min(limits, default=None), min(only, default=None)


def _counts(
    folder: CrawlFolder, half: Half, everybody: list[str], outcomes: Mapping[str, str]
) -> Counts:
    """The seven outcomes of a half, by the files that were read."""
    try:
        info = folder.info()
        scopes = info.asked if info is not None else {}
        # Without a word of who was asked, everybody was to be.
        wanted = _wanted(everybody, scopes.get(half)) if scopes else set(everybody)
        carried = set(carried_in(folder)) if half == COURT else set()
    except CrawlUsageError as error:
        raise BadFolderError(str(error)) from error
    failed = folder.failed_keys(half)
    found: dict[str, Outcome] = {}
    for key in everybody:
        if key in outcomes:
            found[key] = Outcome(outcomes[key])
        elif key in wanted and key in carried:
            found[key] = Outcome.CARRIED
        elif key in failed:
            found[key] = Outcome.FAILED
        else:
            found[key] = Outcome.PENDING if key in wanted else Outcome.NOT_ASKED
    return Counts.of(found)


def _wanted(everybody: list[str], asked: Scope | None) -> set[str]:
    """Whom the half was asked about; nobody where it was not asked at all."""
    if asked is None:
        return set()
    only = None if asked.only is None else set(asked.only)
    named = everybody if only is None else [key for key in everybody if key in only]
    return set(named if asked.limit is None else named[: asked.limit])


def incomplete(marks: Mapping[str, Any]) -> list[str]:
    """What whoever loads or reads the crawl has to know, in sentences; empty for a complete one."""
    told = []
    if marks["from_future"]:
        told.append(
            f"its clock was ahead: it was begun on {marks['created_at']:%Y-%m-%d %H:%M} UTC; "
            "any other crawl goes before it"
        )
    if marks["state"] == "no_roster":
        told.append("it has no list of people yet")
    for half, name in (("jail", "jail records"), ("court", "court histories")):
        asked, known = marks[f"{half}_asked"], marks[f"{half}_known"]
        failed = marks[f"{half}_failed"]
        missing = asked - known
        if missing:
            why = f", {failed:,} of them failed" if failed else ""
            told.append(f"{missing:,} of {asked:,} {name} are missing{why}")
        partly = marks[f"{half}_partly_read"]
        if partly:
            told.append(f"{partly:,} {name} were read in part only")
    if marks["asked_limit"] is not None:
        told.append(f"only the first {marks['asked_limit']:,} of the list were asked about")
    if marks["asked_only"] is not None:
        told.append(f"only {marks['asked_only']:,} people named by the user were asked about")
    if marks["kind"] == "roster" and not marks["exact"]:
        told.append(f"the list is not proved complete: {marks['reasons']}")
    return told
