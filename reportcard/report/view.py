"""What a report card shows, as plain data: the template draws it and decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from reportcard.report.charts import Area, Bar, Curve, Days, Pair, Part, Tick


@dataclass(frozen=True)
class Table:
    """The numbers of a chart. ``csv`` is the file that holds them, beside the page."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    csv: str | None = None


@dataclass(frozen=True)
class StackedBar:
    """Parts of a whole, and braces under it (from the left edge: width in percent, text)."""

    title: str
    parts: tuple[Part, ...]
    braces: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True)
class BarRows:
    """Rows of bars; ``ranged`` draws the interval as a thin line."""

    title: str
    rows: tuple[Bar, ...]
    ranged: bool = False


@dataclass(frozen=True)
class PairRows:
    """Two bars a row, with what each means."""

    title: str
    first: str
    second: str
    rows: tuple[Pair, ...]


@dataclass(frozen=True)
class Areas:
    """Stacked areas over nights, the named kinds from the bottom up."""

    title: str
    description: str
    areas: tuple[Area, ...]
    x_ticks: tuple[Tick, ...]


Chart: TypeAlias = "Curve | Days | StackedBar | BarRows | PairRows | Areas"


@dataclass(frozen=True)
class Block:
    """One question's answer: a sentence, a chart, its table, definition and method.

    ``finding`` is chosen by the interval. ``notes`` are said below the chart (n, band, unknown)."""

    key: str
    heading: str
    finding: str
    chart: Chart | None = None
    notes: str = ""
    table: Table | None = None
    definition: str = ""
    wide: bool = True

    @property
    def kind(self) -> str:
        """Which macro draws the chart."""
        return type(self.chart).__name__.lower() if self.chart is not None else ""


@dataclass(frozen=True)
class Section:
    """A question with its blocks."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Tile:
    """A number of the first screen."""

    number: str
    text: str
    small: str = ""


@dataclass(frozen=True)
class Card:
    """A county's report card. ``internal`` pages show small groups and say so on every page."""

    county: str
    read_at: str
    under: str
    statement: str
    waiting: Block
    tiles: tuple[Tile, ...]
    honesty: tuple[str, ...]
    sections: tuple[Section, ...]
    definitions: tuple[tuple[str, str], ...]
    made_by: str
    internal: bool = False
    alerts: tuple[str, ...] = ()
