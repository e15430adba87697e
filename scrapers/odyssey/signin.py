"""Signing in, one worker after another, and never twice with a password that was refused."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import hmac
import json
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from resilience.faults import SignedOut, SignInRefused, Stopped
from resilience.session import Session
from scrapers.clock import utc_now
from scrapers.odyssey.memory import memory_at
from scrapers.odyssey.pages.signin import SignInPage

_PIECE = 0.5
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}


@dataclass(frozen=True)
class Credentials:
    """User (an e-mail address) and password; the password shows in no repr."""

    user: str
    password: str = field(repr=False)

    def digest(self, salt: bytes) -> str:
        """A salted scrypt digest of both, from which neither can be read."""
        secret = f"{self.user}\n{self.password}".encode()
        return hashlib.scrypt(secret, salt=salt, dklen=32, **_SCRYPT).hex()


class SignInGate:
    """Shared by all workers of a crawl, and through ``folder`` by its other processes and later
    runs; a ``folder`` in an object store (``s3://...``) is shared by the processes of all machines.

    Sign-ins go one after another. A refused password is remembered, in memory and (given a folder)
    in a marker file that holds a salted digest only, and is never submitted again until the
    credentials change. A form that comes back without a word is believed to be a lost cookie once,
    and a refusal the second time in a row."""

    def __init__(
        self,
        folder: str | os.PathLike[str] | None = None,
        *,
        now: Callable[[], dt.datetime] = utc_now,
    ) -> None:
        self._memory = memory_at(folder) if folder is not None else None
        self._now = now
        self._lock = threading.Lock()
        self._refused: dict[str, list[Credentials]] = {}
        self._without_reason: set[str] = set()

    def sign_in(self, session: Session, base: str, credentials: Credentials) -> None:
        """Signs the session in at the portal. SignInRefused, without asking the portal, for what it
        refused before."""
        with self._turn(session.stop):
            self.check(base, credentials)
            try:
                SignInPage(session, base).sign_in(credentials.user, credentials.password)
            except SignInRefused:
                self._remember(base, credentials)
                raise
            except SignedOut as fault:
                if base not in self._without_reason:
                    self._without_reason.add(base)
                    raise
                self._remember(base, credentials)
                raise SignInRefused(
                    "the portal showed the sign-in form again, twice in a row and without a reason",
                    url=base,
                ) from fault
            self._without_reason.discard(base)
            session.signed_in = True

    def check(self, base: str, credentials: Credentials) -> None:
        """Raises SignInRefused if the portal at that address refused these credentials before."""
        if credentials in self._refused.get(base, ()):
            raise SignInRefused(
                "the portal refused this password before; it is not submitted again", url=base
            )
        text = self._memory.read(_marker(base)) if self._memory is not None else None
        if self._memory is None or text is None:
            return
        marker = self._memory.path(_marker(base))
        try:
            told = json.loads(text)
            known = hmac.compare_digest(
                told["digest"], credentials.digest(bytes.fromhex(told["salt"]))
            )
        except (ValueError, KeyError, TypeError):
            raise SignInRefused(
                f"{marker} should say which password was refused, but cannot be read; "
                "look at it and remove it if you know that the password is right",
                url=base,
            ) from None
        if known:
            raise SignInRefused(
                f"the portal refused this password on {told.get('refused_at', 'an earlier day')}; "
                f"it is not submitted again until the credentials change (or {marker} is removed)",
                url=base,
            )

    def _remember(self, base: str, credentials: Credentials) -> None:
        self._refused.setdefault(base, []).append(credentials)
        if self._memory is None:
            return
        salt = secrets.token_bytes(16)
        told = {
            "what": "these credentials were refused by the portal and are not submitted again",
            "portal": base,
            "refused_at": self._now().astimezone(dt.timezone.utc).isoformat(timespec="seconds"),
            "salt": salt.hex(),
            "digest": credentials.digest(salt),
        }
        self._memory.write(_marker(base), json.dumps(told, indent=1) + "\n")

    @contextlib.contextmanager
    def _turn(self, stop: threading.Event) -> Iterator[None]:
        """One sign-in at a time, of all threads and of all processes with the same folder. Ends
        with Stopped."""
        while not self._lock.acquire(timeout=_PIECE):
            if stop.is_set():
                raise Stopped("stopped while others signed in")
        try:
            with self._memory.turn(stop) if self._memory is not None else contextlib.nullcontext():
                yield
        finally:
            self._lock.release()


def _marker(base: str) -> str:
    return f"sign-in-refused-{hashlib.sha256(base.encode()).hexdigest()[:10]}.json"
