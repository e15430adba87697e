"""Every fault that the practice portals can do: what it looks like, where it strikes, and what a
scraper should call it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Draw = Literal["once", "page", "person"]
"""``once``: drawn for a person and page kind, strikes a single time. ``page``: drawn the same way,
but stands: every try meets it again. ``person``: drawn for the person alone, and stands on all
pages about them."""

_EVERYWHERE = ("iml", "odyssey", "idp")
_SERVICES = ("odyssey:roa",)


@dataclass(frozen=True)
class Kind:
    """One fault. ``pages``: portals or ``portal:page-kind``, of which the part before a dash is
    enough. ``expected``: the names of `resilience.faults` that fit, the likeliest first; none where
    a good scraper is not troubled at all. ``seconds``: how long it lasts unless the order says
    otherwise; 0 where it knows no time; of a list it counts rows. ``plain``: it befalls only
    requests that no browser makes. ``crawl``: what it does shows only in a crawl of many people."""

    name: str
    does: str
    pages: tuple[str, ...]
    expected: tuple[str, ...]
    draw: Draw = "once"
    seconds: float = 0.0
    plain: bool = False
    crawl: bool = False

    @property
    def curable(self) -> bool:
        """Whether a later try gets the page."""
        return self.draw == "once"

    def strikes_on(self, place: str) -> bool:
        """Whether it can strike at ``portal:page-kind``."""
        return any(covers(page, place) for page in self.pages)


def covers(wanted: str, place: str) -> bool:
    """Whether ``wanted`` (``iml``, ``iml:list``, ``list``, ``roa``) means the place
    ``portal:page-kind`` (``iml:list-31``)."""
    portal, _, page = place.partition(":")
    return (
        wanted in (place, page, portal)
        or place.startswith(f"{wanted}-")
        or page.startswith(f"{wanted}-")
    )


KINDS: tuple[Kind, ...] = (
    # The line, broken by the proxy.
    Kind("hang", "no answer until the client gives up", _EVERYWHERE, ("Slow",), seconds=600.0),
    Kind("drip", "the answer trickles, five bytes a second", _EVERYWHERE, ("Slow",), seconds=600.0),
    Kind("reset", "the connection is reset before any byte", _EVERYWHERE, ("Dropped",)),
    Kind("half-close", "the portal closes its half before any byte", _EVERYWHERE, ("Dropped",)),
    Kind(
        "truncate",
        "the answer ends half-way, short of its Content-Length",
        _EVERYWHERE,
        ("Dropped", "Slow"),
    ),
    Kind(
        "refuse",
        "reset, then nobody listens for a while",
        _EVERYWHERE,
        ("Unreachable", "Dropped"),
        seconds=1.0,
    ),
    # Other answers than the page.
    Kind("slow", "the answer comes late", _EVERYWHERE, (), seconds=3.0),
    Kind(
        "busy", "503, for every other person and page with Retry-After: 1", _EVERYWHERE, ("Busy",)
    ),
    Kind("status-429", "429 Too Many Requests", _EVERYWHERE, ("Busy",)),
    Kind("status-429-after", "429 with Retry-After: 1", _EVERYWHERE, ("Busy",)),
    Kind("status-503", "503 Service Unavailable", _EVERYWHERE, ("Busy",)),
    Kind("status-503-after", "503 with Retry-After: 1", _EVERYWHERE, ("Busy",)),
    Kind("empty-500", "a service answers 500 with an empty body", _SERVICES, ("Busy",)),
    Kind("empty-202", "a service answers 202 with an empty body", _SERVICES, ("Busy",)),
    Kind(
        "maintenance",
        'status 200, and all it says is "Service unavailable"',
        _EVERYWHERE,
        ("Maintenance",),
    ),
    # The portal's own state.
    Kind(
        "lost-session",
        "the server forgot the session",
        ("iml:list", "iml:detail", "odyssey"),
        ("SignedOut", "SearchLost"),
    ),
    Kind(
        "empty-template", "the detail template without any value", ("iml:detail",), ("SearchLost",)
    ),
    Kind(
        "wrong-record",
        "the page of another person",
        ("iml:detail", "odyssey:case", "odyssey:roa-CaseSummariesSlim"),
        ("WrongRecord",),
    ),
    Kind(
        "late-detail", "bonds and charges of somebody held are not there yet", ("iml:detail",), ()
    ),
    Kind(
        "moved-roster",
        "somebody arrives between two pages of the list",
        ("iml:list",),
        ("RosterMoved",),
    ),
    Kind(
        "nightly-purge",
        "the list shrinks with every page for a while",
        ("iml:list", "iml:search-post"),
        ("RosterMoved",),
        seconds=6.0,
    ),
    Kind(
        "short-list",
        "three rows fewer than the counter says",
        ("iml:list", "iml:search-post"),
        ("RosterMoved",),
    ),
    Kind(
        "no-criteria-cookie",
        "no SmartSearchCriteria after the search",
        ("odyssey:search-post",),
        ("SearchLost",),
    ),
    Kind("trouble-text", '"Smart Search is having trouble ..."', ("odyssey:results",), ("Busy",)),
    Kind(
        "silent-empty", "the search finds nobody, whoever asks", ("odyssey:results",), (), "person"
    ),
    # What stands in a page's way.
    Kind(
        "timeout-dialog",
        'a "Session timeout warning" covers the page until "Continue session" is clicked',
        ("odyssey:search-form", "odyssey:workspace", "odyssey:dashboard", "odyssey:hearings-form"),
        (),
    ),
    Kind(
        "overlay",
        "a busy mask takes every click for a while",
        ("odyssey:search-form", "odyssey:workspace", "odyssey:dashboard"),
        (),
        seconds=1.5,
    ),
    Kind(
        "redrawn-grid",
        "the rows are replaced after a moment",
        ("odyssey:results",),
        (),
        seconds=0.3,
    ),
    Kind("new-window", "a case link opens a new window", ("odyssey:results",), ()),
    # What stays: a person must decide, or the program be changed.
    Kind("block-cloudflare", "Cloudflare's challenge, 403", _EVERYWHERE, ("Blocked",), "page"),
    Kind("block-awswaf", "AWS WAF's challenge, 405", _EVERYWHERE, ("Blocked",), "page"),
    Kind("block-datadome", "DataDome's challenge, 403", _EVERYWHERE, ("Blocked",), "page"),
    Kind("redirect-away", "302 to another host", ("iml",), ("Blocked",), "page"),
    Kind(
        "captcha",
        "the search form asks for a reCAPTCHA, signed in or not",
        ("odyssey:search-form", "odyssey:workspace"),
        ("CaptchaAsked",),
        "page",
    ),
    Kind(
        "renamed-column",
        "a column has another name",
        (
            "iml:list",
            "iml:search-post",
            "iml:detail",
            "odyssey:results",
            "odyssey:case",
            "odyssey:roa-Charges",
        ),
        ("LayoutChanged",),
        "page",
    ),
    Kind(
        "renamed-section",
        "a section has another name",
        (
            "iml:detail",
            "odyssey:case",
            *(f"odyssey:roa-{name}" for name in ("Charges", "Parties", "DispositionEvents")),
        ),
        ("LayoutChanged",),
        "page",
    ),
    Kind(
        "counter-too-high",
        "the counter announces rows that no page shows",
        ("iml:list", "iml:search-post"),
        ("RosterMoved",),
        "page",
        seconds=3.0,
        crawl=True,
    ),
    Kind(
        "unreadable-part",
        "the oldest booking's or the oldest case's page does not say whose or which it is",
        ("iml:detail", "odyssey:case", "odyssey:roa-CaseSummariesSlim"),
        ("LayoutChanged", "WrongRecord"),
        "page",
        crawl=True,
    ),
    Kind(
        "drifted-label",
        "a label that everybody has gets another name",
        ("iml:detail", "odyssey:case", "odyssey:roa-Charges"),
        ("LayoutChanged",),
        "page",
        crawl=True,
    ),
    Kind(
        "plain-refused",
        "whoever asks without a browser gets a page that only scripts would fill; of the lookup's"
        " details the empty template",
        ("iml", "odyssey:search-form", "odyssey:results", "odyssey:case"),
        ("ScriptNeeded",),
        "page",
        plain=True,
    ),
    Kind(
        "service-down",
        "one service of the Register of Actions always answers 500",
        _SERVICES,
        ("Busy",),
        "person",
    ),
    Kind("dead", "500 on every page about the person", ("iml", "odyssey"), ("Busy",), "person"),
    Kind(
        "portal-dies",
        "503 on everything, by everybody, from some request on",
        _EVERYWHERE,
        ("Busy",),
        "person",
    ),
)
"""In the order in which they are tried on a request; one strikes at most."""

BY_NAME = {kind.name: kind for kind in KINDS}
