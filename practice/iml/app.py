"""The app: one address, ``/IML``; what happens depends on the posted ``flow_action`` and on the
session (docs/portals/iml.md)."""

from __future__ import annotations

import hashlib
import time
from asyncio import sleep
from base64 import b64decode
from dataclasses import dataclass
from urllib.parse import parse_qsl

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from practice import misbehave
from practice.facts import BookingFacts, DetaineeFacts
from practice.iml import show
from practice.iml.listing import ROWS_ON_A_PAGE, Search, another, find, rows_of
from practice.iml.visits import Visit, Visits
from practice.log import fetch_mode_of
from practice.overlap import Flight, Flights
from practice.world import World

CHARSET = "iso-8859-1"
SLOW_SECONDS = 3.0
"""How much longer an answer takes that the fault ``slow`` strikes."""
MOVES_AT_MOST = 4
"""Different list pages that ``moved-roster`` may strike, so that five tries always suffice."""
COOKIE = "JSESSIONID"
PAGING = ("first", "prev", "next", "last")
NOBODY = BookingFacts("", "", "", None)  # type: ignore[arg-type]  # an empty template has no date
_PIXEL = b64decode("R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=")
_CACHED = {"Cache-Control": "max-age=86400"}
_BUSY = "<html><head><title>Error</title></head><body>Service Unavailable</body></html>"


@dataclass(frozen=True)
class IncomingRequest:
    """A request as the portal understands it: its page kind, and the roster key it is about."""

    form: dict[str, str]
    page: str
    place: str
    person: str | None
    oldest: bool = False


