"""What the coverage page shows of a crawl folder: sums, and never a name, a key or a date of
birth."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reportcard.load_files import (
    BadFolderError,
    Crawl,
    court_files,
    crawl_of,
    jail_files,
    roster_of,
)
from scrapers.crawl.folder import CrawlFolder
from scrapers.crawl.place import Where
from scrapers.jail.records import JailRecord
from scrapers.odyssey.records import Case

OUTCOMES = ("found", "not_found", "unverified", "carried", "failed", "pending", "not_asked")
"""The seven outcomes, known ones first."""
KNOWN = OUTCOMES[:4]


@dataclass(frozen=True)
class HalfFacts:
    """How many people of the roster have which outcome in one half."""

    counts: Mapping[str, int]

    @property
    def roster(self) -> int:
        return sum(self.counts.values())

    @property
    def asked(self) -> int:
        return self.roster - self.counts.get("not_asked", 0)

    @property
    def known(self) -> int:
        return sum(self.counts.get(outcome, 0) for outcome in KNOWN)

    @property
    def coverage(self) -> float | None:
        """Share known of those asked, 0 to 1; None when nobody was asked."""
        return self.known / self.asked if self.asked else None


@dataclass
class CoverageFacts:
    """The numbers of the page. ``exact`` None: nothing says whether the roster is proved
    complete."""

    site: str
    crawl: str
    day: dt.date
    jail: HalfFacts
    court: HalfFacts
    exact: bool | None = None
    state: str | None = None
    retries: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    people: int = 0
    bookings: int = 0
    held: int = 0
    bonds: int = 0
    bond_cents: int = 0
    no_birth_date: int = 0
    custody: Counter[str] = field(default_factory=Counter)
    cases: int = 0
    cases_pretrial: int = 0
    court_hearings: int = 0
    invalid_files: int = 0


def coverage_facts(crawl_folder: Where) -> CoverageFacts:
    """Count a crawl folder: outcomes from its ``summary.json``, else from its files and roster; the
    rest from its files.

    A case that two people share counts once. Files that are not valid are counted as such. Raises
    BadFolderError."""
    crawl = crawl_of(crawl_folder)
    facts, outcomes = _blank(crawl), {"jail": Counter[str](), "odyssey": Counter[str]()}
    invalid: dict[str, str] = {}
    for person in jail_files(crawl, invalid):
        outcomes["jail"][person.file.outcome] += 1
        if person.file.record is not None:
            _add_person(facts, person.file.record)
    seen: set[str] = set()
    for history in court_files(crawl, invalid):
        outcomes["odyssey"][history.file.outcome] += 1
        for case in history.file.record.cases if history.file.record else ():
            if case.case_number not in seen:
                seen.add(case.case_number)
                _add_case(facts, case)
    facts.invalid_files = len(invalid)
    roster = len(roster_of(crawl)) or max(sum(half.values()) for half in outcomes.values())
    for half in outcomes.values():
        half["pending"] = max(roster - sum(half.values()), 0)
    facts.jail, facts.court = HalfFacts(outcomes["jail"]), HalfFacts(outcomes["odyssey"])
    _take_summary(facts, crawl.folder)
    return facts


def _blank(crawl: Crawl) -> CoverageFacts:
    return CoverageFacts(crawl.site, crawl.id, crawl.day, HalfFacts({}), HalfFacts({}))


def _add_person(facts: CoverageFacts, record: JailRecord) -> None:
    facts.people += 1
    facts.no_birth_date += record.date_of_birth is None
    facts.custody[record.custody_status.answer] += 1
    for booking in record.bookings:
        facts.bookings += 1
        if booking.released:
            continue
        facts.held += 1
        facts.bonds += len(booking.bonds)
        facts.bond_cents += sum(bond.amount_cents or 0 for bond in booking.bonds)


def _add_case(facts: CoverageFacts, case: Case) -> None:
    facts.cases += 1
    facts.cases_pretrial += case.pretrial.answer == "pretrial"
    facts.court_hearings += len(case.hearings)


def _take_summary(facts: CoverageFacts, folder: CrawlFolder) -> None:
    """What the crawl itself counted goes above what the files show, for only it knows who failed or
    was not asked."""
    try:
        summary: dict[str, Any] = json.loads(folder.place.read("summary.json"))
        halves = summary["halves"]
        facts.jail = _half(halves["jail"])
        facts.court = _half(halves["odyssey"])
        facts.exact = bool(summary["exact"])
        facts.state = str(summary["state"])
        facts.retries = {str(name): int(count) for name, count in summary["retries"].items()}
        facts.faults = dict(Counter(str(failed["fault"]) for failed in summary["failed"]))
    except FileNotFoundError:
        return
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadFolderError(
            f"{folder.place.path('summary.json')} is not readable: {error!r}"
        ) from error


def _half(half: Mapping[str, Any]) -> HalfFacts:
    return HalfFacts({outcome: int(half["counts"][outcome]) for outcome in OUTCOMES})
