"""The frozen roster of a crawl: whom it is about. Either the jail's, with its proof, or a list of
the user's own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from scrapers.crawl.only import Only
from scrapers.roster import Person, Roster

LIST_FORMAT = "cj-report-card/people-list"


class InvalidRosterError(ValueError):
    """The file is no valid roster."""


@dataclass(frozen=True)
class FrozenRoster:
    """The people, in roster order, and whether it is proved that they are all (``reasons`` if
    not). ``unlisted``: rows that the portal's counter announced and nobody saw. ``listed``: read
    from a portal; else it is a list of the user's own."""

    people: tuple[Person, ...]
    exact: bool = True
    reasons: tuple[str, ...] = ()
    listed: bool = True
    unlisted: int = 0

    def by_key(self) -> dict[str, Person]:
        """The people by key."""
        return {person.key: person for person in self.people}


class ListedPerson(BaseModel):
    """A row of the user's list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    name: str
    date_of_birth: dt.date | None = None


class PeopleList(BaseModel):
    """``people.json``: the roster of a crawl that began with the user's own list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str = LIST_FORMAT
    people: tuple[ListedPerson, ...]

    @classmethod
    def of(cls, only: Only) -> PeopleList:
        """The list of a CSV file that names people."""
        rows = [
            ListedPerson(key=person.key, name=person.name or "", date_of_birth=person.date_of_birth)
            for person in only.people
        ]
        return cls(people=tuple(rows))


def frozen_roster(roster: Roster) -> FrozenRoster:
    """A portal's roster as the engine sees it."""
    people = [Person(row.key, row.name, row.date_of_birth, row) for row in roster.people]
    proof = roster.proof
    return FrozenRoster(tuple(people), proof.exact, proof.reasons, unlisted=_unlisted(roster))


def _unlisted(roster: Roster) -> int:
    """As the proof says; files of before it did hold the counter and the rows."""
    proof = roster.proof
    if proof.exact or "unlisted" in proof.model_fields_set:
        return proof.unlisted
    return max(0, proof.total - len({row.identity for row in roster.rows}))


def frozen_list(people: PeopleList) -> FrozenRoster:
    """A list of people as the engine sees it."""
    rows = [Person(row.key, row.name, row.date_of_birth) for row in people.people]
    return FrozenRoster(tuple(rows), listed=False)


def parse_roster(text: str | bytes) -> FrozenRoster:
    """``roster.json``. Raises InvalidRosterError."""
    return frozen_roster(_valid(Roster, text))


def parse_list(text: str | bytes) -> FrozenRoster:
    """``people.json``. Raises InvalidRosterError."""
    return frozen_list(_valid(PeopleList, text))


_Model = TypeVar("_Model", bound=BaseModel)


def _valid(model: type[_Model], text: str | bytes) -> _Model:
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidRosterError(f"{where or 'the file'}: {first['msg']}") from None