class Lookup:
    """The portal's behaviour; `make_app` gives it addresses."""

    def __init__(self, world: World, slow_seconds: float) -> None:
        self.world = world
        self.visits = Visits()
        self._flights = Flights()
        self._to_purge = 0
        self._slow_seconds = slow_seconds
        self._pages = Environment(
            loader=PackageLoader("practice.iml"), autoescape=True, undefined=StrictUndefined
        )
        self._pages.globals.update(
            date=show.date,
            birth_date=show.birth_date,
            money=show.money,
            grand_total=show.grand_total,
            court_date=show.court_date,
            quoted=show.quoted,
            padded=show.padded,
            page_name=show.page_name,
            amount=show.amount,
            currency=show.currency,
            moment=show.moment,
            age=self._age,
        )

    async def iml(self, request: Request) -> Response:
        """``GET /IML`` is the search page; everything else is posted there."""
        began = time.perf_counter()
        self.world.faults.request()
        asked = await self._asked(request)
        with self._flights.of(request.cookies.get(COOKIE), asked.page) as flight:
            return await self._answered(request, asked, flight, began)

    async def _answered(
        self, request: Request, asked: IncomingRequest, flight: Flight, began: float
    ) -> Response:
        world, cookie = self.world, request.cookies.get(COOKIE)
        # A list page is its own page kind, as every page of it may suffer.
        occasion = misbehave.Request(
            world,
            "iml",
            f"list-{asked.place}" if asked.page == "list" else asked.page,
            asked.person,
            plain=fetch_mode_of(request.headers) == "http",
            oldest=asked.oldest,
        )
        other = misbehave.gone(occasion) or misbehave.instead(occasion)
        struck = self._strikes(asked, occasion)
        slow = world.faults.seconds("slow", self._slow_seconds) if struck == "slow" else 0.0
        await sleep(world.latency + slow)
        if other is not None:
            response = other
        elif struck == "busy":
            response = self._busy(asked)
        else:
            if struck == "lost-session":
                self.visits.forget(cookie)
            visit, known = self.visits.of(cookie)
            if struck == "moved-roster":
                visit.phantom = True
            page = self._answer(asked, visit, occasion, armed=self._armed(request, visit))
            response = misbehave.spoiled(occasion, self._html(page))
            if not known:
                response.set_cookie(COOKIE, visit.session_id, path="/", httponly=True)
        world.log.note(
            "iml",
            asked.page,
            method=request.method,
            path="/IML",
            status=response.status_code,
            person=asked.person,
            session=cookie,
            fault=",".join(occasion.faults) or None,
            fetch_mode=fetch_mode_of(request.headers),
            detail=asked.place or None,
            overlap=flight.overlap,
            ms=(time.perf_counter() - began) * 1000,
        )
        return response

    async def image(self, request: Request) -> Response:
        """The photo: always the same placeholder, as for people without one."""
        sys_id = request.query_params.get("sysid", "")
        row = find(self.world, sys_id)
        self.world.log.note(
            "iml",
            "image",
            method=request.method,
            path="/imageservlet",
            status=200,
            person=row.person.key if row else None,
            session=request.cookies.get(COOKIE),
            fetch_mode=fetch_mode_of(request.headers),
        )
        return Response(_PIXEL, media_type="image/gif", headers=_CACHED)

    async def _asked(self, request: Request) -> IncomingRequest:
        if request.method != "POST":
            return IncomingRequest({}, "search-form", "", None)
        body = (await request.body()).decode("ascii", "replace")
        form = dict(parse_qsl(body, keep_blank_values=True, encoding=CHARSET))
        action = form.get("flow_action", "")
        if action in ("searchbyid", "searchbyname"):
            return IncomingRequest(form, "search-post", "", None)
        if action == "edit":
            row = find(self.world, form.get("sysID", ""))
            return IncomingRequest(
                form,
                "detail",
                row.booking.booking_number if row else "",
                row.person.key if row else None,
                oldest=row is not None and row.booking is row.person.bookings[0],
            )
        if action in PAGING or action == "inmatedb_srchresults":
            return IncomingRequest(form, "list", form.get("currentStart", ""), None)
        return IncomingRequest(form, "search-form", "", None)

    def _strikes(self, asked: IncomingRequest, occasion: misbehave.Request) -> str | None:
        """The first of the lookup's own faults that strikes this request."""
        if misbehave.strikes(occasion, "busy"):
            return "busy"
        if misbehave.strikes(occasion, "lost-session"):
            return "lost-session"
        if asked.page == "list" and not occasion.faults:
            number = _start_of(asked.form) // ROWS_ON_A_PAGE
            if number and self.world.faults.strikes(
                "moved-roster", None, f"list-{number % MOVES_AT_MOST}", "iml"
            ):
                occasion.faults.append("moved-roster")
                return "moved-roster"
        return "slow" if misbehave.strikes(occasion, "slow") else None

    def _armed(self, request: Request, visit: Visit) -> bool:
        """Details show data only with the session cookie, after a search, and with a
        ``Referer``."""
        cookie = request.cookies.get(COOKIE) == visit.session_id
        return cookie and visit.search is not None and bool(request.headers.get("referer"))

    def _answer(
        self, asked: IncomingRequest, visit: Visit, occasion: misbehave.Request, *, armed: bool
    ) -> str:
        if asked.page == "search-post":
            visit.search, visit.start, visit.phantom = Search.of(asked.form), 1, False
            return self._list(visit, occasion)
        if asked.page == "list" and visit.search is not None:
            if asked.form["flow_action"] in PAGING:
                visit.start = _start_of(asked.form)
            return self._list(visit, occasion)
        if asked.page == "detail":
            if (
                not armed
                or misbehave.strikes(occasion, "empty-template")
                or misbehave.strikes(occasion, "plain-refused")
            ):
                return self._booking_page(None, NOBODY)
            return self._detail(asked.form, visit, occasion)
        return self._template("search.html")

    def _list(self, visit: Visit, occasion: misbehave.Request) -> str:
        assert visit.search is not None
        rows = rows_of(
            self.world, visit.search, phantoms=int(visit.phantom) + self._purge(occasion)
        )
        last = (max(len(rows), 1) - 1) // ROWS_ON_A_PAGE * ROWS_ON_A_PAGE + 1
        start = min(visit.start, last)
        announced = (
            int(self.world.faults.seconds("counter-too-high"))
            if misbehave.strikes(occasion, "counter-too-high")
            else 0
        )
        shown = rows[start - 1 : start - 1 + ROWS_ON_A_PAGE]
        return self._template(
            "roster.html",
            rows=shown,
            start=start,
            end=start + len(shown) - 1,
            total=f"{len(rows) + announced:,}",
            any=bool(rows),
            has_next=start < last,
            prev_start=start - ROWS_ON_A_PAGE,
            next_start=start + ROWS_ON_A_PAGE,
            last_start=last,
            columns=self.world.dialect.jail.columns,
            id_label=self.world.dialect.jail.id_label,
        )

    def _purge(self, occasion: misbehave.Request) -> int:
        """How many rows still wait to be purged. A list of one page does not show that it shrinks,
        so it is spared."""
        bookings = sum(len(person.bookings) for person in self.world.people.detainees)
        begins = bookings > ROWS_ON_A_PAGE and not occasion.faults
        if begins and self.world.faults.strikes("nightly-purge", None, "list", "iml"):
            self._to_purge = int(self.world.faults.seconds("nightly-purge")) + 1
        if self._to_purge:
            occasion.faults.append("nightly-purge")
            self._to_purge -= 1
        return self._to_purge

    def _late(self, booking: BookingFacts, times: int, occasion: misbehave.Request) -> bool:
        """Whether charges and bonds are not there yet. They come with the second request, and never
        late for who was released: only new bookings fill in late (docs/portals/iml.md)."""
        released = (
            booking.listed_release_date is not None
            and booking.listed_release_date <= self.world.today
        )
        struck = not released and misbehave.strikes(occasion, "late-detail")
        return struck or (booking.fills_in_late and times == 1)

    def _detail(self, form: dict[str, str], visit: Visit, occasion: misbehave.Request) -> str:
        row = find(self.world, form.get("sysID", ""))
        if row is None:
            return self._booking_page(None, NOBODY)
        if misbehave.strikes(occasion, "wrong-record"):
            row = another(self.world, row)
        visit.details[row.booking.sys_id] += 1
        late = self._late(row.booking, visit.details[row.booking.sys_id], occasion)
        return self._booking_page(row.person, row.booking, late=late)

    def _booking_page(
        self, person: DetaineeFacts | None, booking: BookingFacts, *, late: bool = False
    ) -> str:
        """The page of a booking; without a person the complete template, every value empty."""
        return self._template(
            self.world.dialect.jail.page,
            person=person,
            b=booking,
            bonds=() if late else booking.bonds,
            charges=() if late else booking.charges,
            total=None if late else booking.bond_grand_total_cents,
            photo=_photo(booking),
        )

    def _age(self, person: DetaineeFacts) -> int:
        """Whole years on the county's day."""
        today, born = self.world.today, person.birth_date
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

    def _template(self, name: str, **values: object) -> str:
        return self._pages.get_template(name).render(**values)

    def _html(self, text: str) -> Response:
        content = text.encode(CHARSET, "xmlcharrefreplace")
        return Response(content, headers={"Content-Type": "text/html;charset=ISO-8859-1"})

    def _busy(self, asked: IncomingRequest) -> Response:
        """503; whether it says how long to wait depends on who asks for what, so that both kinds
        are met."""
        digest = hashlib.sha256(f"{asked.person}|{asked.page}|{asked.place}".encode()).digest()
        headers = {"Retry-After": "1"} if digest[0] % 2 else {}
        return Response(_BUSY, status_code=503, media_type="text/html", headers=headers)


def _photo(booking: BookingFacts) -> str:
    """What stands where the photo would: one, words, or an empty table."""
    kind = booking.img_sys_id[-1:]
    if kind == "0":
        return "words"
    return booking.sys_id if kind in tuple("13579") else ""


def _start_of(form: dict[str, str]) -> int:
    """The offset asked for; -29 and rubbish are the first page."""
    text = form.get("currentStart", "1").strip()
    return max(1, int(text)) if text.lstrip("-").isdigit() else 1


async def _style(request: Request) -> Response:
    return Response("body{}", media_type="text/css", headers=_CACHED)


async def _picture(request: Request) -> Response:
    return Response(_PIXEL, media_type="image/gif", headers=_CACHED)


def make_app(world: World, *, slow_seconds: float = SLOW_SECONDS) -> Starlette:
    """The inmate lookup of that world, under ``/IML``. ``slow_seconds``: what the fault ``slow``
    adds."""
    lookup = Lookup(world, slow_seconds)
    return Starlette(
        routes=[
            Route("/IML", lookup.iml, methods=["GET", "POST"]),
            Route("/imageservlet", lookup.image),
            Route("/css/{name}", _style),
            Route("/images/{name}", _picture),
        ]
    )
