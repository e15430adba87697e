"""The county's people: a seeded generator of any size.

``generate`` the county on a day; ``POSITIONS`` what is hard about each of the first forty;
``CONTROL`` the person whom a control search looks for; ``printed`` a name as the jail's list and
the court's index print it."""

from __future__ import annotations

from practice.people.county import LAST_DAY, MOST_PEOPLE, generate
from practice.people.names import printed
from practice.people.parties import CONTROL, CONTROL_BIRTH_DATE
from practice.people.plans import POSITIONS

__all__ = [
    "CONTROL",
    "CONTROL_BIRTH_DATE",
    "LAST_DAY",
    "MOST_PEOPLE",
    "POSITIONS",
    "generate",
    "printed",
]
