"""What a command needs from outside: the settings (`scrapers.settings`), and what it asks for on
the terminal."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

from cj.wrong import UsageError
from scrapers.crawl import Where, is_stored
from scrapers.settings import read_settings
from scrapers.sites import Site


def credentials(site: Site) -> tuple[str | None, str | None]:
    """User and password for the site's court; both None where it needs none. Raises UsageError."""
    if site.court is None or site.court.sign_in == "none":
        return None, None
    settings = read_settings()
    user, password = settings.odyssey_user, settings.password
    if user and password:
        return user, password
    if not sys.stdin.isatty():
        raise UsageError(
            "the court needs a sign-in: set ODYSSEY_USER and ODYSSEY_PASS in the environment or in "
            ".env"
        )
    user = user or input(f"User of the court portal of {site.name}: ").strip()
    password = password or getpass.getpass("Password (not shown, not kept): ")
    if not user or not password:
        raise UsageError("the court needs a sign-in: user and password were empty")
    return user, password


def database_of(given: str | None, data: Where) -> str:
    """The database's address: as given, else CJ_DATABASE, else a file in the data folder. Raises
    UsageError."""
    address = given or read_settings().database
    if address is None and is_stored(data):
        raise UsageError(f"{data} cannot hold a database: give --database, or set CJ_DATABASE")
    return address or f"sqlite:///{Path(data) / 'cj.sqlite'}"
