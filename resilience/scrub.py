"""Takes secrets out of text that is kept: passwords, tokens, cookies, session ids.

Every step walks the text once, so that a portal can send what it likes: time grows with the text
alone (docs/resilience.md)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import quote, quote_plus

from resilience.tags import replace_contents, replace_tags

GONE = "***"

_WORDS = (
    *("password", "passwd", "pwd", "passphrase", "secret", "token", "wresult", "wctx", "csrf"),
    *("xsrf", "nonce", "viewstate", "sessionid", "session_id", "fedauth", "apikey", "api_key"),
    *("authorization", "signature", "samlresponse", "samlrequest", "credential", "assertion"),
    "cookie",
)
_TELLING = re.compile("|".join(_WORDS), re.I)
"""What is in the name of a field, parameter, member or variable whose value is a secret."""
_REST_OF_NAME = re.compile(r"[\w.\-]*")
_NAME_CHARACTERS = frozenset(".:-_")

_IS_SECRET = re.compile(r"\btype\s*=\s*[\"']?password\b", re.I)
_NAMED = re.compile(
    r"\b(?:name|id|property|http-equiv)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.I
)
_VALUE = re.compile(r"(\s(?:value|content)\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.I)

_MEMBER = re.compile(r"\\{0,7}[\"']\s*:\s*(\\{0,7})([\"'])")
_PARAMETER = re.compile(r"=([^&;?\s\"'<>)]+)")
_ASSIGNED = re.compile(r"\s*=\s*([\"'])")
_STRING = {'"': re.compile(r"(?:[^\"\\]|\\.)*", re.S), "'": re.compile(r"(?:[^'\\]|\\.)*", re.S)}
_BEFORE_PARAMETER = "?&;\"'( \t\r\n\f\v"
_BARE = re.compile(r"[^\s\"'<>]*")
_SHORTEST_ASSIGNED = 6

_HEADER = re.compile(r"\b((?:set-)?cookie|authorization)\s*:[^\r\n<]*", re.I)
_USER_INFO = re.compile(r"(\bhttps?://)[^/\s@\"'<>]+@", re.I)


class WholeWord(str):
    """A secret that goes only where it stands as a whole, such as a user name; and never from a
    page that a parser will read again (`scrub_page`), as it may be an ordinary word there."""


def scrub(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without what looks like a secret, and without ``secrets`` themselves in any of their
    usual spellings (`WholeWord`: where they stand as a whole).

    Values of password fields and of fields, query parameters, JSON members and cookies with telling
    names go; names stay."""
    text = replace_tags(text, _FIELDS, _blank)
    text = replace_contents(text, "textarea", _blank_content)
    text = _HEADER.sub(rf"\1: {GONE}", text)
    text = _USER_INFO.sub(rf"\1{GONE}@", text)
    text = _without_named(text, members=True, parameters=_BEFORE_PARAMETER, variables=True)
    return _without(text, secrets)


def scrub_page(text: str, secrets: Iterable[str] = ()) -> str:
    """A page, or a service's JSON, that a parser will read again: without secrets, and the words
    that it shows unchanged.

    Values of password fields and of fields, addresses' parameters, scripts' variables and JSON
    members with telling names go; and ``secrets`` as in `scrub`, but for a `WholeWord`."""
    secrets = [secret for secret in secrets if not isinstance(secret, WholeWord)]
    if text.lstrip()[:1] in ("{", "["):
        return _without(_without_named(text, members=True), secrets)
    text = replace_tags(text, _FIELDS, _blank)
    text = replace_contents(text, "textarea", _blank_content)
    text = _USER_INFO.sub(rf"\1{GONE}@", text)
    text = _without_named(text, parameters="?&")
    text = replace_contents(
        text, "script", lambda _, code: _without_named(code, members=True, variables=True)
    )
    return _without(text, secrets)


_FIELDS = ("input", "meta", "button", "param")


def _telling(tag: str) -> bool:
    names = ("".join(found.groups("")) for found in _NAMED.finditer(tag))
    return any(_TELLING.search(name) for name in names)


def _blank(tag: str) -> str:
    return _VALUE.sub(rf'\1"{GONE}"', tag) if _IS_SECRET.search(tag) or _telling(tag) else tag


def _blank_content(tag: str, content: str) -> str:
    return GONE if _telling(tag) else content


def _without_named(
    text: str, *, members: bool = False, parameters: str = "", variables: bool = False
) -> str:
    """The text without the values of telling names: of JSON ``members`` (also inside a string), of
    query ``parameters`` behind one of these characters, of ``variables`` that get a string."""
    parts, position = [], 0
    for start, end in _names(text):
        if start < position:
            continue  # part of a value that is gone
        before = text[start - 1] if start else "&"
        value: tuple[int, int] | None = None
        if members and before in "\"'" and (found := _MEMBER.match(text, end)):
            value = _string(text, found.end(), found[2], found[1])
        elif (
            parameters
            and (before in parameters or text.endswith("&amp;", 0, start))
            and (found := _PARAMETER.match(text, end))
        ):
            value = found.span(1)
        elif variables and (found := _ASSIGNED.match(text, end)):
            value = _string(text, found.end(), found[1], "")
            if value[1] - value[0] < _SHORTEST_ASSIGNED:
                value = None
        if value is not None:
            parts += [text[position : value[0]], GONE]
            position = value[1]
    return "".join([*parts, text[position:]])


def _names(text: str) -> Iterator[tuple[int, int]]:
    """Begin and end of each name with a telling word in it."""
    end = 0
    for start, behind in _telling_words(text):
        if start < end:
            continue
        while start > end and (text[start - 1].isalnum() or text[start - 1] in _NAME_CHARACTERS):
            start -= 1
        rest = _REST_OF_NAME.match(text, behind)
        end = rest.end() if rest is not None else behind
        yield start, end


def _telling_words(text: str) -> list[tuple[int, int]]:
    lower = text.lower()
    if len(lower) != len(text):  # a letter that is two in lower case
        return [found.span() for found in _TELLING.finditer(text)]
    found = []  # ten times as fast as one search for all of them
    for word in _WORDS:
        start = lower.find(word)
        while start >= 0:
            found.append((start, start + len(word)))
            start = lower.find(word, start + len(word))
    return sorted(found)


def _string(text: str, start: int, quote: str, escaped: str) -> tuple[int, int]:
    """Where a string's content begins and ends. A string inside a string ends at the same escaped
    quote; one that is never closed at the next white space, quote or tag."""
    if escaped:
        end = text.find(escaped + quote, start)
        if end >= 0:
            return start, end
    else:
        found = _STRING[quote].match(text, start)
        if found is not None and text.startswith(quote, found.end()):
            return start, found.end()
    bare = _BARE.match(text, start)
    return start, bare.end() if bare is not None else start


def _without(text: str, secrets: Iterable[str]) -> str:
    for secret in sorted({secret for secret in secrets if secret}, key=len, reverse=True):
        for spelling in _spellings(secret):
            if not isinstance(secret, WholeWord):
                text = text.replace(spelling, GONE)
                continue
            whole = rf"(?:(?<!\w)|(?<=%[0-9a-f]{{2}})){re.escape(spelling)}(?!\w)"
            text = re.sub(whole, GONE, text, flags=re.I)
    return text


def _spellings(secret: str) -> list[str]:
    spellings = {
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        escape(secret, quote=False),
        escape(secret),
        secret.replace("&", "&amp;").replace("<", "&lt;"),
    }
    return sorted(spellings, key=len, reverse=True)
