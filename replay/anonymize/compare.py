"""Whether a recording reads like the visit it was made from: the same records in the same shapes,
with no personal value in common."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from replay.anonymize.invented import letters
from replay.anonymize.personal import kind_of
from replay.anonymize.vocabulary import vocabulary
from scrapers.saved import PageReading

_SORTED = {"names", "cross_references"}
"""Lists that the parsers sort; invented values sort differently."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{4}")
_HEX = re.compile(r"(?<!\w)(?:[0-9a-f]{16,}|[0-9A-F]{16,})(?!\w)")
_MASKED = re.compile(r"[Xx*]{1,2}[/-]")
_ADDRESSES = {"url"}


def differences(old: list[PageReading], new: list[PageReading]) -> list[str]:
    """What reads differently in the recording, one line each, without any value of the visit."""
    problems: list[str] = []
    if [(page.steps, page.kind) for page in old] != [(page.steps, page.kind) for page in new]:
        return ["the recording's pages are read as other kinds of pages than the visit's"]
    for before, after in zip(old, new, strict=True):
        where = f"{before.kind} in step {before.steps[0]}"
        if before.fault != after.fault:
            problems.append(
                f"{where}: read with {before.fault or 'no fault'} before, "
                f"with {after.fault or 'no fault'} after"
            )
            continue
        problems += [
            f"{where}: {place}: the shape changed"
            for place in _unlike(before.record, after.record, ())
        ]
        problems += [
            f"{where}: {kind} in {place} was not replaced"
            for kind, place in _kept(before.record, after.record, ())
        ]
    return list(dict.fromkeys(problems))


def _unlike(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[str]:
    place = ".".join(path) or "the record"
    if isinstance(old, dict) and isinstance(new, dict):
        if sorted(map(_shape, old)) != sorted(map(_shape, new)):
            yield f"{place}: other labels"
        elif sorted(old) != sorted(new):
            # Texts that were not understood are keys in `extra`, and are invented now.
            if sorted(str(_shape(one)) for one in old.values()) != sorted(
                str(_shape(one)) for one in new.values()
            ):
                yield place
        else:
            for key in old:
                if key not in _ADDRESSES:
                    yield from _unlike(old[key], new[key], (*path, key))
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            yield f"{place}: {len(old)} before, {len(new)} after"
        elif path and path[-1] in _SORTED:
            if sorted(map(str, map(_shape, old))) != sorted(map(str, map(_shape, new))):
                yield place
        else:
            for one, other in zip(old, new, strict=True):
                yield from _unlike(one, other, path)
    elif _shape(old) != _shape(new):
        yield place


def _shape(value: Any) -> Any:
    """The shape of a value: letters become A or a, digits 9, and a date ``<date>``."""
    if isinstance(value, dict):
        return {str(_shape(key)): _shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_shape(one) for one in value]
    if not isinstance(value, str):
        return value
    text = _DATE.sub("<date>", _HEX.sub(lambda problems: "9" * len(problems[0]), value))
    bare = "".join(letters(sign) if sign.isalpha() and letters(sign) else sign for sign in text)
    cased = "".join("A" if sign.isupper() else "a" for sign in text if sign.isalpha())
    return re.sub(r"\d", "9", re.sub(r"[^\W\d_]", "A", bare)) + cased


def _kept(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Personal values that are equal before and after at the same place."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old:
            if key in new:
                yield from _kept(old[key], new[key], (*path, key))
    elif isinstance(old, list) and isinstance(new, list):
        for one, other in zip(old, new, strict=False):
            yield from _kept(one, other, path)
    elif path and isinstance(old, str) and old == new:
        kind = kind_of(path)
        if kind in _PERSONAL_KINDS and _identifies(kind, old):
            yield _PERSONAL_KINDS[kind], ".".join(path)


_PERSONAL_KINDS = {
    "name": "a name",
    "style": "a name",
    "address": "an address",
    "id": "a number",
    "birth": "a birth date",
}


def _identifies(kind: str, text: str) -> bool:
    """Whether the value identifies anybody: not an initial, a suffix, zeros, or the prosecuting
    government."""
    if kind == "id":
        # Each number by itself: a roster row's handle is several.
        return any(len(run.lstrip("0")) > 2 for run in re.findall(r"\d+", text))
    if kind == "birth":
        return any(sign.isdigit() for sign in text) and not _MASKED.match(text)
    if kind == "style":
        return not all(
            vocabulary().government(side) for side in re.split(r"(?i)\s+vs?\.?\s+", text)
        )
    if kind == "address":
        return any(len(word) > 3 for word in re.findall(r"[^\W\d_]+", text))
    return len(letters(text)) > 2 and not vocabulary().government(text)
