"""A county for many nights: what its list, its pages and its court show to a reader who comes every
night, and what is true.

    world = World(arrivals=14, days=60, seed=1)
    for night in world.nights():
        night.crawl, night.rows, night.pages, night.court, night.cases
        world.truth(night.number)

The difficulties are those of real lists (docs/measures.md): released bookings stay listed for 60 to
80 hours and are purged at 2 a.m., pages fill in late, some bookings are listed late or never,
permanent ids change or are blank, release dates are shown and withdrawn, nights are missed, lists
move while they are read, runs do not end, the court does not answer. ``search="in-custody"`` makes
a county whose list shows people in custody only."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from practice.history import laws
from practice.history.cases import CaseLife, cases_of, earlier_cases, record
from practice.history.lives import Custody, Resident, day, residents

Json = dict[str, Any]
HOUR = 3.5
"""The list is read at 3:30 every night."""
HELD_BY_ARRIVAL = 35.2
"""How many people are held, by the laws, for each new one a day."""


@dataclass(frozen=True)
class Trouble:
    """How often something goes wrong; all 0 is a county without any."""

    missed: float = 0.04
    inexact: float = 0.03
    unfinished: float = 0.03
    court_down: float = 0.03
    listed_late: float = 0.05
    never_listed: float = 0.03
    changed_id: float = 0.04
    lost_id: float = 0.05
    blank_id: float = 0.02
    withdrawn: float = 0.02
    unread: float = 0.002
    not_found: float = 0.03
    unverified: float = 0.05
    hidden: float = 0.08


NONE = Trouble(*[0.0] * 14)


@dataclass
class Night:
    """What one crawl brings. ``rows`` are (row, id of the page or None); ``pages`` and ``cases``
    are those not brought before, by id; ``court`` says of people, by key, what the court answered
    and which cases (ids)."""

    number: int
    crawl: Json
    rows: list[tuple[Json, str | None]] = field(default_factory=list)
    pages: dict[str, Json] = field(default_factory=dict)
    cases: dict[str, Json] = field(default_factory=dict)
    court: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class Shown:
    """How one booking is listed and what its page tells, in hours."""

    custody: Custody
    listed: float
    purged: float
    ids: list[tuple[float, str | None]]
    wrong_release: tuple[float, float] | None
    filled: float
    decided: float
    detainers: int
    exit_told: bool
    changes: list[tuple[float, int]]
    cases: tuple[CaseLife, ...]
    earlier: tuple[CaseLife, ...]
    outcome: str
    handle: str
    key: str = ""

    def id_at(self, now: float) -> str | None:
        found = None
        for since, value in self.ids:
            if since <= now:
                found = value
        return found


class World:
    """The county; the same arguments always give the same nights. Its size is either about so many
    ``people`` held, or so many ``arrivals`` a day of people who were never booked before. In the
    nights of ``gap`` (first, one after the last) nobody reads."""

    def __init__(
        self,
        *,
        people: int | None = None,
        arrivals: float = 14.0,
        days: int = 60,
        seed: int = 1,
        search: str = "all",
        trouble: Trouble | None = None,
        gap: tuple[int, int] | None = None,
        site: str = "practice",
    ) -> None:
        self.days, self.seed, self.search, self.site = days, seed, search, site
        self.trouble = Trouble() if trouble is None else trouble
        if people is not None:
            arrivals = people / HELD_BY_ARRIVAL
        self.people: list[Resident] = []
        self.custodies: list[Custody] = []
        for person in residents(arrivals, days, seed):
            self.people.append(person)
            self.custodies += [one for one in person.custodies if one.end >= -24 * 6]
        self.custodies.sort(key=lambda one: one.start)
        self.shown: list[Shown] = []
        for serial, custody in enumerate(self.custodies):
            custody.number = f"{day(custody.first_day).year % 100:02d}{serial + 1:06d}"
            rng = random.Random(f"{seed}|{custody.number}")
            one = self._shown(rng, custody, serial)
            if one is not None:
                self.shown.append(one)
        rng = random.Random(f"{seed}|nights")
        self._kinds = [self._kind(rng, number) for number in range(days)]
        if gap is not None:
            self._kinds[gap[0] : gap[1]] = ["missed"] * (gap[1] - gap[0])

    # --- what a reader sees ---------------------------------------------------------------------

    def nights(self) -> Iterator[Night]:
        """The crawls, night by night; a missed one is not there."""
        told_pages: set[str] = set()
        told_cases: set[str] = set()
        for number in range(self.days):
            kind = self._kinds[number]
            if kind == "missed":
                continue
            yield self._night(number, kind, told_pages, told_cases)

    def _night(self, number: int, kind: str, told_pages: set[str], told_cases: set[str]) -> Night:
        now, today = 24 * number + HOUR, day(number)
        rng = random.Random(f"{self.seed}|night|{number}")
        night = Night(number, self._crawl(number, kind))
        for one in self.shown:
            if not self._is_listed(one, now):
                continue
            if kind == "inexact" and rng.random() < 0.1:
                continue
            row = self._row(one, now)
            unread = rng.random() < (0.4 if kind == "unfinished" else self.trouble.unread)
            page_id = None if unread else self._page(one, now, told_pages, night)
            night.rows.append((row, page_id))
            if kind not in ("unfinished", "court_down") and row["release_date"] is None:
                self._ask(one, now, row, told_cases, night)
        night.crawl["rows"] = len(night.rows)
        night.crawl["day"] = today.isoformat()
        return night

    def _is_listed(self, one: Shown, now: float) -> bool:
        if self.search == "in-custody":
            return one.listed <= now < one.custody.end
        return one.listed <= now < one.purged

    def _crawl(self, number: int, kind: str) -> Json:
        read = dt.datetime.combine(day(number), dt.time(9, 30), dt.timezone.utc)
        return {
            "crawl_id": f"{day(number).isoformat()}-{self.site}",
            "day": day(number).isoformat(),
            "read_at": read.isoformat(),
            "search": self.search,
            "exact": kind != "inexact",
            "state": "unfinished" if kind == "unfinished" else "complete",
        }

    def _row(self, one: Shown, now: float) -> Json:
        custody, release = one.custody, None
        if custody.end <= now and self.search == "all":
            release = day(custody.last_day)
        elif one.wrong_release is not None and one.wrong_release[0] <= now < one.wrong_release[1]:
            release = day(int(one.wrong_release[0] // 24))
        permanent = one.id_at(now)
        return {
            "booking_number": custody.number,
            "handle": one.handle,
            "permanent_id": permanent,
            "name": custody.person.name,
            "date_of_birth": custody.person.birth.isoformat(),
            "release_date": release.isoformat() if release else None,
            "key": permanent or f"booking-{custody.number}",
        }

    def _page(self, one: Shown, now: float, told: set[str], night: Night) -> str:
        custody = one.custody
        ended = custody.end <= now
        state = (
            one.filled <= now,
            one.decided <= min(now, custody.end),
            sum(at <= now for at, _ in one.changes),
            ended,
            self._label(one, None, now),
            tuple((case.listed <= now, self._label(one, case, now)) for case in one.cases),
        )
        page_id = f"{custody.number}|{state}"
        if page_id not in told:
            told.add(page_id)
            night.pages[page_id] = self._booking(one, now, state)
        return page_id

    def _label(self, one: Shown, case: CaseLife | None, now: float) -> str:
        """The status word of a bond entry (of no case: None); it lags behind the court."""
        custody = one.custody
        if custody.end <= now and one.exit_told and custody.kind == "bond":
            return "Paid"
        if custody.end <= now and one.exit_told and custody.kind == "sentence":
            return "Sentenced"
        if case is None:
            return "Open"
        lag = 24 * (3 + int(case.number[-1]))
        decided = case.over or case.result in ("guilty", "reduced")
        return "Sentenced" if decided and case.closes + lag <= now else "Open"

    def _booking(self, one: Shown, now: float, state: tuple[Any, ...]) -> Json:
        custody = one.custody
        filled, decided, changes, ended, *_ = state
        told: Json = {
            "booking_number": custody.number,
            "commitment_date": day(custody.first_day).isoformat(),
            "physical": {"sex": custody.person.sex},
            "inmate": {"race": custody.person.race},
            "housing": {"location": "JMS", "block": f"T{1 + int(custody.number[-1]) % 8}"},
        }
        if ended:
            told["release_date"] = day(custody.last_day).isoformat()
        if not filled:
            return told
        cases = [case for case in one.cases if case.listed <= now]
        amount = laws.amount_of(custody.situation)
        if amount is not None and changes:
            amount = one.changes[changes - 1][1]
        told["charges"] = [
            {"case_number": case.number, "code": "00100", "description": text, "grade": grade}
            for case in cases
            for text, _, grade in case.charges
        ]
        if custody.band == "violation":
            text = "VIOLATION OF PROBATION"
            told["charges"].append({"code": "00900", "description": text, "grade": "I"})
        entries: list[tuple[str | None, str]] = [
            (case.number, self._label(one, case, now)) for case in cases
        ]
        told["bonds"] = [
            self._bond(number, status, custody, decided, amount if place == 0 else 0, ended)
            for place, (number, status) in enumerate(
                entries or [(None, self._label(one, None, now))]
            )
        ]
        if amount is not None and decided:
            told["bond_grand_total_cents"] = amount
        if one.detainers:
            told["detainers"] = [{"issued_by": "ANOTHER COUNTY"}] * one.detainers
        return told

    def _bond(
        self,
        number: str | None,
        status: str | None,
        custody: Custody,
        decided: bool,
        amount: int | None,
        ended: bool,
    ) -> Json:
        told: Json = {"case_number": number, "status": status, "type": "Not Assessed"}
        if ended and custody.kind == "recognizance":
            told["type"] = "Released on own Recognizance"
        elif decided and custody.situation == "none":
            told["type"] = "No Bond Set"
        elif decided and custody.situation == "recognizance":
            told["type"] = "Released on own Recognizance"
        elif decided:
            told["type"] = "Bond Assessed - Courts"
            told["amount_cents"] = told["total_cents"] = amount
        if status == "Paid":
            told["posted_by"] = "SAMPLE BONDING CO"
        return told

    def _ask(self, one: Shown, now: float, row: Json, told: set[str], night: Night) -> None:
        """The court's answer about somebody who is held."""
        answer: Json = {"key": row["key"], "outcome": one.outcome, "cases": []}
        night.court.append(answer)
        if one.outcome != "found":
            return
        person = one.custody.person
        for case in (*one.earlier, *one.cases):
            if case.hidden or case.filed > now:
                continue
            case_id = f"{case.number}|{case.key(now)}|{int((now - case.filed) // (24 * 28))}"
            answer["cases"].append(case_id)
            if case_id not in told:
                told.add(case_id)
                night.cases[case_id] = record(case, now, person.name, person.birth.isoformat())

    # --- what a booking is like -----------------------------------------------------------------

    def _kind(self, rng: random.Random, number: int) -> str:
        """How a night goes. The first two and the last one go well."""
        trouble, draw = self.trouble, rng.random()
        if number < 2 or number == self.days - 1:
            return "well"
        kinds = ("missed", "inexact", "unfinished", "court_down")
        for kind in kinds:
            draw -= getattr(trouble, kind)
            if draw < 0:
                return kind
        return "well"

    def _shown(self, rng: random.Random, custody: Custody, serial: int) -> Shown | None:
        trouble = self.trouble
        late = rng.random() < trouble.listed_late and not custody.second
        never = rng.random() < trouble.never_listed and not custody.paired
        listed = custody.start + (rng.uniform(6, 48) if late else rng.uniform(0, 0.2))
        purged = _purge(custody.end + rng.uniform(60, 80))
        cases = cases_of(rng, custody, serial, trouble.hidden)
        decided = custody.start + laws.BOND_SEEN.draw(rng)
        # Charges are there at the latest with the bond's decision.
        filled = min(custody.start + laws.CHARGES_SEEN.draw(rng), decided)
        if custody.kind == "recognizance":
            filled = min(filled, custody.end)
        for case in cases:
            case.listed = max(case.listed, filled)
        told = rng.random() < laws.SHOWN[custody.kind]
        hold = custody.kind == "transfer" and told
        shown = Shown(
            custody,
            listed,
            purged,
            self._ids(rng, custody, serial),
            self._wrong(rng, custody),
            filled,
            decided,
            1 if hold else 0,
            told,
            self._changes(rng, custody),
            cases,
            earlier_cases(rng, custody, serial),
            self._outcome(rng),
            f"3296{serial:011d}",
        )
        return None if never else shown

    def _ids(
        self, rng: random.Random, custody: Custody, serial: int
    ) -> list[tuple[float, str | None]]:
        """The permanent id: the person's; or another one from some hour on, which a reader can
        join; or one of its own, which nobody can."""
        trouble, own = self.trouble, f"{400_000 + custody.person.number:08d}"
        draw = rng.random()
        first = -1e9
        if custody.paired:
            return [(first, own)]
        if draw < trouble.changed_id:
            at = custody.start + rng.uniform(0.1, 0.9) * (custody.end - custody.start)
            return [(first, own), (at, f"{800_000 + serial:08d}")]
        draw -= trouble.changed_id
        if draw < trouble.lost_id:
            return [(first, f"{900_000 + serial:08d}")]
        draw -= trouble.lost_id
        if draw < trouble.blank_id:
            return [(first, None), (custody.start + 24 * rng.uniform(0.5, 3), own)]
        return [(first, own)]

    def _wrong(self, rng: random.Random, custody: Custody) -> tuple[float, float] | None:
        if rng.random() >= self.trouble.withdrawn or custody.end - custody.start < 24 * 6:
            return None
        at = custody.start + rng.uniform(0.2, 0.6) * (custody.end - custody.start)
        return at, at + 24 * rng.choice((1, 2))

    def _changes(self, rng: random.Random, custody: Custody) -> list[tuple[float, int]]:
        """A bond may be cut, once, or raised."""
        amount = laws.amount_of(custody.situation)
        if amount is None:
            return []
        at = custody.start + 72 + rng.expovariate(1 / (24 * 40))
        draw = rng.random()
        if draw < 0.35:
            return [(at, amount // 2)]
        return [(at, amount * 2)] if draw < 0.42 else []

    def _outcome(self, rng: random.Random) -> str:
        draw = rng.random()
        if draw < self.trouble.not_found:
            return "not_found"
        return "unverified" if draw < self.trouble.not_found + self.trouble.unverified else "found"

    # --- what is true ---------------------------------------------------------------------------

    def truth(self, number: int) -> Truth:
        """What is true of those on the list on that night."""
        now, today = 24 * number + HOUR, day(number)
        found = Truth(today)
        stays: dict[int, int] = {}
        for one in self.shown:
            custody = one.custody
            if not self._is_listed(one, now) or custody.end <= now:
                continue
            wrong = one.wrong_release
            if wrong is not None and wrong[0] <= now < wrong[1]:
                continue
            who = custody.person.number
            found.held.add(who)
            first = min(
                other.start
                for other in custody.person.custodies
                if other.start <= custody.start and other.end >= custody.start
            )
            stays[who] = min(stays.get(who, 1 << 30), int(first // 24))
            if any(case.pending(now) for case in one.cases):
                found.waiting.add(who)
        found.nights = sorted(number - first for first in stays.values())
        return found


@dataclass
class Truth:
    """The people held by the list of a day (numbers of residents), those of them who wait for a
    decision of a case of their custody, and the nights held so far."""

    day: dt.date
    held: set[int] = field(default_factory=set)
    waiting: set[int] = field(default_factory=set)
    nights: list[int] = field(default_factory=list)


def _purge(hours: float) -> float:
    """The next 2 a.m."""
    return (int((hours - 2) // 24) + 1) * 24 + 2.0
