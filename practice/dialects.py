"""How the portals of different counties write the same facts: dialects, by name.

The truth knows on its own what each dialect tells (`practice.truth_told`); the names are the only
thing that both share. Which dialect imitates which saved page, and what is not attested, stands in
`docs/practice.md`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

RosterColumn = Literal["name", "booking_number", "permanent_id", "birth_date", "release_date"]
_FOUR: tuple[RosterColumn, ...] = ("name", "booking_number", "permanent_id", "release_date")
_FIVE: tuple[RosterColumn, ...] = (*_FOUR[:3], "birth_date", "release_date")


@dataclass(frozen=True)
class Jail:
    """How an inmate lookup writes its roster and its booking pages.

    ``page`` is a booking's template; ``id_label`` the roster's word for the permanent id.
    """

    name: str
    page: str = "person_newer.html"
    columns: tuple[RosterColumn, ...] = _FIVE
    id_label: str = "Permanent ID"


@dataclass(frozen=True)
class Court:
    """How a court portal writes its result grid and its case pages.

    ``grid``: a name search shows one flat list of cases, or a group for each party.
    ``row_birth_dates``: rows or groups have a birth date column. ``short_grid``: no column for type
    and court. ``encrypted_ids``: a result link's id is 32 hex digits, another one in each session.
    ``judge_in_header``: the case information names the judicial officer. ``event_class``: docket
    events have a class of their own; ``event_judge``: and name a judicial officer.
    ``judgment``: what a judgment shows beside its type. ``cause_grid``: causes of action stand in a
    section of their own, not in the docket. ``slider``: the answer with the money brings
    ``#financialSlider``; else the page's script makes it.
    """

    name: str
    case_pages: Literal["classic", "roa"] = "classic"
    grid: Literal["flat", "groups"] = "groups"
    row_birth_dates: bool = True
    short_grid: bool = False
    encrypted_ids: bool = False
    judge_in_header: bool = False
    event_class: bool = True
    event_judge: bool = False
    byte_order_mark: bool = False
    judgment: Literal["type", "award", "names"] = "type"
    phones: bool = False
    documents: bool = False
    original_type: bool = False
    cause_grid: bool = False
    slider: bool = True


JAILS = {
    one.name: one
    for one in (
        Jail("shelby"),
        Jail("bergen", "person_older.html", columns=_FOUR),
        Jail("salt-lake", "person_salt_lake.html", columns=_FOUR[:3], id_label="SO #"),
        Jail("virginia-beach", "person_virginia_beach.html"),
    )
}
COURTS = {
    one.name: one
    for one in (
        Court(
            "dekalb",
            grid="flat",
            row_birth_dates=False,
            short_grid=True,
            judge_in_header=True,
            documents=True,
        ),
        Court("chatham", judgment="award", original_type=True, slider=False),
        Court(
            "snohomish",
            row_birth_dates=False,
            encrypted_ids=True,
            event_judge=True,
            cause_grid=True,
        ),
        Court(
            "napa",
            grid="flat",
            encrypted_ids=True,
            event_class=False,
            byte_order_mark=True,
            judgment="names",
            phones=True,
        ),
        Court("roa", case_pages="roa"),
    )
}
MODIFIERS = ("birth-dates", "no-birth-dates", "in-custody")


class BadDialectError(ValueError):
    """No such dialect; the message says which there are."""


@dataclass(frozen=True)
class Dialect:
    """What a practice county speaks. ``words`` chose it. ``in_custody_only``: its roster never
    lists anybody released."""

    words: str
    jail: Jail
    court: Court
    in_custody_only: bool = False


USUAL = "shelby,chatham"


def parse(text: str) -> Dialect:
    """``"bergen,napa"``: a jail, a court, or both, in any order; what is not named is USUAL.

    Modifiers follow: ``birth-dates`` or ``no-birth-dates`` on the court's result rows, whatever is
    usual for it, and ``in-custody``. Raises BadDialectError.
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    dialect = Dialect(text, JAILS["shelby"], COURTS["chatham"])
    for word in words:
        if word in JAILS:
            dialect = replace(dialect, jail=JAILS[word])
        elif word in COURTS:
            dialect = replace(dialect, court=COURTS[word])
        elif word not in MODIFIERS:
            known = [*JAILS, *COURTS, *MODIFIERS]
            raise BadDialectError(f"unknown dialect {word!r}; known are: {', '.join(known)}")
    for shown in ("birth-dates", "no-birth-dates"):
        if shown in words:
            court = replace(dialect.court, row_birth_dates=shown == "birth-dates")
            dialect = replace(dialect, court=court)
    return replace(dialect, in_custody_only="in-custody" in words)


DEFAULT = parse(USUAL)
