"""Where faults meet requests: both portals ask `instead` before they make a page, and `spoiled`
when it is made.

At most one fault befalls a request; which ones could, and in which order they are tried, is said in
`practice.misbehave_kinds`. Faults that need the portal's own knowledge (a forgotten session,
another person's page, a list that moves) are asked for by the portal itself, with `strikes`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Protocol

from starlette.responses import Response

from practice.misbehave_answers import answer
from practice.misbehave_edits import EDITS
from practice.misbehave_kinds import BY_NAME, KINDS, Kind
from practice.proxy import LINES, ORDER
from practice.world import World

CRITERIA = "SmartSearchCriteria"
SERVICES = (
    "Charges",
    "DispositionEvents",
    "Parties",
    "CombinedEvents",
    "FinancialSummary",
    "BondSettings",
)
"""Of these one is out of order for a person whom ``service-down`` befalls."""
_INSTEAD = tuple(kind for kind in KINDS if kind.name not in LINES and kind.name not in EDITS)


class Occasion(Protocol):
    """A request that something may befall. ``page`` is its kind, ``person`` a roster key;
    ``oldest``: it asks for the person's oldest booking or case; ``faults`` are told to the log."""

    world: World
    portal: str
    page: str
    person: str | None
    faults: list[str]
    oldest: bool

    @property
    def plain(self) -> bool:
        """Whether no browser asks."""


@dataclass
class Request:
    """An occasion, for a portal that has no such object of its own."""

    world: World
    portal: str
    page: str
    person: str | None
    faults: list[str] = field(default_factory=list)
    plain: bool = False
    oldest: bool = False


def strikes(occasion: Occasion, name: str) -> bool:
    """Whether that fault befalls this request; it is told to the log, and nothing else befalls it
    then."""
    kind = BY_NAME[name]
    place = f"{occasion.portal}:{occasion.page}"
    if occasion.faults or not kind.strikes_on(place) or not occasion.world.faults.has(name):
        return False
    if (kind.plain and not occasion.plain) or (name == "unreadable-part" and not occasion.oldest):
        return False
    if not _drawn(occasion, kind):
        return False
    occasion.faults.append(name)
    return True


def instead(occasion: Occasion) -> Response | None:
    """The answer that comes instead of the page, or None: the page is to be made."""
    for kind in _INSTEAD:
        if occasion.world.faults.has(kind.name):
            response = answer(kind.name, occasion.world)
            if response is not None and strikes(occasion, kind.name):
                return response
    return None


def gone(occasion: Occasion) -> Response | None:
    """The answer of a portal that died for good, whatever is asked."""
    return answer("portal-dies", occasion.world) if strikes(occasion, "portal-dies") else None


def spoiled(occasion: Occasion, response: Response) -> Response:
    """The page with what befell it: something else in it, or an order to the proxy to break the
    line."""
    for name in LINES:
        if strikes(occasion, name):
            response.headers[ORDER] = f"{name} {occasion.world.faults.seconds(name):g}"
            return response
    if response.status_code == 302 and strikes(occasion, "no-criteria-cookie"):
        response.raw_headers = [
            (name, value)
            for name, value in response.raw_headers
            if name != b"set-cookie" or not value.startswith(CRITERIA.encode())
        ]
        response.delete_cookie(CRITERIA)
    if response.status_code == 200:
        for name, edit in EDITS.items():
            if occasion.world.faults.has(name) and not occasion.faults:
                body = edit(bytes(response.body), occasion.world.faults.seconds(name))
                if body is not None and strikes(occasion, name):
                    response.body = body
                    response.headers["content-length"] = str(len(body))
    return response


def _drawn(occasion: Occasion, kind: Kind) -> bool:
    faults, person, page = occasion.world.faults, occasion.person, occasion.page
    if kind.draw == "once":
        return faults.strikes(kind.name, person, page, occasion.portal)
    if kind.name == "dead" and not person:
        return False
    if kind.name == "service-down" and not any(
        order.page for order in faults.orders if order.name == kind.name
    ):
        digest = hashlib.sha256(f"service-down|{person}".encode()).digest()
        if page != f"roa-{SERVICES[digest[0] % len(SERVICES)]}":
            return False
    return faults.stands(kind.name, person, page, occasion.portal)
