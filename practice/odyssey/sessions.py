"""What the portal remembers of its visitors: identities (FedAuth cookies) and sessions
(ASP.NET_SessionId), in memory."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field

from starlette.requests import Request

from practice.odyssey.criteria import Criteria

SESSION, AUTH, AUTH1, CRITERIA = "ASP.NET_SessionId", "FedAuth", "FedAuth1", "SmartSearchCriteria"


@dataclass
class CurrentSearch:
    """The one search of a session. ``answered`` once its results (or a fault instead of them) went
    out."""

    criteria: Criteria
    answered: bool = False


@dataclass
class PortalSession:
    """A browser's session: one current search, tokens for the cases it was shown, cases whose page
    it opened.

    ``lost`` means that the server threw it away: whatever its cookies say, its owner is signed out.
    """

    id: str
    search: CurrentSearch | None = None
    lost: bool = False
    tokens: dict[str, str] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)

    def eid(self, case_id: str) -> str:
        """The classic page's opaque token, another one in every session."""
        token = base64.urlsafe_b64encode(self._digest("eid", case_id, 42)).decode()
        self.tokens[token] = case_id
        return token

    def long_key(self, case_id: str) -> str:
        """The Register of Actions key: 280 hexadecimal digits."""
        key = self._digest("long", case_id, 140).hex()
        self.tokens[key] = case_id
        return key

    def short_key(self, case_id: str) -> str:
        """``EncryptedCaseId``: 32 hexadecimal digits, good for nothing here."""
        return self._digest("short", case_id, 16).hex()

    def _digest(self, kind: str, case_id: str, length: int) -> bytes:
        return hashlib.shake_256(f"{self.id}|{kind}|{case_id}".encode()).digest(length)


class Sessions:
    """All sessions and identities of one portal."""

    def __init__(self) -> None:
        self._sessions: dict[str, PortalSession] = {}
        self._identities: set[str] = set()

    def of(self, request: Request) -> PortalSession:
        """The session of the request's cookie; a new one where there is none or it is not known."""
        return self._sessions.get(request.cookies.get(SESSION, "")) or self.new()

    def new(self) -> PortalSession:
        """A fresh session."""
        session = PortalSession(secrets.token_hex(12))
        self._sessions[session.id] = session
        return session

    def admit(self) -> tuple[str, str]:
        """A new identity, as the two halves that go into the cookies FedAuth and FedAuth1."""
        identity = secrets.token_urlsafe(96)
        self._identities.add(identity)
        return identity[:64], identity[64:]

    def signed_in(self, request: Request, session: PortalSession) -> bool:
        """Whether both halves of a known identity came along and the session was not lost."""
        return not session.lost and self._identity(request) in self._identities

    def sign_off(self, request: Request) -> None:
        """Forgets the request's identity."""
        self._identities.discard(self._identity(request))

    def _identity(self, request: Request) -> str:
        return request.cookies.get(AUTH, "") + request.cookies.get(AUTH1, "")
