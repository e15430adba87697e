"""What differs between two readings of a crawl, for the eye: field by field, in how many files, and
from what to what."""

from __future__ import annotations

import json
import re
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from scrapers.crawl import CrawlFolder
from scrapers.crawl.differences import ABSENT, Change
from scrapers.crawl.reparse import LeftAlone, Reparse

_SHOWN = 40
"""So many differences are all shown; of more, the first of each field."""
_EACH = 4
_FIELDS = 20
_REASONS = 10
_NAMED = 5
_WIDTH = 44
_BEFORE_IT = 12
_ROW = re.compile(r"\[([^\]]*)\]")


def show_reparse(found: Reparse, folder: CrawlFolder, console: Console) -> None:
    """Print each field that differs with its files, from what to what; then the sums, and who was
    left alone and why."""
    files = found.same + len(found.differing) + len(found.left)
    legend = " [dim](as it stands → as it is read today)[/]" if found.differing else ""
    console.print(
        f"[bold]{escape(str(folder))}[/]: {_count(files, 'file')} read again{legend}",
        soft_wrap=True,
    )
    if found.differing:
        _fields(found, console)
    told = [f"[green]{found.same:,} the same[/]"]
    if found.differing:
        changes = sum(len(one.changes) for one in found.differing)
        told.insert(
            0,
            f"[yellow]{_count(len(found.differing), 'file')} would differ[/], "
            f"in {_count(changes, 'place')}",
        )
    if found.left:
        told.append(f"[red]{len(found.left):,} left alone[/]")
    console.print("; ".join(told))
    if not found.differing:
        console.print("nothing to change" + (" in those that could be read" if found.left else ""))
    _left(found.left, console)


def _fields(found: Reparse, console: Console) -> None:
    """The most frequent first: a thousand files mostly differ in the same few fields."""
    fields: dict[str, list[tuple[str, Change]]] = {}
    for one in found.differing:
        for change in one.changes:
            fields.setdefault(change.field, []).append((f"{one.half} {one.key}", change))
    many = sum(map(len, fields.values())) > _SHOWN
    frequent = sorted(fields.items(), key=lambda field: -len(field[1]))
    shown = {field: _examples(rows) if many else rows for field, rows in frequent[:_FIELDS]}
    every = [row for rows in shown.values() for row in rows]
    widths = (max(len(who) for who, _ in every), max(len(_where(change)) for _, change in every))
    for field, rows in frequent[:_FIELDS]:
        files = len({who for who, _ in rows})
        console.print(
            f"\n[bold]{escape(field)}[/]  [dim]{_count(files, 'file')}, "
            f"{_count(len(rows), 'place')}[/]"
        )
        console.print(_table(shown[field], widths))
        if len(rows) > len(shown[field]):
            console.print(f"  [dim]and {len(rows) - len(shown[field]):,} more[/]")
    if len(frequent) > _FIELDS:
        console.print(
            f"\n[dim]and {_count(len(frequent) - _FIELDS, 'more field')}; --json has them all[/]"
        )
    console.print()


def _examples(rows: list[tuple[str, Change]]) -> list[tuple[str, Change]]:
    """The first of each file, so that as many files as may be are seen."""
    firsts = {who: (who, change) for who, change in reversed(rows)}
    return [firsts[who] for who in list(dict.fromkeys(who for who, _ in rows))[:_EACH]]


def _table(rows: list[tuple[str, Change]], widths: tuple[int, int]) -> Table:
    """A line for each place: the file, which rows of the field's lists, before, after."""
    table = Table.grid(padding=(0, 2), expand=False)
    table.add_column(min_width=widths[0] + 2, no_wrap=True)
    table.add_column(min_width=widths[1], no_wrap=True, style="dim")
    table.add_column(max_width=_WIDTH)
    table.add_column()
    table.add_column(max_width=_WIDTH)
    told = ""
    for who, change in rows:
        before, after = _shown(change.before, change.after)
        table.add_row(
            f"  {'' if who == told else escape(who)}",
            Text(_where(change)),
            before,
            Text("→", style="dim"),
            after,
        )
        told = who
    return table


def _where(change: Change) -> str:
    """The rows that the path names: ``C2600001, 2``."""
    return ", ".join(_ROW.findall(change.path))


def _left(left: list[LeftAlone], console: Console) -> None:
    reasons: dict[str, list[str]] = {}
    for one in left:
        reasons.setdefault(one.why, []).append(f"{one.half} {one.key}")
    for why, who in list(reasons.items())[:_REASONS]:
        more = f" and {len(who) - _NAMED:,} more" if len(who) > _NAMED else ""
        console.print(
            f"[red]left alone[/] {escape(', '.join(who[:_NAMED]) + more)}: {escape(why)}",
            soft_wrap=True,
        )
    if len(reasons) > _REASONS:
        console.print(
            f"[dim]and {_count(len(reasons) - _REASONS, 'more reason')}; --json has them all[/]"
        )


def _shown(before: Any, after: Any) -> tuple[Text, Text]:
    """Both sides, long ones shortened to where they part."""
    texts = [_text(before), _text(after)]
    start = next(
        (i for i, (a, b) in enumerate(zip(*texts, strict=False)) if a != b), min(map(len, texts))
    )
    if start > _BEFORE_IT and max(map(len, texts)) > _WIDTH:
        texts = ["…" + text[start - _BEFORE_IT :] for text in texts]
    shown = [text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…" for text in texts]
    styles = [
        "dim" if side is ABSENT or side is None else colour
        for side, colour in ((before, "red"), (after, "green"))
    ]
    return Text(shown[0], style=styles[0]), Text(shown[1], style=styles[1])


def _text(value: Any) -> str:
    """A value in a few words: of a row, what stands in it."""
    if value is ABSENT:
        return "(absent)"
    if value is None:
        return "(none)"
    if isinstance(value, dict):
        return ", ".join(_text(part) for part in value.values() if part not in (None, [], {}, ""))
    if isinstance(value, list):
        return "; ".join(map(_text, value)) or "(empty)"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"
