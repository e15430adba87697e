"""Every failure has a name, and the name says what to do next.

::

    Fault                        cure
    ├─ Slow                      try again      page, script or element did not come in time
    ├─ StalePage                 try again      re-rendered, navigated away from, or closed in use
    │   └─ AlertShown            try again      a dialog of the browser blocked it; it was accepted
    ├─ Covered                   try again      an overlay took the click
    ├─ Dropped                   reload         reset, cut short or half-closed connection
    ├─ SearchLost                reload         the portal forgot the search: empty page, no list
    │   ├─ SessionEnded          reload         the portal says that its session has expired
    │   └─ NoSuchPage            reload         404 or 410: a key of an earlier search was replayed
    ├─ WrongRecord               reload         the page is about somebody else
    ├─ RosterMoved               reload         the list changed while it was read
    ├─ SignedOut                 sign in        a sign-in form came instead of the page
    ├─ BrowserLost               restart        browser or driver died or hangs
    │   └─ TabCrashed            restart        the renderer died
    ├─ Busy(retry_after)         wait           429, 5xx, an empty 202, a trouble text
    │   ├─ AskedToWait           wait           the portal asked for a longer wait than it gets
    │   └─ Maintenance           wait           the portal says that it is closed for now
    ├─ Unreachable               wait           no such host, nobody listens, no network
    │   └─ TlsRefused            stop           no common TLS, or an untrusted certificate
    ├─ ScriptNeeded              use browser    a plain request does not bring this page
    ├─ Blocked                   stop           a block page: a person must decide
    │   └─ CaptchaAsked          stop           a captcha: a person must solve it
    ├─ SignInRefused             stop           the password was refused; it is not submitted again
    ├─ LayoutChanged             stop           a page lacks something it must have
    │   ├─ Drifted               stop           a field fell empty on every page: nobody goes on
    │   └─ OffSite               stop           a link leads to an origin that is not the site's
    ├─ ScriptFailed              stop           our own script failed on this page
    ├─ WrongSetup                stop           this machine must be set up first (exit 2)
    │   ├─ BrowserNotFound       stop           no browser, no driver
    │   ├─ BrowserUnusable       stop           a browser or driver that cannot work here
    │   └─ UnsafeFolder          stop           a folder of ours that is not private
    ├─ CircuitOpen               stop           too many failures in a row; says why and what to do
    └─ Stopped                   stop           we were asked to stop

*Try again* leaves the state of the portal as it was, so a page method may cure it by itself.
Everything below it loses that state and is for whoever can repeat the whole search.
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
    USE_BROWSER = "use the browser"
    STOP = "stop"


class Fault(Exception):  # noqa: N818  (the tree is a documented vocabulary: docs/glossary.md)
    """Something a portal, a page, a browser or a line did; ``cure`` says what to do next.

    ``url`` is where it happened. ``repeatable`` is False when it struck in a step that must not be
    done twice (see `resilience.retry.not_repeated`); ``counted`` is True once a session has put it
    into its statistics; ``by_words`` is True when only words on the page speak for it;
    ``last_words`` are what a browser that was lost and its driver said last."""

    cure: Cure = Cure.STOP

    def __init__(self, message: str = "", *, url: str | None = None) -> None:
        super().__init__(message or type(self).__name__)
        self.url = url
        self.repeatable = True
        self.counted = False
        self.by_words = False
        self.last_words = ""

    @property
    def name(self) -> str:
        """The word under which the fault is counted and reported."""
        return type(self).__name__


class Slow(Fault):
    """A page, script or element did not come in time."""

    cure = Cure.TRY_AGAIN


class StalePage(Fault):
    """The page was re-rendered, navigated away from, or closed while in use."""

    cure = Cure.TRY_AGAIN


class AlertShown(StalePage):
    """A dialog of the browser (alert, confirm, prompt) blocked the step. It was accepted; ``text``
    is what it said."""

    def __init__(self, message: str = "", *, url: str | None = None, text: str = "") -> None:
        super().__init__(message or f"a dialog said: {text}", url=url)
        self.text = text


class Covered(Fault):
    """An overlay took the click, or the element cannot be used yet."""

    cure = Cure.TRY_AGAIN


class Dropped(Fault):
    """The connection was reset or cut short, or an answer ended before its end."""

    cure = Cure.RELOAD


class SearchLost(Fault):
    """The portal forgot the search (un-armed empty template, no criteria cookie, no list)."""

    cure = Cure.RELOAD


class NoSuchPage(SearchLost):
    """404 or 410: mostly the key of an earlier search, replayed in a session that does not know
    it."""


class SessionEnded(SearchLost):
    """The portal says that its session has expired. Whoever was signed in has to sign in again
    (`SignedOut`)."""


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


class TabCrashed(BrowserLost):
    """The renderer died; every later command would fail."""


class Busy(Fault):
    """429, 5xx, an empty 202 or a trouble text: leave the portal alone for a while.

    ``retry_after`` is what the portal asked for, in seconds, or None.
    """

    cure = Cure.WAIT

    def __init__(
        self, message: str = "", *, url: str | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message, url=url)
        self.retry_after = retry_after


class AskedToWait(Busy):
    """The portal asked, some time ago, to be left alone for longer than we wait for it. It is not
    asked at all."""


class Maintenance(Busy):
    """The portal says, mostly with status 200, that it is out of service for now."""


class Unreachable(Fault):
    """No such host, nobody listens there, or no network: it may come back, so it is worth a
    wait."""

    cure = Cure.WAIT


class TlsRefused(Unreachable):
    """No common TLS (legacy renegotiation, old protocol) or an untrusted certificate."""

    cure = Cure.STOP


class ScriptNeeded(Fault):
    """A plain request does not bring this page: it is made, or shown whole, by scripts."""

    cure = Cure.USE_BROWSER


class Blocked(Fault):
    """A block page: a person must decide. It is never evaded."""


class CaptchaAsked(Blocked):
    """A captcha: a person must solve it."""


class SignInRefused(Fault):
    """The portal refused the password. It is not submitted again until the credentials change."""


class LayoutChanged(Fault):
    """A page lacks something it must have."""

    def __init__(self, url: str | None, what: str, expected: object, found: object) -> None:
        super().__init__(f"{what}: expected {expected}, found {found}", url=url)
        self.what = what
        self.expected = expected
        self.found = found


class Drifted(LayoutChanged):
    """A field fell empty on every page of a kind, and an unknown label stands there: the portal
    changed. ``lines`` are the two lines of which one in the site's entry ends it."""

    def __init__(self, sentence: str, lines: tuple[str, str]) -> None:
        super().__init__(None, "a field that is usually there", "some", "none")
        self.lines = lines
        self.args = (
            f"{sentence}. One of these lines in the site's entry ends it: {' or '.join(lines)}",
        )


