"""Replaces personal values in HTML. Texts and attributes are edited in place; everything else stays
byte for byte, broken tables included.

Scripts are removed, except the data that the parsers read from them; comments and styles are
removed."""

from __future__ import annotations

import re
from html import escape, unescape

from replay.anonymize.fields import mode_of
from replay.anonymize.json_text import replace_json
from replay.anonymize.text import TextReplacer
from replay.anonymize.urls import UrlReplacer
from replay.anonymize.vocabulary import plain, words_of
from resilience.scrub import scrub

_PIECES = re.compile(
    r"(?P<comment><!--.*?(?:-->|$))"
    r"|(?P<script><(?P<raw>script|style|textarea|noscript|template|svg)\b[^>]*>"
    r".*?(?:</(?P=raw)\s*>|$))"
    r"|(?P<tag></?[A-Za-z](?:[^\"'<>]|\"[^\"<>]*\"|'[^'<>]*')*>|</?[A-Za-z][^<>]*>"
    r"|<![^>]*>|<\?[^>]*>)",
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
_LOOKS = words_of(
    "color bgcolor width height border align valign cellpadding cellspacing colspan rowspan role "
    "type method rel name for http-equiv charset lang tabindex maxlength size coords shape "
    "enctype autocomplete target media language"
)
"""Attributes that only state how the page looks or what its parts are called."""
_LABELS = (
    ("birth", re.compile(r"\bdob\b|birth")),
    (
        "name",
        re.compile(
            r"attorney|judge|judicial officer|magistrate|posted by|set by|bondsman|surety|agent"
            r"|payer|victim|witness|spouse|employer|emergency contact|next of kin|mother|father"
            r"|owner|complainant|arresting officer|^(?!.*number).*\bname$"
        ),
    ),
    ("address", re.compile(r"address|^street|^city$|residence")),
    ("id", re.compile(r"#$|\bnumber$|\bid$|\bno\.?$|receipt|license|plate|vin$")),
)


class HtmlReplacer:
    """Rewrites the pages of one visit."""

    def __init__(self, texts: TextReplacer, urls: UrlReplacer) -> None:
        self.texts = texts
        self.urls = urls
        self._label = ""

    def replace(self, html: str) -> str:
        """The page with every personal value replaced."""
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
        """A script, or another element whose content is not text: reduced to the data that the
        parsers read from it."""
        opening = _OPENING.match(raw)
        if opening is None:
            return ""
        name, attributes = opening.group(1).lower(), opening.group(2)
        inside = raw[opening.end() :].rpartition("</")[0]
        kept = ""
        if name == "script" and "json" in attributes:
            kept = replace_json(inside, self.texts, self.urls)
        elif name == "script":
            kept = self._data(inside)
        elif name == "noscript":
            return ""
        return f"{self._tag(opening.group(0))}{kept}</{opening.group(1)}>"

    def _data(self, code: str) -> str:
        rows = _ROWS.search(code)
        if rows is not None:
            grid = "CasesGrid" if "#CasesGrid" in rows.group(0) else "Grid"
            data = replace_json(_balanced(code[rows.end() :]), self.texts, self.urls)
            source = f'{{"dataSource":{{"data":{{"Data":{data}}}}}}}'
            return f'jQuery(function(){{jQuery("#{grid}").kendoGrid({source});}});'
        service, signed_in = _SERVICE.search(code), _SIGNED_IN.search(code)
        kept = (
            f'window.appConfig = {{ serviceUri: "{self.urls.replace(service[1])}" }};'
            if service
            else ""
        )
        return kept + (f"window.{signed_in[0]};" if signed_in else "")

    def _text(self, raw: str) -> str:
        """A text between tags; the label before it may tell what it is."""
        if not raw.strip():
            return raw
        old = unescape(raw)
        shown = plain(old)
        mode = next(
            (mode for mode, pattern in _LABELS if self._label and pattern.search(self._label)),
            "text",
        )
        self._label = shown if len(shown) < 40 and not any(sign.isdigit() for sign in shown) else ""
        return respelled(raw, self.texts.replace(old, mode))

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
            self.texts.pseudonyms.count("picture", old, "data:,")
            return "data:,"
        if name in _LINKS:
            return (
                self._code(old) if old.lower().startswith("javascript:") else self.urls.replace(old)
            )
        if name == "value" and field:
            return old if mode_of(field) == "keep" else self.urls.value(field, old)
        if name == "srcset":
            return ""
        if name.startswith("on"):
            return self._code(old)
        if name in _TEXTS:
            return self.texts.replace(old)
        if name in ("data-caseid", "data-uid"):
            return self.urls.identity(old)
        if name == "value" or (name.startswith("data-") and name not in _OWN):
            return self.texts.replace(old)
        return self.texts.replace(old, "code")

    def _code(self, code: str) -> str:
        """A script in an attribute: its quoted strings are replaced as text, except identifiers of
        the page."""
        pieces = _LITERAL.split(code)
        return "".join(
            self.texts.replace(
                piece, "text" if place % 2 and not _OWN_NAME.fullmatch(piece) else "code"
            )
            for place, piece in enumerate(pieces)
        )


def respelled(raw: str, new: str, quote: str = "") -> str:
    """``new`` as HTML; unchanged characters keep their spelling (``&nbsp;``, ``&#039;``)."""
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
    """The JSON list at the start of some code."""
    depth, place = 0, 0
    for found in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[\]]', code, re.S):
        depth += {"[": 1, "]": -1}.get(found.group(0), 0)
        place = found.end()
        if depth == 0:
            break
    return code[:place]
