"""Addresses of a visit: their hosts become ``.example`` ones, ids and tokens in them the invented
ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote, unquote_plus, urlsplit

from replay.recording.fields import GONE, mode_of
from replay.recording.pseudonyms import Pseudonyms
from replay.recording.speech import Speaker
from scrapers.sites import Site

HOSTS = {"jail": "https://jail.example", "odyssey": "https://portal.example"}
"""What the hosts of the two products are called in a recording: nobody who replays it can reach a
county by mistake."""
_PARTS = re.compile(r"((?:[A-Za-z][A-Za-z+.-]*:)?//[^/?#]*)?([^?#]*)(\?[^#]*)?(#.*)?", re.S)
_QUOTED = re.compile(r"\('([^']*)'\)")
_TOKEN = re.compile(r"(?=[^/]*\d)(?=[^/]*[A-Za-z])[\w.~=-]{16,}|[0-9A-Fa-f]{16,}")
_SESSION = re.compile(r";jsessionid=[^/?#;]*", re.I)
_IDENTIFIER = re.compile(r"true|false|null|on|off|checkbox", re.I)


class Addresses:
    """Rewrites addresses for one visit. ``speaker`` is set by whoever makes both, as each needs the
    other."""

    speaker: Speaker

    def __init__(self, site: Site, pseudonyms: Pseudonyms) -> None:
        self.made = pseudonyms
        self._hosts: dict[str, str] = {}
        for product, part in (("jail", site.jail), ("odyssey", site.court)):
            if part is not None:
                self._hosts.setdefault(urlsplit(part.url).netloc.lower(), HOSTS[product])

    def say(self, url: str) -> str:
        """The address anew. What cannot be an address is said as text."""
        found = _PARTS.fullmatch(url.strip())
        if found is None:
            return self.speaker.say(url)
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
        """Posted fields anew, without those that let somebody in."""
        return {
            name: self.value(name, text) for name, text in fields.items() if mode_of(name) != "gone"
        }

    def value(self, name: str, text: str) -> str:
        """The value of a field or a query parameter anew."""
        mode = mode_of(name)
        if mode == "gone":
            return GONE if text else text
        if mode == "keep" or not text or _IDENTIFIER.fullmatch(text):
            return text
        if text.startswith(("http://", "https://", "/")) and len(text) > 1:
            return self.say(text)
        if mode == "id" or _TOKEN.fullmatch(text):
            return self.identity(text)
        return self.speaker.say(text, mode)

    def identity(self, text: str) -> str:
        """An id: its digits anew, or wholly another token where it is one."""
        bare = text.strip()
        mixed = any(sign.isdigit() for sign in bare) and any(sign.isalpha() for sign in bare)
        known = self.made.personal.modes.get(bare.lower()) == "id"
        if not known and (
            _TOKEN.fullmatch(bare) or (mixed and len(bare) >= 8 and not bare[-7:].isdigit())
        ):
            return self.made.count("token", text, self.made.token(text))
        return self.speaker.say(text, "id")

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
        # Charges('KEY'): every second part is a key.
        pieces = _QUOTED.split(plain)
        new = "".join(
            f"('{self.identity(piece)}')" if place % 2 else self.speaker.say(piece, "code")
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
