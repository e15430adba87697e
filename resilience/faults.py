"""Every failure has a name, and the name says what to do next.

(Seam: the resilience room completes this tree, its docstring and ``of``.)
"""

from __future__ import annotations

import enum


class Cure(enum.Enum):
    """What to do next about a fault."""

    TRY_AGAIN = "try again"
    RELOAD = "reload"
    SIGN_IN_AGAIN = "sign in again"
    RESTART_BROWSER = "restart the browser"
    WAIT = "wait"
    STOP = "stop"


class Fault(Exception):
    """Something a portal, a page, a browser or a line did; ``cure`` says what to do next."""

    cure: Cure = Cure.STOP

    def __init__(self, message: str = "", *, url: str | None = None) -> None:
        super().__init__(message or type(self).__name__)
        self.url = url


class Slow(Fault):
    """A page, script or element did not come in time."""

    cure = Cure.TRY_AGAIN


class StalePage(Fault):
    """The page was redrawn under our hands."""

    cure = Cure.TRY_AGAIN


class Covered(Fault):
    """An overlay took the click."""

    cure = Cure.TRY_AGAIN


class Dropped(Fault):
    """The connection was reset, refused or cut short."""

    cure = Cure.RELOAD


class SearchLost(Fault):
    """The portal forgot the search (un-armed empty template, no criteria cookie, no list)."""

    cure = Cure.RELOAD


class WrongRecord(Fault):
    """The page is about somebody else."""

    cure = Cure.RELOAD


class RosterMoved(Fault):
    """The roster changed while it was read."""

    cure = Cure.RELOAD


class SignedOut(Fault):
    """The session is gone: a sign-in form came instead of the page."""

    cure = Cure.SIGN_IN_AGAIN


class BrowserLost(Fault):
    """Browser or driver died or hangs."""

    cure = Cure.RESTART_BROWSER


class Busy(Fault):
    """429, 5xx, an empty 202 or a trouble text: leave the portal alone for a while."""

    cure = Cure.WAIT

    def __init__(self, message: str = "", *, url: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(message, url=url)
        self.retry_after = retry_after


class Unreachable(Fault):
    """No such host, or nobody listens there."""


class Blocked(Fault):
    """A block page: a person must decide."""


class CaptchaAsked(Blocked):
    """A captcha: a person must solve it."""


class SignInRefused(Fault):
    """The portal refused the password. It is not submitted again until the credentials change."""


class LayoutChanged(Fault):
    """A page misses something it must have."""

    def __init__(self, url: str | None, what: str, expected: object, found: object) -> None:
        super().__init__(f"{what}: expected {expected}, found {found}", url=url)
        self.what = what
        self.expected = expected
        self.found = found
