"""Whether a recording reads like the visit it was made of: the same records in the same forms, and
nobody the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from replay.recording.invented import letters
from replay.recording.personal import kind_of
from replay.recording.readings import VisitReading
from replay.recording.vocabulary import vocabulary

_SORTED = {"names", "cross_references"}
"""Lists that the parsers sort: invented values sort differently."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{4}")
_HEX = re.compile(r"(?<!\w)(?:[0-9a-f]{16,}|[0-9A-F]{16,})(?!\w)")
_MASKED = re.compile(r"[Xx*]{1,2}[/-]")
_ADDRESSES = {"url"}


def differences(old: list[VisitReading], new: list[VisitReading]) -> list[str]:
    """What reads otherwise in the recording, as a person can read it; no value of the visit is
    among it."""
    found: list[str] = []
    if [(one.steps, one.what) for one in old] != [(one.steps, one.what) for one in new]:
        return ["the recording's pages are not read as the same kinds of pages as the visit's"]
    for before, after in zip(old, new, strict=True):
        where = f"{before.what} in step {before.steps[0]}"
        if before.fault != after.fault:
            found.append(
                f"{where}: read with {before.fault or 'no fault'} before, with {after.fault or 'no fault'} after"
            )
            continue
        found += [
            f"{where}: {place}: the form changed" for place in _unlike(before.tree, after.tree, ())
        ]
        found += [
            f"{where}: {kind} in {place} was not replaced"
            for kind, place in _kept(before.tree, after.tree, ())
        ]
    return list(dict.fromkeys(found))


def _unlike(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[str]:
    place = ".".join(path) or "the whole"
    if isinstance(old, dict) and isinstance(new, dict):
        if sorted(map(_shape, old)) != sorted(map(_shape, new)):
            yield f"{place}: other labels"
        elif sorted(old) != sorted(new):
            # What was not understood is kept under its own text, which is invented now.
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
    """The form of a value: letters as A or a, digits as 9; a date is a date."""
    if isinstance(value, dict):
        return {str(_shape(key)): _shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_shape(one) for one in value]
    if not isinstance(value, str):
        return value
    text = _DATE.sub("<date>", _HEX.sub(lambda found: "9" * len(found[0]), value))
    bare = "".join(letters(sign) if sign.isalpha() and letters(sign) else sign for sign in text)
    cased = "".join("A" if sign.isupper() else "a" for sign in text if sign.isalpha())
    return re.sub(r"\d", "9", re.sub(r"[^\W\d_]", "A", bare)) + cased


def _kept(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Personal values that are the same before and after at the same place."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old:
            if key in new:
                yield from _kept(old[key], new[key], (*path, key))
    elif isinstance(old, list) and isinstance(new, list):
        for one, other in zip(old, new, strict=False):
            yield from _kept(one, other, path)
    elif path and isinstance(old, str) and old == new:
        kind = kind_of(path)
        if kind in _PERSONAL_KINDS and _says_something(kind, old):
            yield _PERSONAL_KINDS[kind], ".".join(path)


_PERSONAL_KINDS = {
    "name": "a name",
    "style": "a name",
    "address": "an address",
    "id": "a number",
    "birth": "a birth date",
}


def _says_something(kind: str, text: str) -> bool:
    """Whether the value tells anything: not a lone initial or suffix, zeros, or the name of who
    prosecutes."""
    if kind == "id":
        return len(re.sub(r"\D", "", text).lstrip("0")) > 2
    if kind == "birth":
        return any(sign.isdigit() for sign in text) and not _MASKED.match(text)
    if kind == "style":
        return not all(
            vocabulary().government(side) for side in re.split(r"(?i)\s+vs?\.?\s+", text)
        )
    if kind == "address":
        return any(len(word) > 3 for word in re.findall(r"[^\W\d_]+", text))
    return len(letters(text)) > 2 and not vocabulary().government(text)
