"""``cj publish`` and ``cj verify``: a site of plain files that is its own API."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cj.freshness import database_errors, said
from cj.settings import database_of
from cj.view import say
from cj.wrong import UsageError

if TYPE_CHECKING:
    from reportcard.publish.release import CountyRelease, Maker
    from reportcard.publish.store import Published


def run(arguments: argparse.Namespace) -> int:
    """Publish, correct, withdraw or verify; 0, or 3 where a verified release differs."""
    try:
        from reportcard.panel.check import PanelError
        from reportcard.panel.read import sites_in
        from reportcard.publish.county import release_of
        from reportcard.publish.store import Published, PublishError
    except ImportError as error:
        raise UsageError(f"publishing needs the extra 'report': {error}") from error
    from cj.asked import asked_of, maker_of

    url = database_of(arguments.database, arguments.data)
    site = Published(str(arguments.folder))
    today = dt.datetime.now(dt.timezone.utc).date()
    try:
        asked, maker = asked_of(arguments), maker_of(arguments)
        names = [arguments.site] if arguments.site else sites_in(url)
        counties = [release_of(url, name, asked) for name in names]
        if arguments.command == "verify":
            return _verify(site, arguments.release, counties, maker)
        if arguments.withdraw:
            done = site.withdraw(
                arguments.withdraw, arguments.reason or "", counties, maker, today=today
            )
            say(f"release {done.release} is withdrawn; the index and the feed say so")
            return 0
        done = site.publish(
            counties, maker, cause=arguments.correct or "", names=_names(url, arguments),
            today=today, embargo_until=arguments.embargo_until,
        )  # fmt: skip
    except (PublishError, PanelError, ValueError) as error:
        raise UsageError(str(error)) from error
    except database_errors() as error:
        raise UsageError(said(error)) from error
    if not done.changed:
        say(f"release {done.release} stands with these numbers already; nothing was changed")
        return 0
    say(f"release {done.release}: {done.files} files in {site.folder}/releases/{done.release}/")
    say(f"open {site.folder}/index.html, or serve the folder with any web server")
    return 0


def _verify(
    site: Published, release: str | None, counties: Sequence[CountyRelease], maker: Maker
) -> int:
    marks = [mark for mark in site.marks() if not mark.withdrawn]
    if not marks:
        raise UsageError(f"nothing is published in {site.folder}")
    name = release or marks[-1].name
    wrong = site.verify(name, counties, maker)
    for line in wrong:
        say(line)
    if wrong:
        say(f"release {name}: {len(wrong)} files are not what the numbers give today")
        return 3
    say(f"release {name}: every byte is what the numbers give today")
    return 0


def _names(url: str, arguments: argparse.Namespace) -> list[str]:
    """Names in the database, which no typed text may hold; only read where there is such a text."""
    if not arguments.correct:
        return []
    from reportcard.names import names_in

    return names_in(url)
