"""The matrix: each fault that the portals can do, on each page kind it can strike, and what must
come of it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from practice.misbehave_kinds import BY_NAME, KINDS, Kind
from proof.harness import DEEDS, Stage, hasty, when
from resilience.faults import Fault
from scrapers.jail import JailScraper
from scrapers.odyssey import OdysseyScraper
from scrapers.record import Envelope

CLASSIC = (
    *("odyssey:login", "idp:signin", "idp:signin-post", "odyssey:token", "odyssey:dashboard"),
    *("odyssey:search-form", "odyssey:search-post", "odyssey:workspace", "odyssey:results"),
    *("odyssey:case", "odyssey:financial"),
)
ROA = (
    "odyssey:roa-page",
    *(
        f"odyssey:roa-{name}"
        for name in (
            *("CaseSummariesSlim", "Charges", "DispositionEvents", "Parties", "CombinedEvents"),
            *("FinancialSummary", "BondSettings"),
        )
    ),
)
JAIL = ("iml:search-form", "iml:search-post", "iml:list-31", "iml:detail")
SIGN_IN = frozenset(CLASSIC[:6])
"""Page kinds that only a new session asks for."""
LENGTHS = {"hang": 20.0, "drip": 20.0, "slow": 1.0, "refuse": 0.2, "overlay": 0.8}
"""Shorter than the portals' own, as the time-outs are."""
UNTOUCHED = frozenset(
    {
        *((fault, f"odyssey:{page}") for fault in ("slow", "busy") for page in ("login", "token")),
        *(("slow", "idp:signin-post"), ("busy", "idp:signin-post")),
        *(
            ("lost-session", f"odyssey:{page}")
            for page in ("login", "token", "dashboard", "search-post", "workspace")
        ),
    }
)
"""The portals do not do these there, whatever is ordered: pages without the sign-in's gate, and
pages that a session is not lost on; 429, 503 and hang strike there instead, and a lost session on
the pages around."""
ALSO = {
    ("truncate", "odyssey:login"): "SearchLost",
    ("truncate", "odyssey:token"): "SignedOut",
    ("truncate", "odyssey:search-post"): "SearchLost",
}
"""A redirect that is cut short has lost its cookie: the hand-over then ends in a 400 or in the
sign-in form again, the search has no criteria."""
OPTIONAL = frozenset(
    f"odyssey:{page}"
    for page in ("financial", "roa-FinancialSummary", "roa-BondSettings", "roa-CombinedEvents")
)
"""Parts without which a case is kept, and said to be."""
BY_SCRIPT = frozenset({"odyssey:results", "odyssey:case", "odyssey:financial"})
"""The portal's own page asks for these; of an answer that is no answer it shows nothing, so that it
is `Slow` or `SearchLost` to us; a hang that ends in time is not named at all. What counts there is
the truth."""
CHANGED = frozenset({"renamed-column", "renamed-section"})
"""The portal's pages have changed: what can be read is read, the rest is told (docs/laws.md, 10).
A stop is right too, where the page cannot be proved any more."""
STATES = frozenset({"service-down", "dead", "portal-dies", "silent-empty"})


@dataclass(frozen=True)
class Case:
    """One fault (of a portal, or a deed done to the browser) on one page kind."""

    fault: str
    place: str
    deed: str = ""

    @property
    def kind(self) -> Kind:
        return BY_NAME[self.fault]

    @property
    def case_pages(self) -> str:
        return "roa" if ":roa-" in self.place else "classic"

    @property
    def order(self) -> str:
        """What the portals are told."""
        if self.fault == "portal-dies":
            return "portal-dies@1"
        if self.fault in ("moved-roster", "nightly-purge"):
            return f"{self.fault}=1"  # drawn for the list as a whole
        length = LENGTHS.get(self.fault)
        return f"{self.fault}:{self.place}=1" + (f"/{length:g}" if length else "")

    def __str__(self) -> str:
        return f"{self.deed or self.fault} on {self.place}"


@dataclass
class Outcome:
    """What came of it. ``wrong`` is empty when it is what had to."""

    case: Case
    cured: bool = False
    named: tuple[str, ...] = ()
    stopped: str = ""
    seconds: float = 0.0
    wrong: str = ""
    told: bool = False
    note: str = field(default="")


