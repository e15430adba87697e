"""What a session may be told about its browser and its patience."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_ENVIRONMENT = re.compile(
    r"PATH|HOME|TMPDIR|LANG|LC_\w+|TZ|DISPLAY|XAUTHORITY|WAYLAND_DISPLAY|XDG_\w+|DBUS_\w+"
    r"|FONTCONFIG_\w+|SSL_CERT_\w+|LD_LIBRARY_PATH|(?i:(?:https?|ftp|all|no)_proxy)"
)
"""The variables that a browser needs. All others are the crawler's own (addresses of databases and
brokers, keys of clouds): every process of the browser would show them."""


def environment_of(environment: Mapping[str, str]) -> dict[str, str]:
    """What of an environment a browser and its driver are given."""
    return {name: value for name, value in environment.items() if _ENVIRONMENT.fullmatch(name)}


@dataclass(frozen=True)
class Timeouts:
    """How long each thing may take, in seconds.

    ``page``: a page load. ``script``: one script in the page. ``element``: `Session.wait_for`
    unless told otherwise. ``client``: the hard deadline of every single driver command; it must be
    above ``page`` and ``script``, else the deadline strikes before the driver could report the slow
    page by itself and a healthy browser is thrown away. ``start``: a browser's start."""

    page: float = 20.0
    script: float = 20.0
    element: float = 15.0
    client: float = 30.0
    start: float = 60.0

    def __post_init__(self) -> None:
        if min(self.page, self.script, self.element, self.start) <= 0:
            raise ValueError("time-outs must be above zero")
        if self.client <= max(self.page, self.script):
            raise ValueError("the client time-out must be above those of page and script")


@dataclass(frozen=True)
class BrowserSettings:
    """Which browser, and how it shows itself.

    ``binary`` and ``driver`` are paths or command names; None looks into ``CJ_BROWSER`` /
    ``CJ_DRIVER``, then ``PATH``, and for the driver webdriver-manager. ``headed`` shows a window.
    ``contact`` (an address of the user's own) is put behind the browser's honest user agent;
    ``user_agent`` replaces it whole. ``remote_url`` uses a WebDriver server that somebody else
    started: its processes cannot be killed from here, only its session can be ended. ``arguments``
    are further flags of Chromium. ``proxy`` is a proxy for pages, such as
    ``http://127.0.0.1:3128``. ``program`` is how requests name themselves that no browser lends its
    user agent. ``never`` are patterns of addresses (``*/photo*``) that no page may load anything
    from; without a window no pictures are loaded at all, as nobody sees them."""

    binary: str | None = None
    driver: str | None = None
    headed: bool = False
    user_agent: str | None = None
    contact: str | None = None
    remote_url: str | None = None
    arguments: tuple[str, ...] = ()
    proxy: str | None = None
    program: str = "resilience"
    never: tuple[str, ...] = ()

    @property
    def plain_user_agent(self) -> str:
        """Who asks, where no browser has been started: the user agent if one is set, else program
        and contact."""
        return self.user_agent or self.program + (f" (+{self.contact})" if self.contact else "")
