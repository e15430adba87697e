"""Tells a person when a crawl stops and needs one: ``on_stop`` in the site's entry.

``on_stop`` is a command (run without a shell, with the message as JSON on its standard input) or an
http(s) address that the message is posted to. The message names the site, the crawl and the fault,
never a person. That the message could not be delivered is said, and changes nothing else."""

from __future__ import annotations

import datetime as dt
import json
import shlex
import subprocess
from collections.abc import Callable

from resilience.faults import Blocked, CaptchaAsked, Fault, LayoutChanged, SignInRefused
from scrapers.sites import Site

SECONDS = 20.0
"""So long a command or an address may take."""

Post = Callable[[str, str], int]
"""Posts a JSON text to an address and gives the status."""

_DO = (
    (CaptchaAsked, "Solve the captcha with --headed, or ask the county for access."),
    (Blocked, "Do not evade the block. Ask the county's operators for access."),
    (SignInRefused, "Check user and password, change them where they are kept, then run again."),
    (LayoutChanged, "Run cj check on the site, then mend its entry in sites.toml."),
)


def message_of(site: Site, crawl: str, half: str, fault: Fault, now: dt.datetime) -> dict[str, str]:
    """What is sent: name-free, as the fault's own words may hold what a page said."""
    advice = next(
        (do for kind, do in _DO if isinstance(fault, kind)), "Look at the crawl's folder."
    )
    return {
        "site": site.key,
        "crawl": crawl,
        "half": half,
        "fault": fault.name,
        "do": advice,
        "at": now.isoformat(timespec="seconds"),
    }


def tell_of(
    site: Site, crawl: str, half: str, fault: Fault | None, now: dt.datetime, *, post: Post
) -> str | None:
    """Tell of a fault that needs a person, where the site's entry names a channel. One sentence for
    the log, None where nobody was to be told."""
    if fault is None or site.on_stop is None or not needs_a_person(fault):
        return None
    wrong = tell(site.on_stop, message_of(site, crawl, half, fault, now), post=post)
    return wrong or f"on_stop was told of {fault.name}"


def needs_a_person(fault: Fault) -> bool:
    """Whether the fault is one that only a person can end: a block, a captcha, a refused password,
    a changed layout."""
    return isinstance(fault, tuple(kind for kind, _ in _DO))


def tell(channel: str, message: dict[str, str], *, post: Post) -> str | None:
    """Deliver the message; None when it was, else one sentence that says why not."""
    text = json.dumps(message)
    try:
        if channel.startswith(("http://", "https://")):
            status = post(channel, text)
            return None if status < 400 else f"on_stop: the address answered {status}"
        done = subprocess.run(
            shlex.split(channel), input=text, text=True, capture_output=True, timeout=SECONDS,
            check=False,
        )  # fmt: skip
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return f"on_stop could not be delivered: {type(error).__name__}"
    return None if done.returncode == 0 else f"on_stop: the command ended with {done.returncode}"


def post_json(address: str, text: str) -> int:
    """Post to the user's own address; the status that came back."""
    import requests

    try:
        answer = requests.post(
            address,
            data=text.encode(),
            headers={"Content-Type": "application/json"},
            timeout=SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise OSError(type(error).__name__) from error
    return answer.status_code
