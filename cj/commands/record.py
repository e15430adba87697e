"""``cj record``: saves a visit of a county's portals as a test fixture, with everything personal
replaced by invented values."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.box import SIMPLE
from rich.markup import escape
from rich.table import Table

from cj.practice import Behaviour, portals
from cj.preflight import reachable
from cj.settings import contact_of, credentials
from cj.signals import stopping
from cj.view import console, say
from cj.wrong import UsageError
from operators.output import Output, produce
from replay.anonymize import BadKeyError, Key, Recording, UnsafeRecordingError, anonymize, key_of
from replay.exchange import Exchange
from replay.recorder import VisitRecorder
from replay.visits import (
    JailPages,
    LimitedCourtScraper,
    PersonNotListedError,
    exchange_of,
    read_court,
    read_jail,
)
from resilience.faults import Fault, SignInRefused, Stopped, Unreachable, WrongSetup
from resilience.session import Session
from resilience.settings import BrowserSettings
from scrapers.crawl import COURT, HALVES, JAIL, Half, PracticeWorld
from scrapers.pace import pace_of
from scrapers.products import part_of
from scrapers.record import Seen
from scrapers.sites import Site, site_of
from scrapers.visitor import browser_for, origins_of

_SHOWN = 40


@dataclass
class _Who:
    """The person to search for at the court, from the jail's pages or the command line."""

    name: str | None
    born: dt.date | None


def run(arguments: argparse.Namespace) -> int:
    """Visits, makes anonymous, verifies, writes. Returns the exit code."""
    site = site_of(arguments.site)
    halves = tuple(dict.fromkeys(map(Half, arguments.halves or HALVES)))
    for half in halves:
        part_of(site, half)
    contact_of(site)
    who = _who(arguments, site, halves)
    key = _key(arguments.key)
    folders = {half: arguments.out / half / site.key / arguments.page for half in halves}
    for folder in folders.values():
        if folder.exists() and not arguments.replace:
            raise UsageError(f"{folder} exists already: use another --page, or --replace")
    stop = threading.Event()
    with stopping(stop, say) as seen, contextlib.ExitStack() as stack:
        try:
            recordings = [
                anonymize(visit, site, key)
                for site, visit in _visits(arguments, site, halves, who, stop, stack)
            ]
        except UnsafeRecordingError as refused:
            _refuse(refused)
            return 3
        except Stopped:
            return seen.exit_code or 3
        except PersonNotListedError as error:
            raise UsageError(str(error)) from error
        except Fault as fault:
            if isinstance(fault, WrongSetup | SignInRefused | Unreachable):
                raise
            say(
                f"nothing was recorded: {fault.name}: {fault}"
                + (f" ({fault.url})" if fault.url else "")
            )
            return 3
    for one in recordings:
        folder = folders[Half(one.exchange.product)]
        produce(Output(f"{folder}/"), _save, replace=arguments.replace, exchange=one.exchange)
        _tell(one, folder)
    say("Review every page before you publish it: a person sees what a program cannot.")
    return 0


def _save(output_path: str, exchange: Exchange) -> None:
    exchange.save(Path(output_path))


def _key(place: Path | None) -> Key:
    try:
        return key_of(place)
    except BadKeyError as bad:
        raise UsageError(str(bad)) from bad


def _who(arguments: argparse.Namespace, site: Site, halves: tuple[Half, ...]) -> _Who:
    born = arguments.born
    if arguments.name is None and COURT in halves and JAIL not in halves:
        control = site.court.control if site.court else None
        if control is None:
            raise UsageError(
                'name the person to search for: --name "LAST, FIRST" and --born YYYY-MM-DD'
            )
        return _Who(control.name, born or control.date_of_birth)
    return _Who(arguments.name, born)


def _visits(
    arguments: argparse.Namespace,
    site: Site,
    halves: tuple[Half, ...],
    who: _Who,
    stop: threading.Event,
    stack: contextlib.ExitStack,
) -> Iterator[tuple[Site, Exchange]]:
    """The visits, one after another, each with the site at the addresses that were visited."""
    user = password = None
    if site.practice:
        state = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cj-record-")))
        world = PracticeWorld(
            people=arguments.practice_people or 40,
            seed=7 if arguments.practice_seed is None else arguments.practice_seed,
            day=arguments.practice_day or 0,
        )
        behaviour = Behaviour(
            arguments.practice_latency_ms,
            arguments.practice_faults,
            arguments.practice_access_log,
            arguments.practice_dialect,
        )
        ready = stack.enter_context(portals(site, world, behaviour, state))
        site, user, password = ready.site, ready.user, ready.password
    else:
        reachable(site, halves)
        if COURT in halves:
            user, password = credentials(site)
    if JAIL in halves:
        yield site, _jail(arguments, site, who, stop)
    if COURT in halves:
        yield site, _court(arguments, site, who, user, password, stop)


