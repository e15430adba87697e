"""Which saved response a request gets, and which requests were never saved."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, urlsplit

from replay.exchange import Exchange, Step
from scrapers.saved import SavedVisits

_CACHE_BUSTERS = frozenset({"_"})
"""Query keys that only keep a browser from using its cache."""


class SavedAnswers:
    """Hands out the steps of an exchange, one per request.

    A request matches a step if the method, the address, and every query key and posted field *of
    the step* are equal; the request may have more. Steps that match the same request are given in
    order, the last one repeatedly: what was asked twice may be asked three times.
    ``unknown_requests`` names the requests that matched nothing."""

    def __init__(self, exchange: Exchange, saved: SavedVisits) -> None:
        self.exchange = exchange
        self.saved = saved
        self.unknown_requests: list[str] = []
        self._given: set[int] = set()
        self._lock = threading.Lock()

    def answer(self, method: str, url: str, fields: Mapping[str, str]) -> Step | None:
        """The matching step, or None, and then the request is listed as unknown."""
        with self._lock:
            steps = self.exchange.steps
            matching = [
                number for number, step in enumerate(steps) if _matches(step, method, url, fields)
            ]
            if not matching:
                self.unknown_requests.append(_name(method, url, fields))
                return None
            best = _most_specific(steps, matching)
            number = next((number for number in best if number not in self._given), best[-1])
            self._given.add(number)
            return steps[number]

    def unused_steps(self) -> list[str]:
        """The kinds of the steps that no request asked for."""
        with self._lock:
            return [
                step.kind
                for number, step in enumerate(self.exchange.steps)
                if number not in self._given
            ]


def _most_specific(steps: tuple[Step, ...], matching: list[int]) -> list[int]:
    """The matching steps with the most keys and fields: "page 2" goes before "any page"."""
    size = {
        number: len(steps[number].fields) + len(_query(steps[number].url)) for number in matching
    }
    return [number for number in matching if size[number] == max(size.values())]


def _matches(step: Step, method: str, url: str, fields: Mapping[str, str]) -> bool:
    if step.method != method or _location(step.url) != _location(url):
        return False
    query = _query(url)
    return all(query.get(key) == value for key, value in _query(step.url).items()) and all(
        fields.get(key) == value for key, value in step.fields.items()
    )


def _location(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower(), parts.path or "/"


def _query(url: str) -> dict[str, str]:
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return {key: value for key, value in first_values(pairs).items() if key not in _CACHE_BUSTERS}


def first_values(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The pairs as a dictionary; a repeated name keeps its first value, as the portals read it."""
    values: dict[str, str] = {}
    for key, value in pairs:
        values.setdefault(key, value)
    return values


def _name(method: str, url: str, fields: Mapping[str, str]) -> str:
    """The request for an error message, without field values except the action: one of them may be
    a password."""
    action = fields.get("flow_action")
    names = f" ({', '.join(sorted(fields))})" if fields else ""
    return f"{method} {url}{f' flow_action={action}' if action else ''}{names}"