class OffSite(LayoutChanged):
    """A link, a form or a script leads to an origin that is not the site's. Nothing was sent
    there. ``expected`` are the site's origins, ``found`` the one that was named."""

    def __init__(
        self,
        message: str = "",
        *,
        url: str | None = None,
        expected: object = "the site's origins",
        found: object = "another",
    ) -> None:
        super().__init__(url, "a link, form or script", expected, found)
        self.args = (message or str(self),)


class ScriptFailed(Fault):
    """A script of ours raised an error inside the page: a mistake in the page object, not
    weather."""


class WrongSetup(Fault):
    """Something on this machine must be set up first; the message says what. No retry cures it:
    wrong use (exit 2)."""


class BrowserNotFound(WrongSetup):
    """No browser or no driver could be found. The message names every way to give one."""


class BrowserUnusable(WrongSetup):
    """Browser or driver cannot work here: of different versions, a stub, without a screen, ..."""


class UnsafeFolder(WrongSetup):
    """A folder of ours in a shared place is not private, or not ours at all."""


class CircuitOpen(Fault):
    """Too many failures in a row: the portal is left alone. ``reason`` says why, the message also
    how to go on."""

    def __init__(self, message: str = "", *, url: str | None = None, reason: str = "") -> None:
        super().__init__(message, url=url)
        self.reason = reason


class Stopped(Fault):
    """Somebody asked us to stop (Ctrl-C, SIGTERM, the operator's ``on_kill``)."""
