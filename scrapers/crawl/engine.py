"""The crawl itself: freeze the roster, read everybody's jail pages, search everybody's histories,
prove, count.

Both halves run side by side: a person goes to the court as soon as the jail half is done with them.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from resilience import leftovers
from resilience.faults import Cure, Fault
from scrapers.clock import utc_now
from scrapers.crawl.carried import Fresh, carry_fresh
from scrapers.crawl.errors import BadListError, CrawlUsageError, NoRosterError
from scrapers.crawl.events import Event, Expected, HalfExpected, Message, Progress, RosterFrozen
from scrapers.crawl.failed import Secrets
from scrapers.crawl.folder import CrawlFolder
from scrapers.crawl.info import CrawlInfo, Scope
from scrapers.crawl.on_stop import Post, post_json, tell_of
from scrapers.crawl.only import Only
from scrapers.crawl.partly import worth_asking
from scrapers.crawl.plan import Plan, asked_keys, expected
from scrapers.crawl.pool import WorkerPool, figures_of, pools_of, work
from scrapers.crawl.receipts import Receipt, chunk_name, receipt_of
from scrapers.crawl.roster import FrozenRoster, PeopleList
from scrapers.crawl.run import Run
from scrapers.crawl.silence import clean_leftovers, control_of
from scrapers.crawl.summary import RunFigures, Summary, summary_of, write_summary
from scrapers.crawl.surveys import Survey, survey
from scrapers.halves import HALVES, LISTING, Half
from scrapers.products import (
    RosterScraper,
    Scraper,
    ScraperFactory,
    ScraperOptions,
    product_of,
)
from scrapers.record import PersonRecord
from scrapers.robots import Robots, robots_of
from scrapers.roster import Roster
from scrapers.sites import Site


@dataclass(frozen=True)
class Result:
    """How a run ended. ``stopped``: why it ended before its end, None when it did not, empty when
    it was asked to.

    ``fault`` or ``error`` is what stopped it, if it was one.
    """

    summary: Summary
    stopped: str | None = None
    fault: Fault | None = None
    error: OSError | None = None

    @property
    def exit_code(self) -> int:
        """0 complete, 3 with failures, an inexact roster, or people still to do."""
        return self.summary.exit_code


Scrapers = Mapping[Half, ScraperFactory[PersonRecord]]
"""What makes the scrapers of each half that is asked."""


def run_crawl(
    plan: Plan,
    *,
    scrapers: Scrapers,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
    secrets: Secrets = tuple,
    folder: CrawlFolder | None = None,
    fresh: Fresh | None = None,
    now: Callable[[], dt.datetime] = utc_now,
    robots: Robots | None = None,
    post: Post = post_json,
) -> Result:
    """Run a crawl, or go on with it, in the plan's folder, until everybody is settled or ``stop``
    is set.

    ``scrapers`` make a scraper for each worker (`scrapers_of`). ``stop`` ends it within about ten
    seconds; it is also set by the run itself when something stops it. ``secrets`` gives the words
    that must stand in no evidence. ``folder`` is the plan's, when the caller holds its lock
    already. ``fresh`` says whose history an earlier crawl has, fresh enough not to be asked for
    again; without it everybody is asked about. ``robots`` reads the portals' rules before the first
    page, ``post`` tells an ``on_stop`` that is an address.

    Raises CrawlUsageError (other crawl, folder in use, nobody on the roster, unknown keys in
    ``only``), OSError for a folder that cannot be written, the Fault that kept the roster from
    being read, and SiteError if a portal's ``robots.txt`` forbids the crawl. Whatever goes wrong
    later is in the result."""
    return Crawl(
        plan,
        scrapers=scrapers,
        progress=progress,
        stop=stop,
        secrets=secrets,
        folder=folder,
        fresh=fresh,
        now=now,
        robots=robots,
        post=post,
    ).run()


class Crawl:
    """One run, as `run_crawl` makes it; the parts are separate for those who need only some."""

    def __init__(
        self,
        plan: Plan,
        *,
        scrapers: Scrapers,
        progress: Progress | None = None,
        stop: threading.Event | None = None,
        secrets: Secrets = tuple,
        folder: CrawlFolder | None = None,
        fresh: Fresh | None = None,
        now: Callable[[], dt.datetime] = utc_now,
        robots: Robots | None = None,
        post: Post = post_json,
    ) -> None:
        self.plan = plan
        self.folder = folder or CrawlFolder(plan.folder)
        self.stop = stop or threading.Event()
        self._factories = scrapers
        self._progress = progress
        self._secrets = secrets
        self._fresh = fresh
        self._now = now
        self._robots = robots or robots_of(plan.site, stop=self.stop)
        self._post = post
        self._first: Scraper[PersonRecord] | None = None
        self._open: list[Scraper[PersonRecord]] = []
        self._lock = threading.Lock()
        for half in plan.halves:
            if half not in scrapers:
                raise ValueError(f"the {half} half is asked for, but no scraper for it is given")

    def run(self) -> Result:
        """See `run_crawl`."""
        began, started_at = time.monotonic(), self._now()
        with self.folder.locked(self.stop):
            self._anybody()
            self._obey_robots()
            info = self.folder.open(self.plan.identity, as_of=self.plan.as_of, now=started_at)
            swept = self.folder.sweep() + leftovers.sweep()
            if swept:
                self._tell(Message(f"swept what a killed run had left: {len(swept)}"))
            run = self._new_run()
            run.watch.check()
            pools = pools_of(run, self._opened, self._close)
            try:
                frozen = self._freeze(pools)
                info = self._ask(info, frozen)
                run.watch.begin(list(frozen.by_key()))
                for half in self.plan.halves:
                    if not half.lists:
                        carry_fresh(self.folder, half, frozen, self.plan.asked, self._fresh)
                self._prepare(run, frozen, dict.fromkeys(self.plan.halves, self.plan.asked))
                work(run, pools)
            except Fault as fault:
                self._tell_a_person(LISTING, fault)
                raise
            finally:
                self._close_all()
            self._tell_a_person(run.fault_half, run.fault)
            return self._result(run, pools, info, frozen, started_at, time.monotonic() - began)

    @property
    def _lists(self) -> bool:
        """Whether this run asks the half that lists the people."""
        return LISTING in self.plan.halves

    # --- those outside ----------------------------------------------------------------------------

    def _obey_robots(self) -> None:
        for said in self._robots.check(self.plan.site):
            self._tell(Message(said))

    def _tell_a_person(self, half: Half | None, fault: Fault | None) -> None:
        said = tell_of(
            self.plan.site, self.folder.name, half or "", fault, self._now(), post=self._post
        )
        if said is not None:
            self._tell(Message(said))

    # --- before the first person ------------------------------------------------------------------

    def _anybody(self) -> None:
        """Raises NoRosterError, before anything is written, where there is none and none can be
        had."""
        only = self.plan.only
        if self._lists or (only is not None and only.named) or self.folder.roster() is not None:
            return
        raise NoRosterError(
            f"{self.folder} has no roster: run cj {LISTING} first, or give --only a CSV file with "
            "the columns key,name,date_of_birth"
        )

    def _freeze(self, pools: Mapping[Half, WorkerPool]) -> FrozenRoster:
        """The roster: the one that stands, else the portal's, else the user's list."""
        frozen = self.folder.roster()
        fresh = frozen is None
        if frozen is None:
            only = self.plan.only
            if self._lists:
                roster = self._scan(pools[LISTING])
                if not roster.people:
                    raise NoRosterError(
                        f"the roster of {self.plan.site.key} is empty: there is nobody to ask about"
                    )
                frozen = self.folder.freeze(roster)
            else:
                assert only is not None
                frozen = self.folder.freeze(PeopleList.of(only))
        if self._lists and not frozen.listed:
            others = " or ".join(f"cj {half}" for half in HALVES if not half.lists)
            raise CrawlUsageError(
                f"{self.folder} began with a list of people, so it has no {LISTING} half: only "
                f"{others} goes on"
            )
        self._check_only(frozen, self.plan.only)
        self._tell(RosterFrozen(len(frozen.people), frozen.exact, frozen.reasons, fresh))
        return frozen

    def _scan(self, pool: WorkerPool) -> Roster:
        """The roster, read by the scraper that then works as the pool's first."""
        self._first = scraper = self._make(LISTING)
        if not isinstance(scraper, RosterScraper):
            raise TypeError(f"{type(scraper).__name__} cannot read a roster")
        pool.watch(scraper.session)
        return scraper.roster()

    def _check_only(self, frozen: FrozenRoster, only: Only | None) -> None:
        known = frozen.by_key()
        for person in only.people if only else ():
            if person.key not in known:
                raise BadListError(
                    f"--only {only.file if only else ''}, "
                    f"line {person.line}: {person.key!r} is not on the roster of {self.folder}"
                )

    def _ask(self, info: CrawlInfo, frozen: FrozenRoster) -> CrawlInfo:
        asked = dict(info.asked) | dict.fromkeys(self.plan.halves, self.plan.asked)
        info = info.model_copy(update={"asked": asked})
        self.folder.write_info(info)
        return info

    def _prepare(
        self,
        run: Run,
        frozen: FrozenRoster,
        asked: dict[Half, Scope],
        everybody: FrozenRoster | None = None,
    ) -> None:
        """Look at the files once, and queue everybody who is asked about and has none that is
        valid. ``everybody``: the crawl's whole roster, where ``frozen`` is a part of it."""
        everybody = everybody or frozen
        run.know(frozen)
        wanted = {half: asked_keys(frozen, asked[half]) for half in self.plan.halves}
        surveys = {
            half: survey(self.folder, half, frozen, asked[half]) for half in self.plan.halves
        }
        for half, found in surveys.items():
            for key in self.folder.failed_keys(half):
                if found.outcomes.get(key) is None or found.outcomes[key].known:
                    self.folder.forget_failed(half, key)
            if found.invalid:
                run.note(f"{half}: {len(found.invalid)} files are not valid and are made again")
        to_do = {
            half: [key for key in wanted[half] if not surveys[half].outcomes[key].known]
            for half in self.plan.halves
        }
        proving = [half for half in self.plan.halves if run.products[half].silence_needs_control]
        for half in proving:
            run.leftovers[half] = clean_leftovers(run, half, set(wanted[half]))
            left = set(run.leftovers[half])
            to_do[half] = [key for key in to_do[half] if key not in left]
        for half, found in surveys.items():
            partly = sorted(set(found.partly).intersection(wanted[half]))
            for key, file in self.folder.read_many(half, partly):
                if file is not None and worth_asking(file, half, self.plan.site):
                    run.put_partly(half, [key])
        self._queue(run, to_do)
        if not any(run.waiting(half) for half in self.plan.halves):
            run.settled_before = surveys
            proving = []
        run.found_before = {half: control_of(self.folder, half, everybody) for half in proving}
        self._tell(
            Expected(
                tuple(self._expected(surveys[half], wanted[half]) for half in self.plan.halves)
            )
        )

    def _queue(self, run: Run, to_do: dict[Half, list[str]]) -> None:
        listing = set(to_do.get(LISTING, ()))
        for half in self.plan.halves:
            for key in to_do[half]:
                # Who is still to be listed is searched for when that is done.
                if not half.lists and key in listing:
                    run.held_back[half].add(key)
                else:
                    run.queues[half].put(run.people[key])
            if half.lists or not listing:
                run.queues[half].close()

    def _expected(self, found: Survey, wanted: list[str]) -> HalfExpected:
        outcomes = {key: found.outcomes[key] for key in wanted}
        return expected(
            found.half,
            outcomes,
            workers=self.plan.sessions,
            site=self.plan.site,
            pages=found.pages,
            files=found.files,
        )

    def chunk(self, half: Half, keys: Sequence[str], frozen: FrozenRoster) -> Receipt:
        """See `scrape_people`."""
        asked = Scope(only=tuple(keys))
        unknown = sorted(set(keys) - set(frozen.by_key()))
        if unknown:
            raise BadListError(f"{unknown[0]!r} is not on the roster of {self.folder}")
        with self.folder.locked(self.stop, name=f"chunks/.{chunk_name(keys)}.lock"):
            some = FrozenRoster(
                tuple(person for person in frozen.people if person.key in set(keys))
            )
            self._obey_robots()
            run = self._new_run()
            run.watch.check()
            try:
                run.watch.begin(list(frozen.by_key()))
                self._prepare(run, some, dict.fromkeys(self.plan.halves, asked), frozen)
                work(run, pools_of(run, self._opened, self._close))
            except Fault as fault:
                self._tell_a_person(half, fault)
                raise
            finally:
                self._close_all()
            self._tell_a_person(run.fault_half, run.fault)
            if run.error is not None:
                raise run.error
            if run.fault is not None and run.fault.cure is Cure.STOP:
                raise run.fault
            return receipt_of(self.folder, half, keys, now=self._now, stopped=run.reason)

    # --- the workers ------------------------------------------------------------------------------

    def _new_run(self) -> Run:
        return Run(
            self.plan,
            self.folder,
            stop=self.stop,
            progress=self._progress,
            now=self._now,
            secrets=self._secrets,
        )

    # --- scrapers ---------------------------------------------------------------------------------

    def _opened(self, half: Half) -> Scraper[PersonRecord]:
        """The scraper that read the roster, for the first who asks when it stands; a new one for
        others."""
        first = None
        if half.lists:
            with self._lock:
                first, self._first = self._first, None
        return first if first is not None else self._make(half)

    def _make(self, half: Half) -> Scraper[PersonRecord]:
        scraper = self._factories[half](self.stop)
        with self._lock:
            self._open.append(scraper)
        return scraper

    def _close(self, scraper: Scraper[PersonRecord]) -> None:
        with self._lock:
            if scraper not in self._open:
                return
            self._open.remove(scraper)
        with contextlib.suppress(Fault):
            scraper.close()

    def _close_all(self) -> None:
        for scraper in list(self._open):
            self._close(scraper)

    # --- after the last ---------------------------------------------------------------------------

    def _result(
        self,
        run: Run,
        pools: Mapping[Half, WorkerPool],
        info: CrawlInfo,
        frozen: FrozenRoster,
        started_at: dt.datetime,
        seconds: float,
    ) -> Result:
        pace = self.plan.site.pace
        portals = figures_of(pools)
        pages = sum(portal.pages for portal in portals.values())
        stopped = run.reason if run.reason is not None else ("" if self.stop.is_set() else None)
        figures = RunFigures(
            started_at=started_at,
            seconds=round(seconds, 1),
            pages=pages,
            pages_per_second=round(pages / seconds, 2) if seconds else 0.0,
            permitted_pages_at_once=None if pace.free else pace.pages_at_once,
            permitted_seconds_between_starts=None if pace.free else pace.seconds_between_starts,
            stopped=stopped,
            portals=portals,
        )
        # A run with nothing to do has validated every file already: looking again is minutes for
        # 100,000 people.
        surveys = [
            run.settled_before.get(half)
            or survey(self.folder, half, frozen, info.asked.get(half), run.done.get(half))
            for half in HALVES
        ]
        summary = summary_of(self.folder, info, frozen, surveys, run=figures)
        if run.error is None:
            write_summary(self.folder, summary, surveys)
        return Result(summary, stopped, run.fault, run.error)

    def _tell(self, event: Event) -> None:
        if self._progress is not None:
            self._progress(event)


