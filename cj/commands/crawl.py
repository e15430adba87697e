"""``cj crawl``, ``cj jail``, ``cj odyssey``: one crawl, or one half of it."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cj.freshness import fresh_of
from cj.log import logging_to
from cj.practice import Behaviour, portals
from cj.preflight import reachable
from cj.settings import credentials, database_of
from cj.signals import Interrupted, stopping
from cj.view import View, say
from cj.wrong import UsageError
from resilience.faults import Fault, SignInRefused, Stopped, Unreachable, WrongSetup
from resilience.fetch_modes import FetchChoice
from resilience.scrub import WholeWord
from resilience.settings import BrowserSettings
from scrapers.clock import utc_now
from scrapers.crawl import (
    Choice,
    CrawlFolder,
    Fresh,
    Half,
    Identity,
    Only,
    Plan,
    PracticeWorld,
    Result,
    bearable,
    choose,
    is_stored,
    keeper,
    read_only,
    run_crawl,
    scrapers_of,
)
from scrapers.products import ScraperOptions, product_of
from scrapers.settings import memory_folder, read_settings
from scrapers.sites import Site, site_of
from scrapers.visitor import contact_of

WORLD = PracticeWorld(people=40, seed=7, day=0)


@dataclass(frozen=True)
class _Task:
    """What the command line comes to: which crawl, where, and whom."""

    site: Site
    identity: Identity
    choice: Choice
    only: Only | None
    arguments: argparse.Namespace

    @property
    def halves(self) -> tuple[Half, ...]:
        return tuple(map(Half, self.arguments.halves))


def run(arguments: argparse.Namespace) -> int:
    """Run it and say how it went; gives the exit code."""
    task = _task(arguments)
    folder = CrawlFolder(task.choice.folder)
    for left in task.choice.left_alone:
        say(f"left alone: {left} is unfinished but older than 36 hours (--resume goes on with it)")
    view = View(folder, task.site.key, task.halves)
    if task.choice.finished:
        say(f"{folder} is finished: everybody asked for is done (--new begins another)")
        return view.conclude()
    stop = threading.Event()
    with stopping(stop, say) as seen, contextlib.ExitStack() as stack:
        folder.check(task.identity)
        stack.enter_context(_writable(folder, stop))
        stack.callback(folder.discard_unbegun)
        try:
            result = _crawl(task, folder, view, stop, stack)
        except Stopped:
            result = None
        except Fault as fault:
            if isinstance(fault, WrongSetup | SignInRefused | Unreachable):
                raise
            say(
                f"stopped before the first person: {fault.name}: {fault}"
                + (f" ({fault.url})" if fault.url else "")
            )
            view.how_to_go_on()
            return 3
    return _end(view, result, seen)


def _end(view: View, result: Result | None, seen: Interrupted) -> int:
    if result is None:
        view.how_to_go_on()
        return seen.exit_code or 3
    code = view.conclude(result.summary)
    if result.error is not None:
        raise UsageError(
            "stopped: "
            f"{result.error.filename or view.folder}: {result.error.strerror or result.error}"
        )
    if isinstance(result.fault, WrongSetup | SignInRefused):
        raise result.fault
    if seen.exit_code is not None and result.summary.state == "unfinished":
        return seen.exit_code
    return code


def _crawl(
    task: _Task, folder: CrawlFolder, view: View, stop: threading.Event, stack: contextlib.ExitStack
) -> Result:
    arguments, site = task.arguments, task.site
    info = folder.info()
    user = password = None
    if site.practice:
        behaviour = Behaviour(
            arguments.practice_latency_ms,
            arguments.practice_faults,
            _log_of(folder, arguments.practice_access_log),
            arguments.practice_dialect,
        )
        world = task.identity.practice or WORLD
        ready = stack.enter_context(portals(site, world, behaviour, folder.beside() / "practice"))
        site, user, password = ready.site, ready.user, ready.password
    else:
        reachable(site, task.halves)
        if any(not half.lists for half in task.halves):
            user, password = credentials(site)
    as_of = info.as_of if info else site.today(utc_now())
    site = site.with_addresses(as_of=as_of)
    browser = BrowserSettings(headed=arguments.headed)
    fetch_mode = fetch_mode_of(arguments)
    plan = Plan(
        folder.where,
        site,
        task.identity,
        as_of,
        halves=task.halves,
        workers=arguments.workers,
        limit=arguments.limit,
        only=task.only,
    )
    secrets = _secrets(password, user)

    def options(half: Half) -> ScraperOptions:
        keep = keeper(folder, half, secrets) if arguments.keep_pages else None
        # The practice portals' passwords and addresses are new each time.
        memory = None if site.practice else memory_folder()
        return ScraperOptions(
            user, password, browser=browser, fetch_mode=fetch_mode, keep=keep, memory=memory
        )

    view.begin(plan, goes_on=info is not None)
    if is_stored(folder.where):
        say(f"log, and what the practice portals remember: {folder.beside()}")
    with view, logging_to(folder.beside() / "crawl.log", secrets):
        return run_crawl(
            plan,
            scrapers=scrapers_of(plan, options),
            progress=view,
            stop=stop,
            secrets=secrets,
            folder=folder,
            fresh=_fresh(task, folder, site, as_of),
        )


def fetch_mode_of(arguments: argparse.Namespace) -> FetchChoice:
    """The fetch mode asked for. Whoever wants to see the browsers wants to see the pages in
    them."""
    fetch_mode: FetchChoice = arguments.fetch_mode or ("browser" if arguments.headed else "auto")
    return fetch_mode


def _task(arguments: argparse.Namespace) -> _Task:
    site, identity = _who(arguments)
    only = read_only(arguments.only) if arguments.only else None
    halves = tuple(map(Half, arguments.halves))
    for half in halves:
        product_of(site, half)
    bearable(site, arguments.workers)
    contact_of(site)
    if arguments.out is not None:
        choice = Choice(arguments.out)
    else:
        choice = choose(
            arguments.data,
            identity,
            halves=halves,
            today=utc_now().astimezone(site.zone).date(),
            now=utc_now(),
            limit=arguments.limit,
            only=only,
            new=arguments.new,
            resume=arguments.resume,
        )
    return _Task(site, identity, choice, only, arguments)


def _who(arguments: argparse.Namespace) -> tuple[Site, Identity]:
    """The site and the crawl's identity: as given, and where nothing is given as the folder of
    ``--out`` says."""
    stands = CrawlFolder(arguments.out).info() if arguments.out else None
    key = arguments.site or (stands.identity.site if stands else None) or read_settings().site
    if not key:
        raise UsageError("which county? give --site (cj sites lists them)")
    site = site_of(key)
    world = None
    if site.practice:
        old = stands.identity.practice if stands and stands.identity.practice else WORLD
        given = {name: getattr(arguments, f"practice_{name}") for name in ("people", "seed", "day")}
        world = old.model_copy(
            update={name: value for name, value in given.items() if value is not None}
        )
    return site, Identity(site=site.key, practice=world)


def _fresh(task: _Task, folder: CrawlFolder, site: Site, today: dt.date) -> Fresh | None:
    arguments = task.arguments
    if all(half.lists for half in task.halves) or not arguments.refresh_after_days:
        return None
    url = database_of(arguments.database, arguments.data)
    return fresh_of(folder, site, url, arguments.refresh_after_days, today)


@contextlib.contextmanager
def _writable(folder: CrawlFolder, stop: threading.Event) -> Iterator[None]:
    with contextlib.ExitStack() as stack:  # hands what goes wrong inside on to the lock
        try:
            stack.enter_context(folder.locked(stop))
        except OSError as error:
            raise UsageError(f"cannot write to {folder}: {error.strerror or error}") from error
        yield


def _log_of(folder: CrawlFolder, given: Path | None) -> Path:
    return given or folder.beside() / "practice" / "access.jsonl"


def _secrets(password: str | None, user: str | None) -> Callable[[], tuple[str, ...]]:
    known = (password or "", WholeWord(user or ""))
    return lambda: tuple(secret for secret in known if secret)
