"""HTML anew: texts and telling attributes are edited in place, everything else stays byte for byte,
broken tables too.

Scripts go, as they do in every exchange, but for the data that the parsers read out of them;
comments and styles go."""

from __future__ import annotations

import re
from html import escape, unescape

from replay.recording.address import Addresses
from replay.recording.fields import mode_of
from replay.recording.jsons import say_json
from replay.recording.speech import Speaker
from replay.recording.vocabulary import listed, plain
from resilience.scrub import scrub

_PIECES = re.compile(
    r"(?P<comment><!--.*?(?:-->|$))"
    r"|(?P<script><(?P<raw>script|style|textarea|noscript|template|svg)\b[^>]*>.*?(?:</(?P=raw)\s*>|$))"
    r"|(?P<tag></?[A-Za-z](?:[^\"'<>]|\"[^\"<>]*\"|'[^'<>]*')*>|</?[A-Za-z][^<>]*>|<![^>]*>|<\?[^>]*>)",
    re.S | re.I,
)
_ATTRIBUTE = re.compile(r"""([^\s=/>"'<]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s>]+)""")
_CELL = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);?|.", re.S)
_OPENING = re.compile(r"<(\w+)([^>]*)>")
_LITERAL = re.compile(r"""(?<=['"])([^'"]*)(?=['"])""")
_OWN_NAME = re.compile(r"[a-z][\w.#-]*|\d*|[^\w]*")
_PICTURE = re.compile(r"url\([^)]*\)", re.I)
_ROWS = re.compile(r"#(?:Grid|CasesGrid)\"\)\.kendoGrid\(.*?\"Data\":\s*(?=\[)", re.S)
_SERVICE = re.compile(r"serviceUri[\"']?\s*[:=]\s*[\"']([^\"']+)[\"']")
_SIGNED_IN = re.compile(r"userIsAuthenticated\s*=\s*'(?:True|False)'\s*===\s*'True'")

_LINKS = frozenset(
    {
        "href",
        "src",
        "action",
        "formaction",
        "background",
        "data-url",
        "data-refresh-uri",
        "cite",
        "poster",
    }
)
_TEXTS = frozenset(
    {
        "title",
        "alt",
        "placeholder",
        "label",
        "summary",
        "aria-label",
        "content",
        "data-label",
        "data-title",
    }
)
_OWN = frozenset(
    {
        "data-role",
        "data-tabid",
        "data-loaded",
        "data-field",
        "data-rem-class",
        "data-page",
        "data-toggle",
    }
)
_LOOKS = listed(
    "color bgcolor width height border align valign cellpadding cellspacing colspan rowspan role type method rel name for "
    "http-equiv charset lang tabindex maxlength size coords shape enctype autocomplete target media language"
)
"""Attributes that say nothing but how the page looks or what its parts are called."""
_LABELS = (
    ("birth", re.compile(r"\bdob\b|birth")),
    (
        "name",
        re.compile(
            r"attorney|judge|judicial officer|magistrate|posted by|set by|bondsman|surety|agent|payer|victim|witness|spouse"
            r"|employer|emergency contact|next of kin|mother|father|owner|complainant|arresting officer|^(?!.*number).*\bname$"
        ),
    ),
    ("address", re.compile(r"address|^street|^city$|residence")),
    ("id", re.compile(r"#$|\bnumber$|\bid$|\bno\.?$|receipt|license|plate|vin$")),
)