def _session(
    arguments: argparse.Namespace,
    site: Site,
    url: str,
    recorder: VisitRecorder,
    stop: threading.Event,
) -> Session:
    settings = BrowserSettings(headed=arguments.headed, contact=contact_of(site))
    return Session(
        browser=browser_for(site, settings),
        pace=pace_of(site, url),
        origins=origins_of(site),
        stop=stop,
        fetch_mode="auto",
        observe=recorder.observe,
        legacy_tls=bool(site.jail and site.jail.legacy_tls and url == site.jail.url),
    )


def _jail(arguments: argparse.Namespace, site: Site, who: _Who, stop: threading.Event) -> Exchange:
    assert site.jail is not None
    recorder = VisitRecorder(JAIL)
    about: dict[str, Any] = {"person": arguments.person, "details": arguments.details}
    with _session(arguments, site, site.jail.url, recorder, stop) as session:
        pages = read_jail(session, site, about, recorder)
        if "search" in session.fetch_modes.given_up:
            raise UnsafeRecordingError([_BY_BROWSER])
    _take(who, pages)
    if len(pages.lists) > 1:
        about["start"] = pages.lists[-1].start
    return exchange_of(JAIL, site, arguments.page, recorder, about)


def _take(who: _Who, pages: JailPages) -> None:
    """Takes the person from the jail's pages, unless the user named one."""
    if who.name is None and pages.details:
        row, detail = pages.details[0]
        who.name, who.born = row.name, row.date_of_birth or detail.date_of_birth


_BY_BROWSER = (
    "the pages needed a browser's scripts, so a recording of them would not replay: save them by "
    "hand (docs/replay.md), or record only the other half (cj record jail, cj record odyssey)"
)


def _court(
    arguments: argparse.Namespace,
    site: Site,
    who: _Who,
    user: str | None,
    password: str | None,
    stop: threading.Event,
) -> Exchange:
    assert site.court is not None
    if who.name is None:
        raise UsageError(
            'name the person to search for: --name "LAST, FIRST" and --born YYYY-MM-DD'
        )
    recorder, texts = VisitRecorder(COURT), list[Seen]()
    born = who.born.isoformat() if who.born else None
    day = site.today(dt.datetime.now(dt.timezone.utc)).isoformat()
    about = {"asked": who.name, "born": born, "cases": arguments.cases, "day": day}
    with _session(arguments, site, site.court.url, recorder, stop) as session:
        scraper = LimitedCourtScraper(
            site, user, password, session=session, keep=lambda _, seen: texts.extend(seen)
        )
        file = read_court(scraper, about)
        if session.fetch_mode != "http":
            raise UnsafeRecordingError([_BY_BROWSER])
        # A replay in a browser starts at the home page.
        session.open(f"{site.court.url.rstrip('/')}/")
    for text in texts:
        recorder.add(text)
    listed = len(file.record.cases) if file.record else 0
    say(f"court: {file.outcome.replace('_', ' ')}, {listed} cases listed")
    visit = exchange_of(COURT, site, arguments.page, recorder, about)
    return replace(visit, about={**visit.about, "outcome": file.outcome})


def _refuse(refused: UnsafeRecordingError) -> None:
    say("Nothing was written: the recording would be unsafe or differ from the visit:")
    for reason in refused.reasons[:_SHOWN]:
        say(f"  {reason}")
    if len(refused.reasons) > _SHOWN:
        say(f"  ... and {len(refused.reasons) - _SHOWN} more")


def _tell(one: Recording, folder: Path) -> None:
    table = Table(box=SIMPLE, pad_edge=False, header_style="bold")
    for name in ("replaced", "count", "example of a new value"):
        table.add_column(
            name,
            justify="right" if name == "count" else "left",
            overflow="ellipsis",
            max_width=48,
        )
    for kind, (count, example) in one.replaced.items():
        table.add_row(kind, str(count), escape(example))
    console.print(table)
    for page in one.not_understood:
        say(f"no parser understood this page, only words known to be harmless were kept: {page}")
    say(f"{len(one.exchange.steps)} steps in {folder}")
