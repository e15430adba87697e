"""Settings from the environment, from ``.env`` in the working folder, or asked for on the terminal:
the one place."""

from __future__ import annotations

import getpass
import os
import sys
from functools import lru_cache
from pathlib import Path

from dotenv import dotenv_values

from cj.wrong import UsageError
from scrapers.crawl import Where, is_stored
from scrapers.sites import Site


@lru_cache(maxsize=1)
def _file() -> dict[str, str | None]:
    return dict(dotenv_values(".env"))


def setting(name: str) -> str | None:
    """The environment's value, else that of ``.env``; None when it is in neither, or empty."""
    return os.environ.get(name) or _file().get(name) or None


def credentials(site: Site) -> tuple[str | None, str | None]:
    """User and password for the site's court; both None where it needs none. Raises Wrong."""
    if site.court is None or site.court.sign_in == "none":
        return None, None
    user, password = setting("ODYSSEY_USER"), setting("ODYSSEY_PASS")
    if user and password:
        return user, password
    if not sys.stdin.isatty():
        raise UsageError(
            "the court needs a sign-in: set ODYSSEY_USER and ODYSSEY_PASS in the environment or in .env"
        )
    user = user or input(f"User of the court portal of {site.name}: ").strip()
    password = password or getpass.getpass("Password (not shown, not kept): ")
    if not user or not password:
        raise UsageError("the court needs a sign-in: user and password were empty")
    return user, password


def database_of(given: str | None, data: Where) -> str:
    """The database's address: as given, else ``CJ_DATABASE``, else a file in the data folder.
    Raises Wrong."""
    told = given or setting("CJ_DATABASE")
    if told is None and is_stored(data):
        raise UsageError(f"{data} cannot hold a database: give --database, or set CJ_DATABASE")
    return told or f"sqlite:///{Path(data) / 'cj.sqlite'}"


def contact_of(site: Site) -> str | None:
    """The user's own contact, which a site beyond this machine is owed. Raises Wrong where it is
    missing."""
    contact = setting("CJ_CONTACT") or site.contact or None
    if contact is None and not site.loopback:
        raise UsageError(
            f"{site.key} is a real site: set CJ_CONTACT to an address of your own (e-mail or web page), in the "
            "environment or in .env, so that its operators can reach you"
        )
    return contact
