"""Which pages a session reads by plain requests and which with its browser, and what became of
that."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any, Literal

from resilience import faults
from resilience.faults import Fault

_LOG = logging.getLogger(__name__)

FetchMode = Literal["browser", "http"]
FetchChoice = Literal["browser", "http", "auto"]
WISHES: tuple[FetchChoice, ...] = ("auto", "browser", "http")
LOSSES = 3
"""So many pages of a kind in a row without what was asked for, and a plain request is suspected of
being the reason."""


class FetchModes:
    """The fetch modes of one session. ``wish`` is what its owner asked for.

    ``pages`` counts the pages that came, by fetch mode and kind. ``given_up`` says of which kinds
    of page plain requests were given up for this session, and why: a plain answer was not the page,
    and the browser brought it."""

    def __init__(self, wish: FetchChoice) -> None:
        if wish not in WISHES:
            raise ValueError(f"a fetch mode is one of {', '.join(WISHES)}, not {wish!r}")
        self.wish = wish
        self.first: FetchMode = "browser" if wish == "browser" else "http"
        self.pages: Counter[tuple[FetchMode, str]] = Counter()
        self.given_up: dict[str, str] = {}
        self._suspected: dict[str, str] = {}
        self._lost: Counter[str] = Counter()

    def of(self, *kinds: str) -> FetchMode:
        """The fetch mode for a chain of pages of these kinds."""
        if self.wish != "auto":
            return self.wish
        doubtful = any(kind in self.given_up or kind in self._suspected for kind in kinds)
        return "browser" if doubtful else "http"

    def brought(self, fetch_mode: FetchMode, kind: str) -> None:
        """A page of that kind came and was what it should be."""
        self.pages[fetch_mode, kind] += 1
        if fetch_mode == "http":
            self._lost[kind] = 0
        elif kind in self._suspected:
            reason = self.given_up[kind] = self._suspected.pop(kind)
            _LOG.warning("pages of kind %r are read with the browser from now on: %s", kind, reason)

    def instead(self, fetch_mode: FetchMode, kind: str, fault: Fault) -> Fault:
        """The fault to raise for a page of that kind that is not what it should be.

        In fetch mode ``auto`` that is ScriptNeeded where the plain request may be the reason: the
        answer is another page (LayoutChanged), or again and again an empty one (SearchLost).
        Whatever a person must decide about (a block page, a captcha, a refused password) is never a
        reason to change the fetch mode, and neither is a slow or busy portal."""
        if fetch_mode == "browser":
            if isinstance(fault, faults.LayoutChanged):
                self._suspected.pop(kind, None)  # the page itself is another one
            return fault
        if self.wish != "auto":
            return fault
        if isinstance(fault, faults.SearchLost):
            self._lost[kind] += 1
            if self._lost[kind] < LOSSES:
                return fault
        elif isinstance(fault, faults.OffSite | faults.Drifted) or not isinstance(
            fault, faults.LayoutChanged | faults.ScriptNeeded
        ):
            return fault
        self._lost[kind] = 0
        self._suspected[kind] = f"{fault.name}: {fault}"
        if isinstance(fault, faults.ScriptNeeded):
            return fault
        return faults.ScriptNeeded(f"a plain request brings no {kind} page: {fault}", url=fault.url)

    def figures(self) -> dict[str, Any]:
        """Pages by fetch mode and kind, and the kinds given up with the reason, as plain data."""
        pages: dict[str, dict[str, int]] = {}
        for (fetch_mode, kind), count in sorted(self.pages.items()):
            pages.setdefault(fetch_mode, {})[kind] = count
        return {"pages": pages, "given_up": dict(sorted(self.given_up.items()))}