class Markup:
    """Rewrites the pages of one visit."""

    def __init__(self, speaker: Speaker, addresses: Addresses) -> None:
        self.speaker = speaker
        self.addresses = addresses
        self._label = ""

    def say(self, html: str) -> str:
        """The page anew."""
        self._label = ""
        text = scrub(html)
        parts: list[str] = []
        end = 0
        for found in _PIECES.finditer(text):
            parts.append(self._text(text[end : found.start()]))
            parts.append(self._piece(str(found.lastgroup), found.group(0)))
            end = found.end()
        parts.append(self._text(text[end:]))
        return "".join(parts)

    def _piece(self, kind: str, raw: str) -> str:
        if kind == "comment":
            return "<!-- -->"
        if raw.startswith(("<!", "<?")):
            return raw if raw[:9].lower() == "<!doctype" else "<!-- -->"
        if raw.startswith("</"):
            return raw
        return self._tag(raw) if kind == "tag" else self._island(raw)

    def _island(self, raw: str) -> str:
        """A script (or another part that is no text): its data, if the parsers read some there, and
        nothing else."""
        opening = _OPENING.match(raw)
        if opening is None:
            return ""
        name, attributes = opening.group(1).lower(), opening.group(2)
        inside = raw[opening.end() :].rpartition("</")[0]
        kept = ""
        if name == "script" and "json" in attributes:
            kept = say_json(inside, self.speaker, self.addresses)
        elif name == "script":
            kept = self._data(inside)
        elif name == "noscript":
            return ""
        return f"{self._tag(opening.group(0))}{kept}</{opening.group(1)}>"

    def _data(self, code: str) -> str:
        rows = _ROWS.search(code)
        if rows is not None:
            grid = "CasesGrid" if "#CasesGrid" in rows.group(0) else "Grid"
            data = say_json(_balanced(code[rows.end() :]), self.speaker, self.addresses)
            return f'jQuery(function(){{jQuery("#{grid}").kendoGrid({{"dataSource":{{"data":{{"Data":{data}}}}}}});}});'
        service, signed_in = _SERVICE.search(code), _SIGNED_IN.search(code)
        kept = (
            f'window.appConfig = {{ serviceUri: "{self.addresses.say(service[1])}" }};'
            if service
            else ""
        )
        return kept + (f"window.{signed_in[0]};" if signed_in else "")

    def _text(self, raw: str) -> str:
        """A text between tags; what it is may be told by the label before it."""
        if not raw.strip():
            return raw
        old = unescape(raw)
        shown = plain(old)
        mode = next(
            (mode for mode, pattern in _LABELS if self._label and pattern.search(self._label)),
            "text",
        )
        self._label = shown if len(shown) < 40 and not any(sign.isdigit() for sign in shown) else ""
        return respelled(raw, self.speaker.say(old, mode))

    def _tag(self, raw: str) -> str:
        if raw[1:2] == "/":
            return raw
        if re.match(r"<meta\b[^>]*(?:content-type|x-ua-compatible|viewport|charset)", raw, re.I):
            return raw
        name = re.search(r"""\bname\s*=\s*["']?([^"'\s>]+)""", raw)
        field = unescape(name.group(1)) if name else ""
        return _ATTRIBUTE.sub(lambda found: self._attribute(found, field), raw)

    def _attribute(self, found: re.Match[str], field: str) -> str:
        name, equals, value = found.groups()
        quote = value[0] if value[0] in "\"'" else ""
        inner = value[1:-1] if quote else value
        new = respelled(inner, self._value(name.lower(), unescape(inner), field), quote or '"')
        return f"{name}{equals}{quote}{new}{quote}"

    def _value(self, name: str, old: str, field: str) -> str:
        if not old or old == "***" or name in _LOOKS:
            return old
        if name == "style":
            return _PICTURE.sub("url()", old)
        if old.lstrip().lower().startswith("data:"):
            self.speaker.made.count("picture", old, "data:,")
            return "data:,"
        if name in _LINKS:
            return (
                self._code(old)
                if old.lower().startswith("javascript:")
                else self.addresses.say(old)
            )
        if name == "value" and field:
            return old if mode_of(field) == "keep" else self.addresses.value(field, old)
        if name == "srcset":
            return ""
        if name.startswith("on"):
            return self._code(old)
        if name in _TEXTS:
            return self.speaker.say(old)
        if name in ("data-caseid", "data-uid"):
            return self.addresses.identity(old)
        if name == "value" or (name.startswith("data-") and name not in _OWN):
            return self.speaker.say(old)
        return self.speaker.say(old, "code")

    def _code(self, code: str) -> str:
        """A script in an attribute: what it quotes is said as text, unless it can only be a name of
        the page's own."""
        pieces = _LITERAL.split(code)
        return "".join(
            self.speaker.say(
                piece, "text" if place % 2 and not _OWN_NAME.fullmatch(piece) else "code"
            )
            for place, piece in enumerate(pieces)
        )


def respelled(raw: str, new: str, quote: str = "") -> str:
    """``new`` as HTML, each sign that did not change spelled as it was (``&nbsp;``, ``&#039;``)."""
    cells = _CELL.findall(raw)
    signs = [unescape(cell) for cell in cells]
    if "".join(signs) == new:
        return raw
    if all(len(sign) == 1 for sign in signs) and len(signs) == len(new):
        return "".join(
            cell if sign == one else _spelled(one, quote)
            for cell, sign, one in zip(cells, signs, new, strict=True)
        )
    head = 0
    while head < min(len(signs), len(new)) and signs[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(signs), len(new)) - head and signs[-1 - tail] == new[-1 - tail]:
        tail += 1
    middle = "".join(_spelled(one, quote) for one in new[head : len(new) - tail])
    return "".join(cells[:head]) + middle + "".join(cells[len(cells) - tail :] if tail else [])


def _spelled(sign: str, quote: str) -> str:
    return escape(sign, quote=sign == quote)


def _balanced(code: str) -> str:
    """The JSON list at the beginning of some code."""
    depth, place = 0, 0
    for found in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[\]]', code, re.S):
        depth += {"[": 1, "]": -1}.get(found.group(0), 0)
        place = found.end()
        if depth == 0:
            break
    return code[:place]
