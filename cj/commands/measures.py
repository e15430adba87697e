"""``cj measures``: the numbers of a county out of the database, with their limits and
definitions."""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE
from rich.table import Table

from cj.freshness import database_errors, said
from cj.settings import database_of
from cj.view import console, say
from cj.wrong import UsageError

if TYPE_CHECKING:
    from reportcard.measures import Measure
    from reportcard.panel.model import Panel

COLUMNS = (
    "site",
    "name",
    "part",
    "by",
    "group",
    "day",
    "unit",
    "value",
    "low",
    "high",
    "limits",
    "n",
    "unknown",
    "as_of",
    "version",
    "note",
)


def run(arguments: argparse.Namespace) -> int:
    """Print them, as a table or as JSON, or write them as CSV; gives 0."""
    try:
        from reportcard.measures import all_measures
        from reportcard.measures.options import options_of
        from reportcard.offenses import OffenseTableError
        from reportcard.panel.check import PanelError
    except ImportError as error:
        raise UsageError(f"measures need the extra 'report': {error}") from error
    url = database_of(arguments.database, arguments.data)
    try:
        options = options_of(
            arguments.population, arguments.night_cost, arguments.night_source or ""
        )
        panels = _panels(url, arguments)
        found = {panel.site: list(all_measures(panel, options)) for panel in panels}
    except (PanelError, OffenseTableError, ValueError, OSError) as error:
        raise UsageError(str(error)) from error
    except database_errors() as error:
        raise UsageError(said(error)) from error
    if arguments.csv is not None:
        path = _write_csv(arguments.csv, found)
        say(f"{path}: {sum(map(len, found.values())):,} rows")
        return 0
    if arguments.json:
        print(json.dumps(_as_json(found), indent=1, ensure_ascii=False))
        return 0
    for site, measures in found.items():
        _show(site, measures)
    return 0


def _panels(url: str, arguments: argparse.Namespace) -> list[Panel]:
    from reportcard.offenses import with_own
    from reportcard.panel.read import panel_of_site, sites_in

    sites = [arguments.site] if arguments.site else sites_in(url)
    offenses = with_own(arguments.offenses)
    panels = []
    for site in sites:
        panel = panel_of_site(url, site)
        panel.offenses = offenses
        panels.append(panel)
    return panels


def _as_json(found: Mapping[str, Sequence[Measure]]) -> dict[str, Any]:
    from reportcard.measures import DEFINITIONS

    return {
        "format": "cj-report-card/measures",
        "definitions": {
            name: {"title": one.title, "text": one.text, "version": one.version}
            for name, one in DEFINITIONS.items()
        },
        "counties": {site: [one.as_json() for one in measures] for site, measures in found.items()},
    }


def _write_csv(folder: Path, found: Mapping[str, Sequence[Measure]]) -> Path:
    from reportcard.load_csv import safe, write_text

    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for site, measures in found.items():
        for one in measures:
            told = {"site": site, **one.as_json()}
            writer.writerow([safe(told[name]) for name in COLUMNS])
    return write_text(folder, "measures.csv", written.getvalue())


def _show(site: str, measures: Iterable[Measure]) -> None:
    """Everybody's numbers, one line each; groups and series are in JSON and CSV."""
    from reportcard.measures import DEFINITIONS

    table = Table(box=SIMPLE, pad_edge=False, header_style="bold", title=site)
    for name, justify in (("", "left"), ("value", "right"), ("from", "right"), ("to", "right")):
        table.add_column(name, justify="right" if justify == "right" else "left")
    table.add_column("n", justify="right")
    table.add_column("note")
    before = ""
    for one in measures:
        if one.by or one.day is not None:
            continue
        if one.name != before:
            definition = DEFINITIONS[one.name]
            table.add_section()
            table.add_row(f"[bold]{definition.number}. {definition.title}[/]")
            before = one.name
        numbers = [_number(one.unit, value) for value in (one.value, one.low, one.high)]
        table.add_row(f"  {one.part.replace('_', ' ')}", *numbers, f"{one.n:,}", one.note)
    console.print(table)


def _number(unit: str, value: float | None) -> str:
    if value is None:
        return ""
    if unit == "share":
        return f"{100 * value:.1f} %"
    if unit == "cents":
        return f"${value / 100:,.2f}"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
