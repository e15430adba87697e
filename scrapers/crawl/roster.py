"""The frozen roster of a crawl: whom it is about. Either the jail's, with its proof, or a list of
the user's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from scrapers.crawl.only import Only

if TYPE_CHECKING:
    from scrapers.jail.roster import Roster, RosterPerson

LIST_FORMAT = "cj-report-card/people-list"


class InvalidRosterError(ValueError):
    """The file is no valid roster."""


@dataclass(frozen=True)
class Person:
    """Somebody on the roster. ``entry`` is the jail roster's own, None in a list."""

    key: str
    name: str
    date_of_birth: dt.date | None = None
    entry: RosterPerson | None = None


@dataclass(frozen=True)
class FrozenRoster:
    """The people, in roster order, and whether it is proved that they are all (``reasons`` if
    not)."""

    people: tuple[Person, ...]
    exact: bool = True
    reasons: tuple[str, ...] = ()
    from_jail: bool = True

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


class _Proof(Protocol):
    @property
    def exact(self) -> bool: ...
    @property
    def reasons(self) -> Sequence[str]: ...


def frozen_jail(roster: Roster) -> FrozenRoster:
    """The jail's roster as the engine sees it."""
    proof: _Proof = roster.proof
    people = [Person(row.key, row.name, row.date_of_birth, row) for row in roster.people]
    return FrozenRoster(tuple(people), proof.exact, tuple(proof.reasons))


def frozen_list(people: PeopleList) -> FrozenRoster:
    """A list of people as the engine sees it."""
    rows = [Person(row.key, row.name, row.date_of_birth) for row in people.people]
    return FrozenRoster(tuple(rows), from_jail=False)


def parse_jail(text: str | bytes) -> FrozenRoster:
    """``roster.json``. Raises InvalidRosterError."""
    from scrapers.jail.roster import Roster

    return frozen_jail(_valid(Roster, text))


def parse_list(text: str | bytes) -> FrozenRoster:
    """``people.json``. Raises InvalidRosterError."""
    return frozen_list(_valid(PeopleList, text))


def _valid(model: Any, text: str | bytes) -> Any:
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise InvalidRosterError(
            f"not a roster: {error.errors(include_url=False)[0]['msg']}"
        ) from None
