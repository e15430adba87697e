"""Every failure has a name, and the name says what to do next: the tree and the two ways into it.

`of` translates raw exceptions, `in_page` and `of_status` what a portal answered, `of_net` what the
browser shows."""

from __future__ import annotations

from resilience.faults.content import in_page
from resilience.faults.raw import of, of_net, of_status, seconds_of
from resilience.faults.tree import (
    AlertShown,
    Blocked,
    BrowserLost,
    BrowserNotFound,
    Busy,
    CaptchaAsked,
    CircuitOpen,
    Covered,
    Cure,
    Dropped,
    Fault,
    LayoutChanged,
    Maintenance,
    NoSuchPage,
    RosterMoved,
    ScriptFailed,
    ScriptNeeded,
    SearchLost,
    SignedOut,
    SignInRefused,
    Slow,
    StalePage,
    Stopped,
    TabCrashed,
    TlsRefused,
    Unreachable,
    WrongRecord,
)

__all__ = [
    "AlertShown",
    "Blocked",
    "BrowserLost",
    "BrowserNotFound",
    "Busy",
    "CaptchaAsked",
    "CircuitOpen",
    "Covered",
    "Cure",
    "Dropped",
    "Fault",
    "LayoutChanged",
    "Maintenance",
    "NoSuchPage",
    "RosterMoved",
    "ScriptFailed",
    "ScriptNeeded",
    "SearchLost",
    "SignInRefused",
    "SignedOut",
    "Slow",
    "StalePage",
    "Stopped",
    "TabCrashed",
    "TlsRefused",
    "Unreachable",
    "WrongRecord",
    "in_page",
    "of",
    "of_net",
    "of_status",
    "seconds_of",
]
