"""What a browser and its driver said last, and what is to be done about it.

A browser that cannot start says why on its standard error; chromedriver says only "session not
created". Known causes are told in the words of somebody who can mend them; no retry would."""

from __future__ import annotations

import os
import re

from resilience.faults import BrowserLost, BrowserUnusable, Fault
from resilience.guardian import ERRORS

DRIVER_LOG = "driver.log"
"""In the browser's folder: what chromedriver logs, and what the browser writes to its standard
error."""
_MOST = 8000
FEWEST_HANDLES = 128
"""A browser needs some two hundred; with fewer than this it cannot start for want of them."""
_NOISE = re.compile(
    r"^(?:Starting ChromeDriver|Only local connections|Please see https|ChromeDriver was started"
    r"|.*(?:dbus/|DBus)).*\n?",
    re.M,
)

_CAUSES: tuple[tuple[str, str], ...] = (
    (
        r"only supports Chrome version|ChromeDriver only supports",
        "driver and browser are of different versions. Name a driver that fits in CJ_DRIVER or the "
        "settings (driver), or take chromedriver off PATH so that webdriver-manager fetches one",
    ),
    (
        r"requires the chromium snap|snap install chromium|snap-confine|is not a snap cgroup",
        "this browser is a stub for a snap, which cannot be driven. Install one that is a program "
        "(Google Chrome, or chromium of Debian) and name it in CJ_BROWSER",
    ),
    (
        r"Missing X server|cannot open display|platform failed to initialize|Failed to connect to "
        r"Wayland",
        "a browser with a window needs a screen, and there is none (DISPLAY). Run without "
        "--headed, or under xvfb-run",
    ),
    (
        r"Too many open files|EMFILE",
        "too few file handles. Allow more: ulimit -n 4096, LimitNOFILE= of systemd, or --ulimit "
        "nofile= of docker run",
    ),
    (
        r"/dev/shm\b.*(?:No space left|failed|too small)"
        r"|(?:Creating )?shared memory.*(?:failed|No space)",
        "shared memory is too small. Give the container more: docker run --shm-size=1g",
    ),
    (
        r"error while loading shared libraries: \S+",
        "a library of the system is missing. Install the browser by the system's package manager, "
        "which brings its libraries",
    ),
    (
        r"No usable sandbox|SUID sandbox helper|Failed to move to new namespace"
        r"|without --no-sandbox",
        "the browser's sandbox cannot be used here. Allow user namespaces "
        "(sysctl kernel.apparmor_restrict_unprivileged_userns=0), or run it as the container's "
        "documentation says",
    ),
    (r"No space left on device", "the disk of the temporary folder (TMPDIR) is full"),
    (
        r"Exec format error|cannot execute binary|failed to execvp",
        "the program cannot be run on this machine. Install a browser and driver for its processor",
    ),
    (
        r"[Cc]annot find Chrome binary|[Nn]o chrome binary at",
        "the driver did not find the browser. Name it in CJ_BROWSER",
    ),
)


def last_words(folder: str | None) -> str:
    """The end of what browser and driver have written; empty where there is nothing."""
    parts = []
    for name in (ERRORS, DRIVER_LOG):
        try:
            with open(os.path.join(folder or os.devnull, name), "rb") as file:
                file.seek(0, os.SEEK_END)
                file.seek(max(0, file.tell() - _MOST))
                text = file.read().decode("utf-8", "replace")
        except OSError:
            continue
        parts.append(_NOISE.sub("", text).strip())
    return "\n".join(part for part in parts if part)


def why_not_started(what: str, error: object, words: str) -> Fault:
    """The fault for a browser that did not start: `BrowserUnusable` with what to do where the cause
    is known, else `BrowserLost`. Either holds the last words."""
    told = f"{error}\n{words}"
    fault: Fault = BrowserLost(f"{what} did not start: {error}{_end_of(words)}")
    if (most := _file_handles()) is not None and most < FEWEST_HANDLES:
        # The browser dies of it in several ways, and not always says which.
        told = f"Too many open files: at most {most}\n{told}"
    for pattern, advice in _CAUSES:
        if found := re.search(pattern, told):
            line = told[told.rfind("\n", 0, found.start()) + 1 :].partition("\n")[0].strip()
            fault = BrowserUnusable(f"{what} cannot be used: {advice}. It said: {line[:200]}")
            break
    fault.last_words = words
    return fault


def _file_handles() -> int | None:
    """How many files this process may open; None where nobody limits it."""
    try:
        import resource
    except ImportError:  # not on Windows
        return None
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return None if most == resource.RLIM_INFINITY else most


def _end_of(words: str) -> str:
    return f"; it said: {words.splitlines()[-1].strip()[:200]}" if words else ""
