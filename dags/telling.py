"""What a running crawl tells, in the sentences of the task's log: counts, never names or keys."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapers.crawl import Receipt

_log = logging.getLogger(__name__)
_EVERY = 10


class Teller:
    """Logs a crawl's events as sentences. People are told ten at a time."""

    def __init__(self) -> None:
        self._settled: Counter[str] = Counter()
        self._asked = 0

    def __call__(self, event: object) -> None:
        from scrapers.crawl.events import (
            Expected,
            Message,
            PersonDone,
            Reached,
            Resettled,
            RosterFrozen,
        )

        if isinstance(event, RosterFrozen):
            _log.info(
                "The roster has %s people%s.",
                event.people,
                "" if event.exact else f"; it is not exact ({len(event.reasons)} reasons)",
            )
        elif isinstance(event, Expected):
            self._asked = sum(half.to_do for half in event.halves)
            done = sum(half.asked - half.to_do for half in event.halves)
            ahead = "" if event.minutes is None else f", about {event.minutes:.0f} minutes"
            _log.info(
                "%s people to ask about, %s done before; about %s pages%s.",
                self._asked,
                done,
                event.pages,
                ahead,
            )
        elif isinstance(event, PersonDone):
            self._settled[event.outcome.value] += 1
            if sum(self._settled.values()) % _EVERY == 0:
                self._tell_progress()
        elif isinstance(event, Resettled):
            _log.info(
                "A control search was made: %s people not found are now %s.",
                len(event.keys),
                event.outcome.value,
            )
        elif isinstance(event, Reached):
            permitted = (
                "no limit" if event.permitted is None else f"{event.permitted:.0f} permitted"
            )
            _log.info(
                "%s: %.0f pages a minute, %s, by %s sessions.",
                event.half,
                event.per_minute,
                permitted,
                event.sessions,
            )
        elif isinstance(event, Message):
            _log.info("%s", event.text)

    def _tell_progress(self) -> None:
        _log.info(
            "%s of %s people settled: %s.",
            sum(self._settled.values()),
            self._asked,
            _counts(self._settled),
        )


def closing(receipt: Receipt, what: str) -> str:
    """The closing counts of a receipt, in one sentence."""
    counts = Counter(row.outcome.value for row in receipt.people)
    return f"{what}: {len(receipt.people)} people, {_counts(counts)}."


def _counts(counts: Counter[str]) -> str:
    words = [f"{number} {name.replace('_', ' ')}" for name, number in sorted(counts.items())]
    return ", ".join(words) or "nobody"
