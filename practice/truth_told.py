"""What each dialect's pages tell, said a second time for the truth: the templates say it by what
they print, this by what a perfect reader can know. The two share nothing but the dialects' names.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

USUAL = "shelby,chatham"


@dataclass(frozen=True)
class JailTold:
    """``lacks``: paths in a booking's record that no page of the dialect fills. ``moments``: the
    day when a bond was set comes with words that say more (the time)."""

    name: str
    lacks: tuple[str, ...] = ()
    birth_date: bool = True
    listed_release: bool = True
    age: bool = False
    moments: bool = False


@dataclass(frozen=True)
class CourtTold:
    """``rows``: whether results print birth dates; ``short_rows``: and neither type nor court of a
    case. ``services``: the answers of services are read,
    not a classic page. The others: what a classic page says beside what all of them say."""

    name: str
    rows: bool = True
    short_rows: bool = False
    services: bool = False
    judge: bool = False
    judgment: Literal["type", "award", "names"] = "type"
    event_judge: bool = False
    phones: bool = False
    documents: bool = False
    original_type: bool = False
    cause_section: bool = False


_SET = ("bonds.set_by", "bonds.set_date")
_JAILS = (
    JailTold("shelby", _SET),
    JailTold(
        "bergen",
        (
            *_SET,
            *(f"bonds.{field}" for field in ("percent", "additional_cents", "total_cents", "type")),
            "inmate.ethnicity",
            "inmate.police_id",
            "projected_release_date",
            "bond_grand_total_cents",
            "hearings",
        ),
    ),
    JailTold(
        "salt-lake",
        (
            "bonds.set_by",
            *(f"bonds.{field}" for field in ("percent", "additional_cents", "total_cents", "type")),
            "bonds.posted_by",
            "bonds.post_date",
            "bond_grand_total_cents",
            "hearings",
        ),
        birth_date=False,
        listed_release=False,
        age=True,
        moments=True,
    ),
    JailTold("virginia-beach", ("bonds.posted_by", "bonds.post_date")),
)
_COURTS = (
    CourtTold("dekalb", rows=False, short_rows=True, judge=True, documents=True),
    CourtTold("chatham", judgment="award", original_type=True),
    CourtTold("snohomish", rows=False, event_judge=True, cause_section=True),
    CourtTold("napa", judgment="names", phones=True),
    CourtTold("roa", services=True, judge=True),
)


@dataclass(frozen=True)
class Told:
    """What both halves of a county tell. ``in_custody_only``: nobody released is listed."""

    jail: JailTold
    court: CourtTold
    in_custody_only: bool = False


def told(dialect: str) -> Told:
    """What a dialect tells, by the words that chose it (`practice.dialects.parse`)."""
    words = [word.strip() for word in dialect.split(",") if word.strip()]
    found = Told(
        next((one for one in _JAILS if one.name in words), _JAILS[0]),
        next((one for one in _COURTS if one.name in words), _COURTS[1]),
        in_custody_only="in-custody" in words,
    )
    rows = "no-birth-dates" not in words and (found.court.rows or "birth-dates" in words)
    return replace(found, court=replace(found.court, rows=rows))


def blank(record: dict[str, Any], path: str) -> None:
    """Empties what a path leads to, in every part of a list on the way."""
    key, _, rest = path.partition(".")
    inside = record[key]
    if not rest:
        record[key] = [] if isinstance(inside, list) else None
    elif isinstance(inside, list):
        for one in inside:
            if rest in one or "." in rest:
                blank(one, rest)
    else:
        blank(inside, rest)
