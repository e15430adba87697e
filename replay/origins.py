"""The portal's addresses and the addresses that stand in for them during a replay."""

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
    """Replaces the portal's origins in texts by stand-ins, and back.

    ``stand_ins`` maps each real origin to its stand-in. Every spelling is replaced: plain, inside
    another address's query (``https%3a%2f%2fhost``), and in JSON (``https:\\/\\/host``)."""

    def __init__(self, stand_ins: Mapping[str, str]) -> None:
        self.stand_ins = dict(stand_ins)
        self._forward = _spellings(self.stand_ins)
        self._back = {stand_in: real for real, stand_in in self._forward.items()}

    def to_stand_ins(self, text: str) -> str:
        """The text with stand-ins in place of the portal's origins."""
        return _substituted(text, self._forward)

    def to_real(self, text: str) -> str:
        """The text with the portal's origins restored."""
        return _substituted(text, self._back)

    def json_to_stand_ins(self, value: Any) -> Any:
        """`to_stand_ins` for every text in a JSON value."""
        return json.loads(self.to_stand_ins(json.dumps(value, ensure_ascii=False)))

    def json_to_real(self, value: Any) -> Any:
        """`to_real` for every text in a JSON value."""
        return json.loads(self.to_real(json.dumps(value, ensure_ascii=False)))


def _spellings(stand_ins: Mapping[str, str]) -> dict[str, str]:
    spellings: dict[str, str] = {}
    for real, stand_in in stand_ins.items():
        spellings[real] = stand_in
        spellings[real.replace("/", "\\/")] = stand_in.replace("/", "\\/")
        for colon, slash in (("%3A", "%2F"), ("%3a", "%2f")):
            quoted, quoted_stand_in = (_quoted(url, colon, slash) for url in (real, stand_in))
            spellings[quoted] = quoted_stand_in
    return spellings


def _quoted(url: str, colon: str, slash: str) -> str:
    """An address as it appears in the query of another one."""
    return url.replace(":", colon).replace("/", slash)


def _substituted(text: str, table: Mapping[str, str]) -> str:
    if not table:
        return text
    names = "|".join(re.escape(name) for name in sorted(table, key=len, reverse=True))
    # Only whole hosts: https://portal.example is not part of https://portal.example.org
    return re.sub(
        rf"(?:{names})(?![\w-]|\.\w|:\d|%3a\d)",
        lambda match: table[match.group(0)],
        text,
        flags=re.A,
    )
