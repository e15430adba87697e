"""What is noted beside a case while it is read: the words of values that could not be read, and
what looks misread.

Both are told by the path of their field. A reader notes them for the part that it is reading; the
place of that part in the case is known only when everything is sorted (`Margin.told`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from zoneinfo import ZoneInfo

from scrapers.record import AsPrinted, Doubt, DoubtKind, RecordModel
from scrapers.values import Told, cents_told, day_told, moment_told

T = TypeVar("T")


@dataclass
class _Notes:
    printed: list[tuple[str, str]] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.printed or self.doubts)


class Margin:
    """The notes of one case. ``zone`` is the county's; without one a time stays words. ``formats``
    are further forms of dates. ``by`` is the day on or before which everybody in it was born."""

    def __init__(self, zone: ZoneInfo | None, formats: Sequence[str] = ()) -> None:
        self._zone = zone
        self._formats = formats
        self.by: dt.date | None = None
        self._now = _Notes()
        self._own = _Notes()
        self._of: dict[int, tuple[RecordModel, _Notes]] = {}

    # -- reading values

    def day(self, text: str | None, name: str, *, birth: bool = False) -> dt.date | None:
        """The date that a text is; None, with its words noted, for what is no plausible date."""
        if text is None:
            return None
        told = day_told(text, self._formats, birth=birth, by=self.by if birth else None)
        return self._value(told, name)

    def cents(self, text: str | None, name: str) -> int | None:
        """The amount that a text is; None, with its words noted, for what is none."""
        return None if text is None else self._value(cents_told(text), name)

    def moment(self, day: dt.date | None, text: str | None, name: str) -> dt.datetime | None:
        """The time of that day; None, with its words noted, for a range or another text."""
        return None if text is None else self._value(moment_told(day, text, self._zone), name)

    def _value(self, told: Told[T], name: str) -> T | None:
        if told.printed is not None:
            self._now.printed.append((name, told.printed))
            if told.implausible is not None:
                self.doubt(name, told.implausible, told.printed, "implausible")
        return told.value

    # -- noting

    def printed(self, name: str, text: str | None) -> None:
        """Keeps the words of a field that nothing could be made of."""
        if text is not None:
            self._now.printed.append((name, text))

    def doubt(self, name: str, expected: str, found: str, kind: DoubtKind) -> None:
        """Notes what looks misread."""
        self._now.doubts.append(Doubt(field=name, expected=expected, found=found, kind=kind))

    def of(self, part: RecordModel) -> None:
        """What was noted since the last part belongs to this one; the names of its fields are
        relative to it."""
        if self._now:
            self._of[id(part)] = (part, self._now)
            self._now = _Notes()

    def of_case(self) -> None:
        """What was noted since the last part belongs to the case itself."""
        self._own.printed += self._now.printed
        self._own.doubts += self._now.doubts
        self._now = _Notes()

    def within(self, part: RecordModel, prefix: str) -> None:
        """What was noted of a part belongs to the part that is read now, under that path."""
        _, notes = self._of.pop(id(part), (part, _Notes()))
        self._now.printed += [(f"{prefix}.{name}", text) for name, text in notes.printed]
        self._now.doubts += [_moved(one, prefix) for one in notes.doubts]

    # -- telling

    def told(
        self, parts: Iterable[tuple[str, Sequence[RecordModel]]]
    ) -> tuple[tuple[AsPrinted, ...], tuple[Doubt, ...]]:
        """All notes with their paths in the case: its own, then part by part, as they stand in the
        case now."""
        self.of_case()
        printed = [AsPrinted(field=name, text=text) for name, text in self._own.printed]
        doubts = list(self._own.doubts)
        if self._of:
            for name, some in parts:
                for place, part in enumerate(some):
                    if (known := self._of.get(id(part))) is None:
                        continue
                    prefix = f"{name}.{place}"
                    printed += [
                        AsPrinted(field=f"{prefix}.{field}", text=text)
                        for field, text in known[1].printed
                    ]
                    doubts += [_moved(one, prefix) for one in known[1].doubts]
        return tuple(printed), tuple(doubts)


def _moved(doubt: Doubt, prefix: str) -> Doubt:
    return doubt.model_copy(update={"field": f"{prefix}.{doubt.field}"})
