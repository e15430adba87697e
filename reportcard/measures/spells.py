"""Stays as spells: on which nights each was watched, and how it ended (docs/measures.md, section
3).

Unwatched days are cut out for everybody; what happened after the last complete day has not happened
yet; who vanished from the list without a release date is either censored the day before (the high
curve) or released that day (the low one). On lists of people in custody only, the event is *left
the list*, and everybody counts from their first morning on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from reportcard.measures import groups
from reportcard.measures.survival import Spell
from reportcard.panel.model import Panel, Stay

Vanished = Literal["censored", "released"]
Kind = Callable[[Stay], str]

EXIT = "left"


def any_exit(_: Stay) -> str:
    """All ends are of one kind."""
    return EXIT


def spells_of(
    panel: Panel,
    stay: Stay,
    *,
    kind: Kind = any_exit,
    vanished: Vanished = "censored",
    known: int | None = None,
) -> Iterator[Spell]:
    """The stay's spells, in nights since its first day. ``known`` is the day on which it became
    known that the stay belongs to the group that is looked at."""
    watch = panel.watch
    if watch.last is None:
        return
    first = stay.seen if stay.late else stay.start + (1 if watch.custody_only else 0)
    if known is not None:
        first = max(first, known + 1)
    end, ended = watch.last, False
    if stay.release is not None:
        end, ended = stay.release, True
    elif stay.vanished is not None:
        # On a list of people in custody only everybody who goes vanishes: that is the event.
        ended = watch.custody_only or vanished == "released"
        end = stay.vanished if ended else stay.vanished - 1
    if end > watch.last:
        end, ended = watch.last, False
    for low, high in watch.within(first, end):
        event = kind(stay) if ended and high == end else None
        yield Spell(stay.person.key, low - stay.start, high - stay.start, event)


def all_spells(
    panel: Panel,
    stays: Iterable[Stay],
    *,
    kind: Kind = any_exit,
    vanished: Vanished = "censored",
) -> list[Spell]:
    """The spells of all of them."""
    return [
        spell for stay in stays for spell in spells_of(panel, stay, kind=kind, vanished=vanished)
    ]


def by_group(
    panel: Panel,
    by: str,
    *,
    kind: Kind = any_exit,
    vanished: Vanished = "censored",
) -> dict[str, list[Spell]]:
    """The spells of all stays by group, each from when its group was known; with ``by`` empty all
    in one group."""
    found: dict[str, list[Spell]] = {}
    for stay in panel.stays:
        group, known = groups.of_stay(panel, stay, by) if by else ("", None)
        found.setdefault(group, []).extend(
            spells_of(panel, stay, kind=kind, vanished=vanished, known=known)
        )
    return found


def first_night(panel: Panel) -> int:
    """The first night that the county's list can tell: 0, or 1 on lists of people in custody
    only."""
    return 1 if panel.watch.custody_only else 0