def short() -> Iterator[Case]:
    """Every fault once, each on another page kind where it can; and every deed once."""
    used: dict[str, int] = {}
    for fault in (name for name, kind in BY_NAME.items() if not (kind.plain or kind.crawl)):
        places = [case.place for case in cases() if case.fault == fault]
        place = min(places, key=lambda place: (used.get(place, 0), places.index(place)))
        used[place] = used.get(place, 0) + 1
        yield Case(fault, place)
    for deed, place in zip(
        DEEDS,
        ("odyssey:results", "iml:detail", "odyssey:search-post", "odyssey:case", "iml:list-31"),
        strict=True,
    ):
        yield Case("slow", place, deed)


def cases() -> Iterator[Case]:
    """Every fault on every page kind that a crawl asks for and the fault can strike."""
    for kind in (
        kind for kind in KINDS if not (kind.plain or kind.crawl)
    ):  # run with browsers, page by page
        for place in (*JAIL, *CLASSIC, *ROA):
            if not kind.strikes_on(place) or (kind.name, place) in UNTOUCHED:
                continue
            if (kind.name == "dead" and (place in SIGN_IN or place in JAIL[:3])) or (
                kind.name == "portal-dies" and place not in ("iml:detail", "odyssey:search-post")
            ):
                continue  # the one is about a person, the other is everywhere at once
            yield Case(kind.name, place)


def deeds() -> Iterator[Case]:
    """What is done to browser and driver, while a page of each kind is being asked for."""
    for deed in DEEDS:
        for place in (
            *JAIL[2:],
            "idp:signin",
            "odyssey:search-post",
            *CLASSIC[8:10],
            "odyssey:roa-Charges",
        ):
            yield Case("slow", place, deed)


