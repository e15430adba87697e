"""Wrong use: which errors are the asker's to put right, and the one line that says so."""

from __future__ import annotations


class UsageError(Exception):
    """Asked for in a way that cannot be; the message is one line."""


def line_of(error: BaseException) -> str | None:
    """The line for an error that is wrong use (exit 2), None for any other: a mistake of ours, to
    be seen whole."""
    # Imported here: without an error nobody should wait for these.
    from resilience.faults import SignInRefused, Unreachable, WrongSetup
    from scrapers.crawl.errors import CrawlUsageError
    from scrapers.settings import SettingsError
    from scrapers.sites import SiteError

    if isinstance(error, UsageError | CrawlUsageError | SiteError | SettingsError):
        return _one_line(str(error))
    if isinstance(error, WrongSetup | SignInRefused | Unreachable):
        where = f" ({error.url})" if error.url and not isinstance(error, WrongSetup) else ""
        return _one_line(f"{error}{where}")
    if isinstance(error, OSError) and error.strerror:
        return _one_line(f"{error.filename or 'the folder'}: {error.strerror}")
    return None


def _one_line(text: str) -> str:
    return " ".join(text.split())
