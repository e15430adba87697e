"""What no fixture may hold, whoever made it; and of a recording, that its names are of the closed
list.

It knows nothing of how recording works: it reads the finished folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from replay.exchange import Exchange
from replay.kinds import PASSWORD
from replay.recording.invented import is_invented, letters
from replay.recording.personal import WORD, kind_of, leaves
from replay.recording.readings import readings
from replay.recording.recorder import INVENTED
from replay.recording.visits import RECORDING
from replay.recording.vocabulary import IN_ADDRESSES, IN_NAMES, plain, vocabulary
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
    r"<input\b(?=[^>]*\bname\s*=\s*[\"']?[\w.:-]*(?:token|wresult|viewstate|csrf)[\w-]*[\"'\s])[^>]*\bvalue\s*=\s*[\"']([^\"']*)[\"']",
    re.I,
)
_EMAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
_OWN_DOMAIN = re.compile(r"(?:.*\.)?(?:example|invalid|test)(?:\.(?:com|org|net))?", re.I)
_PHONE = re.compile(r"(?<![\w.:/-])(?:\(\d{3}\)\s?|\d{3}[-. ])(\d{3})[-.](\d{4})(?![\w-])")
_SSN = re.compile(r"(?<![\w-])(\d{3})-\d{2}-\d{4}(?![\w-])")
_LONGEST_WORD = 24
"""A token written by hand is short or says what it is."""


def found_in(folder: Path, site: Site) -> list[str]:
    """What the fixture holds that it must not, one line each; none of the values is among it."""
    found = [
        f"{path.name}: {what}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for what in _of_file(path)
    ]
    exchange = Exchange.load(folder)
    if exchange.made == "recorded":
        found += [f"exchange.json: {what}" for what in _of_recording(exchange, site)]
    elif exchange.about.get("kind") == RECORDING or "invented" in exchange.about:
        found.append("exchange.json: a recording that says it was made by hand")
    return list(dict.fromkeys(found))


def _of_file(path: Path) -> Iterator[str]:
    if path.suffix.lower() not in _TEXTS:
        yield "a file that is no page"
        return
    raw = path.read_bytes().decode("utf-8", "replace")
    for text in dict.fromkeys((raw, unescape(raw))):
        yield from (what for what, pattern in _FORBIDDEN if pattern.search(text))
        if any(_long(token) for token in _TOKEN.findall(text)):
            yield "a token"
        if any(_OWN_DOMAIN.fullmatch(domain) is None for domain in _EMAIL.findall(text)):
            yield "an e-mail address that somebody may have"
        if any(
            exchange != "555" or not line.startswith("01")
            for exchange, line in _PHONE.findall(text)
        ):
            yield "a telephone number that somebody may have"
        if any(area != "000" for area in _SSN.findall(text)):
            yield "a social security number"


def _long(token: str) -> bool:
    return (
        len(token) > _LONGEST_WORD
        and "invented" not in token.lower()
        and "example" not in token.lower()
    )


def _of_recording(exchange: Exchange, site: Site) -> Iterator[str]:
    """Whether it is what it says: recorded, by us, and of nobody."""
    if exchange.about.get("invented") != INVENTED:
        yield "recorded, but without the mark of a recording (about.invented)"
    for number, step in enumerate(exchange.steps, 1):
        if not re.match(r"https://[\w-]+\.example(?:[/?#]|$)", step.url):
            yield f"step {number}: an address that is not invented"
    for one in readings(exchange, site):
        for path, value in leaves(one.tree):
            kind = kind_of(path)
            if kind in ("name", "style", "address") and isinstance(value, str):
                yield from (
                    f"{one.what} in step {one.steps[0]}: {'.'.join(path)} has a word that is not of the invented ones"
                    for word in WORD.findall(value)
                    if not _known(word, kind, value)
                )


def _known(word: str, kind: str, value: str) -> bool:
    """Whether a word of a name may stand in a recording."""
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
