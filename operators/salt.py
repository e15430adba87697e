"""Salts: a digest of what an output depends on, put into its path, so that a change moves the path
and nothing else.

A salt covers the task's id, the callable's version, its arguments as rendered, and the salts of the
salted tasks directly upstream; through those, everything above. This module works without Airflow.
"""

from __future__ import annotations

import dataclasses
import functools
import glob
import hashlib
import json
import os
import re
import string
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar

from . import disk
from .canonical import canonical
from .errors import PatternError
from .pattern import placeholders

__all__ = [
    "SaltedOutput",
    "canonical",
    "list_salted",
    "prune_salted",
    "salt_of",
    "salts_in_use",
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


def salts_in_use(pattern: str, *, runs: int = 1, **values: object) -> set[str]:
    """The salts that the latest ``runs`` runs of each maker made or found, by the notes of the
    outputs; and those of outputs that have no note, of which nothing is known."""
    from .note import read

    found: set[str] = set()
    used: dict[str, list[tuple[str, str, str]]] = {}
    for output in list_salted(pattern, **values):
        note = read(output.path.rstrip("/" + os.sep))
        if note is None or note.used is None:
            found.add(output.salt)
        else:
            run, when = note.used
            used.setdefault(note.maker, []).append((when, run, output.salt))
    for rows in used.values():
        latest: list[str] = []
        for _, run, _ in sorted(rows, reverse=True):
            if run not in latest:
                latest.append(run)
        found.update(salt for _, run, salt in rows if run in latest[:runs])
    return found


def prune_salted(
    pattern: str,
    *,
    keep: Collection[str] | None = None,
    runs: int = 1,
    dry_run: bool = False,
    **values: object,
) -> list[str]:
    """Remove the outputs of a salted pattern whose salt is not in ``keep``; their paths. With
    ``dry_run`` only names them.

    Without ``keep``, those stay that are in use: see `salts_in_use`, which takes ``runs``.
    """
    from .note import write

    if isinstance(keep, str):
        raise TypeError("keep is a collection of salts")
    kept = salts_in_use(pattern, runs=runs, **values) if keep is None else keep
    old = [output.path for output in list_salted(pattern, **values) if output.salt not in kept]
    if not dry_run:
        for path in old:
            disk.remove_tree(path.rstrip("/" + os.sep))
            write(path.rstrip("/" + os.sep), None, None)
    return old


def _matchers(pattern: str, values: Mapping[str, object]) -> tuple[str, re.Pattern[str]]:
    wild, expression, seen = "", "", set()
    for literal, field, spec, _ in string.Formatter().parse(pattern):
        wild += glob.escape(literal)
        expression += re.escape(literal)
        if field is None:
            continue
        if field in values:
            text = unicodedata.normalize("NFC", format(values[field], spec or ""))
            wild += glob.escape(text)
            expression += re.escape(text)
        else:
            inner = f"[0-9a-f]{{{_LENGTH}}}" if field == "salt" else r"[^/\\]+"
            wild += "*"
            expression += f"(?P={field})" if field in seen else f"(?P<{field}>{inner})"
            seen.add(field)
    return wild, re.compile(expression)
