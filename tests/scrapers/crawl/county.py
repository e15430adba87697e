"""An invented county without a browser: scrapers that answer from a table, fail on order, and count
who was asked."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

from resilience.faults import Fault, Stopped
from resilience.fetch_modes import FetchModes
from resilience.pace import Pace
from scrapers.crawl import COURT, HALVES, JAIL, Half, Identity, Plan, Result, run_crawl
from scrapers.jail import JailFile
from scrapers.jail.records import JAIL_FORMAT, CustodyStatus, JailRecord
from scrapers.odyssey.records import COURT_FORMAT, CourtFile, CourtRecord
from scrapers.record import Inputs, Name, Provenance, SearchAttempt
from scrapers.robots import Robots
from scrapers.roster import Person, Roster, RosterProof, RosterRow, people_of
from scrapers.sites import ControlPerson, Site, site_of

DAY = dt.date(2026, 1, 5)
NOW = dt.datetime(2026, 1, 5, 12, tzinfo=dt.timezone.utc)
BORN = dt.date(1990, 1, 2)
IDENTITY = Identity(site="practice")


def now() -> dt.datetime:
    return NOW


def key(number: int) -> str:
    return f"{number:08d}"


class County:
    """Everybody's answers. ``trouble`` may raise a fault for (half, key), the count of askings so
    far given."""

    def __init__(
        self, people: int, *, none: Sequence[str] = (), unsure: Sequence[str] = ()
    ) -> None:
        rows = [
            RosterRow(
                name=f"PERSON, NUMBER {n}",
                booking_number=f"26{n:06d}",
                permanent_id=key(n),
                date_of_birth=BORN,
                release_date=None,
                handle=str(n),
            )
            for n in range(1, people + 1)
        ]
        proof = RosterProof(total=people, pages=1, exact=True, read_at=NOW)
        self.roster = Roster(rows=tuple(rows), people=people_of(rows), proof=proof)
        self.keys = [person.key for person in self.roster.people]
        self.none, self.unsure = set(none), set(unsure)
        self.silent_from: int | None = None
        self.control_answers = True
        self.trouble: Callable[[Half, str, int], Fault | Exception | None] = (
            lambda half, key, asked: None
        )
        self.asked: Counter[tuple[Half, str]] = Counter()
        self.searched: list[tuple[str, dt.date | None]] = []
        self.rosters_read = 0
        self.controls: list[ControlPerson | None] = []
        self.opened = self.closed = 0
        self.at_ask: Callable[[int], None] = lambda number: None
        self.at_roster: Callable[[], None] = lambda: None
        """Called while the list is read."""
        self.ready = threading.Event()
        """Whether a court session that opens is signed in; else it is with its first person."""
        self.ready.set()
        self.as_read: dict[tuple[Half, str], dict[str, object]] = {}
        """What of somebody's file is otherwise: fields of the envelope, as a program reads them."""
        self._lock = threading.Lock()

    def file(self, half: Half, who: str) -> JailFile | CourtFile:
        """The person's file of that half."""
        made = self.jail_file(who) if half is JAIL else self.court_file(who)
        told = made.model_dump(mode="json") | self.as_read.get((half, who), {})
        return type(made).model_validate(told)

    def ask(self, half: Half, who: str, stop: threading.Event) -> None:
        with self._lock:
            self.asked[half, who] += 1
            count = self.asked[half, who]
            total = self.asked.total()
        self.at_ask(total)
        if stop.is_set():
            raise Stopped("stopped on request")
        trouble = self.trouble(half, who, count)
        if trouble is not None:
            raise trouble

    @property
    def silent(self) -> bool:
        """Whether the court says "nobody" to everybody by now."""
        courts = sum(n for (half, _), n in list(self.asked.items()) if half == "odyssey")
        return self.silent_from is not None and courts >= self.silent_from

    def jail_file(self, who: str) -> JailFile:
        record = JailRecord(
            key=who,
            permanent_id=who,
            name=Name(full=f"PERSON, NUMBER {int(who)}", last="PERSON", first="NUMBER"),
            date_of_birth=BORN,
            bookings=(),
            custody_status=CustodyStatus(answer="unknown", rule="no_entries", as_of=DAY),
        )
        return JailFile(
            format=JAIL_FORMAT, key=who, outcome="found", record=record, provenance=_provenance()
        )

    def court_file(self, who: str) -> CourtFile:
        outcome = (
            "not_found"
            if who in self.none or self.silent
            else "unverified"
            if who in self.unsure
            else "found"
        )
        found = outcome == "found"
        return CourtFile(
            format=COURT_FORMAT,
            key=who,
            outcome=outcome,
            record=CourtRecord(key=who, names=("Person, Number",), cases=()) if found else None,
            tried=(
                SearchAttempt(
                    search="Person, Number", date_of_birth=BORN, hits=1, accepted=int(found)
                ),
            ),
            provenance=_provenance(),
        )


def _provenance() -> Provenance:
    return Provenance(site="practice", fetched_at=NOW, version="test", retries={"Slow": 1})


class _Scraper:
    def __init__(self, county: County, stop: threading.Event) -> None:
        self.county, self.stop = county, stop
        self.session = SimpleNamespace(
            statistics=Counter(),
            recycle_if_due=lambda: None,
            cure=lambda fault: None,
            pace=Pace.free(),
            fetch_modes=FetchModes("http"),
        )
        county.opened += 1

    def close(self) -> None:
        self.county.closed += 1


class FakeJail(_Scraper):
    is_ready = True

    def roster(self) -> Roster:
        self.county.rosters_read += 1
        self.county.at_roster()
        if self.stop.is_set():
            raise Stopped("stopped on request")
        return self.county.roster

    def fetch(self, person: Person, inputs: Inputs) -> JailFile | CourtFile:
        with self.session.pace.slot():
            self.county.ask("jail", person.key, self.stop)
        return self.county.file(JAIL, person.key)


class FakeCourt(_Scraper):
    @property
    def is_ready(self) -> bool:
        return self.county.ready.is_set()

    def fetch(self, person: Person, inputs: Inputs) -> JailFile | CourtFile:
        self.county.searched.append((inputs.name, inputs.date_of_birth))
        with self.session.pace.slot():
            self.county.ask("odyssey", person.key, self.stop)
        return self.county.file(COURT, person.key)

    def control(self, person: ControlPerson | None = None) -> bool:
        self.county.controls.append(person)
        return self.county.control_answers and not self.county.silent


def site(*, control: bool = True) -> Site:
    known = site_of("practice")
    assert known.court is not None
    return (
        known
        if control
        else known.model_copy(update={"court": known.court.model_copy(update={"control": None})})
    )


def nobody(address: str, text: str) -> int:
    raise AssertionError("nothing is posted")


def crawl(
    county: County,
    folder: Path,
    *,
    halves: tuple[Half, ...] = HALVES,
    stop: threading.Event | None = None,
    identity: Identity = IDENTITY,
    on: Site | None = None,
    progress: Callable[[object], None] | None = None,
    robots: Robots | None = None,
    post: Callable[[str, str], int] = nobody,
    **options: object,
) -> Result:
    """Run the real engine over the county."""
    plan = Plan(folder, on or site(), identity, DAY, halves=halves, **options)  # type: ignore[arg-type]
    return run_crawl(
        plan,
        scrapers={
            JAIL: lambda event: FakeJail(county, event),
            COURT: lambda event: FakeCourt(county, event),
        },
        stop=stop,
        progress=progress,
        now=now,
        robots=robots,
        post=post,
    )
