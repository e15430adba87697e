"""What differs between two readings of a crawl, for the eye: which fields, in how many files, and from what to what."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from scrapers.crawl import CrawlFolder
from scrapers.crawl.differences import ABSENT
from scrapers.crawl.reparse import LeftAlone, Reparse

_ROWS = 40
_FIELDS = 15
_REASONS = 10
_NAMED = 5
_WIDTH = 44
_BEFORE_IT = 12


def show_reparse(found: Reparse, folder: CrawlFolder, console: Console) -> None:
    """Print the sums, the fields that differ, the differences themselves (the first `_ROWS`), and who was left alone."""
    files = found.same + len(found.differing) + len(found.left)
    console.print(f"[bold]{escape(str(folder))}[/]: {files:,} files read again", soft_wrap=True)
    if found.differing:
        _fields(found, console)
        _changes(found, console)
    told = [f"[green]{found.same:,} the same[/]"]
    if found.differing:
        changes = sum(len(one.changes) for one in found.differing)
        told.insert(0, f"[yellow]{len(found.differing):,} differ[/], in {changes:,} places")
    if found.left:
        told.append(f"[red]{len(found.left):,} left alone[/]")
    console.print("; ".join(told))
    if not found.differing:
        console.print("nothing to change" + (" among those that could be read" if found.left else ""))
    _left(found.left, console)


def _fields(found: Reparse, console: Console) -> None:
    """Which fields differ, the most frequent first: a thousand files mostly differ in the same few."""
    files: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for one in found.differing:
        fields = [change.field for change in one.changes]
        places.update(fields)
        files.update(set(fields))
    table = Table(box=SIMPLE, pad_edge=False, header_style="bold")
    table.add_column("field", overflow="fold")
    table.add_column("files", justify="right")
    table.add_column("places", justify="right")
    for field, count in files.most_common(_FIELDS):
        table.add_row(escape(field), f"{count:,}", f"{places[field]:,}")
    console.print(table)
    if len(files) > _FIELDS:
        console.print(f"[dim]... and {len(files) - _FIELDS:,} more fields[/]")


def _changes(found: Reparse, console: Console) -> None:
    table = Table(box=SIMPLE, pad_edge=False, header_style="bold")
    table.add_column("file", no_wrap=True)
    table.add_column("field", overflow="fold", ratio=3)
    table.add_column("before", overflow="fold", ratio=2)
    table.add_column("after", overflow="fold", ratio=2)
    rows = [(one, change) for one in found.differing for change in one.changes]
    told: tuple[str, str] | None = None
    for one, change in rows[:_ROWS]:
        who = (one.half, one.key)
        before, after = _shown(change.before, change.after)
        table.add_row(Text("" if who == told else f"{one.half} {one.key}"), Text(change.path), before, after)
        told = who
    console.print(table)
    if len(rows) > _ROWS:
        console.print(f"[dim]... and {len(rows) - _ROWS:,} more; --json has them all[/]")


def _left(left: list[LeftAlone], console: Console) -> None:
    reasons: dict[str, list[str]] = {}
    for one in left:
        reasons.setdefault(one.why, []).append(f"{one.half} {one.key}")
    for why, who in list(reasons.items())[:_REASONS]:
        more = f" and {len(who) - _NAMED:,} more" if len(who) > _NAMED else ""
        console.print(
            f"[red]left alone[/] {escape(', '.join(who[:_NAMED]) + more)}: {escape(why)}", soft_wrap=True
        )
    if len(reasons) > _REASONS:
        console.print(f"[dim]... and {len(reasons) - _REASONS:,} more reasons; --json has them all[/]")


def _shown(before: Any, after: Any) -> tuple[Text, Text]:
    """Both sides, shortened to where they part."""
    texts = [_text(before), _text(after)]
    if all(isinstance(side, str | list | dict) for side in (before, after)):
        start = next(
            (i for i, (a, b) in enumerate(zip(*texts, strict=False)) if a != b), min(map(len, texts))
        )
        if start > _BEFORE_IT and max(map(len, texts)) > _WIDTH:
            texts = ["…" + text[start - _BEFORE_IT :] for text in texts]
    shown = [text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…" for text in texts]
    nothing = [side is ABSENT or side is None for side in (before, after)]
    styles = ["dim" if empty else colour for empty, colour in zip(nothing, ("red", "green"), strict=True)]
    return Text(shown[0], style=styles[0]), Text(shown[1], style=styles[1])


def _text(value: Any) -> str:
    if value is ABSENT:
        return "(absent)"
    if value is None:
        return "(none)"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
