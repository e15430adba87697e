"""What a person sees of a crawl: what is ahead, a bar while it runs, the sums at the end. Plain
lines without a terminal."""

from __future__ import annotations

import shlex
import threading
import time
from collections import Counter
from collections.abc import Callable
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from cj.report import show_summary
from scrapers.crawl import CrawlFolder, Half, Outcome, Plan, Summary, summarise
from scrapers.crawl.events import (
    Event,
    Expected,
    HalfExpected,
    Message,
    PersonDone,
    Reached,
    Resettled,
    RosterFrozen,
)

_SECONDS_A_LINE = 5.0
_PEOPLE_A_LINE = 10
_BAR = 28
_WORDS = {
    Outcome.FOUND: ("found", "green"),
    Outcome.NOT_FOUND: ("no case", "cyan"),
    Outcome.UNVERIFIED: ("unverified", "yellow"),
    Outcome.FAILED: ("failed", "red"),
    Outcome.CARRIED: ("carried", "blue"),
}

console = Console(highlight=False)


def say(text: str) -> None:
    """A line for the person, above whatever is drawn."""
    console.print(escape(text), soft_wrap=True)


class HalfView:
    """The counts of one half as they are told."""

    def __init__(self, ahead: HalfExpected, clock: Callable[[], float]) -> None:
        self.half = ahead.half
        self.asked = ahead.asked
        self.outcomes: Counter[Outcome] = Counter(ahead.done)
        self.unproved = 0
        self._clock = clock
        self._began = clock()
        self._ended: float | None = None
        self._settled = 0
        self.reached: Reached | None = None
        """The portal's pages, as they were told last."""

    @property
    def done(self) -> int:
        """Who is settled, or waits only for proof."""
        return sum(self.outcomes.values()) + self.unproved

    def settle(self, event: PersonDone) -> None:
        """Somebody is done."""
        if event.proved:
            self.outcomes[event.outcome] += 1
        else:
            self.unproved += 1
        self._settled += 1
        if self.done >= self.asked:
            self._ended = self._clock()

    def resettle(self, event: Resettled) -> None:
        """The control search has judged some."""
        self.unproved = max(0, self.unproved - len(event.keys))
        self.outcomes[event.outcome] += len(event.keys)

    @property
    def per_minute(self) -> float | None:
        """People a minute in this run; None before there are enough to tell."""
        seconds = (self._ended or self._clock()) - self._began
        return self._settled / seconds * 60 if self._settled >= 3 and seconds > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """At the pace so far."""
        rate = self.per_minute
        return None if not rate else (self.asked - self.done) / rate * 60

    def counts(self) -> list[tuple[str, str]]:
        """The counts that are not zero, as (text, style)."""
        told = [
            (f"{self.outcomes[o]} {word}", style)
            for o, (word, style) in _WORDS.items()
            if self.outcomes[o]
        ]
        return [*told, (f"{self.unproved} to prove", "cyan dim")] if self.unproved else told

    def line(self) -> str:
        """All of it in one plain line."""
        rate, left = self.per_minute, self.seconds_left
        parts = [f"{self.half} {self.done}/{self.asked}", *(text for text, _ in self.counts())]
        if rate:
            parts.append(f"{rate:.0f}/min")
        if self.reached is not None:
            parts.append(self.pages)
        if left:
            parts.append(f"{clock_text(left)} left")
        return ", ".join(parts)

    @property
    def pages(self) -> str:
        """``377 of 400 pages/min``: reached, of what the site's pace permits; empty before it was
        told."""
        if self.reached is None:
            return ""
        permitted = "" if self.reached.permitted is None else f" of {self.reached.permitted:.0f}"
        return f"{self.reached.per_minute:.0f}{permitted} pages/min"

    def lines(self) -> Group:
        """A bar with pace and time left, and below it the counts."""
        rate, left = self.per_minute, self.seconds_left
        told = (
            "waiting" if not self._settled else "" if left is None else f"{clock_text(left)} left"
        )
        row = Table.grid(padding=(0, 1))
        for width, side in ((8, "left"), (_BAR, "left"), (9, "right"), (8, "right"), (14, "left")):
            row.add_column(width=width, justify=side)  # type: ignore[arg-type]
        row.add_row(
            Text(self.half, style="bold"),
            ProgressBar(
                self.asked, self.done, width=_BAR, complete_style="cyan", finished_style="green"
            ),
            f"{self.done}/{self.asked}",
            Text(f"{rate:.0f}/min" if rate else "", style="dim"),
            Text("done" if self.done >= self.asked else told, style="dim"),
        )
        counts = Text(" " * 9)
        for number, (word, style) in enumerate(self.counts()):
            counts.append(" · " if number else "", style="dim")
            counts.append(word, style=style)
        if self.reached is not None:
            counts.append(f"{' · ' if self.counts() else ''}{self.pages}", style="dim")
        return Group(row, counts)


