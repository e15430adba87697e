"""Replaces the addresses of a visit: hosts become ``.example`` hosts, ids and tokens become
invented ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote, unquote_plus, urlsplit

from replay.anonymize.fields import REMOVED, mode_of
from replay.anonymize.pseudonyms import Pseudonyms
from replay.anonymize.text import TextReplacer
from scrapers.halves import COURT, JAIL
from scrapers.sites import Site

HOSTS = {JAIL: "https://jail.example", COURT: "https://portal.example"}
"""The hosts in a recording, so that a replay cannot reach a county by mistake."""
_PARTS = re.compile(r"((?:[A-Za-z][A-Za-z+.-]*:)?//[^/?#]*)?([^?#]*)(\?[^#]*)?(#.*)?", re.S)
_QUOTED = re.compile(r"\('([^']*)'\)")
_TOKEN = re.compile(r"(?=[^/]*\d)(?=[^/]*[A-Za-z])[\w.~=-]{16,}|[0-9A-Fa-f]{16,}")
_SESSION = re.compile(r";jsessionid=[^/?#;]*", re.I)
_IDENTIFIER = re.compile(r"true|false|null|on|off|checkbox", re.I)


class UrlReplacer:
    """Replaces the addresses of one visit. Set ``texts`` after construction: each needs the
    other."""

    texts: TextReplacer

    def __init__(self, site: Site, pseudonyms: Pseudonyms) -> None:
        self.pseudonyms = pseudonyms
        self._hosts: dict[str, str] = {}
        for half, part in ((JAIL, site.jail), (COURT, site.court)):
            if part is not None:
                self._hosts.setdefault(urlsplit(part.url).netloc.lower(), HOSTS[half])

    def replace(self, url: str) -> str:
        """The replaced address. What cannot be an address is replaced as text."""
        found = _PARTS.fullmatch(url.strip())
        if found is None:
            return self.texts.replace(url)
        host, path, query, fragment = (part or "" for part in found.groups())
        path = _SESSION.sub("", path)
        return "".join(
            (
                self._host(host) if host else "",
                "/".join(self._segment(part) for part in path.split("/")),
                "?" + self._query(query[1:]) if query else "",
                self._segment(fragment) if fragment else "",
            )
        )

    def fields(self, fields: Mapping[str, str]) -> dict[str, str]:
        """The replaced posted fields, without credentials and tokens."""
        return {
            name: self.value(name, text)
            for name, text in fields.items()
            if mode_of(name) != "remove"
        }

    def value(self, name: str, text: str) -> str:
        """The replaced value of a field or a query parameter."""
        mode = mode_of(name)
        if mode == "remove":
            return REMOVED if text else text
        if mode == "keep" or not text or _IDENTIFIER.fullmatch(text):
            return text
        if text.startswith(("http://", "https://", "/")) and len(text) > 1:
            return self.replace(text)
        if mode == "id" or _TOKEN.fullmatch(text):
            return self.identity(text)
        return self.texts.replace(text, mode)

    def identity(self, text: str) -> str:
        """The replaced id: other digits, or another token if it is one."""
        bare = text.strip()
        mixed = any(sign.isdigit() for sign in bare) and any(sign.isalpha() for sign in bare)
        known = self.pseudonyms.personal.modes.get(bare.lower()) == "id"
        if not known and (
            _TOKEN.fullmatch(bare) or (mixed and len(bare) >= 8 and not bare[-7:].isdigit())
        ):
            return self.pseudonyms.count("token", text, self.pseudonyms.token(text))
        return self.texts.replace(text, "id")

    def _host(self, host: str) -> str:
        scheme, _, name = host.rpartition("//")
        name = name.rpartition("@")[2].lower()
        if not name:
            return host
        if name not in self._hosts:
            self._hosts[name] = f"https://other-{len(self._hosts)}.example"
        new = self._hosts[name]
        return new if scheme else new.partition(":")[2]

    def _segment(self, part: str) -> str:
        if _TOKEN.fullmatch(part):
            return self.identity(part)
        plain = unquote(part)
        # In Charges('KEY') every second piece is a key.
        pieces = _QUOTED.split(plain)
        new = "".join(
            f"('{self.identity(piece)}')" if place % 2 else self.texts.replace(piece, "code")
            for place, piece in enumerate(pieces)
        )
        return (
            part
            if new == plain
            else quote(new, safe="#!$&'()*+,;=:@~. " if " " in part else "#!$&'()*+,;=:@~.")
        )

    def _query(self, query: str) -> str:
        return "&".join(self._pair(pair) for pair in query.split("&"))

    def _pair(self, pair: str) -> str:
        name, equals, raw = pair.partition("=")
        text = unquote_plus(raw)
        new = self.value(unquote_plus(name), text)
        if new == text:
            return pair
        coded = quote(new, safe="/:~()'!*,@" if any(sign in raw for sign in "/:,'") else "")
        if "+" in raw:
            coded = coded.replace("%20", "+")
        if re.search(r"%[0-9a-f]?[a-f]", raw):
            coded = re.sub(r"%[0-9A-F]{2}", lambda found: found.group(0).lower(), coded)
        return f"{name}{equals}{coded}"
