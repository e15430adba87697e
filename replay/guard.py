"""Checks a finished fixture: no secrets or contact data, and only invented names in a recording.

It reads the folder only and does not rely on how the fixture was made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from replay.anonymize.anonymizer import INVENTED
from replay.anonymize.invented import is_invented, letters
from replay.anonymize.personal import WORD, kind_of, leaves
from replay.anonymize.readings import readings
from replay.anonymize.vocabulary import IN_ADDRESSES, IN_NAMES, plain, vocabulary
from replay.exchange import Exchange
from replay.kinds import PASSWORD
from replay.recorder import RECORDING
from scrapers.sites import Site

_TEXTS = {".html", ".json", ".txt", ".toml", ".md"}
_SECRET = r"[^\s\"'<>&;*{}#]{8,}"
_FORBIDDEN = (
    (
        "a cookie",
        re.compile(
            rf"(?:jsessionid|fedauth1?|asp\.net_sessionid|\.aspxauth|bnes_\w+)\s*=\s*{_SECRET}",
            re.I,
        ),
    ),
    ("a cookie", re.compile(r"\"?set-cookie\"?\s*:", re.I)),
    ("a cookie", re.compile(r"document\.cookie\s*=\s*[\"'][^\"']", re.I)),
    (
        "a password",
        re.compile(
            r"<input\b(?=[^>]*type\s*=\s*[\"']?password)[^>]*\bvalue\s*=\s*[\"'][^\"'*]", re.I
        ),
    ),
    (
        "a password",
        re.compile(
            rf"[\"']?\w*(?:password|passwd|pwd)[\"']?\s*[:=]\s*[\"'](?!{PASSWORD}){_SECRET}[\"']",
            re.I,
        ),
    ),
    (
        "a token",
        re.compile(r"(?:<|&lt;)t:RequestSecurityTokenResponse[^>&]*(?:>|&gt;)(?!invented)", re.I),
    ),
    ("a token", re.compile(r"\b(?:Bearer|Basic)\s+[A-Za-z0-9+/_.=-]{16,}")),
    ("a token", re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}")),
    ("a picture", re.compile(r"data:image/[a-z+]+;base64,[A-Za-z0-9+/]", re.I)),
)
_TOKEN = re.compile(
    r"<input\b"
    r"(?=[^>]*\bname\s*=\s*[\"']?[\w.:-]*(?:token|wresult|viewstate|csrf)[\w-]*[\"'\s])"
    r"[^>]*\bvalue\s*=\s*[\"']([^\"']*)[\"']",
    re.I,
)
_EMAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
_OWN_DOMAIN = re.compile(r"(?:.*\.)?(?:example|invalid|test)(?:\.(?:com|org|net))?", re.I)
_PHONE = re.compile(r"(?<![\w.:/-])(?:\(\d{3}\)\s?|\d{3}[-. ])(\d{3})[-.](\d{4})(?![\w-])")
_SSN = re.compile(r"(?<![\w-])(\d{3})-\d{2}-\d{4}(?![\w-])")
_LONGEST_WORD = 24
"""A longer token was not written by hand."""


def violations(folder: Path, site: Site) -> list[str]:
    """What the fixture must not hold but does, one line each, without the values."""
    problems = [
        f"{path.name}: {what}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for what in _of_file(path)
    ]
    exchange = Exchange.load(folder)
    if exchange.made == "recorded":
        problems += [f"exchange.json: {what}" for what in _of_recording(exchange, site)]
    elif exchange.about.get("kind") == RECORDING or "invented" in exchange.about:
        problems.append("exchange.json: a recording marked as made by hand")
    return list(dict.fromkeys(problems))


def _of_file(path: Path) -> Iterator[str]:
    if path.suffix.lower() not in _TEXTS:
        yield "a file that is not a page"
        return
    raw = path.read_bytes().decode("utf-8", "replace")
    for text in dict.fromkeys((raw, unescape(raw))):
        yield from (what for what, pattern in _FORBIDDEN if pattern.search(text))
        if any(_long(token) for token in _TOKEN.findall(text)):
            yield "a token"
        if any(_OWN_DOMAIN.fullmatch(domain) is None for domain in _EMAIL.findall(text)):
            yield "an e-mail address that may be real"
        if any(
            exchange != "555" or not line.startswith("01")
            for exchange, line in _PHONE.findall(text)
        ):
            yield "a telephone number that may be real"
        if any(area != "000" for area in _SSN.findall(text)):
            yield "a social security number"


def _long(token: str) -> bool:
    return (
        len(token) > _LONGEST_WORD
        and "invented" not in token.lower()
        and "example" not in token.lower()
    )


def _of_recording(exchange: Exchange, site: Site) -> Iterator[str]:
    """Problems of a recording: not marked as one, or with words that are not invented."""
    if exchange.about.get("invented") != INVENTED:
        yield "recorded, but about.invented is missing or of another version"
    for number, step in enumerate(exchange.steps, 1):
        if not re.match(r"https://[\w-]+\.example(?:[/?#]|$)", step.url):
            yield f"step {number}: a host name that is not invented"
    for reading in readings(exchange, site):
        for path, value in leaves(reading.record):
            kind = kind_of(path)
            if kind in ("name", "style", "address") and isinstance(value, str):
                where = f"{reading.kind} in step {reading.steps[0]}: {'.'.join(path)}"
                yield from (
                    f"{where} has a word that is not invented"
                    for word in WORD.findall(value)
                    if not _may_stay(word, kind, value)
                )


def _may_stay(word: str, kind: str, value: str) -> bool:
    """Whether a word of a name may appear in a recording."""
    lower = word.lower()
    if len(letters(word)) == 1 or is_invented(word) or lower in IN_NAMES:
        return True
    known = vocabulary()
    if kind == "name":
        return known.government(value)
    if kind == "address":
        return lower in IN_ADDRESSES or len(word) == 2 or lower in known.words
    sides = re.split(r"(?i)\s+(?:vs?\.?|versus|against)\s+", value)
    return lower in (
        "vs",
        "versus",
        "against",
        "in",
        "re",
        "of",
        "matter",
        "ex",
        "parte",
        "the",
    ) or any(known.government(side) and lower in plain(side).split() for side in sides)
