"""Replaces personal values in JSON. The text itself is edited, so order, spacing and escapes stay
as received."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from replay.anonymize.fields import REMOVED, mode_of
from replay.anonymize.text import TextReplacer
from replay.anonymize.urls import UrlReplacer

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[{}\[\],:]', re.S)
_KEY = re.compile(r"[@$]?[A-Za-z_][A-Za-z_.$@-]*\d{0,2}")
"""Keys that a program would choose; another key may be a name or a number."""
_FINE = 3
"""A number with this many decimals or more is a coordinate, not an amount."""


@dataclass
class _Level:
    """An open object or list; ``key`` is the key whose value comes next, "" if none."""

    object: bool
    key: str = ""
    value: bool = False


def replace_json(raw: str, texts: TextReplacer, urls: UrlReplacer) -> str:
    """The JSON text with every personal value replaced. Keys that a program would choose, booleans
    and nulls stay."""
    levels: list[_Level] = []
    parts: list[str] = []
    end = 0
    for found in _PIECE.finditer(raw):
        piece = found.group(0)
        parts.append(raw[end : found.start()])
        end = found.end()
        level = levels[-1] if levels else _Level(False, value=True)
        if piece in "{[":
            levels.append(
                _Level(piece == "{", key="" if piece == "{" else level.key, value=piece == "[")
            )
        elif piece in "}]":
            levels = levels[:-1]
        elif piece == ":":
            level.value = True
        elif piece == ",":
            level.value = not level.object
        elif piece[0] == '"' and level.object and not level.value:
            level.key = _read(piece)
            if not _KEY.fullmatch(level.key):
                piece = _text(piece, "", (), texts, urls)
        else:
            parents = tuple(one.key for one in levels[:-1] if one.object and one.key)
            piece = (_text if piece[0] == '"' else _number)(piece, level.key, parents, texts, urls)
        parts.append(piece)
    return "".join([*parts, raw[end:]])


def _read(piece: str) -> str:
    try:
        return str(json.loads(piece, strict=False))
    except ValueError:
        return piece[1:-1]


def _text(
    piece: str, key: str, parents: tuple[str, ...], texts: TextReplacer, urls: UrlReplacer
) -> str:
    old = _read(piece)
    mode = mode_of(key, parents)
    if not old:
        return piece
    if mode == "remove":
        new = REMOVED
    elif re.match(r"https?://|/[A-Za-z]", old) or key.lower().endswith(("url", "uri")):
        new = urls.replace(old)
    elif mode == "name":
        new = texts.replace(old, "text" if key == "Style" else "name")
    else:
        new = urls.value(key, old) if mode in ("id", "keep") else texts.replace(old, mode)
    if new == old:
        return piece
    coded = json.dumps(new, ensure_ascii="\\u" in piece)
    return coded.replace("/", "\\/") if "\\/" in piece else coded


def _number(
    piece: str, key: str, parents: tuple[str, ...], texts: TextReplacer, urls: UrlReplacer
) -> str:
    mode = mode_of(key, parents)
    if "." in piece or "e" in piece.lower():
        _, _, fine = piece.partition(".")
        return (
            re.sub(r"\d+$", lambda run: texts.pseudonyms.digits("1" + run[0])[1:], piece)
            if len(fine) >= _FINE
            else piece
        )
    if mode == "keep":
        return piece
    if mode == "id" or len(piece.lstrip("-")) >= 5:
        return texts.pseudonyms.count("number", piece, texts.pseudonyms.digits(piece.lstrip("-")))
    return piece
