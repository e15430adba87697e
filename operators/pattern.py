"""Output patterns: placeholders in single braces, filled with data that cannot leave its path
segment.

Jinja (double braces, and ``{% %}``) is Airflow's, runs before, and is the DAG author's own; what it
yields may hold slashes but not climb with ``..`` where the author wrote none."""

from __future__ import annotations

import difflib
import os
import re
import string
import unicodedata
from collections.abc import Iterable, Mapping

from .errors import PatternError

__all__ = ["JINJA", "check_names", "fill", "judge", "matcher", "placeholders", "render"]

JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_VALUE = "\0"
_LONGEST = 255  # bytes of one name on the usual file systems


def placeholders(pattern: str) -> set[str]:
    """The names in single braces, Jinja left aside. Raises `PatternError` for anything but plain
    names."""
    return {field for _, field, _, _ in _pieces(JINJA.sub("jinja", pattern)) if field is not None}


def check_names(pattern: str, known: Iterable[str]) -> None:
    """Refuse placeholders that nothing fills, naming the likely one."""
    known = sorted(known)
    for name in sorted(placeholders(pattern) - set(known)):
        raise PatternError(
            f"output_pattern {pattern!r} has {{{name}}}, and nothing gives it a "
            f"value{suggestion(name, known)}"
        )


def suggestion(name: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown name: what was probably meant, and what there is."""
    known = sorted(known)
    close = difflib.get_close_matches(name, known, n=1)
    meant = f"; did you mean {close[0]!r}?" if close else ""
    return f"{meant} (known: {', '.join(known) or 'none'})"


def render(pattern: str, values: Mapping[str, object], *, template: str | None = None) -> str:
    """The path of a pattern (after Jinja) with these values; ``template`` is the pattern before
    Jinja.

    Raises `PatternError` for an unknown placeholder, and for a value that is None or empty, holds a
    slash, backslash or control character, or would make its segment ``.``, ``..``, hidden, or
    longer than 255 bytes."""
    check_names(pattern, values)
    rendered: list[str] = []
    mask: list[str] = []
    for literal, field, spec, conversion in _pieces(pattern):
        rendered.append(literal)
        mask.append(literal)
        if field is not None:
            rendered.append(_text(field, values[field], spec or "", conversion))
            mask.append(_VALUE)
    path = "".join(rendered)
    for segment, masked in zip(_segments(path), _segments("".join(mask)), strict=True):
        if _VALUE in masked:
            _check_segment(segment, hidden_on_purpose=masked.startswith("."), pattern=pattern)
    if template is not None:
        judge(path, template)
    if "://" in path and "@" in path.split("/")[2] and "@" not in pattern.split("/")[2]:
        raise PatternError(f"A value names a connection in {path!r}")
    return path


def judge(path: str, template: str) -> None:
    """Refuse what Jinja must not make of a pattern, as values in braces may not: a path that climbs
    or has an empty segment, the word None, a hidden file, a file that became a folder or its
    parent. ``template`` is the pattern as its author wrote it. Raises `PatternError`."""
    told = f"output_pattern {template!r} gives {path!r}, "
    literal = JINJA.sub(_VALUE, template)
    parts, written = _segments(path), _segments(literal)
    if ".." in parts and ".." not in written:
        raise PatternError(f"{told}which climbs with '..'")
    if path.endswith("/") != template.rstrip().endswith("/"):
        raise PatternError(
            f"{told}which ends in a slash where the pattern has none: a folder for a file"
            if path.endswith("/")
            else f"{told}which lost the slash that makes a folder"
        )
    rest = path.split("://", 1)[-1]
    if _has_empty(rest) and not _has_empty(literal.split("://", 1)[-1]):
        raise PatternError(f"{told}where a value is empty")
    if "None" in parts and "None" not in written:
        raise PatternError(f"{told}where a value is None")
    last, last_written = parts[-1] or parts[-2], written[-1] or written[-2:-1][-1]
    if last in ("", "."):
        raise PatternError(f"{told}which is the folder itself")
    if last.startswith(".") and not last_written.startswith("."):
        raise PatternError(f"{told}a hidden file")


def _has_empty(path: str) -> bool:
    return "" in path.strip("/").split("/") if path.strip("/") else True


def fill(pattern: str, values: Mapping[str, object]) -> str:
    """The pattern with these placeholders filled, the others and Jinja left as they are."""
    kept = JINJA.findall(pattern)
    bare = JINJA.sub(_VALUE, pattern)
    text = ""
    for literal, field, spec, conversion in _pieces(bare):
        text += literal
        if field is not None:
            value = values.get(field)
            text += (
                f"{{{field}}}"
                if field not in values
                else _text(field, value, spec or "", conversion)
            )
    for block in kept:
        text = text.replace(_VALUE, block, 1)
    return text


def matcher(pattern: str) -> re.Pattern[str]:
    """An expression that finds the placeholders' values in a path of that pattern; Jinja matches
    anything."""
    text, seen = "", set()
    for literal, field, _, _ in _pieces(JINJA.sub(_VALUE, pattern)):
        text += re.escape(literal).replace(_VALUE, ".*?")
        if field is not None:
            text += f"(?P={field})" if field in seen else rf"(?P<{field}>[^/\\]+?)"
            seen.add(field)
    return re.compile(text)


def _pieces(pattern: str) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        pieces = list(string.Formatter().parse(pattern))
    except ValueError as error:
        raise PatternError(f"output_pattern {pattern!r}: {error}") from error
    for _, field, spec, _ in pieces:
        if field is not None and not field.isidentifier():
            raise PatternError(
                f"output_pattern {pattern!r}: {{{field}}} is not the plain name of a value"
            )
        if spec and "{" in spec:
            raise PatternError(
                f"output_pattern {pattern!r}: braces inside the format of {{{field}}}"
            )
    return pieces


def _text(name: str, value: object, spec: str, conversion: str | None) -> str:
    if value is None:
        raise PatternError(f"The value of {{{name}}} is None")
    try:
        text = format(string.Formatter().convert_field(value, conversion), spec)
        text = unicodedata.normalize("NFC", text)  # one name is one file, however it is composed
    except (TypeError, ValueError) as error:
        raise PatternError(
            f"The value of {{{name}}} cannot be written as {spec!r}: {error}"
        ) from error
    if not text:
        raise PatternError(f"The value of {{{name}}} is empty")
    if "/" in text or "\\" in text or (os.name == "nt" and ":" in text):
        raise PatternError(f"The value of {{{name}}} would leave its path segment: {text!r}")
    if _CONTROL.search(text):
        raise PatternError(f"The value of {{{name}}} holds a control character: {text!r}")
    return text


def _check_segment(segment: str, *, hidden_on_purpose: bool, pattern: str) -> None:
    if segment in (".", ".."):
        raise PatternError(
            f"A value would leave its path segment: {segment!r} in output_pattern {pattern!r}"
        )
    if segment.startswith(".") and not hidden_on_purpose:
        raise PatternError(
            f"A value would hide the output: {segment!r} in output_pattern {pattern!r}"
        )
    if len(os.fsencode(segment)) > _LONGEST:
        raise PatternError(
            f"Longer than {_LONGEST} bytes: {segment!r} in output_pattern {pattern!r}"
        )


def _segments(path: str) -> list[str]:
    return path.replace("\\", "/").split("/") if os.name == "nt" else path.split("/")
