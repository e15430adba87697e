"""What a product says of its saved visits: how they are replayed in tests (`replay`) and recorded
(``cj record``).

A product without a word of its own can be replayed all the same: whole visits and rosters are read
by its scraper. What it adds here are its kinds of page, and what stands around a page that was
saved alone."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel

from resilience.faults import Fault
from scrapers.record import Inputs, Seen
from scrapers.sites import Site

if TYPE_CHECKING:
    from resilience.session import Session

Json = dict[str, Any]
About = Mapping[str, Any]
"""What is asked for, as an exchange says it beside its steps: plain JSON."""
PageReader = Callable[["Session", Site, About], Json]
"""Brings a saved page by the product's page objects, and gives its record as plain JSON."""


class SavedStep(Protocol):
    """One request of a saved visit and its answer."""

    @property
    def method(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def status(self) -> int: ...
    @property
    def fields(self) -> Mapping[str, str]: ...


class Recorder(Protocol):
    """Keeps a visit that is being recorded; HTTP requests come to it by themselves."""

    def add(
        self, seen: Seen, *, method: str = "GET", fields: Mapping[str, str] | None = None
    ) -> None:
        """Keep a page that a browser brought."""

    def drop(self, kind: str, fields: Mapping[str, str]) -> None:
        """Forget the pages of that kind that were asked for with these fields."""


@dataclass(frozen=True)
class AddedPage:
    """A page that has to stand beside one that was saved alone."""

    method: str
    url: str
    kind: str
    body: str


@dataclass(frozen=True)
class PageReading:
    """What one step says, or several of one case: its ``record`` as plain JSON, or the name of the
    ``fault`` that its parser raised.

    ``steps`` are the numbers of the steps, from 1. ``person`` is the printed name of whom the page
    is about: "" for a list of many people, None for a visit that asked for nobody."""

    steps: tuple[int, ...]
    kind: str
    record: Any
    fault: str = ""
    person: str | None = ""


@dataclass(frozen=True)
class VisitWish:
    """What ``cj record`` is to visit: in a half that lists people the booking of ``person`` (any of
    the portal's numbers) or the first ``details`` ones; in the other the search for ``name`` and
    the first ``cases`` of it."""

    person: str | None = None
    details: int = 1
    name: str | None = None
    born: dt.date | None = None
    cases: int = 3
    user: str | None = None
    password: str | None = dataclasses.field(default=None, repr=False)


@dataclass(frozen=True)
class RecordedVisit:
    """What a visit came to. ``about`` goes into the exchange. ``found`` is whom the other half may
    be asked about. ``by_browser``: pages came only by a browser's scripts, so that it cannot be
    replayed. ``note`` is a line for the person who records."""

    about: Json
    found: Inputs | None = None
    by_browser: bool = False
    note: str = ""


class PersonNotListedError(LookupError):
    """The person asked for is not on the roster; the message gives the number of its rows."""


class SavedVisits:
    """The defaults; a product overrides what its portal needs."""

    readers: Mapping[str, PageReader] = {}
    """Its kinds of page, and how a saved one is read."""
    first_kind = "page"
    """The kind of a page that no address tells: the one that a visit begins with."""
    browser_kinds: frozenset[str] = frozenset()
    """Those of them that only a browser brings."""

    def signs_in(self, site: Site) -> bool:
        """Whether pages are seen only by somebody who is signed in."""
        return False

    def address(
        self, kind: str, url: str, method: str, site: Site, about: About
    ) -> tuple[str, str]:
        """Method and address of a saved page; one that was saved alone may have neither, and then
        the address may be unknown (empty)."""
        return method, url

    def around(self, kind: str, site: Site, about: About) -> Iterable[AddedPage]:
        """The pages that the page objects need around one of that kind."""
        return ()

    def dressed(self, document: str) -> str:
        """A saved document with what stands in for the portal's own scripts."""
        return document

    def cookie_after(self, step: SavedStep) -> str:
        """The ``Set-Cookie`` value that a page object checks for after this step, else ""."""
        return ""

    def step_of(self, url: str, fields: Mapping[str, str]) -> tuple[str, dict[str, str]] | None:
        """The page kind of a request ("" where nothing tells it) and which of its posted fields are
        kept; None for what no recording may hold."""
        return "", dict(fields)

    def visit(
        self, session: Session, site: Site, wish: VisitWish, recorder: Recorder
    ) -> RecordedVisit:
        """Pay the visit that is recorded. Raises a Fault, or PersonNotListedError."""
        raise LookupError(f"visits of this portal ({site.key}) cannot be recorded")

    def readings(self, steps: Sequence[SavedStep], site: Site) -> Iterator[PageReading]:
        """Every step that a parser can read; pages without a record (a search form) are left
        out."""
        return iter(())


def reading_of(
    steps: tuple[int, ...], kind: str, parse: Callable[[], object], person: str | None = ""
) -> PageReading:
    """What the parser makes of these steps."""
    try:
        return PageReading(steps, kind, json_of(parse()), person=person)
    except Fault as fault:
        return PageReading(steps, kind, None, fault=fault.name, person=person)
    except ValueError:
        return PageReading(steps, kind, None, fault="not JSON", person=person)


def json_of(value: object) -> Any:
    """A record as plain JSON values."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: json_of(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, dict):
        return {str(key): json_of(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_of(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
