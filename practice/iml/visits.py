"""What the server remembers of a visitor, by ``JSESSIONID``."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass, field

from practice.iml.listing import Search


@dataclass
class Visit:
    """One server-side session. ``search`` None: nothing was searched, so no list and no details
    ("not armed")."""

    session_id: str
    search: Search | None = None
    start: int = 1
    phantom: bool = False
    details: Counter[str] = field(default_factory=Counter)


class Visits:
    """All sessions the server knows."""

    def __init__(self) -> None:
        self._known: dict[str, Visit] = {}

    def of(self, session_id: str | None) -> tuple[Visit, bool]:
        """The visit of that cookie and whether the cookie was known; an unknown one gets a new
        visit."""
        if session_id in self._known:
            return self._known[session_id], True
        visit = Visit(secrets.token_hex(16).upper())
        self._known[visit.session_id] = visit
        return visit, False

    def forget(self, session_id: str | None) -> None:
        """The server lost the session (fault ``lost-session``)."""
        self._known.pop(session_id or "", None)
