"""Which of the saved answers a request gets, and which requests were never saved."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, urlsplit

from replay.exchange import Exchange, Step

_VOLATILE = frozenset({"_"})
"""Query keys that only keep a browser from using its cache."""


class AnswerTape:
    """The steps of an exchange, handed out to whoever asks for them.

    A request fits a step if method, address and every query key and posted field *of the step*
    agree; the request may say more. Steps that fit the same request are given in their order, the
    last of them again and again: what was asked twice may be asked three times. ``strays`` names
    the requests that nothing fits."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.asked: list[str] = []
        self.strays: list[str] = []
        self._given: set[int] = set()
        self._lock = threading.Lock()

    def answer(self, method: str, url: str, fields: Mapping[str, str]) -> Step | None:
        """The answer, or None: then the request is a stray."""
        with self._lock:
            fitting = [
                place
                for place, step in enumerate(self.exchange.steps)
                if _fits(step, method, url, fields)
            ]
            name = _name(method, url, fields)
            if not fitting:
                self.strays.append(name)
                return None
            self.asked.append(name)
            best = _most_said(self.exchange.steps, fitting)
            place = next((one for one in best if one not in self._given), best[-1])
            self._given.add(place)
            return self.exchange.steps[place]

    def unasked(self) -> list[str]:
        """The kinds of the steps that nobody asked for."""
        with self._lock:
            return [
                step.kind
                for place, step in enumerate(self.exchange.steps)
                if place not in self._given
            ]


def _most_said(steps: tuple[Step, ...], fitting: list[int]) -> list[int]:
    """Those of the fitting steps that say most of the request: a page 2 goes before "any page"."""
    said = {place: len(steps[place].fields) + len(_query(steps[place].url)) for place in fitting}
    return [place for place in fitting if said[place] == max(said.values())]


def _fits(step: Step, method: str, url: str, fields: Mapping[str, str]) -> bool:
    if step.method != method or _place(step.url) != _place(url):
        return False
    asked = _query(url)
    return all(asked.get(key) == value for key, value in _query(step.url).items()) and all(
        fields.get(key) == value for key, value in step.fields.items()
    )


def _place(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower(), parts.path or "/"


def _query(url: str) -> dict[str, str]:
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return {key: value for key, value in first_values(pairs).items() if key not in _VOLATILE}


def first_values(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The pairs as a table; a name that comes twice keeps its first value, as the portals read
    it."""
    found: dict[str, str] = {}
    for key, value in pairs:
        found.setdefault(key, value)
    return found


def _name(method: str, url: str, fields: Mapping[str, str]) -> str:
    """The request for a message. Values of fields are left out, except the verb: a password may be
    among them."""
    verb = fields.get("flow_action")
    said = f" ({', '.join(sorted(fields))})" if fields else ""
    return f"{method} {url}{f' flow_action={verb}' if verb else ''}{said}"
