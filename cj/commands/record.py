"""``cj record``: saves a visit of a county's portals as a test fixture, with everything personal
replaced by invented values."""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rich.box import SIMPLE
from rich.markup import escape
from rich.table import Table

from cj.practice import Behaviour, portals
from cj.preflight import reachable
from cj.settings import credentials
from cj.signals import stopping
from cj.view import console, say
from cj.wrong import UsageError
from operators.output import Output, produce
from replay.anonymize import BadKeyError, Key, Recording, UnsafeRecordingError, anonymize, key_of
from replay.exchange import Exchange
from replay.recorder import VisitRecorder, exchange_of
from resilience.faults import Fault, SignInRefused, Stopped, Unreachable, WrongSetup
from resilience.settings import BrowserSettings
from scrapers.crawl import HALVES, Half, PracticeWorld
from scrapers.products import control_entry, part_of, product_of
from scrapers.record import Inputs
from scrapers.saved import PersonNotListedError, VisitWish
from scrapers.sessions import session_of
from scrapers.sites import JailSite, Site, site_of
from scrapers.visitor import contact_of, without_photos

_SHOWN = 40


def run(arguments: argparse.Namespace) -> int:
    """Visits, makes anonymous, verifies, writes. Returns the exit code."""
    site = site_of(arguments.site)
    halves = tuple(dict.fromkeys(map(Half, arguments.halves or HALVES)))
    for half in halves:
        part_of(site, half)
    contact_of(site)
    wish = _wish(arguments, site, halves)
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
                for site, visit in _visits(arguments, site, halves, wish, stop, stack)
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
        folder = folders[one.exchange.half]
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


def _wish(arguments: argparse.Namespace, site: Site, halves: tuple[Half, ...]) -> VisitWish:
    """What is visited. Where no half lists people, the one who is searched for has to be known."""
    name, born = arguments.name, arguments.born
    if name is None and not any(half.lists for half in halves):
        control = next((each for half in halves if (each := control_entry(site, half))), None)
        if control is None:
            raise UsageError(_WHOM)
        name, born = control.name, born or control.date_of_birth
    return VisitWish(arguments.person, arguments.details, name, born, arguments.cases)


def _visits(
    arguments: argparse.Namespace,
    site: Site,
    halves: tuple[Half, ...],
    wish: VisitWish,
    stop: threading.Event,
    stack: contextlib.ExitStack,
) -> Iterator[tuple[Site, Exchange]]:
    """The visits, one after another, each with the site at the addresses that were visited."""
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
        site, wish = ready.site, replace(wish, user=ready.user, password=ready.password)
    else:
        reachable(site, halves)
        if not all(half.lists for half in halves):
            user, password = credentials(site)
            wish = replace(wish, user=user, password=password)
    for half in halves:
        if wish.name is None and not half.lists:
            raise UsageError(_WHOM)
        visit, found = _visit(arguments, site, half, wish, stop)
        yield site, visit
        if wish.name is None and found is not None:
            wish = replace(wish, name=found.name, born=found.date_of_birth)


def _visit(
    arguments: argparse.Namespace,
    site: Site,
    half: Half,
    wish: VisitWish,
    stop: threading.Event,
) -> tuple[Exchange, Inputs | None]:
    """One visit, and whom the other half may be asked about."""
    part, saved = part_of(site, half), product_of(site, half).saved
    recorder = VisitRecorder(saved)
    settings = BrowserSettings(headed=arguments.headed)
    with session_of(
        site,
        part.url,
        browser=without_photos(settings) if half.lists else settings,
        stop=stop,
        observe=recorder.observe,
        legacy_tls=isinstance(part, JailSite) and part.legacy_tls,
    ) as session:
        visit = saved.visit(session, site, wish, recorder)
    if visit.by_browser:
        raise UnsafeRecordingError([_BY_BROWSER])
    if visit.note:
        say(visit.note)
    return exchange_of(half, site, arguments.page, recorder, visit.about), visit.found


_WHOM = 'name the person to search for: --name "LAST, FIRST" and --born YYYY-MM-DD'
_BY_BROWSER = (
    "the pages needed a browser's scripts, so a recording of them would not replay: save them by "
    "hand (docs/replay.md), or record only the other half (cj record jail, cj record odyssey)"
)


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