class Matrix:
    """Runs cases, each against the truth; browsers are kept from case to case where a case leaves
    them as they were."""

    def __init__(self, classic: Stage, roa: Stage | None) -> None:
        self._stages = {"classic": classic, "roa": roa}
        self._jail: JailScraper | None = None
        self._courts: dict[str, OdysseyScraper] = {}
        self._entries: dict[str, Any] = {}

    def close(self) -> None:
        for scraper in (self._jail, *self._courts.values()):
            if scraper is not None:
                scraper.session.close()
        self._jail, self._courts = None, {}

    def run(self, case: Case) -> Outcome:
        """The case, with everything about it checked."""
        stage = self._stages[case.case_pages]
        assert stage is not None
        stage.order("")
        prepare = self._prepare_jail if case.place.startswith("iml") else self._prepare_court
        try:
            ready = prepare(case, stage)
        except Fault as fault:
            outcome = Outcome(case, wrong=f"before it began: {fault.name}: {fault}")
        else:
            outcome = self._judged(case, stage, *ready)
        if outcome.wrong:
            self.close()  # the next case begins afresh, whatever this one left
        return outcome

    # -- what is asked
    # ----------------------------------------------------------------------------------------

    def _prepare_jail(self, case: Case, stage: Stage) -> Any:
        jail = self._jail = self._jail or stage.jail()
        jail.session.pace = hasty()
        if not self._entries:
            self._entries = {entry.key: entry for entry in jail.roster().people}
        if case.place == "iml:search-form":
            jail.session.restart()
        key = held(stage)
        if case.place == "iml:detail" or case.fault in STATES:
            return jail, lambda: jail.person(self._entries[key]), stage.truth[key]["jail"]
        return (
            jail,
            lambda: sorted((person.key, len(person.rows)) for person in self._roster(jail)),
            sorted((key, len(line["jail"]["bookings"])) for key, line in stage.truth.items()),
        )

    @staticmethod
    def _roster(jail: JailScraper) -> Any:
        roster = jail.roster()
        if not roster.proof.exact:
            raise AssertionError(f"the roster is not exact: {roster.proof.reasons}")
        return roster.people

    def _prepare_court(self, case: Case, stage: Stage) -> Any:
        court = self._courts.get(case.case_pages)
        if court is None:
            court = self._courts[case.case_pages] = stage.court()
        court.session.pace = hasty()
        key = rich(stage, case.case_pages)
        if case.place in SIGN_IN or case.fault in (
            "timeout-dialog",
            "overlay",
            "captcha",
            "portal-dies",
        ):
            # Without a browser a restart stays signed in; what only a new session asks for needs a
            # new visitor.
            court.session.restart() if stage.fetch_mode == "browser" else court.session.close()
        else:
            court.session.sign_in = court._sign_in  # a case before may have ended in the middle
            if not court.session.running or not court.session.signed_in:
                stage.history(court, key)
        if case.fault == "silent-empty":
            return court, lambda: court.control(), False
        if case.fault == "service-down" or (case.fault == "dead" and case.place in OPTIONAL):
            return court, lambda: self._without(stage.history(court, key)), "named as missing"
        return court, lambda: stage.history(court, key), stage.truth[key]["odyssey"]

    @staticmethod
    def _without(file: Any) -> str:
        told = file.model_dump_json()
        return "named as missing" if "missing" in told else "nothing is said of the missing part"

    # -- what came of it
    # --------------------------------------------------------------------------------------

    def _judged(self, case: Case, stage: Stage, scraper: Any, ask: Any, expected: Any) -> Outcome:
        session, lines = scraper.session, len(stage.rows())
        before = dict(session.statistics)
        outcome = Outcome(case)
        faults = stage.order(case.order)
        watch = None
        if case.deed:
            find, number = DEEDS[case.deed]
            watch = when(
                lambda: any(mark.startswith("slow|") for mark in faults._struck),
                lambda: os.kill(find(session.browser.processes()), number),
            )
        began = time.monotonic()
        try:
            found = ask()
        except Fault as fault:
            outcome.stopped = fault.name
            outcome.note = str(fault)[:160]
        except Exception as error:  # noqa: BLE001 - whatever it is, this case went wrong and the others go on
            outcome.wrong = f"{type(error).__name__}: {str(error)[:200]}"
        else:
            outcome.cured = True
            if isinstance(found, Envelope):
                outcome.told = said_of(found)
                found = found.record
            found = found.model_dump(mode="json") if hasattr(found, "model_dump") else found
            if found != expected and not (outcome.told and case.fault in CHANGED):
                outcome.wrong = "not the truth"
        outcome.seconds = time.monotonic() - began
        if watch is not None:
            watch.join()
        after = session.statistics
        outcome.named = tuple(sorted(name for name in after if after[name] > before.get(name, 0)))
        if not outcome.wrong:
            outcome.wrong = self._wrong(case, outcome, stage.rows(lines))
        return outcome

    @staticmethod
    def _wrong(case: Case, outcome: Outcome, rows: list[dict[str, Any]]) -> str:
        struck = [row for row in rows if case.fault in row.get("fault", "").split(",")]
        if not struck and not (case.deed and outcome.named):
            return "it never struck"
        if case.deed:
            names = {"BrowserLost", "TabCrashed"}
            if not outcome.cured:
                return f"not cured: {outcome.stopped}: {outcome.note}"
            return (
                "" if names & set(outcome.named) else f"nobody noticed ({', '.join(outcome.named)})"
            )
        if case.kind.curable or case.fault == "silent-empty":
            if not outcome.cured:
                return f"not cured: {outcome.stopped}: {outcome.note}"
        elif outcome.cured and case.fault in CHANGED:
            return "" if outcome.told else "a page that changed, and nothing is told of it"
        elif outcome.cured and case.place not in OPTIONAL:
            return "no stop"
        named = {*outcome.named, outcome.stopped}
        if ALSO.get((case.fault, case.place)) in named or case.place in BY_SCRIPT:
            return ""
        if case.kind.expected and not named & set(case.kind.expected):
            return f"named {', '.join(sorted(named - {''})) or 'nothing'}"
        return ""


def said_of(file: Envelope[Any]) -> bool:
    """Whether the file says that something was not read as usual: unread texts, doubts, parts."""
    if file.extra.unread or file.unread_parts or file.doubts:
        return True
    cases = getattr(file.record, "cases", ())
    return any(case.missing or case.as_printed for case in cases)


def held(stage: Stage) -> str:
    """Somebody in jail with charges and bonds on one booking: every fault of a detail page can
    strike."""
    return next(
        key
        for key, line in stage.truth.items()
        if len(line["jail"]["bookings"]) == 1
        and line["jail"]["bookings"][0]["charges"]
        and line["jail"]["bookings"][0]["bonds"]
        and not line["jail"]["bookings"][0]["released"]
    )


def rich(stage: Stage, case_pages: str) -> str:
    """Somebody whose cases show all parts that pages can have, and not many of them."""

    def fits(line: dict[str, Any]) -> int:
        cases = line["odyssey"]["cases"]
        parts = ("charges", "bond_settings", "disposition_events", "financial", "parties", "events")
        return sum(any(case.get(part) for case in cases) for part in parts) * 10 - len(cases)

    return max(
        (key for key, line in stage.truth.items() if line["odyssey"]),
        key=lambda key: fits(stage.truth[key]),
    )
