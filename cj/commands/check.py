"""``cj check``: one polite visit of a county's jail, to see what its entry still lacks. Writes
nothing."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cj.practice import Behaviour, portals
from cj.preflight import reachable
from cj.signals import stopping
from cj.view import say
from resilience.faults import Fault
from resilience.settings import BrowserSettings
from scrapers.crawl import JAIL, PracticeWorld
from scrapers.sites import Site, site_of
from scrapers.visitor import contact_of

if TYPE_CHECKING:
    from scrapers.jail.checking import CheckReport, PageKind

_SHOWN = 20


def run(arguments: argparse.Namespace) -> int:
    """Print what was read, unread and doubted, and the lines for the entry; 3 with any of them."""
    from scrapers.jail.checking import check
    from scrapers.jail.scraper import JailScraper

    stop = threading.Event()
    with stopping(stop, say) as interrupted, _ready(site_of(arguments.site), arguments) as site:
        settings = BrowserSettings(headed=arguments.headed, contact=contact_of(site))
        try:
            with JailScraper(site, browser=settings, stop=stop) as scraper:
                report = check(scraper, arguments.limit)
        except Fault as fault:
            if interrupted.number is not None:
                return 128 + interrupted.number
            print(f"cj check: {fault.name}: {fault}", file=sys.stderr)
            return 3
    if arguments.json:
        print(json.dumps(_as_json(report), indent=1, ensure_ascii=False))
    else:
        print("\n".join(_lines(arguments.site, report)))
    return 0 if report.clean else 3


@contextlib.contextmanager
def _ready(site: Site, arguments: argparse.Namespace) -> Iterator[Site]:
    if not site.practice:
        reachable(site, (JAIL,))
        yield site
        return
    behaviour = Behaviour(dialect=arguments.practice_dialect or "")
    with (
        tempfile.TemporaryDirectory(prefix="cj-check-") as state,
        portals(site, PracticeWorld(people=40, seed=7, day=0), behaviour, Path(state)) as served,
    ):
        yield served.site


def _lines(key: str, report: CheckReport) -> Iterator[str]:
    for kind in report.kinds:
        yield (
            f"{kind.name}: {kind.read} pages read, {sum(kind.unread.values())} texts unread, "
            f"{sum(kind.doubts.values())} doubts, {len(kind.not_read)} pages not read"
        )
        yield from _of_kind(kind)
    if report.clean:
        yield f"Every word was read. The entry of {key} needs nothing more for these pages."
        return
    strange = [one for one in report.proposals if one.near is not None]
    for one in strange:
        yield f"{one.label!r} is no known label; the nearest is {one.near!r}"
    yield from _entry(key, report)


def _of_kind(kind: PageKind) -> Iterator[str]:
    for text, times in _most(kind.unread, lambda one: (one.section, one.label)):
        where = " / ".join(part for part in text if part) or "outside of the sections"
        yield f"  unread, {times} times: {where}"
    for said, times in _most(kind.doubts, lambda one: (one.kind, one.field, one.expected)):
        yield f"  doubt, {times} times: {said[0]}: {said[1]}: expected {said[2]}"
    yield from (f"  not read: {line}" for line in kind.not_read)


def _most(found: Counter[Any], place: Any) -> Iterable[tuple[Any, int]]:
    """The commonest places; no person's words are printed."""
    counted: Counter[Any] = Counter()
    for one, times in found.items():
        counted[place(one)] += times
    return counted.most_common(_SHOWN)


def _entry(key: str, report: CheckReport) -> Iterator[str]:
    """Lines for the user's own sites.toml, to be looked at before they are used."""
    if not report.proposals and not report.lacks and not report.columns:
        return
    yield "Lines for your sites.toml. Look at each before you keep it:"
    yield f"[{key}.jail]"
    if report.columns:
        yield f"columns = {json.dumps(list(report.columns))}"
    if report.proposals:
        pairs = ", ".join(f'{json.dumps(one.label)} = "{one.means}"' for one in report.proposals)
        yield f"labels = {{ {pairs} }}"
    if report.lacks:
        yield f"lacks = {json.dumps(list(report.lacks))}"


def _as_json(report: CheckReport) -> dict[str, Any]:
    kinds = {
        kind.name: {
            "read": kind.read,
            "unread": [
                {"section": place[0], "label": place[1], "times": times}
                for place, times in _most(kind.unread, lambda one: (one.section, one.label))
            ],
            "doubts": [
                {"kind": place[0], "field": place[1], "times": times}
                for place, times in _most(kind.doubts, lambda one: (one.kind, one.field))
            ],
            "not_read": kind.not_read,
        }
        for kind in report.kinds
    }
    labels = {one.label: {"near": one.near, "means": one.means} for one in report.proposals}
    return {
        "kinds": kinds,
        "labels": labels,
        "lacks": list(report.lacks),
        "columns": list(report.columns),
    }
