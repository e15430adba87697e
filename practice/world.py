"""The world that the practice portals show: its people, its day, its shape, its misbehaviour, its
log."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from practice.dialects import DEFAULT, Dialect
from practice.facts import CALENDAR_START, CaseFacts, CourtPartyFacts, DetaineeFacts

if TYPE_CHECKING:
    from practice.faults import Faults
    from practice.log import AccessLog

RESULT_LIMIT = 30
"""Most cases that one Smart Search shows; the rest is cut without a word."""
PAGE_SIZE = 10
"""Rows on one page of a result grid."""


@dataclass(frozen=True)
class People:
    """Everybody in the county: who the roster lists on this day, and whom the court's index
    knows."""

    detainees: tuple[DetaineeFacts, ...]
    parties: tuple[CourtPartyFacts, ...]

    def case(self, case_id: str) -> CaseFacts | None:
        """The case of that id."""
        return self._cases.get(case_id)

    @cached_property
    def _cases(self) -> dict[str, CaseFacts]:
        return {case.case_id: case for party in self.parties for case in party.cases}


@dataclass
class Account:
    """Invented credentials of the practice court."""

    user: str
    password: str = field(repr=False)
    first_name: str = "Casey"


@dataclass
class World:
    """What the portal apps are given. Addresses are filled in by the server when ports are known
    (``http://127.0.0.1:PORT``)."""

    people: People
    day: int
    account: Account
    faults: Faults
    log: AccessLog
    dialect: Dialect = DEFAULT
    latency: float = 0.0
    iml_origin: str = ""
    portal_origin: str = ""
    idp_origin: str = ""

    @property
    def today(self) -> dt.date:
        """The county's as-of day."""
        return CALENDAR_START + dt.timedelta(days=self.day)
