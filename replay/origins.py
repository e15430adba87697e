"""The portal's addresses and what stands for them while an exchange is replayed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit


def origin_of(url: str) -> str:
    """``https://host:port`` of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class Origins:
    """Puts stand-in addresses into texts (`away`), and the portal's own ones back (`home`).

    ``stand_ins``: the portal's origins with the loopback origin of each. All spellings are known:
    plain, as in an address within an address (``https%3a%2f%2fhost``), as in JSON
    (``https:\\/\\/host``)."""

    def __init__(self, stand_ins: Mapping[str, str]) -> None:
        self.stand_ins = dict(stand_ins)
        self._away = _spelled(self.stand_ins)
        self._home = {there: here for here, there in self._away.items()}

    def away(self, text: str) -> str:
        """The text with the stand-ins in place of the portal's origins."""
        return _put(text, self._away)

    def home(self, text: str) -> str:
        """The text with the portal's own origins again."""
        return _put(text, self._home)

    def away_all(self, value: Any) -> Any:
        """The same for every text in a JSON value."""
        return json.loads(self.away(json.dumps(value, ensure_ascii=False)))

    def home_all(self, value: Any) -> Any:
        """The same as `home` for every text in a JSON value."""
        return json.loads(self.home(json.dumps(value, ensure_ascii=False)))


def _spelled(stand_ins: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for real, other in stand_ins.items():
        found[real] = other
        found[real.replace("/", "\\/")] = other.replace("/", "\\/")
        for one, two in (("%3A", "%2F"), ("%3a", "%2f")):
            mine, theirs = (_within(url, one, two) for url in (real, other))
            found[mine] = theirs
    return found


def _within(url: str, colon: str, slash: str) -> str:
    """An address as it stands in the query of another one."""
    return url.replace(":", colon).replace("/", slash)


def _put(text: str, table: Mapping[str, str]) -> str:
    if not table:
        return text
    names = "|".join(re.escape(name) for name in sorted(table, key=len, reverse=True))
    # Not where the host goes on: https://portal.example is no part of https://portal.example.org
    return re.sub(
        rf"(?:{names})(?![\w-]|\.\w|:\d|%3a\d)",
        lambda match: table[match.group(0)],
        text,
        flags=re.A,
    )
