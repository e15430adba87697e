"""A crawl's sums for the eye: at the end of a run, and as ``cj status``."""

from __future__ import annotations

from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from scrapers.crawl import CrawlFolder, Summary

_FAILED_SHOWN = 8
_UNREAD = 5
_COLUMNS = {
    "found": "green",
    "not_found": "cyan",
    "unverified": "yellow",
    "failed": "red",
    "carried": "",
    "not_asked": "dim",
    "pending": "magenta",
}
_STATES = {
    "complete": "[green]complete[/]",
    "complete_with_failures": "[red]complete, with failures[/]",
    "unfinished": "[magenta]unfinished[/]",
    "no_roster": "[magenta]no roster yet[/]",
}


def show_summary(
    summary: Summary, folder: CrawlFolder, console: Console, *, running: bool = False
) -> None:
    """Print the seven counts of each half, coverage, retries, failures, and where things lie."""
    table = Table(box=SIMPLE, pad_edge=False, header_style="bold")
    table.add_column("")
    for half in summary.halves:
        table.add_column(half, justify="right", min_width=8)
    for name, style in _COLUMNS.items():
        counts = [getattr(half.counts, name) for half in summary.halves.values()]
        cells = [Text(str(count), style=style if count else "dim") for count in counts]
        table.add_row(name.replace("_", " "), *cells, style=None if any(counts) else "dim")
    table.add_section()
    table.add_row("roster", *(str(half.roster) for half in summary.halves.values()))
    rare = {"partly_read": "partly read", "unread_parts": "parts unread", "unlisted": "unlisted"}
    for name, words in rare.items():
        some = [getattr(half, name) for half in summary.halves.values()]
        if any(some):
            table.add_row(words, *map(str, some), style="yellow")
    table.add_row("coverage", *(_percent(half.coverage) for half in summary.halves.values()))
    if any(half.unread_parts for half in summary.halves.values()):
        table.add_row(
            "of cases", *(_percent(half.parts_coverage) for half in summary.halves.values())
        )
    console.print(table)
    state = "[cyan]running[/]" if running else _STATES[summary.state]
    inexact = "" if summary.exact or not summary.roster else ", [yellow]roster not exact[/]"
    coverage = "" if summary.coverage is None else f", coverage {_percent(summary.coverage)}"
    console.print(f"{state}{coverage}{inexact}", soft_wrap=True)
    for half, portal in (summary.run.portals if summary.run else {}).items():
        console.print(f"{half}: {escape(portal.line)}", soft_wrap=True)
    if summary.run is not None and summary.run.stopped and not running:
        console.print(f"[red]stopped:[/] {escape(summary.run.stopped)}", soft_wrap=True)
    for reason in summary.reasons:
        console.print(f"[yellow]roster:[/] {escape(reason)}", soft_wrap=True)
    if summary.retries:
        told = ", ".join(f"{name} {count}" for name, count in summary.retries.items())
        console.print(f"cured on the way: {escape(told)}", soft_wrap=True)
    if summary.missing:
        told = ", ".join(f"{part} of {count}" for part, count in summary.missing.items())
        console.print(
            f"[yellow]parts of cases that the court did not give:[/] {escape(told)}", soft_wrap=True
        )
    if summary.doubts:
        kinds = ", ".join(f"{kind.replace('_', ' ')} {n}" for kind, n in summary.doubts.items())
        console.print(f"[yellow]doubts:[/] {escape(kinds)}", soft_wrap=True)
    if summary.unread_texts:
        places = ", ".join(f"{place} {n}" for place, n in list(summary.unread.items())[:_UNREAD])
        console.print(
            f"[yellow]unread texts:[/] {summary.unread_texts}, most of them at {escape(places)}",
            soft_wrap=True,
        )
    for failed in summary.failed[:_FAILED_SHOWN]:
        text = f"{failed.half} {failed.key}: {failed.fault}: {failed.message}"
        console.print(
            f"[red]failed[/] {escape(text)} [dim]({escape(failed.where)})[/]", soft_wrap=True
        )
    if len(summary.failed) > _FAILED_SHOWN:
        console.print(
            f"... and {len(summary.failed) - _FAILED_SHOWN} more, in {folder.place.path('failed')}",
            soft_wrap=True,
        )
    console.print(
        f"one file a person in [cyan]{escape(folder.where)}[/]/jail and /odyssey, "
        "sums in summary.json",
        soft_wrap=True,
    )


def _percent(share: float | None) -> str:
    if share is None:
        return "-"
    # Rounded down: 100 % is said of everybody only.
    return f"{int(share * 1000) / 10:.1f} %"