class View:
    """Watches one run; a context manager around it. Called from the workers' threads, one at a
    time."""

    def __init__(
        self,
        folder: CrawlFolder,
        site: str,
        halves: tuple[Half, ...],
        *,
        on: Console | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder = folder
        self._site = site
        self._command = "crawl" if len(halves) == 2 else halves[0]
        self._console = on or console
        self._clock = clock
        self._halves: dict[Half, HalfView] = {}
        self._live: Live | None = None
        self._last_line = 0.0
        self._since_line = 0
        self._lock = threading.Lock()

    def __enter__(self) -> View:
        if self._console.is_terminal:
            self._live = Live(
                get_renderable=self._bars, console=self._console, refresh_per_second=4
            )
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def begin(self, plan: Plan, *, goes_on: bool) -> None:
        """Say which crawl this is."""
        how = "going on with" if goes_on else "new crawl"
        self._print(
            f"[bold]{escape(plan.site.name)}[/], {how} [cyan]{escape(self.folder.where)}[/]"
        )

    def __call__(self, event: Event) -> None:
        """Take an event of the engine."""
        if isinstance(event, RosterFrozen):
            self._roster(event)
        elif isinstance(event, Expected):
            self._expected(event)
        elif isinstance(event, Message):
            self._print(f"[dim]{escape(event.text)}[/]")
        elif isinstance(event, PersonDone):
            self._person(event)
        elif isinstance(event, Reached):
            self._halves[event.half].reached = event
        else:
            self._halves[event.half].resettle(event)
            self._draw()

    def _roster(self, event: RosterFrozen) -> None:
        if not event.exact:
            self._print(f"[yellow]the roster is not exact:[/] {escape('; '.join(event.reasons))}")
        read = "just read" if event.fresh else "frozen"
        self._print(
            "roster: "
            f"[bold]{event.people}[/] people ({read}{', proved complete' if event.exact else ''})"
        )

    def _expected(self, event: Expected) -> None:
        for ahead in event.halves:
            self._halves[ahead.half] = HalfView(ahead, self._clock)
            done = sum(ahead.done.values())
            already = f", {done} done already" if done else ""
            self._print(
                f"  {ahead.half}: "
                f"{ahead.to_do} people to ask about{already}, about {ahead.pages} pages"
            )
        if event.minutes is None:
            long = "no rate limit configured; duration depends on response times"
        else:
            long = f"about {clock_text(event.minutes * 60)} at the pace allowed"
        self._print(f"  {long}; Ctrl-C stops, the same command goes on")
        self._last_line = self._clock()

    def _person(self, event: PersonDone) -> None:
        half = self._halves[event.half]
        half.settle(event)
        if event.outcome is Outcome.FAILED:
            self._print(f"[red]failed[/] {event.half} {escape(event.key)}: {escape(event.detail)}")
        self._draw()

    def _bars(self) -> Group:
        return Group(*(half.lines() for half in list(self._halves.values())))

    def _draw(self) -> None:
        """A plain line, every so many people or seconds; on a terminal the bars are drawn by
        themselves."""
        if self._console.is_terminal:
            return
        self._since_line += 1
        now = self._clock()
        if self._since_line >= _PEOPLE_A_LINE or now - self._last_line >= _SECONDS_A_LINE:
            self._last_line, self._since_line = now, 0
            self._print(escape("; ".join(half.line() for half in self._halves.values())))

    # --- the end ----------------------------------------------------------------------------------

    def conclude(self, summary: Summary | None = None) -> int:
        """Show the sums and how to go on; gives the exit code."""
        summary = summary or summarise(self.folder)
        show_summary(summary, self.folder, self._console)
        if summary.state != "complete":
            self.how_to_go_on()
        return summary.exit_code

    def how_to_go_on(self) -> None:
        """Say which command goes on from here."""
        self._print(
            f"to go on: [bold]cj {self._command} --out {escape(shlex.quote(self.folder.where))}[/]"
        )

    def _print(self, text: str) -> None:
        with self._lock:
            self._console.print(text, soft_wrap=True)


def clock_text(seconds: float) -> str:
    """``40 s``, ``12 min``, ``3 h 20 min``: rounded as one would say it."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02d} min"
