"""JSON anew: the text itself is edited, so order, spaces and spelling stay as they came."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from replay.recording.address import Addresses
from replay.recording.fields import GONE, mode_of
from replay.recording.speech import Speaker

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[{}\[\],:]', re.S)
_KEY = re.compile(r"[@$]?[A-Za-z_][A-Za-z_.$@-]*\d{0,2}")
"""Keys that a program gives; others may be somebody's name or number."""
_FINE = 3
"""From so many decimals on, a number is a place on the map, not money."""


@dataclass
class _Level:
    """An object or a list that is open; ``key`` is the one whose value comes, "" before it."""

    object: bool
    key: str = ""
    value: bool = False


def say_json(raw: str, speaker: Speaker, addresses: Addresses) -> str:
    """The JSON text with every personal value replaced; keys, booleans and nulls stay."""
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
                piece = _text(piece, "", (), speaker, addresses)
        else:
            parents = tuple(one.key for one in levels[:-1] if one.object and one.key)
            piece = (_text if piece[0] == '"' else _number)(
                piece, level.key, parents, speaker, addresses
            )
        parts.append(piece)
    return "".join([*parts, raw[end:]])


def _read(piece: str) -> str:
    try:
        return str(json.loads(piece, strict=False))
    except ValueError:
        return piece[1:-1]


def _text(
    piece: str, key: str, parents: tuple[str, ...], speaker: Speaker, addresses: Addresses
) -> str:
    old = _read(piece)
    mode = mode_of(key, parents)
    if not old:
        return piece
    if mode == "gone":
        new = GONE
    elif re.match(r"https?://|/[A-Za-z]", old) or key.lower().endswith(("url", "uri")):
        new = addresses.say(old)
    elif mode == "name":
        new = speaker.say(old, "text" if key == "Style" else "name")
    else:
        new = addresses.value(key, old) if mode in ("id", "keep") else speaker.say(old, mode)
    if new == old:
        return piece
    coded = json.dumps(new, ensure_ascii="\\u" in piece)
    return coded.replace("/", "\\/") if "\\/" in piece else coded


def _number(
    piece: str, key: str, parents: tuple[str, ...], speaker: Speaker, addresses: Addresses
) -> str:
    mode = mode_of(key, parents)
    if "." in piece or "e" in piece.lower():
        _, _, fine = piece.partition(".")
        return (
            re.sub(r"\d+$", lambda run: speaker.made.digits("1" + run[0])[1:], piece)
            if len(fine) >= _FINE
            else piece
        )
    if mode == "keep":
        return piece
    if mode == "id" or len(piece.lstrip("-")) >= 5:
        return speaker.made.count("number", piece, speaker.made.digits(piece.lstrip("-")))
    return piece
