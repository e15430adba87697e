"""The two halves of a crawl, and what a person's file is in each.

The *jail* half lists people: its roster says whom the crawl is about. The *court* half searches for
each of them by name. Both names are on disk: folders, keys of ``crawl.json`` and of
``summary.json``. Which product a county has for a half is another matter (`scrapers.products`)."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import cast

from scrapers.record import Envelope, PersonRecord


class Half(str, enum.Enum):
    """A half of a crawl. Its text is the folder's name on every Python."""

    JAIL = "jail"
    COURT = "odyssey"

    __str__ = str.__str__

    @property
    def lists(self) -> bool:
        """Whether it lists the people. Otherwise it searches for those of the roster."""
        return self is LISTING


JAIL, COURT = Half.JAIL, Half.COURT
HALVES: tuple[Half, ...] = tuple(Half)
LISTING = JAIL
"""The half whose roster says whom a crawl is about."""
PersonFile = Envelope[PersonRecord]
"""A person's file of either half."""


@dataclass(frozen=True)
class FileKind:
    """A person's file of one half: its ``format`` and the outcomes that it may tell.

    ``where`` names the module and the model: a program that only counts files loads no other."""

    format: str
    outcomes: frozenset[str]
    where: tuple[str, str]

    @property
    def model(self) -> type[PersonFile]:
        """The model that reads it."""
        return _model(*self.where)


FILES: dict[Half, FileKind] = {
    JAIL: FileKind(
        "cj-report-card/jail-person", frozenset({"found"}), ("scrapers.jail.records", "JailFile")
    ),
    COURT: FileKind(
        "cj-report-card/court-person",
        frozenset({"found", "not_found", "unverified"}),
        ("scrapers.odyssey.records", "CourtFile"),
    ),
}


@cache
def _model(module: str, name: str) -> type[PersonFile]:
    return cast("type[PersonFile]", getattr(import_module(module), name))