def scrapers_of(plan: Plan, options: Callable[[Half], ScraperOptions]) -> Scrapers:
    """Scrapers of the site's own products, for the plan's halves and as of the plan's day. Raises
    SiteError."""
    site = plan.site.with_addresses(as_of=plan.as_of)
    return {half: product_of(site, half).factory(site, options(half)) for half in plan.halves}


def scrape_people(
    keys: Sequence[str],
    folder: str | os.PathLike[str],
    *,
    site: Site,
    half: Half,
    scraper: ScraperFactory[PersonRecord],
    stop: threading.Event | None = None,
    progress: Progress | None = None,
    secrets: Secrets = tuple,
    now: Callable[[], dt.datetime] = utc_now,
    robots: Robots | None = None,
    post: Post = post_json,
) -> Receipt:
    """Ask one half about these people of a crawl whose roster stands: one chunk with one portal
    session, beside which others may run.

    Whoever has a valid file is not asked again. What a crawl does around its people (freezing,
    sweeping the folder, the summary) is left to others. Raises NoRosterError, BadListError for a
    key that is not on the roster, FolderInUseError when somebody works on the same chunk, and the
    Fault that stopped the chunk (a refused password, a block)."""
    place = CrawlFolder(folder)
    info, frozen = place.info(), place.roster()
    if info is None or frozen is None:
        raise NoRosterError(f"{place} has no roster")
    plan = Plan(place.where, site, info.identity, info.as_of, halves=(half,), workers=1)
    crawl = Crawl(
        plan,
        scrapers={half: scraper},
        progress=progress,
        stop=stop,
        secrets=secrets,
        folder=place,
        now=now,
        robots=robots,
        post=post,
    )
    return crawl.chunk(half, keys, frozen)
