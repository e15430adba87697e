"""Reading values out of the services' JSON: tolerant about nulls and about numbers that come as
text."""

from __future__ import annotations

from typing import Any

from resilience.faults import Blocked, Dropped, LayoutChanged
from scrapers.values import clean, loaded


def json_of(body: str, url: str) -> Any:
    """A service's answer. Raises Blocked for a page in its place, Dropped for one that is cut short
    (or nested beyond reason)."""
    try:
        return loaded(body)
    except (ValueError, RecursionError):
        if body.lstrip().startswith("<"):
            raise Blocked("a page came where a service answers JSON", url=url) from None
        raise Dropped("a service's answer is cut short", url=url) from None


def at(value: Any, *path: str) -> Any:
    """The value at a path of keys; None where anything on the way is no object."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def text(value: Any) -> str | None:
    """Text and numbers as clean text; None for null, blank, objects and lists."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return clean(str(value))


def described(value: Any) -> str | None:
    """The description of a coded value, or a plain text. ``0`` stands where no code is."""
    if isinstance(value, dict):
        return text(value.get("Description")) or text(value.get("FormattedName"))
    return clean(value) if isinstance(value, str) else None


def rows(answer: Any, name: str, url: str) -> list[dict[str, Any]]:
    """The list of that name in a service's answer; raises LayoutChanged where there is none (null
    is an empty one)."""
    if (
        not isinstance(answer, dict)
        or name not in answer
        or not isinstance(answer[name], list | None)
    ):
        raise LayoutChanged(
            url,
            "answer of a service",
            f"a list {name}",
            sorted(answer) if isinstance(answer, dict) else answer,
        )
    return [row for row in answer[name] or () if isinstance(row, dict)]
