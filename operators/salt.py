"""Salts: a digest of what an output depends on, put into its path, so that a change moves the path
and nothing else.

A salt covers the task's id, the callable's version, its arguments as rendered, and the salts of the
salted tasks directly upstream; through those, everything above. This module works without Airflow.
"""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import functools
import glob
import hashlib
import json
import os
import re
import string
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar

from . import disk
from .errors import PatternError
from .pattern import placeholders

__all__ = [
    "SaltedOutput",
    "canonical",
    "list_salted",
    "prune_salted",
    "salt_of",
    "version",
    "version_of",
]

_ATTRIBUTE = "__salted_version__"
_LENGTH = 12
_Call = TypeVar("_Call", bound=Callable[..., Any])


def version(number: str) -> Callable[[_Call], _Call]:
    """Give a callable its version: ``@version("2.1.1")``. Change it whenever the same input should
    give another output."""
    if not isinstance(number, str) or not number.strip():
        raise PatternError(f'A version is a text such as "2.1.1", not {number!r}')

    def mark(call: _Call) -> _Call:
        setattr(call, _ATTRIBUTE, number)
        return call

    return mark


def version_of(call: Callable[..., Any]) -> str | None:
    """The version of a callable, also through `functools.partial` and wrappers; None if it has
    none."""
    while True:
        found = getattr(call, _ATTRIBUTE, None)
        if found is not None:
            return str(found)
        if isinstance(call, functools.partial):
            call = call.func
        elif hasattr(call, "__wrapped__"):
            call = call.__wrapped__
        else:
            return None


def canonical(value: Any) -> Any:
    """A value as JSON that is the same in every process: keys sorted later, sets sorted, dates and
    such as tagged text.

    Raises `PatternError` for what has no such form, for instance an object whose text holds its
    address."""
    if value is None or (isinstance(value, (bool, int, str)) and not isinstance(value, enum.Enum)):
        return value
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise PatternError(f"Keys that are not text have no place in a salt: {value!r}")
        return {"map": {key: canonical(inner) for key, inner in value.items()}}
    if isinstance(value, (list, tuple)):
        return [canonical(inner) for inner in value]
    if isinstance(value, (set, frozenset)):
        return {
            "set": sorted(
                (canonical(inner) for inner in value),
                key=lambda made: json.dumps(made, sort_keys=True),
            )
        }
    if isinstance(value, enum.Enum):
        return {type(value).__qualname__: value.name}
    if isinstance(value, (datetime.date, datetime.time)):
        return {"date" if isinstance(value, datetime.date) else "time": value.isoformat()}
    if isinstance(value, datetime.timedelta):
        return {"seconds": repr(value.total_seconds())}
    if isinstance(value, (decimal.Decimal, uuid.UUID)):
        return {type(value).__name__: str(value)}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {
            field.name: canonical(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
        return {type(value).__qualname__: fields}
    raise PatternError(
        f"{type(value).__name__} has no place in a salt; give a plain value, or name it in salt_ignore"
    )


def salt_of(task_id: str, number: str, kwargs: Mapping[str, Any], upstream: Iterable[str]) -> str:
    """The salt: twelve hexadecimal digits of a sha256 over task id, version, canonical arguments,
    upstream salts."""
    text = json.dumps(
        [task_id, number, canonical(kwargs), sorted(upstream)], sort_keys=True, ensure_ascii=True
    )
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]


@dataclasses.dataclass(frozen=True)
class SaltedOutput:
    """One output of a salted pattern: its path, its salt, when it was last changed (seconds since
    1970)."""

    path: str
    salt: str
    changed: float


def list_salted(pattern: str, **values: object) -> list[SaltedOutput]:
    """All outputs of a salted pattern on this machine, oldest first; placeholders without a value
    match anything.

    The pattern is one without Jinja (render it first). Raises `PatternError` for Jinja or without
    ``{salt}``."""
    if "{{" in pattern or "{%" in pattern:
        raise PatternError(f"Jinja cannot be matched, give the rendered pattern: {pattern!r}")
    if "salt" not in placeholders(pattern):
        raise PatternError(f"No {{salt}} in {pattern!r}")
    is_folder = pattern.endswith(("/", os.sep))
    wild, expression = _matchers(pattern.rstrip("/" + os.sep), values)
    found = []
    for path in glob.glob(wild):
        match = expression.fullmatch(path)
        if match and os.path.isdir(path) == is_folder:
            shown = path + "/" if is_folder else path
            found.append(SaltedOutput(shown, match["salt"], os.stat(path).st_mtime))
    return sorted(found, key=lambda output: (output.changed, output.path))


def prune_salted(
    pattern: str, *, keep: Collection[str], dry_run: bool = False, **values: object
) -> list[str]:
    """Remove the outputs of a salted pattern whose salt is not in ``keep``; their paths. With
    ``dry_run`` only names them.

    The salts in use are in the XComs ``salt`` of the latest runs.
    """
    if isinstance(keep, str):
        raise TypeError("keep is a collection of salts")
    old = [output.path for output in list_salted(pattern, **values) if output.salt not in keep]
    if not dry_run:
        for path in old:
            disk.remove_tree(path.rstrip("/" + os.sep))
    return old


def _matchers(pattern: str, values: Mapping[str, object]) -> tuple[str, re.Pattern[str]]:
    wild, expression, seen = "", "", set()
    for literal, field, spec, _ in string.Formatter().parse(pattern):
        wild += glob.escape(literal)
        expression += re.escape(literal)
        if field is None:
            continue
        if field in values:
            text = format(values[field], spec or "")
            wild += glob.escape(text)
            expression += re.escape(text)
        else:
            inner = f"[0-9a-f]{{{_LENGTH}}}" if field == "salt" else r"[^/\\]+"
            wild += "*"
            expression += f"(?P={field})" if field in seen else f"(?P<{field}>{inner})"
            seen.add(field)
    return wild, re.compile(expression)
